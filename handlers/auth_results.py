"""What an Authentication-Results field says of DMARC (RFC 8601). The only importer of authres.

A field of our own server is trusted, and yet outsiders write in it: servers copy the envelope
address, names and selectors that a sender chose, not all of them quoted. Therefore a pass counts
only where two readers agree on it, authres and the plain one here, and where the field holds
nothing else about DMARC; and every other result counts as soon as its words stand there, be it in
a comment. authres leaves out, without a word, what follows the first thing that it cannot read.
"""

from __future__ import annotations

import re

from authres import AuthResError, FeatureContext, dmarc
from authres.core import AuthenticationResultsHeader

from handlers.address import make_address
from handlers.authserv_id import NO_ID

# No server writes more; and mime.py cuts what is longer, perhaps before the verdict.
MAX_FIELD_CHARS = 8_000

PASS = "pass"  # noqa: S105 - a verdict
FAIL = "fail"
# What is no verdict of DMARC, and is none to go by.
UNREADABLE = "unreadable"
UNALIGNED = "unaligned"  # a pass that names no domain, or another one than the From's

_DMARC = FeatureContext(dmarc)
# Behind blanks: a fold, a comment, or the end of the field.
_BEGIN_MORE_CFWS = ("", "\r", "\n", "(")
_IN_WORDS = re.compile(r"(?<![\w.-])dmarc\s*(?:/\s*\d+\s*)?=\s*([a-z]+)", re.IGNORECASE)
_METHOD = re.compile(r"\s*dmarc\s*[/=]", re.IGNORECASE)
_NAME = r"[A-Za-z][A-Za-z0-9.-]{0,60}"
# A result with its reason and properties, without comments; no value here is a quoted string.
_WHOLE_PASS = re.compile(
    rf"\s*dmarc\s*=\s*pass((?:\s+{_NAME}\s*=\s*[A-Za-z0-9._/+:,-]{{1,300}})*)\s*\Z",
    re.IGNORECASE,
)
_PROPERTY = re.compile(rf"({_NAME})\s*=\s*([A-Za-z0-9._/+:,-]+)")
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[^"()]+', re.DOTALL)
_IN_COMMENT = re.compile(r"\\.|[()]", re.DOTALL)
_ANY_PASS = re.compile(r"=\s*\"?pass\b", re.IGNORECASE)
_DMARC_PASS = re.compile(r"dmarc\s*(?:/\s*\d+\s*)?=\s*\"?pass\b", re.IGNORECASE)


class Field(AuthenticationResultsHeader):  # type: ignore[misc]  # it has no types
    """A field as authres reads it, which would compile each pattern again at each place."""

    _parse_text: str

    def _parse_pattern(self, pattern: str) -> re.Match[str] | None:
        found = _begins[pattern].match(self._parse_text)
        if found is not None:
            self._parse_text = self._parse_text[found.end() :]
        return found

    def _parse_rfc5322_cfws(self) -> None:
        rest = self._parse_text.lstrip(" \t")
        if rest[:1] in _BEGIN_MORE_CFWS:
            super()._parse_rfc5322_cfws()
        else:
            self._parse_text = rest


class _Patterns(dict[str, re.Pattern[str]]):
    """Those of authres by how they are written: some twenty, each asked for at every turn."""

    def __missing__(self, pattern: str) -> re.Pattern[str]:
        found = self[pattern] = re.compile(pattern, re.IGNORECASE)
        return found


_begins = _Patterns()


def dmarc_results(value: str, trusted: str, domain: str) -> tuple[str, ...]:
    """Every result of DMARC in a field of ours, in lower case; of a sender at `domain`, or ''.

    A "pass" among them is one that our server gave to that very domain; () says that the field
    is not about DMARC. The field has at most 8,000 characters, or is unreadable.
    """
    in_words = tuple(verdict.lower() for verdict in _IN_WORDS.findall(value))
    others = tuple(verdict for verdict in in_words if verdict != PASS)
    if len(value) > MAX_FIELD_CHARS:
        return (*others, UNREADABLE)
    # Some servers end the field with a semicolon, which RFC 8601 does not know.
    value = value.rstrip().removesuffix(";")
    segments = _segments(value if trusted.lower() != NO_ID else f"{NO_ID}; {value}")
    if segments is None:
        return (*others, UNREADABLE)
    named = [segment for segment in segments[1:] if _METHOD.match(segment)]
    mentions = len(_IN_WORDS.findall(";".join(segments)))  # ARC tells another's pass in a comment
    if not named and not mentions:
        return others
    if not domain:
        return (*others, UNALIGNED)
    vouched = _vouched_domain(named[0]) if len(named) == mentions == 1 and not others else None
    if vouched is None or vouched.lower() != _by_authres(value, trusted):
        return (*others, UNALIGNED if vouched == "" else UNREADABLE)
    return (PASS,) if _domain(vouched) == domain else (UNALIGNED,)


def claims_a_pass(value: str, trusted: str) -> bool:
    """Whether a field vouches for anything; of one without an id, that is DMARC alone.

    The server of a sender who uses Exchange Online, too, writes one that vouches for nothing.
    """
    return bool((_DMARC_PASS if trusted.lower() == NO_ID else _ANY_PASS).search(value))


def _vouched_domain(segment: str) -> str | None:
    """The domain that a segment gives a pass to, '' if none; None where it is not read as one."""
    whole = _WHOLE_PASS.match(segment)
    if whole is None:
        return None
    found = [v for name, v in _PROPERTY.findall(whole[1]) if name.lower() == "header.from"]
    return found[0] if len(found) == 1 else "" if not found else None


def _by_authres(value: str, trusted: str) -> str | None:
    """The domain that the only result of DMARC gives a pass to, as authres reads it."""
    text = value if trusted.lower() != NO_ID else f"{NO_ID}; {value}"
    try:
        parsed = Field.parse_value(_DMARC, text.lower())
    except (AuthResError, ValueError, IndexError, TypeError, RecursionError):
        return None
    results = [r for r in parsed.results if str(r.method).lower() == "dmarc"]
    if str(parsed.authserv_id).lower() != trusted.lower() or len(results) != 1:
        return None
    passed = str(results[0].result).lower() == PASS
    return str(getattr(results[0], "header_from", None) or "") if passed else None


def _domain(name: str) -> str:
    address = make_address(f"x@{name}")
    return address.domain if address is not None else ""


def _segments(value: str) -> list[str] | None:
    """The parts between semicolons, each comment a blank and each quoted string a `"`.

    None where a comment or a quoted string does not end, or a comment has not begun.
    """
    plain: list[str] = []
    place = 0
    while place < len(value):
        if value[place] == "(":
            plain.append(" ")
            place = _end_of_comment(value, place)
            if not place:
                return None
            continue
        piece = _PIECE.match(value, place)
        if piece is None:
            return None
        plain.append('"' if piece[0].startswith('"') else piece[0])
        place = piece.end()
    return "".join(plain).split(";")


def _end_of_comment(value: str, start: int) -> int:
    """The place after the comment that begins at `start`; 0 where it does not end."""
    depth = 0
    for sign in _IN_COMMENT.finditer(value, start):
        depth += {"(": 1, ")": -1}.get(sign[0], 0)
        if not depth:
            return sign.end()
    return 0
