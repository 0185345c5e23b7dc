"""The header of a raw message, as the standard library reads all of it.

For the library a blank before the colon of a field ends the header, or hides the field, though
RFC 5322 section 4.5 has such fields read. Whoever writes a second From or an Auto-Submitted like
that would have it overlooked.
"""

from __future__ import annotations

import re

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


def _past(pattern: re.Pattern[bytes], raw: bytes, place: int) -> int:
    found = pattern.match(raw, place)
    return found.end() if found else place
