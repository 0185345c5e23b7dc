"""Plain text to its parts: the writer's new words, what is quoted or forwarded, the signature."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from mailparser_reply import EmailMessage
from mailparser_reply.constants import MAIL_LANGUAGES

# The library's patterns are quadratic in a line's length: real quote headers are far shorter.
MAX_LINE_CHARS = 200
MAX_LINES = 400

_QUOTED = re.compile(r"\s{0,3}[>|]")
_MAYBE_HEADER = re.compile(r"[:：]\s*$|[-_]{4}|^\W*\w+\s?:\s", re.MULTILINE)
_FORWARDED = re.compile(
    r"\s*-{2,}\s*(?:original|forwarded|ursprüngliche|weitergeleitete|message|mensaje|messaggio"
    r"|mensagem|doorgestuurd|oorspronkelijk|vidarebefordrat|videresendt|begin forwarded)"
    r"|begin forwarded message:|anfang der weitergeleiteten",
    re.IGNORECASE,
)
_HEADER_LINE = re.compile(r"[>|*\s]{0,4}([\w -]{2,20})\s?[:：]\*?\s", re.UNICODE)
_SENT_FROM = re.compile(
    r"(?:sent (?:from|via|with)|get outlook|von meinem|gesendet (?:von|mit)"
    r"|envoyé (?:de|depuis)|enviado (?:desde|do)"
    r"|inviato da|verzonden (?:vanaf|met)|wysłano z|skickat från|sendt fra)\b.{0,60}\Z",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"(?:this (?:e-?mail|message|communication)|the information (?:contained )?in this"
    r"|confidential|disclaimer|diese (?:e-?mail|nachricht)|ce (?:message|courriel)"
    r"|este (?:mensaje|correo|e-?mail)|questo messaggio|deze e-?mail|esta mensagem)\b"
    r".{0,200}(?:confiden|privileged|intended|vertraulich|bestimmt|destin|vertrouwelijk|virus)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextParts:
    """A plain text in its three parts, each with the line order kept."""

    new: str
    quoted: str
    signature: str


def split_text(text: str) -> TextParts:
    """Splits plain text; what follows a quote header is the other side's, as far as can be told.

    Under "… wrote:" the lines marked with `>` are quoted and the others are the writer's, who
    answers below or in between; where no line is marked, all of it is quoted. Under a forwarded
    or Outlook header everything is quoted. Nothing is lost: each line goes to one of the parts.
    """
    lines = text.split("\n")
    cut, forwarded = _first_header(lines)
    head, tail = lines[:cut], lines[cut:]
    new = [line for line in head if not _QUOTED.match(line)]
    quoted = [line for line in head if _QUOTED.match(line)]
    if tail:
        header_lines = 1 if forwarded else _header_length(tail)
        body = tail[header_lines:]
        marked = any(_QUOTED.match(line) for line in body)
        below = [] if forwarded or not marked else [x for x in body if not _QUOTED.match(x)]
        quoted += tail[:header_lines]
        quoted += [x for x in body if _QUOTED.match(x)] if below else body
        new += below
    new, signature = _signature_off(new)
    return TextParts(
        new="\n".join(new).strip("\n"),
        quoted="\n".join(quoted).strip("\n"),
        signature="\n".join(signature).strip("\n"),
    )


def _first_header(lines: list[str]) -> tuple[int, bool]:
    """The index of the first quote header, or the number of lines; and whether all below is it."""
    short = [line.strip()[:MAX_LINE_CHARS] for line in lines[:MAX_LINES]]
    place, forwarded = len(lines), False
    text = "\n".join(short)
    if _MAYBE_HEADER.search(text):
        match = _header_pattern().search(text)
        if match and match.group().strip():
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            place = text.count("\n", 0, start)
            forwarded = not text[start : match.end()].rstrip().endswith((":", "："))
    for index, line in enumerate(short[:place]):
        if _FORWARDED.match(line):
            return index, True
    return place, forwarded


def _header_length(tail: list[str]) -> int:
    """How many lines the "… wrote:" header takes: mail clients wrap it at most twice."""
    for index, line in enumerate(tail[:3]):
        if line.rstrip().endswith((":", "：")):
            return index + 1
    return 1


def _signature_off(lines: list[str]) -> tuple[list[str], list[str]]:
    for index, line in enumerate(lines):
        # RFC 3676 section 4.3: two hyphens and a space; many clients lose the space.
        if line.rstrip() == "--" or line.strip() in ("—", "__"):
            return lines[:index], lines[index:]
    end = len(lines)
    while end and (not lines[end - 1].strip() or _SENT_FROM.match(lines[end - 1].strip())):
        end -= 1
    body, signature = lines[:end], lines[end:]
    start = _last_paragraph(body)
    if start and _DISCLAIMER.search("\n".join(body[start:])[:2000]):
        return body[:start], body[start:] + signature
    return body, signature


def _last_paragraph(lines: list[str]) -> int:
    for index in range(len(lines) - 1, -1, -1):
        if not lines[index].strip():
            return index + 1
    return 0


@cache
def _header_pattern() -> re.Pattern[str]:
    """The quote headers that mail-parser-reply knows, of all its languages."""
    pattern: re.Pattern[str] = EmailMessage(text="", languages=list(MAIL_LANGUAGES)).HEADER_REGEX
    return pattern
