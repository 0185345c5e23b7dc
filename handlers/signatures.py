"""What stands below a text: the signature, "Sent from my phone", the disclaimer of a company."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from handlers import signature_words as words

_MAX_PARAGRAPH_CHARS = 4_000
# A company's notice is long; a sentence like "this message is confidential" may be a person's.
_MIN_DISCLAIMER_CHARS = 100
# Chinese and Japanese say the same in a third of the characters.
_CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]{5}")
_MIN_SCANNED_CHARS, _MAX_SCANNED_CHARS = 20, 400
_MIN_SUBJECTS = 3
_MAX_NOTICE_LINES = 8
# Within a clause: "Sent from my phone, please cancel" is more than the phone says.
_FEW = r"[^,;!?]"
_SENT_FROM = re.compile(
    rf"(?:(?:{words.SENT})\s(?:{words.BY})\b{_FEW}{{0,40}}?{words.DEVICE}{_FEW}{{0,60}}"
    rf"|(?:{words.GET})(?: o| la| il| aplikację| program| aplikaci)? outlook"
    r"(?: (?:for|für|pour|para|per|för|til|dla|pro|voor|для)\b(?: system\w?)? ?"
    r"(?:ios|android|mac|windows|iphone).{0,60})?"
    + "".join(f"|{line}" for line in words.WHOLE_LINES)
    + r"|outlook voor (?:ios|android) downloaden)\Z",
    re.IGNORECASE,
)
_MAX_SENT_FROM_CHARS = 120
_NOTICE = (
    r"\W{0,12}(?:(?:confidentiality|privacy|legal|important)\s+(?:notice|note)|disclaimer|confidential"
    r"|hinweis|vertraulichkeit\w*|avis|aviso(?: legal| de \w+)?|avviso)?\W{0,12}"
)
_DISCLAIMER = re.compile(
    _NOTICE + r"(?:(?:the )?(?:(?:information|contents?)(?: contained)? (?:in|of) )?this"
    r" (?:e-?mail|message|communication)|(?:der inhalt )?dieser? (?:e-?mail|nachricht)"
    r"|ce (?:message|courriel|mail)|este (?:mensaje|correo|e-?mail)|questo messaggio"
    r"|questa e-?mail|deze e-?mail|dit (?:bericht|e-?mail\w*)|esta mensagem|as informações"
    r"|la información|le informazioni)\b.{0,300}?"
    r"(?:confiden|privileged|intended (?:only|solely|exclusively|for the)|vertraulich"
    r"|(?:nur|ausschließlich) für .{0,60}bestimmt|(?:exclusi|uniquement|solo|só)\S* .{0,20}destin"
    r"|destinat[aá]r|vertrouwelijk|\bvirus)"
    + "|"
    + _NOTICE
    + r"(?:if you (?:are not the intended|(?:have )?received this (?:e-?mail|message)[^.]{0,40} in"
    r" error)|(?:wenn|falls|sollten) sie nicht der (?:richtige|beabsichtigte|vorgesehene)"
    r"|si vous n['’]êtes pas (?:le|la|l['’]) ?(?:véritable )?destinataire"
    r"|si (?:usted )?no es (?:usted )?el destinatario|se non (?:siete|è|sei) il destinatario"
    r"|(?:indien|als) u niet de (?:bedoelde )?(?:geadresseerde|ontvanger)"
    r"|se (?:você )?não (?:é|for) o destinatário)",
    re.IGNORECASE | re.DOTALL,
)
_OPENING = re.compile(r"\W{0,12}(?:P )?(?:" + "|".join(words.OPENINGS) + ")", re.IGNORECASE)
_FOOTER = re.compile(r"\W{0,12}(?:" + "|".join(words.FOOTERS) + ")", re.IGNORECASE)
_BUTTON = re.compile(r"\W{0,9}(?:" + words.BUTTONS + ")", re.IGNORECASE)
_CLEAN = re.compile(
    rf"\W{{0,12}}(?:{words.CLEAN})\W{{0,5}}(?:(?:https?://|www\.)\S{{1,200}}\s?)?"
    r"(?:<\S{1,300}>)?\W{0,5}\Z",
    re.IGNORECASE,
)
_SCANNED = re.compile(
    rf"(?s:.{{0,40}})(?:{words.MESSAGE})(?s:.{{0,80}}?)(?:{words.SCANNED})", re.IGNORECASE
)
_ASKED_ABOUT = re.compile(words.ASKED_ABOUT, re.IGNORECASE)
_VIRUS = re.compile(words.VIRUS, re.IGNORECASE)
_FIRST_PERSON = re.compile(words.FIRST_PERSON)
_SUBJECTS = tuple(
    re.compile(subject, re.IGNORECASE)
    for subject in (
        words.CONFIDENTIAL, words.RECIPIENT, words.IN_ERROR, words.FORBIDDEN, words.DISPOSAL,
    )
)  # fmt: skip


def signed_off(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The writer's own lines, and those of signatures, devices, companies and virus scanners.

    A signature begins at its delimiter. Without one, lines of devices at the end are taken off,
    and paragraphs that are notices wherever they stand; never all of a text for a notice.
    """
    end = _delimiter(lines)
    own, notices = _without_notices(lines[:end])
    last = len(own)
    while last and (not own[last - 1].strip() or _is_sent_from(own[last - 1].strip())):
        last -= 1
    return own[:last], [*own[last:], *notices, *lines[end:]]


def _delimiter(lines: Sequence[str]) -> int:
    for index, line in enumerate(lines):
        # RFC 3676 section 4.3: two hyphens and a space; many clients lose the space.
        if line.rstrip() == "--" or line.strip() in ("—", "__"):
            return index
    return len(lines)


def _without_notices(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines but for those of notices, and these."""
    own: list[str] = []
    notices: list[str] = []
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and lines[end].strip():
            end += 1
        begins = _notice_start(lines[start:end])
        own += lines[start : start + begins]
        notices += lines[start + begins : end]
        if end < len(lines):
            own.append(lines[end])
        start = end + 1
    said = any(line.strip() and not _is_sent_from(line.strip()) for line in own)
    by_button = bool(notices) and bool(_BUTTON.match(notices[0]))
    return (own, notices) if said or by_button else ([*lines], [])


def _notice_start(paragraph: Sequence[str]) -> int:
    """At which line of a paragraph a notice begins; their number where there is none."""
    size = sum(map(len, paragraph))
    if size < _MIN_SCANNED_CHARS and not any(map(_CLEAN.match, paragraph)):
        return len(paragraph)
    for index in range(min(len(paragraph), _MAX_NOTICE_LINES)):
        if _is_notice("\n".join(paragraph[index:])[:_MAX_PARAGRAPH_CHARS]):
            return index
    return len(paragraph)


def _is_notice(paragraph: str) -> bool:
    if _BUTTON.match(paragraph) or _CLEAN.match(paragraph):
        return True
    long = len(paragraph) >= _MIN_DISCLAIMER_CHARS
    if _FOOTER.match(paragraph) or (long and _DISCLAIMER.match(paragraph)):
        return not (_FIRST_PERSON.search(paragraph) and _ASKED_ABOUT.search(paragraph))
    if _FIRST_PERSON.search(paragraph) or _ASKED_ABOUT.search(paragraph):
        return False
    return _is_impersonal_notice(paragraph)


def _is_impersonal_notice(paragraph: str) -> bool:
    if _OPENING.match(paragraph):
        return True
    if len(paragraph) <= _MAX_SCANNED_CHARS and _SCANNED.match(paragraph):
        return bool(_VIRUS.search(paragraph))
    if len(paragraph) < _MIN_DISCLAIMER_CHARS and not _CJK.search(paragraph):
        return False
    spoken_of = [bool(subject.search(paragraph)) for subject in _SUBJECTS[:2]]
    if not any(spoken_of):
        return False
    spoken_of += [bool(subject.search(paragraph)) for subject in _SUBJECTS[2:]]
    return sum(spoken_of) >= _MIN_SUBJECTS


@lru_cache(maxsize=256)  # of greetings and names, too, most come again
def _is_sent_from(line: str) -> bool:
    return len(line) <= _MAX_SENT_FROM_CHARS and bool(_SENT_FROM.match(line))
