"""Who may call the routes for programs, and how often; and what their bodies hold."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from daemon import events
from daemon.web.limits import Buckets, network_of
from daemon.web.service import Service
from daemon.web.values import Answer, Call, problem
from handlers.callers import has_token, is_signed

# Nobody guesses a token; who tries shall not keep us busy.
_STRANGERS = (20, 5.0)


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """A call that is not carried out, with what its sender is told."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


@dataclass(slots=True, kw_only=True)
class Gate:
    """Lets callers in: those with one of `tokens`, or whose call one of `signing` keys signs.

    Who is let in may call `burst` times at once, then once in `every_s` seconds: all together,
    for a token has no name.
    """

    service: Service
    tokens: tuple[str, ...] = field(repr=False)
    signing: tuple[bytes, ...] = field(default=(), repr=False)
    burst: int
    every_s: float
    _strangers: Buckets = field(init=False)
    _known: Buckets = field(init=False)

    def __post_init__(self) -> None:
        burst, every_s = _STRANGERS
        self._strangers = Buckets(burst=burst, every_s=every_s)
        self._known = Buckets(burst=self.burst, every_s=self.every_s)

    def guard(self, then: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
        """`then` for callers who may; for others, and for what `then` refuses, an answer."""

        def answer(call: Call) -> Answer:
            try:
                self._admit(call)
                return then(call)
            except Refused as refused:
                return refused.answer

        return answer

    def _admit(self, call: Call) -> None:
        now_s = self.service.monotonic_s()
        known = has_token(call.fields.get("authorization", ""), self.tokens)
        # A signature covers the body alone, not the path: good only where the body says all.
        if not known and call.method == "POST":
            known = is_signed(call.fields, call.body, self.signing, now=self.service.now())
        if known:
            wait_s = self._known.take("", now_s=now_s)
        else:
            wait_s = self._strangers.take(network_of(call.client), now_s=now_s)
        if wait_s:
            events.call_refused(why="too-often")
            raise Refused(problem(429, fields={"Retry-After": str(math.ceil(wait_s))}))
        if not known:
            events.call_refused(why="not-known")
            detail = "no token of ours, and no signature with a key of ours and a time of now"
            raise Refused(problem(401, detail, fields={"WWW-Authenticate": "Bearer"}))


def json_object(call: Call) -> dict[str, Any]:
    """The object in the body. Raises Refused (415, 400) where there is none."""
    kind = call.fields.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        events.call_refused(why="not-json")
        raise Refused(problem(415, "the body has to be application/json"))
    try:
        found = json.loads(call.body.decode(), object_pairs_hook=_each_once)
    except _Twice as error:
        raise wrong({error.name: "stands twice"}) from None
    except (ValueError, RecursionError):  # also what is no UTF-8
        found = None
    if not isinstance(found, dict):
        raise wrong({"": "has to be one JSON object"})
    return found


class _Twice(ValueError):  # noqa: N818 - what a caller is told, not a fault
    """A member stands twice in an object."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


def _each_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object. Raises `_Twice`.

    RFC 8259 section 4 leaves open which of two counts, and who may write into one member of a
    carelessly made body would choose another.
    """
    found: dict[str, Any] = {}
    for name, value in members:
        if name in found:
            raise _Twice(name)
        found[name] = value
    return found


def wrong(mistakes: dict[str, str]) -> Refused:
    """400 with what is wrong, by member or parameter."""
    events.call_refused(why="not-understood")
    told = [{"name": name, "problem": words} for name, words in mistakes.items()]
    detail = "; ".join(f"{name} {words}".strip() for name, words in mistakes.items())
    return Refused(problem(400, detail, mistakes=told))
