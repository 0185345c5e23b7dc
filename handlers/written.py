"""Which of a message's text parts somebody wrote, left to mail-parser as it reads them best.

mail-parser drops what has a file name and what is neither plain nor html, and it takes both of
two alternatives.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from email.message import Message as MimePart

from handlers.charsets import decode_octets, is_readable

MAX_TEXT_CHARS = 262_144

_UNSEEN = " \t\r\n\u00a0\u200b\u200c\u200d\u034f\u00ad\ufeff"
_PLACEHOLDER = re.compile(
    r"\W*(?:this|your) (?:e-?mail|message|client|mail) [^\n]{0,60}\bhtml\b", re.IGNORECASE
)
_NOT_WORDS = frozenset(
    {"calendar", "css", "csv", "directory", "rtf", "vcard", "watch-html", "x-amp-html", "x-vcard",
     "xml"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPart:
    """A text part, and the outermost multipart/alternative that it is in."""

    part: MimePart
    alternative: MimePart | None

    @property
    def kind(self) -> str:
        """The subtype: plain, html or another."""
        return self.part.get_content_subtype()


def choose_written(found: Sequence[TextPart]) -> bool:
    """Makes of the text parts of a message, in their order, what was written and what was not.

    Returns whether anything was written.
    """
    texts = [text for text in found if text.kind not in _NOT_WORDS]
    said: set[tuple[int, str]] = set()
    for text in sorted(texts, key=lambda text: text.kind != "plain"):
        # Beside words in plain nobody asks whether there are some in HTML.
        if (id(text.alternative), "plain") not in said and _says_something(text):
            said.add((id(text.alternative), text.kind))
    written = False
    for text in texts:
        if _is_repeated(text, said):
            text.part.set_payload("")
        elif _is_file(text.part, first=not written):
            _make_file(text.part)
        else:
            written = _make_written(text) or written
    if not written:
        # Some programs send all of a message as an attachment.
        written = any(text.kind == "plain" and _make_written(text) for text in texts)
    return written


def payload_text(part: MimePart) -> str:
    """The text of a part, decoded; at most `MAX_TEXT_CHARS` octets of it."""
    octets = part.get_payload(decode=True)
    cut = octets[:MAX_TEXT_CHARS] if isinstance(octets, bytes) else b""
    return decode_octets(cut, part.get_content_charset(""))


def retype(part: MimePart, content_type: str) -> None:
    """Gives `part` another content type, without the parameters that it had."""
    del part["Content-Type"]
    part["Content-Type"] = content_type


def _is_repeated(text: TextPart, said: AbstractSet[tuple[int, str]]) -> bool:
    """Whether another alternative says the same and is easier to read (RFC 2046 section 5.1.4).

    `said` are the alternatives and kinds of the texts in which something stands.
    """
    if text.alternative is None:
        return False
    has_html = (id(text.alternative), "html") in said
    has_plain = (id(text.alternative), "plain") in said
    if text.kind == "plain":
        return has_html and not has_plain  # a mere placeholder
    return has_plain or (has_html and text.kind != "html")


def _says_something(text: TextPart) -> bool:
    if text.alternative is None:
        return False  # nobody asks
    words = payload_text(text.part)
    return bool(words.strip(_UNSEEN)) and not (text.kind == "plain" and _PLACEHOLDER.match(words))


def _is_file(part: MimePart, *, first: bool) -> bool:
    """Whether a text is a file that came along; a name alone does not make the first text one."""
    if part.get_content_disposition() == "attachment":
        return True
    return not first and bool(part.get_filename())


def _make_file(part: MimePart) -> None:
    del part["Content-Disposition"]
    part["Content-Disposition"] = "attachment"


def _make_written(text: TextPart) -> bool:
    """Makes a text what mail-parser takes for written; False where nothing stands in it."""
    part = text.part
    octets = part.get_payload(decode=True)
    if not isinstance(octets, bytes) or not octets.strip():
        return False
    charset = part.get_content_charset("")
    subtype = "html" if text.kind == "html" else "plain"
    for name in ("Content-Disposition", "Content-ID"):
        del part[name]
    if not is_readable(octets, charset):
        del part["Content-Transfer-Encoding"]
        retype(part, f"text/{subtype}; charset=utf-8")
        part.set_payload(decode_octets(octets, charset))
    elif text.kind != subtype or part.get_filename():
        retype(part, f'text/{subtype}; charset="{charset or "utf-8"}"')
    return True
