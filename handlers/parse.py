"""Bytes to `Message`. The only importer of mailparser.

mail-parser reads addresses, dates, charsets and bodies; mime.py makes the tree that it is given
safe and whole.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.errors import MessageError

from mailparser import MailParser
from mailparser.exceptions import MailParserError

from handlers.address import Address, clean_text, make_address
from handlers.address_field import read_addresses
from handlers.bounces import bounced_addresses
from handlers.charsets import decode_octets, decode_words, without_c1
from handlers.extent import ORDINARY, Limits, beginning
from handlers.header_block import readable_header, stray_fields, take_apart
from handlers.html_text import html_texts
from handlers.mime import Prepared, is_about_content, prepare, read_tree
from handlers.pgp import SEALED
from handlers.quotes import TextParts, split_text
from handlers.received import received_first
from handlers.secret import find_secrets
from handlers.values import Headers, Message
from handlers.written import MAX_TEXT_CHARS

MAX_ADDRESSES = 200
MAX_REFERENCES = 50
# Beside the names of the standard library. Servers differ in what they read of such a header.
MENDED_HEADER = "MendedHeaderDefect"
# Far below the size at which messages are cut, so that a copy cut elsewhere has the same digest.
MAX_DIGEST_BYTES = 8_192

_MESSAGE_ID = re.compile(r"<[^<>\s\x00-\x1f]{1,250}>")

# Without a handler mail-parser's warnings go to stderr, and they quote the message.
logging.getLogger("mailparser").addHandler(logging.NullHandler())
logging.getLogger("mailparser").propagate = False


# What broken mail brings about in the standard library and in mail-parser.
_UNREADABLE = (
    MailParserError, MessageError, RecursionError, ValueError, LookupError, TypeError,
    AttributeError, OverflowError,
)  # fmt: skip


class UnparseableMessage(ValueError):  # noqa: N818 - it names the message, as the ledger does
    """A message that cannot be read within the limits; it is set aside for a person."""


class _Reader(MailParser):  # type: ignore[misc]  # it has no types
    """mail-parser without what it writes for `mail_json`: a third of its time, for nobody."""

    def _make_mail(self, *_: object, **__: object) -> dict[str, object]:
        return {}


def parse_message(raw: bytes, limits: Limits = ORDINARY) -> Message:
    """Parses one message as it came over IMAP; takes anything, also a message cut short.

    Of one that is over `limits` the beginning is read, and it counts as cut short where somebody's
    words may lie behind.

    Raises:
        UnparseableMessage: it cannot be read at all.
    """
    begun = beginning(raw, limits)
    # Of the trace fields, most of a header, nobody but us wants to know.
    apart = take_apart(begun, is_about_content)
    read = begun if apart else readable_header(begun)  # in what can be taken apart all is read
    if read is not begun:
        apart = take_apart(read, is_about_content)
    try:
        tree = read_tree(apart[1] if apart else read)
        fields = apart[0] if apart else [*tree.raw_items()]
        headers = _headers(fields, () if apart else stray_fields(read))
        guessed = frozenset(name.lower() for name, value in fields if _is_guessed(value))
        kind = tree.get_content_type(), str(tree.get_param("report-type") or "").lower()
        prepared = prepare(tree, most_parts=limits.delimiters)
        parsed = _Reader(tree)
        message = _message(raw, headers, guessed, kind, parsed, prepared)
    except _UNREADABLE as error:
        raise UnparseableMessage(f"{type(error).__name__} while parsing") from error
    cut_short = (len(begun) < len(raw) or prepared.cut) and message.is_open_ended
    bounced = bounced_addresses(read, message)
    if not (cut_short or bounced) and read is begun:
        return message
    return replace(
        message,
        cut_short=message.cut_short or cut_short,
        bounced=bounced,
        defects=message.defects if read is begun else (*message.defects, MENDED_HEADER),
    )


def _message(
    raw: bytes,
    headers: Headers,
    guessed: Container[str],
    kind: tuple[str, str],
    parsed: MailParser,
    prepared: Prepared,
) -> Message:
    parts, hidden, cut = _texts(parsed)
    subject = clean_text(decode_words(headers.first("subject")), limit=500)
    senders, readable = _addresses(headers, "from", guessed)
    in_reply_to = _message_ids(" ".join(headers.all("in-reply-to")))[:5]
    recipients = tuple(
        address
        for name in ("to", "cc", "resent-to", "resent-cc")
        for address in _addresses(headers, name, guessed)[0]
    )
    delivered = tuple(
        address
        for name in ("delivered-to", "x-original-to")
        if (address := make_address(headers.first(name).strip("<> "))) is not None
    )
    quoted = f"{parts.quoted}\n{_normal(prepared.inner)}".strip("\n")
    threads = decode_words(" ".join((*headers.all("in-reply-to"), *headers.all("references"))))
    return Message(
        digest=_digest(headers, raw),
        message_id=next(iter(_message_ids(headers.first("message-id"))), ""),
        in_reply_to=in_reply_to,
        references=_message_ids(headers.first("references"))[-MAX_REFERENCES:],
        senders=senders,
        senders_readable=readable and len(headers.all("from")) == 1,
        reply_to=_addresses(headers, "reply-to", guessed)[0],
        recipients=recipients[:MAX_ADDRESSES],
        delivered_to=delivered,
        subject=subject,
        date=_date(parsed),
        headers=headers,
        content_type=kind[0],
        report_type=kind[1],
        new_text=parts.new,
        quoted_text=quoted[:MAX_TEXT_CHARS],
        signature=parts.signature,
        hidden_text=hidden[:MAX_TEXT_CHARS],
        attached_types=prepared.types,
        secrets=find_secrets("\n".join((threads, parts.new, parts.signature, hidden, quoted))),
        # What is encrypted may say anything.
        cut_short=cut or (not parts.new.strip() and SEALED in parts.signature),
        is_open_ended=prepared.is_open_ended,
        defects=tuple(sorted(parsed.defects_categories)),
        report_fields=_fields_of(prepared.report),
        returned_fields=_fields_of(prepared.returned),
    )


def _texts(parsed: MailParser) -> tuple[TextParts, str, bool]:
    """What was written, quoted and signed, what HTML hides, and whether words were cut off."""
    text = "\n".join(parsed.text_plain)
    plain = split_text(_normal(text))
    cut = len(text) > MAX_TEXT_CHARS and not _ends_quoted(text, plain)
    html = html_texts("\n".join(parsed.text_html)) if parsed.text_html else None
    if html is None:
        return plain, "", cut
    parts = split_text(_normal(html.shown))
    over = html.cut or len(html.shown) > MAX_TEXT_CHARS
    cut = cut or (over and not _ends_quoted(html.shown, parts))
    return (
        TextParts(
            new=_joined(parts.new, plain.new),
            quoted=_joined(parts.quoted, html.quoted, plain.quoted),
            signature=_joined(parts.signature, html.signature, plain.signature),
        ),
        html.hidden,
        cut,
    )


def _ends_quoted(text: str, parts: TextParts) -> bool:
    """Whether what was read of a text ends inside of a quotation, which goes on behind it."""
    lines = _normal(text).rstrip().rsplit("\n", 1)
    last = lines[-1].strip()
    if last.startswith(">"):  # and whoever answers below it leaves out the mark
        rest = text[MAX_TEXT_CHARS:].partition("\n")[2].split("\n")
        return all(line.lstrip()[:1] in ("", ">", "|") for line in rest)
    return bool(last) and parts.quoted.rstrip().endswith(last)


def _joined(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def _normal(text: str) -> str:
    cut = text[:MAX_TEXT_CHARS].replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    cut = without_c1(cut.replace("\u00a0", " ").replace("\ufeff", ""))
    return cut.replace("\u2028", "\n").replace("\u2029", "\n")


def _headers(fields: Sequence[tuple[str, object]], stray: tuple[tuple[str, str], ...]) -> Headers:
    """All header fields, unfolded, as text that can be encoded again; the stray ones come last."""
    return Headers([(name, _plain(value)) for name, value in (*fields, *stray)])


def _fields_of(text: str) -> Headers:
    """The fields of a header that was written out as text, unfolded."""
    lines = re.sub(r"\r?\n[ \t]+", " ", _normal(text)).split("\n")
    parts = (line.partition(":") for line in lines)
    return Headers((name.strip(), value.strip()) for name, colon, value in parts if colon)


def _is_guessed(value: object) -> bool:
    """Whether a field holds octets that are no UTF-8, so that its charset has to be guessed."""
    text = str(value)
    if text.isascii():
        return False
    try:
        text.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeError:
        return True
    return False


def _plain(value: object) -> str:
    text = str(value)
    if text.isascii():
        return text.replace("\r", "").replace("\n", "")
    octets = text.encode("utf-8", "surrogateescape")
    return decode_octets(octets, "").replace("\r", "").replace("\n", "")


def _message_ids(value: str) -> tuple[str, ...]:
    return tuple(_MESSAGE_ID.findall(value))


def _addresses(
    headers: Headers, name: str, guessed: Container[str]
) -> tuple[tuple[Address, ...], bool]:
    """The addresses of all fields `name`, and whether every one of them could be read."""
    found: list[Address] = []
    complete = True
    values = headers.all(name)
    for value in values[:MAX_ADDRESSES]:
        addresses, readable = read_addresses(value, guessed=name in guessed)
        found += addresses[: MAX_ADDRESSES - len(found)]
        complete = complete and readable
    return tuple(found), complete and bool(values)


def _date(parsed: MailParser) -> datetime | None:
    date = parsed.date
    if not isinstance(date, datetime):
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)


def _start_of_body(raw: bytes) -> int:
    """What follows the first empty line; the end where there is none."""
    crlf = raw.find(b"\n\r\n")
    lf = raw.find(b"\n\n", 0, crlf + 1 if crlf >= 0 else len(raw))
    return lf + 2 if lf >= 0 else crlf + 3 if crlf >= 0 else len(raw)


def _digest(headers: Headers, raw: bytes) -> str:
    """Equal for all copies of a message: trace headers, which differ, are not in it.

    But for one that its writer did not date: there the first server's date has to do.
    """
    start = _start_of_body(raw)
    # Twice as many octets, because each line may end with two; and no copy of megabytes.
    body = raw[start : start + 2 * MAX_DIGEST_BYTES + 1]
    body = body.replace(b"\r\n", b"\n")
    digest = hashlib.sha256()
    for name in ("from", "date", "subject", "message-id"):
        # Servers on the way fold fields anew.
        fields = "\n".join(" ".join(value.split()) for value in headers.all(name))
        if name == "date" and not fields.strip():
            # Else who asks in the same words a year later, by the same form, has said nothing.
            fields = received_first(headers)
        digest.update(fields.encode("utf-8", "replace") + b"\0")
    digest.update(body[:MAX_DIGEST_BYTES].rstrip())
    return digest.hexdigest()
