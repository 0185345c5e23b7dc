"""A message as a person sees it who decides on it: what was written, and which words count."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import Message as MimePart

from handlers.address import clean_text
from handlers.charsets import decode_words
from handlers.mime import read_tree
from handlers.parse import UnparseableMessage, parse_message
from handlers.proof import results_in
from handlers.screen import Ourselves
from handlers.values import Evidence, Message, RawMessage

MAX_FIELD_CHARS = 500
MAX_TEXT_CHARS = 16_384
MAX_QUOTED_LINES = 10
MAX_ATTACHMENTS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A part that has a file name, as its sender calls it."""

    name: str
    content_type: str


Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The parts of a message. Text is what the writer wrote now, cut at `MAX_TEXT_CHARS`.

    `subject_spans` and `text_spans` are where the evidence stands, ascending and apart from each
    other. Texts may hold anything: they are to be made harmless before a terminal.
    """

    sender: str = ""
    to: str = ""
    date: str = ""
    subject: str = ""
    results: tuple[str, ...] = ()  # of our own server
    posing: tuple[str, ...] = ()  # what somebody else's server says in the name of ours
    attachments: tuple[Attachment, ...] = ()
    text: str = field(default="", repr=False)
    quoted: str = field(default="", repr=False)
    left_out_chars: int = 0
    left_out_lines: int = 0
    subject_spans: tuple[Span, ...] = ()
    text_spans: tuple[Span, ...] = ()
    problem: str = ""


def is_the_one(raw: RawMessage, digest: str) -> bool:
    """Whether this is the message that was decided on; `digest` as the ledger has it."""
    if hashlib.sha256(raw.raw).hexdigest() == digest:  # one that could not be read
        return True
    try:
        return parse_message(raw.raw).digest == digest
    except UnparseableMessage:
        return False


def show_message(
    raw: RawMessage,
    evidence: Iterable[Evidence],
    trusted_authserv_id: str,
    us: Ourselves = Ourselves(),  # noqa: B008 - frozen
) -> Shown:
    """The message for a person; one that cannot be parsed is shown as its first characters."""
    try:
        message = parse_message(raw.raw)
    except UnparseableMessage as error:
        text = raw.raw.decode("utf-8", "replace").replace("\r\n", "\n")
        return Shown(
            text=text[:MAX_TEXT_CHARS],
            left_out_chars=max(len(text) - MAX_TEXT_CHARS, 0),
            problem=f"it cannot be read as a message: {error}",
        )
    text, quoted = message.new_text.strip("\n"), message.quoted_text.strip("\n").split("\n")
    offset = len(message.new_text) - len(message.new_text.lstrip("\n"))
    known = tuple(evidence)
    found = results_in(message, us, trusted_authserv_id)
    return Shown(
        sender=_field(message, "from"),
        to=", ".join(filter(None, (_field(message, "to"), _field(message, "cc")))),
        date=_field(message, "date"),
        subject=message.subject,
        results=_cleaned(found.ours),
        posing=_cleaned(found.posing),
        attachments=_attachments(raw.raw),
        text=text[:MAX_TEXT_CHARS],
        left_out_chars=max(len(text) - MAX_TEXT_CHARS, 0),
        quoted="\n".join(quoted[:MAX_QUOTED_LINES]),
        left_out_lines=max(len(quoted) - MAX_QUOTED_LINES, 0),
        subject_spans=_spans(message.subject, known, "subject"),
        text_spans=tuple(
            (max(start - offset, 0), min(end - offset, MAX_TEXT_CHARS))
            for start, end in _spans(message.new_text, known, "text")
            if start - offset < MAX_TEXT_CHARS and end > offset
        ),
    )


def _cleaned(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(clean_text(value, limit=MAX_FIELD_CHARS) for value in values)


def _field(message: Message, name: str) -> str:
    value = ", ".join(message.headers.all(name)[:3])
    return clean_text(decode_words(value), limit=MAX_FIELD_CHARS)


def _spans(text: str, evidence: Iterable[Evidence], part: str) -> tuple[Span, ...]:
    """Where the evidence stands, if the same words still stand there."""
    found: list[Span] = []
    for start, end in sorted(
        (e.start, e.end)
        for e in evidence
        if e.part == part and e.words and text[e.start : e.end].startswith(e.words)
    ):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def _attachments(raw: bytes) -> tuple[Attachment, ...]:
    found = []
    for part in read_tree(raw).walk():
        name = _file_name(part)
        if not name:
            continue
        found.append(
            Attachment(
                name=clean_text(decode_words(name)) or "(no name)",
                content_type=clean_text(part.get_content_type()),
            )
        )
        if len(found) == MAX_ATTACHMENTS:
            break
    return tuple(found)


def _file_name(part: MimePart) -> str:
    """The name of a part, '' where it has none."""
    try:
        return str(part.get_filename() or "")
    except (LookupError, TypeError, ValueError):  # RFC 2231 with a codec that is no charset
        return "(a name that cannot be read)"
