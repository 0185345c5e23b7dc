"""What the routes take and give: a call, an answer, and which path leads where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. Field names are in lower case; of a field that came twice, the first counts.

    `words` are the parts of the path that stand in braces in `Route.path`. `client` is the
    address that the proxy names, or the peer's; '' where neither is known.
    """

    method: str
    words: Mapping[str, str] = field(repr=False)
    fields: Mapping[str, str] = field(repr=False)
    client: str = field(default="", repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One response; asgi.py adds the fields that each has."""

    body: str = field(repr=False)
    status: int = 200
    kind: str = HTML
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A path with the methods that it takes. `answer` is called in a thread of its own.

    Of what `answer` may raise, a TemporaryFailure becomes 503 with Retry-After.
    """

    path: str
    methods: tuple[str, ...]
    answer: Callable[[Call], Answer]
    max_body_bytes: int = 16_384
