"""Plain text to its parts: the writer's new words, what is quoted or forwarded, the signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.boxes import without_unchosen
from handlers.pgp import without_armour
from handlers.quote_headers import QuoteHeader, find_quote_header
from handlers.signatures import signed_off

_QUOTED = re.compile(r"\s{0,3}[>|]")
_RULE = re.compile(r"\s*[_*=-]{3,}+\s*\Z")
# A quoted line this long was broken by a mail program where its rest stands below unmarked.
_BROKEN_CHARS = 60
_REST_CHARS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class TextParts:
    """A plain text in its three parts, each with the line order kept."""

    new: str
    quoted: str
    signature: str


def split_text(text: str) -> TextParts:
    """Splits plain text; what follows a quote header is the other side's, as far as can be told.

    Under "… wrote:" the lines marked with `>` are quoted and the others are the writer's, who
    answers below or in between; where no line is marked, all of it is quoted. Under a forwarding
    line or a block of fields everything is quoted. Nothing is lost: each line goes to one of the
    parts.
    """
    lines, armour = without_armour(text.split("\n"))
    header = find_quote_header(lines)
    above = lines[: header.start] if header else lines
    new, quoted = _by_mark(above)
    own, signature = signed_off(new)
    if header:
        while own and (not own[-1].strip() or _RULE.match(own[-1])):
            quoted.append(own.pop())  # the line that Outlook draws
        quoted += lines[header.start : header.start + header.lines]
        below, rest = _below(lines[header.start + header.lines :], header)
        quoted += rest
        # Each by itself: a signature above the quotation does not end what stands below it.
        answer, last_signature = signed_off(below)
        own += answer
        signature += last_signature
    own, unchosen = without_unchosen(own)
    signature += [*unchosen, *armour]
    return TextParts(new=_text(own), quoted=_text(quoted), signature=_text(signature))


def _below(lines: Sequence[str], header: QuoteHeader) -> tuple[list[str], list[str]]:
    """The writer's lines and the quoted ones below a header."""
    if header.takes_all or not any(_QUOTED.match(line) for line in lines):
        return [], list(lines)
    return _by_mark(lines)


def _by_mark(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The unmarked lines, and those marked with `>` or `|`."""
    own: list[str] = []
    quoted: list[str] = []
    for index, line in enumerate(lines):
        (quoted if _QUOTED.match(line) or _is_rest(lines, index) else own).append(line)
    return own, quoted


def _is_rest(lines: Sequence[str], index: int) -> bool:
    """Whether an unmarked line is the end of the marked one above, broken off on the way."""
    if not 0 < index < len(lines) - 1 or not lines[index][:1].islower():
        return False
    above, line, below = (x.rstrip() for x in lines[index - 1 : index + 2])
    return (
        len(line) <= _REST_CHARS < _BROKEN_CHARS <= len(above)
        and above[-1] not in ".?!:"
        and bool(_QUOTED.match(above) and _QUOTED.match(below))
    )


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines).strip("\n")
