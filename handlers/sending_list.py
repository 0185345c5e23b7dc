"""A list that a newsletter is to be sent to: whose address each line holds, and its name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from handlers.address import make_address

# What nearly all addresses look like, up to a length within all limits: their key is the line in
# lower case, and `make_address`, which decides on the others, would say the same at ten times the
# cost. tests/unit/test_sending_list.py holds the two equal.
_PLAIN = re.compile(
    rb"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)+[a-z]{2,}"
).fullmatch
_PLAIN_BYTES = 64


def key_of_line(line: bytes) -> str | None:
    """The key of the one address in `line`, with white space around it or none; None if none is.

    A name beside the address, a second address, or bytes that are no UTF-8 are no address.
    """
    lower = line.lower()
    if len(line) <= _PLAIN_BYTES and _PLAIN(lower):
        return lower.decode("ascii")
    try:
        made = make_address(line.decode("utf-8"))
    except UnicodeDecodeError:
        return None
    return None if made is None else made.key


def nearly(list_name: str, known: Collection[str]) -> str:
    """Of the known lists the one that is meant if `list_name` is mistyped; '' if nothing says so.

    It differs in capitals, in blanks or in Unicode's form alone.
    """
    if list_name in known:
        return ""
    meant = _folded(list_name)
    return next((name for name in sorted(known) if _folded(name) == meant), "")


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
