"""`/u/TOKEN`: the link in a newsletter, for mail clients (RFC 8058) and for people.

    GET, HEAD /u/TOKEN        the page with the button; changes nothing, whoever fetches it
    POST      /u/TOKEN        leaves the list of the token, whatever the body says
    POST      /u/TOKEN/all    leaves all lists
    POST      /u/TOKEN/undo   takes that back, within a day
    GET, HEAD of these two    the page as for /u/TOKEN: a browser that restores a tab fetches them

What is to be done stands in the path alone, so that no body has to be read.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock

from daemon import events
from daemon.list_exit import Exit, Keys
from daemon.web.limits import Buckets, network_of
from daemon.web.pages import Button
from daemon.web.service import Service
from daemon.web.values import Answer, Call, Route
from handlers.list_token import ListToken
from handlers.one_click import Standing
from handlers.values import ALL_LISTS


def routes(service: Service) -> Sequence[Route]:
    """The routes of this module."""
    link = _Link(service)
    return (
        Route(path="/u/{token}", methods=("GET",), answer=link.show),
        Route(path="/u/{token}", methods=("POST",), answer=link.leave, writes=True),
        Route(path="/u/{token}/all", methods=("GET",), answer=link.show),
        Route(path="/u/{token}/all", methods=("POST",), answer=link.leave_all, writes=True),
        Route(path="/u/{token}/undo", methods=("GET",), answer=link.show),
        Route(path="/u/{token}/undo", methods=("POST",), answer=link.undo, writes=True),
    )


@dataclass(slots=True)
class _Link:
    service: Service
    keys: Keys = field(default_factory=Keys)
    # Nobody guesses 128 bits; who tries shall not keep us busy.
    strangers: Buckets = field(default_factory=lambda: Buckets(burst=20, every_s=5.0))
    # A key that we do not know may be new: each is looked for once a minute, whoever asks.
    numbers: Buckets = field(default_factory=lambda: Buckets(burst=1, every_s=60.0))
    looking: Lock = field(default_factory=Lock)
    # By link and not by client: a mail provider sends for millions of readers from a few hosts.
    links: Buckets = field(default_factory=lambda: Buckets(burst=30, every_s=2.0))

    def show(self, call: Call) -> Answer:
        """The page with the button, or how the reader stands who has left already."""
        return self._with_token(call, self._show)

    def leave(self, call: Call) -> Answer:
        """Leaves the token's list."""
        return self._with_token(
            call, lambda call, token: self._leave(call, token, token.list_name)
        )

    def leave_all(self, call: Call) -> Answer:
        """Leaves all lists."""
        return self._with_token(call, lambda call, token: self._leave(call, token, ALL_LISTS))

    def undo(self, call: Call) -> Answer:
        """Takes it back."""
        return self._with_token(call, self._undo)

    def _with_token(self, call: Call, then: Callable[[Call, ListToken], Answer]) -> Answer:
        pages, now_s = self.service.pages, self.service.monotonic_s()
        token, wait_s = self._opened(call, now_s)
        if token is None:
            if not wait_s:
                events.link_refused(why="not-ours")
                return Answer(status=404, body=pages.invalid(pages.language(call.fields)))
        else:
            wait_s = self.links.take(call.words["token"], now_s=now_s)
            if not wait_s:
                return then(call, token)
        events.link_refused(why="too-often")
        return Answer(
            status=429,
            body=pages.busy(pages.language(call.fields)),
            fields={"Retry-After": str(math.ceil(wait_s))},
        )

    def _opened(self, call: Call, now_s: float) -> tuple[ListToken | None, float]:
        """What the token says; where it says nothing to us, how long its sender is to wait."""
        word = call.words["token"]
        if (token := self.keys.open(word)) is not None:
            return token, 0.0
        with self.looking:
            return self._looked_up(call, word, now_s)

    def _looked_up(self, call: Call, word: str, now_s: float) -> tuple[ListToken | None, float]:
        if (token := self.keys.open(word)) is not None:  # another call has just looked
            return token, 0.0
        wait_s = self.strangers.take(network_of(call.client), now_s=now_s)
        if (number := self.keys.unknown(word)) is not None:
            # Who is slowed down asks the store nothing, or it would be kept busy all the same.
            has_waited = self.numbers.take(str(number), now_s=now_s) == 0
            if has_waited or not wait_s:
                self.keys.look_up(self.service.keeper.store())
                token = self.keys.open(word)
        return token, wait_s

    def _show(self, call: Call, token: ListToken) -> Answer:
        how = self._exit().standing(token)
        return self._left(call, token, how) if how.left_list else self._question(call, token)

    def _leave(self, call: Call, token: ListToken, list_name: str) -> Answer:
        language = self.service.pages.language(call.fields)
        return self._left(call, token, self._exit().leave(token, list_name, language=language))

    def _undo(self, call: Call, token: ListToken) -> Answer:
        pages, language = self.service.pages, self.service.pages.language(call.fields)
        done, how = self._exit().undo(token)
        if how.left_list:
            late = "" if done else pages.text(language, "too_late", contact=pages.contact)
            return self._left(call, token, how, late)
        title = pages.text(language, "undone_title")
        text = pages.text(language, "undone", address=_masked(token))
        return Answer(body=pages.page(language, title, [text], [self._leave_button(call, token)]))

    def _question(self, call: Call, token: ListToken) -> Answer:
        pages, language = self.service.pages, self.service.pages.language(call.fields)
        title = pages.text(language, "ask_title")
        text = self._of_list(language, token, "ask_list", "ask_all", token.list_name)
        button = self._leave_button(call, token)
        return Answer(body=pages.page(language, title, [text], [button], main_button=True))

    def _left(self, call: Call, token: ListToken, how: Standing, late: str = "") -> Answer:
        pages, language = self.service.pages, self.service.pages.language(call.fields)
        name = ALL_LISTS if how.left_all else token.list_name
        texts = [
            self._of_list(language, token, "left_list", "left_all", name),
            pages.text(language, "service_mail"),
            late,
        ]
        buttons = []
        if not how.left_all:
            buttons.append(self._button(call, language, "leave_all", "/all"))
        if how.may_undo:
            buttons.append(self._button(call, language, "undo", "/undo"))
        title = pages.text(language, "left_title")
        return Answer(body=pages.page(language, title, [t for t in texts if t], buttons))

    def _leave_button(self, call: Call, token: ListToken) -> Button:
        del token
        return self._button(call, self.service.pages.language(call.fields), "leave", "")

    def _button(self, call: Call, language: str, name: str, step: str) -> Button:
        action = f"{self.service.base_path}/u/{call.words['token']}{step}"
        return Button(text=self.service.pages.text(language, name), action=action)

    def _of_list(
        self, language: str, token: ListToken, one: str, everything: str, list_name: str
    ) -> str:
        """A sentence about one list, or about all of them."""
        pages, address = self.service.pages, _masked(token)
        if list_name == ALL_LISTS:
            return pages.text(language, everything, address=address)
        return pages.text(language, one, address=address, list=list_name)

    def _exit(self) -> Exit:
        service = self.service
        return Exit(
            store=service.keeper.store(),
            policy=service.policy,
            now=service.now,
            draw=service.draw,
        )


def _masked(token: ListToken) -> str:
    """Enough of the address for its owner: whoever was passed the newsletter on sees the page."""
    return f"{token.address.local[:1]}***@{token.address.domain}"
