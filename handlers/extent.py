"""How deep and how wide a message is, by its raw octets: before anything is made of them.

The standard library builds the whole tree of a message first, and both time and recursion grow
with its depth. So the beginning of a message is read up to a limit, and what lies behind it is
treated like a text that was cut off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

# Also as RFC 2231 writes it: boundary*=, boundary*0=.
_BOUNDARY = re.compile(rb"boundary(?:\*\d{0,3}\*?)?\s*=", re.IGNORECASE)
_INNER_MESSAGE = re.compile(rb"message/(?:rfc822|global|news)\b", re.IGNORECASE)
_DELIMITER = re.compile(rb"[\r\n]--[^\r\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most of each that is read: declared boundaries, messages inside, delimiters, lines."""

    boundaries: int
    messages: int
    delimiters: int
    lines: int


# Mail of people has a tenth of these. One level of nesting takes some frames of Python's stack.
ORDINARY = Limits(boundaries=50, messages=50, delimiters=500, lines=100_000)
# For a process of its own, which may be ended and has a stack for this.
WIDE = Limits(boundaries=3_000, messages=3_000, delimiters=20_000, lines=1_000_000)


def beginning(raw: bytes, limits: Limits) -> bytes:
    """As much of a message as is within `limits`, up to the end of a line; `raw` itself if all."""
    if _is_small(raw, limits):
        return raw
    ends = chain(
        _over(_BOUNDARY.finditer(raw), limits.boundaries),
        _over(_INNER_MESSAGE.finditer(raw), limits.messages),
        _over(_DELIMITER.finditer(raw), limits.delimiters) if _BOUNDARY.search(raw) else (),
    )
    end = min((*ends, _end_of_lines(raw, limits.lines)), default=len(raw))
    return raw if end == len(raw) else raw[: max(raw.rfind(b"\n", 0, end), 0) + 1]


def _is_small(raw: bytes, limits: Limits) -> bool:
    """Whether it is within `limits` for sure, by counting what all those places hold: quickly."""
    letters = raw.lower()
    return (
        letters.count(b"boundary") <= limits.boundaries
        and letters.count(b"message/") <= limits.messages
        and (letters.count(b"--") <= limits.delimiters or _delimiters(raw) <= limits.delimiters)
        and (len(raw) <= limits.lines or _lines(raw) <= limits.lines)
    )


def _delimiters(raw: bytes) -> int:
    return raw.count(b"\n--") + raw.count(b"\r--")


def _lines(raw: bytes) -> int:
    return max(raw.count(b"\n"), raw.count(b"\r"))


def _end_of_lines(raw: bytes, most: int) -> int:
    """Where the first `most` lines end. Each line costs fifty times its octet while it is read."""
    for end in (b"\n", b"\r"):
        if raw.count(end) > most:
            lines = raw.split(end, most)
            return len(raw) - len(lines[-1])
    return len(raw)


def _over(found: Iterator[re.Match[bytes]], most: int) -> Iterator[int]:
    """Where the first one over the limit begins, if there is one."""
    return (match.start() for match in islice(found, most, most + 1))
