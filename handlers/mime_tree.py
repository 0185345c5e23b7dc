"""The tree of a message that is written as it should be, without a walk over its lines.

The standard library compiles a pattern for each boundary and tries it on each line, which is a
tenth of all that a message costs. Where every line ends with CRLF, every header is plain and every
multipart begins and ends with its boundary there is but one way to read it, and it is read here;
anything else is None, and the library's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message as MimePart
from email.policy import Policy
from typing import TypeVar

P = TypeVar("P", bound=MimePart)

_CRLF = "\r\n"
_MAX_DEPTH = 20
# The field, its name and the lines that it goes on in; the library looks at each line by itself.
_FIELD = re.compile(r"[!-9;-~]++:[^\r\n]*+\r\n(?:[ \t][^\r\n]*+\r\n)*+")
_ENCODINGS = ("7bit", "8bit", "binary")


def plain_tree(text: str, make: type[P], policy: Policy) -> P | None:
    """The tree of `text`, as the library makes it of parts of the type `make`.

    `text` is a whole message, octets outside of ASCII in it as the library decodes them.
    """
    ends = text.count(_CRLF)
    if text.count("\r") != ends or text.count("\n") != ends:
        return None
    return _read(text, make, policy, 0)


def _read(text: str, make: type[P], policy: Policy, depth: int) -> P | None:
    part = make(policy=policy)
    start = _read_header(text, part, policy)
    if start is None:
        return None
    kind = part.get_content_maintype()
    if kind == "multipart":
        found = depth < _MAX_DEPTH and _read_parts(text, start, part, policy, depth)
        return part if found else None
    if kind == "message":
        return None
    part.set_payload(text[start:])
    return part


def _read_header(text: str, part: MimePart, policy: Policy) -> int | None:
    """Gives `part` its fields; where its body begins, None where an empty line is missing."""
    place = 0
    while not text.startswith(_CRLF, place):
        field = _FIELD.match(text, place)
        if field is None:
            return None
        part.set_raw(*policy.header_source_parse([field[0]]))
        place = field.end()
    return place + len(_CRLF)


def _read_parts(text: str, start: int, whole: MimePart, policy: Policy, depth: int) -> bool:
    """Gives `whole` the parts between its boundaries; False where the library has to look."""
    boundary = whole.get_boundary()
    encoding = str(whole.get("content-transfer-encoding", "8bit")).lower()
    if not boundary or encoding not in _ENCODINGS or whole.get_content_subtype() == "digest":
        return False
    if _CRLF in boundary:
        return False
    begins = 0
    for above, end, is_last in _delimiters(text, start, boundary):
        if begins:
            part = _read(text[begins:above], type(whole), policy, depth + 1)
            if part is None:
                return False
            whole.attach(part)
        elif is_last:
            return False
        elif above >= start:
            whole.preamble = text[start:above]
        if is_last:
            # Below the last boundary a part inside of another one may have nothing, not even a
            # line end, which is that of the boundary below.
            rest = text[end:]
            whole.epilogue = rest.removeprefix(_CRLF) if rest or not depth else None
            return True
        begins = end + len(_CRLF)
    return False


def _delimiters(text: str, start: int, boundary: str) -> Iterator[tuple[int, int, bool]]:
    """Of each line of a boundary: where the CRLF above it is, where it ends, if it is the last.

    Stops where a line only begins like one.
    """
    line = f"{_CRLF}--{boundary}"
    # That above the first may be the empty line below the header.
    above = text.find(line, start - len(_CRLF))
    while above >= 0:
        end = text.find(_CRLF, above + len(line))
        end = len(text) if end < 0 else end
        rest = text[above + len(line) : end].rstrip(" \t")
        if rest not in ("", "--"):
            return
        yield above, end, rest == "--"
        above = text.find(line, end)
