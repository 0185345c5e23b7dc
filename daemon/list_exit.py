"""Where a newsletter's link takes its reader off a list: read, decided, written at once.

The pure part is handlers/one_click.py. Nobody is written to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from daemon import events
from daemon.ports import Act, Batch, Store
from daemon.unused import unused_tokens
from handlers import one_click
from handlers.case import Policy
from handlers.dossier import Dossier
from handlers.list_token import ListToken, number_of, unseal
from handlers.one_click import Standing
from handlers.values import Decision, Intent, Request, Tokens

BY = "the newsletter's link"  # as the audit names it


@dataclass(slots=True)
class Keys:
    """The keys of the tokens, as far as they were looked up."""

    _known: Mapping[int, bytes] = field(default_factory=dict, repr=False)

    def open(self, token: str) -> ListToken | None:
        """What a token says; None for one that none of these keys has made."""
        return unseal(token, self._known)

    def unknown(self, token: str) -> int | None:
        """The number of the key that a token names, where it is none of these."""
        number = number_of(token)
        return None if number in self._known else number

    def look_up(self, store: Store) -> None:
        """Looks for new ones, as a token may name one. Raises as the store does."""
        self._known = store.token_keys()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """The store, and what is needed to decide. `now` and `draw` as in `Route`.

    All of it raises TemporaryFailure where the store cannot be used now: then nothing was done.
    """

    store: Store
    policy: Policy
    now: Callable[[], datetime]
    draw: Callable[[], Tokens]

    def standing(self, token: ListToken) -> Standing:
        """How the reader stands; changes nothing."""
        return self._read(token, self.store, self.now()).standing()

    def leave(self, token: ListToken, list_name: str, *, language: str) -> Standing:
        """Takes the reader off a list, or off all ('*'), and says how he stands then.

        Done once or often, it is the same.
        """
        now = self.now()
        # Looked at first without a lock: a machine may send the same a hundred times.
        file = self._read(token, self.store, now)
        if file.dossier.suppression(token.address.key, list_name) is not None:
            return file.standing()
        with self.store.batch() as batch:
            file = self._read(token, batch, now)
            decision = one_click.leave(
                token,
                list_name,
                dossier=file.dossier,
                policy=self.policy,
                tokens=unused_tokens(
                    self.draw, Intent.OPT_OUT, lambda drawn: batch.request(drawn) is not None
                ),
                language=language,
                now=now,
            )
            if decision is not None:
                batch.carry_out([Act(decision=decision)], by=BY, now=now)
        if decision is not None:
            file.learn(decision)
            events.list_left(request=decision.suppress[0].reference, list_name=list_name)
        return file.standing()

    def undo(self, token: ListToken) -> tuple[bool, Standing]:
        """Takes back what the link did within a day; whether that was so, and how he stands."""
        now = self.now()
        with self.store.batch() as batch:
            file = self._read(token, batch, now)
            decision = one_click.undo(
                token,
                dossier=file.dossier,
                requests=file.requests,
                repeated=file.repeated,
                now=now,
            )
            if decision is not None:
                batch.carry_out([Act(decision=decision)], by=BY, now=now)
        if decision is not None:
            file.learn(decision)
            references = dict.fromkeys(held.reference for held in decision.lift)
            events.list_joined_again(requests=tuple(references))
        return decision is not None, file.standing()

    def _read(self, token: ListToken, source: Store | Batch, now: datetime) -> _File:
        dossier = source.dossier([token.address.key], now=now)
        found = ((r, source.request(r)) for r in one_click.concerned(token, dossier))
        requests = {reference: request for reference, request in found if request is not None}
        repeated = source.repeated(requests) if requests else set()
        return _File(token=token, dossier=dossier, requests=requests, repeated=repeated, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """What the store knows of a reader, and of the requests behind his suppressions."""

    token: ListToken
    dossier: Dossier
    requests: dict[str, Request]
    repeated: set[str]
    now: datetime

    def learn(self, decision: Decision) -> None:
        """Adds what was written, so that it need not be read again."""
        self.dossier.learn(decision)
        self.requests.update((request.reference, request) for request in decision.requests)

    def standing(self) -> Standing:
        """How the reader stands."""
        return one_click.standing(
            self.token, self.dossier, self.requests, repeated=self.repeated, now=self.now
        )
