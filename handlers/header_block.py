"""The header of a raw message, where the standard library would not read all of it.

For the library a blank before the colon of a field ends the header, or hides the field, though
RFC 5322 section 4.5 has such fields read. Whoever writes a second From or an Auto-Submitted like
that would have it overlooked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Sequence
from email.parser import BytesHeaderParser
from email.policy import compat32
from functools import lru_cache
from itertools import islice

from handlers.classify.kept import Kept

# The lines that the library takes for fields; for it "From " at their beginning is none.
# Possessive, because a header may have a million lines.
_FIELDS = re.compile(rb"(?:(?:From (?![ \t]*+:)|[!-9;-~]++:|[\t ])[^\r\n]*+(?:\r\n|\r|\n|\Z))*+")
# Of names that are fields for sure, for in French a line of a text may begin like that.
_BLANKED = re.compile(
    rb"(from|sender|to|cc|bcc|subject|date|precedence|received|[a-z0-9]+-[a-z0-9-]+)[ \t]++:",
    re.IGNORECASE,
)
# A byte order mark, and the line that some mailbox files put before a header.
_BEFORE = re.compile(rb"(?:\xef\xbb\xbf)?(?:>From [^\r\n]*+(?:\r\n|\r|\n))?")
_STRAY = re.compile(
    rb"(?:\A|(?<=[\r\n]))"
    rb"(auto-submitted|precedence|list-[a-z]{2,20}|x-[a-z0-9-]{1,60}|return-path|feedback-id)"
    rb"[ \t]*+:([^\r\n]{0,1000})",
    re.IGNORECASE,
)
_CRLF = b"\r\n"
_BLANK_LINE = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_MAX_STRAY_BYTES = 65_536
_MAX_STRAY = 100
_MAX_HEADER_BYTES = 262_144
_MAX_COPIED_BYTES = 1_048_576
# Far below the limits of handlers/mime.py, which cuts what is over them.
_MAX_FIELDS = 500
_MAX_FIELD_CHARS = 1_500
_END_OF_FIELD = re.compile(r"\r\n(?![ \t])")
_KEPT_NAMES = 1_024
_REST_OF_LINE = re.compile(rb"[^\r\n]*+(?:\r\n|\r|\n)?")


def readable_header(raw: bytes) -> bytes:
    """`raw` with a header that is read to its end; `raw` itself where there is nothing to mend.

    Takes any octets, in a time that grows with their number alone.
    """
    place = _past(_BEFORE, raw, 0)
    pieces: list[bytes] = []
    while blanked := _BLANKED.match(raw, end := _past(_FIELDS, raw, place)):
        pieces += (raw[place:end], blanked[1], b":")
        place = _past(_REST_OF_LINE, raw, blanked.end())
        pieces.append(raw[blanked.end() : place])
    return b"".join((*pieces, raw[place:])) if pieces or place else raw


def stray_fields(raw: bytes) -> tuple[tuple[str, str], ...]:
    """Signs of machines in a header behind a line that is no field, at which the library ends it.

    Such a line may be the beginning of the text, so what stands there counts for screening alone:
    no addresses, no subject.
    """
    place = _past(_FIELDS, raw, _past(_BEFORE, raw, 0))
    if raw[place : place + 1] in (b"", b"\r", b"\n"):
        return ()  # the header ends as it should
    end = _BLANK_LINE.search(raw, place, place + _MAX_STRAY_BYTES)
    block = raw[place : end.start() if end else place + _MAX_STRAY_BYTES]
    return tuple(
        (name.decode("ascii"), value.decode("utf-8", "replace").strip())
        for name, value in islice(_STRAY.findall(block), _MAX_STRAY)
    )


def take_apart(
    raw: bytes, needed: Callable[[str], bool]
) -> tuple[list[tuple[str, str]], bytes] | None:
    """All fields of a message, and it with those alone whose lower-case names are `needed`.

    The fields are as the standard library gives them (`raw_items`). None where it would have more
    to do than to take them as they are, or where the message is so long that it is not copied.
    """
    end = raw.find(b"\r\n\r\n") + 2
    if end <= 2 or len(raw) > _MAX_COPIED_BYTES:
        return None
    found = _plain_fields(raw[:end])
    if found is None or len(found) > _MAX_FIELDS:
        return None
    if max([len(name) + len(value) for name, value in found]) > _MAX_FIELD_CHARS:
        return None
    kept = [(name, value) for name, value in found if needed(name.lower())]
    if not all(name.isascii() and value.isascii() for name, value in kept):
        return None  # handlers/mime.py has something to mend
    lines = "".join([f"{name}:{value}\r\n" for name, value in kept])
    return [(name, value.lstrip(" \t")) for name, value in found], lines.encode() + raw[end:]


def header_values(raw: bytes, names: Container[str]) -> list[tuple[str, str]]:
    """The fields of a header whose lower-case names are in `names`, topmost first, unfolded.

    As the standard library reads them, but for runs of white space, which become a blank. Takes a
    whole message or its header alone, of which it reads no more than 256 KiB.
    """
    head = _head_of(raw)
    # Of nearly all: the library takes ten times as long for the same.
    fields: Iterable[tuple[str, object]] | None = _plain_fields(head)
    if fields is None:
        fields = BytesHeaderParser(policy=compat32).parsebytes(head).raw_items()
    return [
        (lower, " ".join(str(value).split()))
        for name, value in fields
        if (lower := name.lower()) in names
    ]


def _head_of(raw: bytes) -> bytes:
    """The header of a message, without the body: there may be a megabyte of it."""
    empty = raw.find(b"\r\n\r\n", 0, _MAX_HEADER_BYTES + 4)
    end = empty + len(_CRLF) if empty >= 0 else _MAX_HEADER_BYTES
    before = raw.find(b"\n\n", 0, end + 1)
    return raw[: end if before < 0 else before]


@lru_cache(maxsize=4)  # it is asked for two or three times of each message
def _plain_fields(head: bytes) -> Sequence[tuple[str, str]] | None:
    """Name and value of each field of a header, folded as they are; None where it is not plain.

    It is where each line ends as it should, and begins with a name or goes on with the one above.
    """
    ends = head.count(_CRLF)
    if head.count(b"\r") != ends or head.count(b"\n") != ends:
        return None
    lines = _END_OF_FIELD.split(head.decode("ascii", "surrogateescape"))
    if not lines[-1]:
        del lines[-1]
    fields = [(name, value) for name, colon, value in [x.partition(":") for x in lines] if colon]
    if len(fields) != len(lines) or not all(map(_names.__getitem__, dict(fields))):
        return None
    return fields


def _is_name(name: str) -> bool:
    """Whether it is the name of a field (RFC 5322 section 2.2), as no line that goes on is."""
    return name.isascii() and name.isprintable() and name != "" and " " not in name


_names = Kept(_is_name, most=_KEPT_NAMES)


def _past(pattern: re.Pattern[bytes], raw: bytes, place: int) -> int:
    found = pattern.match(raw, place)
    return found.end() if found else place
