"""The lines above a quotation: "On … wrote:", Outlook's block of fields, "Forwarded message".

mail-parser-reply knows some forms of "… wrote:"; those of other programs and languages, and all
blocks of fields, are recognised here by what they have in common, line by line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from mailparser_reply.constants import MAIL_LANGUAGES

from handlers import quote_words as words

# Real headers are far shorter, and the library's patterns are quadratic in a line's length.
MAX_LINE_CHARS = 250
_LIBRARY_CHARS = 150
MAX_LINES = 1_000
_WRAPPED_LINES = 4
_VERB_CHARS = 20

_COLONS = (":", "：")
_WROTE = re.compile(words.WROTE, re.IGNORECASE)
_QUOTING = re.compile(words.QUOTING, re.IGNORECASE)
# What a program writes names the time or the address of the message, which people do not.
_TIME = re.compile(r"\d{1,2}\s?[:.hH]\s?\d{2}(?!\d)")
_BRACKETED = re.compile(r"<[^<>\s]{1,100}@[^<>\s]{1,100}>")
_TIME_OR_ADDRESS = re.compile(_TIME.pattern + r"|[^\s@]@[^\s@]+\.\w")
_OWN_WORDS = re.compile(
    r"\b(?:I|ich|ik|jag|jeg|we|wir)\s+(?:wrote|schrieb|schreef|skrev)\b"
    r"|\b(?:schrieb|schreef|skrev|habe|had|have)\s+(?:I|ich|ik|jag|jeg|we|wir)\b"
    r"|\b(?:I|we)\s+(?:have|had)\b|\b(?:ich|wir|ik)\b.{0,80}\bgesch(?:rieben|reven)",
    re.IGNORECASE,
)
# Japanese and Russian Gmail and Czech Apple Mail use no verb: date, time, name and address.
_BARE = re.compile(
    r"(?:\* |\w{2,4}\.?,? )?(?=.{0,100}\b(?:19|20)\d{2}(?!\d))(?=.{0,120}\d[:.]\d{2}).{1,150}"
    r"<[^<>\s]{1,100}@[^<>\s]{1,100}>\s?(?:\[[^\[\]]{8,40}\])?\s?[:：]\Z"
)
# Russian Mail.ru writes the whole weekday.
_BARE_START = re.compile(r"\* |(?:\w{2,4}\.?,? |\w{5,12}, )?\d")
_LEADS = re.compile(words.LEADS, re.IGNORECASE)
# "ma 7. syysk. 2026", "2026年9月7日", "7. 9. 2026": a date before which at most a weekday stands.
_DATED = re.compile(
    r"(?:\S{1,14}\s){0,2}\d{1,2}[^\n]{1,20}\b(?:19|20)\d{2}\b|(?:19|20)\d{2}[年/.-]\d"
)
_NAMED = re.compile(r"[^<\s][^<]{0,80}<(?:[^<>\s]{1,100}@[^<>\s]{1,100}>|\Z)")
_SENTENCE_END = re.compile(
    r"(?<!\d)(?<!\b[apm])(?<!\bkl)(?<!\bgodz)(?<!\bsept)(?<!\b[ap]\.m)[.]\Z|[!?。！？]\Z"
    r"|(?<!>)[:：]\Z",
    re.IGNORECASE,
)
_FRAME = re.compile(r"[-=*_#~]{2,}+\s*+(.{2,90}?)[-=*_#~]{2}")
_FRAMES = "-=*_#~"
_FRAMED = re.compile(words.FRAMED, re.IGNORECASE)
_FRAMED_WROTE = re.compile(
    r"-{3,}+\s.{5,200}\b(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu)"
    r"\s-{3,}\s*\Z",
    re.IGNORECASE,
)
_FORWARDED_CJK = re.compile(words.FORWARDED_CJK)
_ABOVE = re.compile(words.ABOVE, re.IGNORECASE)
_DAVID = re.compile(r"\[?original message processed by david", re.IGNORECASE)
_MAX_FORWARDED_CHARS = 60
_WORD = re.compile(r"[^\W\d_]+(?:\u0307[^\W\d_]*)*")
_FIELDS = {word: kind for kind, names in words.FIELDS.items() for word in names.split()}
_FIELD = re.compile(r"[*_\s]{0,3}(\w{1,20}(?:[ '’]\w{1,12}){0,2})\s?[*_]?[:：][*_]?(.*)")
_APART = re.compile(r"[ '’]")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteHeader:
    """A quote header: `lines` of them from `start`, counted from 0.

    `takes_all` is set where the whole rest of the text belongs to the other side: under a
    forwarding line or a block of fields nobody marks what is quoted.
    """

    start: int
    lines: int
    takes_all: bool


def find_quote_header(lines: Sequence[str]) -> QuoteHeader | None:
    """The first quote header among the first 1,000 lines, or None.

    Lines marked as quoted are passed over: the headers in there are older ones.
    """
    short = [line.strip()[:MAX_LINE_CHARS] for line in lines[:MAX_LINES]]
    for index, line in enumerate(short):
        if not line or line[0] in ">|":
            continue
        if _is_ruler(line):
            return QuoteHeader(start=index, lines=1, takes_all=True)
        if line.endswith(_COLONS):
            count = _wrote(short, index)
            if count:
                verb = _is_verb_alone(short, index + 1)
                return QuoteHeader(start=index + 1 - count, lines=count + verb, takes_all=False)
        count = _block(short, index)
        if count:
            return QuoteHeader(start=index, lines=count, takes_all=True)
    return None


def _is_ruler(line: str) -> bool:
    """Whether a line says that another message begins below it."""
    frame = _FRAME.match(line) if line[0] in _FRAMES else None
    if frame is not None:
        inner = frame[1]
        return bool(_FRAMED.search(inner) or _ABOVE.search(inner) or _FRAMED_WROTE.match(line))
    if len(line) <= _MAX_FORWARDED_CHARS and line.endswith(_COLONS):
        said = set(_WORD.findall(line.lower()))
        if said & words.FORWARDED and said <= words.FORWARDED | words.AROUND_FORWARDED:
            return True
        return bool(_FORWARDED_CJK.match(line))
    return line[0] in "[oO" and bool(_DAVID.match(line))


def _wrote(lines: Sequence[str], last: int) -> int:
    """How many lines a "… wrote:" header takes that ends with line `last`; 0 if it is none.

    Mail programs wrap it at most three times. The line that begins with its date is the first;
    else the one that begins with the name, before the date.
    """
    found = named = 0
    for count in range(1, _WRAPPED_LINES + 1):
        first = last + 1 - count
        if first < 0 or not lines[first] or lines[first][0] in ">|":
            break
        if count > 1 and _SENTENCE_END.search(lines[first]):
            break  # a sentence of the writer's own
        text = " ".join(lines[first : last + 1]).replace("< ", "<")
        if _is_wrote(text):
            # Gmail breaks the line before an address, and leaves its bracket above.
            found = count if lines[first].endswith("<") else found or count
            if _TIME.search(text) is None:
                continue
            if _is_dated(lines[first]):
                return count
            if not named and _NAMED.match(lines[first]):
                named = count
    return named or found


def _is_verb_alone(lines: Sequence[str], index: int) -> bool:
    """Whether a line is only the "wrote:" of the one above it, as in Gmail's Russian."""
    line = lines[index] if index < len(lines) else ""
    return len(line) <= _VERB_CHARS and line.endswith(_COLONS) and bool(_WROTE.match(line))


def _is_dated(line: str) -> bool:
    """Whether a line begins as those do that name the time first."""
    lead = _LEADS.match(line)
    return bool(_DATED.match(line) or (lead and any(c.isdigit() for c in line)))


def _is_wrote(text: str) -> bool:
    if not _WROTE.search(text) or _OWN_WORDS.search(text):
        bare = _BARE_START.match(text) and _BARE.match(text)
        return bool(bare or (_QUOTING.match(text) and _TIME_OR_ADDRESS.search(text)))
    if _TIME_OR_ADDRESS.search(text):
        return True
    return len(text) <= _LIBRARY_CHARS and bool(_library_pattern().match(text))


def _block(lines: Sequence[str], first: int) -> int:
    """How many lines a block of fields takes from line `first`; 0 if there is none.

    A block says from whom and when, with the time of day or with an address; or, below a word of
    whoever passes it on, from which address and about what. A web form's "From: … Subject: …" is
    no such block, and neither is the head of a letter.
    """
    if _field(lines[first]) is None:
        return 0
    kinds: dict[str, str] = {}
    end = first
    for index in range(first, min(first + 12, len(lines))):
        field = _field(lines[index])
        if field is not None:
            kinds.setdefault(*field)
            end = index + 1
        elif lines[index] and index > end:
            break  # two lines that are no fields: at most one is the rest of a wrapped one
    sender, date = kinds.get("from"), kinds.get("date")
    if sender is None:
        return 0
    if date is None:
        return end - first if "subject" in kinds and _is_passed_on(lines, first, sender) else 0
    return end - first if _TIME_OR_ADDRESS.search(f"{date} {sender}") else 0


def _is_passed_on(lines: Sequence[str], first: int, sender: str) -> bool:
    """Whether a block without a date is a message's that somebody passes on with a word of theirs.

    "From: Support <info@x.example>" below a sentence; a web form begins with its fields.
    """
    above = next((line for line in reversed(lines[:first]) if line), "")
    return bool(above) and _field(above) is None and bool(_BRACKETED.search(sender))


def _field(line: str) -> tuple[str, str] | None:
    """The kind and the value of a field such as "Von: …"."""
    match = _FIELD.match(line) if ":" in line or "：" in line else None
    kind = _FIELDS.get(_APART.sub("", match[1].lower())) if match else None
    return (kind, match[2]) if match and kind else None


@cache
def _library_pattern() -> re.Pattern[str]:
    """The forms of "… wrote:" that mail-parser-reply knows, of all its languages."""
    forms = (
        language["wrote_header"]
        for language in MAIL_LANGUAGES.values()
        if "wrote_header" in language
    )
    return re.compile("|".join(forms), re.IGNORECASE)
