"""Whose an Authentication-Results field says it is, by its authserv-id (RFC 8601 section 2.2)."""

from __future__ import annotations

import re
from enum import Enum

from handlers.charsets import decode_words
from handlers.lookalike import skeleton

# The setting that means a server which writes no authserv-id, as Exchange Online does.
NO_ID = "exchange-online"

_HEAD_CHARS = 500
_FIRST_RESULT = re.compile(r"\s*[A-Za-z][A-Za-z0-9-]{0,40}\s*=")
_COMMENT = re.compile(r"\([^()]*\)")
_VERSION = re.compile(r"\s+\d{1,9}\Z")
_BOUNDARY = r"(?:^|[^a-z0-9])"
# Shorter than that, two names of different owners differ in one letter.
_MIN_TYPO_CHARS = 8


class Whose(Enum):
    """Whose a field claims to be."""

    OURS = "ours"  # our id, as the setting spells it
    MISSPELLED = "misspelled"  # our id by the standard, but not as our server writes it
    LOOKALIKE = "lookalike"  # somebody else's that a reader takes for ours
    OTHER = "other"


def whose(value: str, trusted: str) -> Whose:
    """Whose the field `value` is where our own server's id is `trusted`."""
    head = value[:_HEAD_CHARS].partition(";")[0]
    if trusted.lower() == NO_ID:  # begins with a result at once
        return Whose.OURS if _FIRST_RESULT.match(head) else Whose.OTHER
    if head.strip(" \t") == trusted:
        return Whose.OURS
    plain = _VERSION.sub("", _COMMENT.sub(" ", head).strip())
    if plain.removeprefix('"').removesuffix('"').lower() == trusted.lower():
        return Whose.MISSPELLED
    return Whose.LOOKALIKE if _looks_like(head, trusted) else Whose.OTHER


def _looks_like(head: str, trusted: str) -> bool:
    """Whether our id stands in it, with other letters or with something around it.

    A sister of our server ("mx2" of "mx1") looks like nobody but herself.
    """
    ours, theirs = skeleton(trusted), skeleton(decode_words(head).strip())
    if theirs == ours:
        return True
    if "." not in ours:  # "mail" stands in the names of half the servers of the world
        return False
    around = rf"^{re.escape(ours)}|{_BOUNDARY}{re.escape(ours)}(?:$|[^a-z0-9])"
    return bool(re.search(around, theirs)) or _is_typo(theirs, ours)


def _is_typo(theirs: str, ours: str) -> bool:
    """Whether the same host's domain has one letter more, less, changed or swapped."""
    host, _, domain = ours.partition(".")
    their_host, _, their_domain = theirs.partition(".")
    if their_host != host or len(domain) < _MIN_TYPO_CHARS or "." not in domain:
        return False
    if any(c.isdigit() for c in set(domain) ^ set(their_domain)):
        return False  # nodes that are numbered
    return _distance_is_one(their_domain, domain)


def _distance_is_one(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return True  # one is the other and a letter
    a, b = one[start:], other[start:]
    swapped = len(a) == len(b) and a[:2] == b[1::-1] and a[2:] == b[2:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or swapped
