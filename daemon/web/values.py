"""What the routes take and give: a call, an answer, and which path leads where."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
JSON = "application/json"
PROBLEM = "application/problem+json"  # RFC 9457


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. Field names are in lower case; of a field that came twice, the first counts.

    `words` are the parts of the path that stand in braces in `Route.path`. `twice` names the
    parameters of the query that came more than once. `client` is the
    address that the proxy names, or the peer's; '' where neither is known.
    """

    method: str
    words: Mapping[str, str] = field(repr=False)
    fields: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    twice: frozenset[str] = field(default=frozenset(), repr=False)
    client: str = field(default="", repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One response; asgi.py adds the fields that each has."""

    body: str = field(repr=False)
    status: int = 200
    kind: str = HTML
    fields: Mapping[str, str] = field(default_factory=dict)


def json_answer(value: object, *, status: int = 200) -> Answer:
    """An answer for programs."""
    return Answer(body=f"{json.dumps(value)}\n", status=status, kind=JSON)


def problem(
    status: int, detail: str = "", *, fields: Mapping[str, str] | None = None, **more: object
) -> Answer:
    """What a program is told that cannot have what it asks for (RFC 9457); `more` are members."""
    told = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    body = json.dumps({name: value for name, value in told.items() if value != ""})
    return Answer(body=f"{body}\n", status=status, kind=PROBLEM, fields=fields or {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A path with the methods that it takes. `answer` is called in a thread of its own.

    Of what `answer` may raise, a TemporaryFailure becomes 503 with Retry-After. `writes` says that
    it writes to the store.
    """

    path: str
    methods: tuple[str, ...]
    answer: Callable[[Call], Answer]
    max_body_bytes: int = 16_384
    writes: bool = False
