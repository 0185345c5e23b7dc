"""Bytes to `Message`. The only importer of mailparser.

mail-parser reads headers, addresses, dates, charsets and bodies. Before it is asked, the message
is looked at as raw bytes (nesting, parts), forwarded messages are taken out of the tree, because
their text would join the writer's own, and parts that it would drop are made plain text.
"""

from __future__ import annotations

import email
import hashlib
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message as MimePart

from mailparser import MailParser
from mailparser.exceptions import MailParserError
from mailparser.utils import decode_header_part, get_addresses

from handlers.address import Address, clean_text, make_address
from handlers.html_text import html_texts
from handlers.language import detect_language
from handlers.quotes import TextParts, split_text
from handlers.secret import find_secrets
from handlers.values import Headers, Message

MAX_PARTS = 500
MAX_NESTING = 50
MAX_HEADER_FIELDS = 1_000
MAX_HEADER_CHARS = 20_000
MAX_TEXT_CHARS = 65_536
MAX_ADDRESSES = 200
MAX_REFERENCES = 50

# mail-parser spends a third of its time on these, and nothing here reads them from it.
_TRACE = frozenset({"received", "dkim-signature", "arc-seal", "arc-message-signature"})
_TRACE_PREFIXES = ("x-ms-", "x-microsoft-", "x-google-")
_MESSAGE_ID = re.compile(r"<[^<>\s\x00-\x1f]{1,250}>")
_BOUNDARY = re.compile(rb"boundary\s*=", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\W*(?:this (?:e-?mail|message) (?:requires|contains|is in) html|html)")

# Without a handler mail-parser's warnings go to stderr, and they quote the message.
logging.getLogger("mailparser").addHandler(logging.NullHandler())
logging.getLogger("mailparser").propagate = False


class UnparseableMessage(ValueError):  # noqa: N818 - it names the message, as the ledger does
    """A message that cannot be read within the limits; it is set aside for a person."""


def parse_message(raw: bytes) -> Message:
    """Parses one message as it came over IMAP; takes anything, also a message cut short.

    Raises:
        UnparseableMessage: nested deeper than 50 levels, more than 500 parts, or unreadable.
    """
    if len(_BOUNDARY.findall(raw)) > MAX_NESTING:
        raise UnparseableMessage(f"more than {MAX_NESTING} multipart boundaries")
    try:
        tree = email.message_from_bytes(raw)
        headers = _headers(tree)
        inner = _prepare(tree)
        parsed = MailParser(tree)
    except (MailParserError, RecursionError, ValueError, LookupError, TypeError) as error:
        if isinstance(error, UnparseableMessage):
            raise
        raise UnparseableMessage(f"{type(error).__name__} while parsing") from error
    return _message(raw, headers, parsed, tree, inner)


def _message(
    raw: bytes, headers: Headers, parsed: MailParser, tree: MimePart, inner: str
) -> Message:
    parts, hidden = _texts(parsed)
    subject = clean_text(_decoded(headers.first("subject")), limit=500)
    senders, readable = _addresses(headers, "from")
    references = tuple(_MESSAGE_ID.findall(headers.first("references"))[-MAX_REFERENCES:])
    in_reply_to = tuple(_MESSAGE_ID.findall(" ".join(headers.all("in-reply-to")))[:5])
    recipients = tuple(
        address
        for name in ("to", "cc", "resent-to", "resent-cc")
        for address in _addresses(headers, name)[0]
    )
    delivered = tuple(
        address
        for name in ("delivered-to", "x-original-to")
        if (address := make_address(headers.first(name).strip("<> "))) is not None
    )
    quoted = f"{parts.quoted}\n{inner}".strip("\n")
    threads = " ".join((*in_reply_to, *headers.all("references")))
    return Message(
        digest=_digest(headers, raw),
        message_id=next(iter(_MESSAGE_ID.findall(headers.first("message-id"))), ""),
        in_reply_to=in_reply_to,
        references=references,
        senders=senders,
        senders_readable=readable and len(headers.all("from")) == 1,
        reply_to=_addresses(headers, "reply-to")[0],
        recipients=recipients[:MAX_ADDRESSES],
        delivered_to=delivered,
        subject=subject,
        date=_date(parsed),
        headers=headers,
        content_type=tree.get_content_type(),
        report_type=str(tree.get_param("report-type") or "").lower(),
        new_text=parts.new,
        quoted_text=quoted[:MAX_TEXT_CHARS],
        signature=parts.signature,
        hidden_text=hidden[:MAX_TEXT_CHARS],
        language=detect_language(_sample(parts.new, subject)),
        attached_types=tuple(p.get_content_type() for p in _leaves(tree))[:MAX_PARTS],
        secrets=find_secrets(f"{threads}\n{parts.new}\n{quoted}"),
        defects=tuple(sorted(parsed.defects_categories)),
    )


def _sample(text: str, subject: str) -> str:
    """What to tell the language by: a few words alone are too little, with the subject or not."""
    return text if len(text) >= 30 else f"{subject}\n{text}"


def _prepare(tree: MimePart) -> str:
    """Makes `tree` what mail-parser reads well; returns the text of the messages inside it."""
    inner: list[str] = []
    for count, part in enumerate(list(tree.walk()), start=1):
        if count > MAX_PARTS:
            raise UnparseableMessage(f"more than {MAX_PARTS} parts")
        kind = part.get_content_type()
        if kind == "message/rfc822" and part.is_multipart():
            inner += [_inner_text(child) for child in _children(part)]
            part.set_payload([])
        elif kind == "text/rfc822-headers":
            inner.append(_payload_text(part))
        elif _loses_its_text(part):
            part.set_type("text/plain")
    for name in set(tree.keys()):
        if name.lower() in _TRACE or name.lower().startswith(_TRACE_PREFIXES):
            del tree[name]
    return "\n".join(inner)[:MAX_TEXT_CHARS]


def _loses_its_text(part: MimePart) -> bool:
    """Whether mail-parser would drop this part although it is what somebody wrote.

    A multipart without its boundary, and text of a subtype that it does not know.
    """
    if part.is_multipart() or part.get_content_disposition() == "attachment":
        return False
    if part.get_content_maintype() == "multipart":
        return True
    known = ("plain", "html", "calendar", "csv", "rfc822-headers")
    return part.get_content_maintype() == "text" and part.get_content_subtype() not in known


def _children(part: MimePart) -> list[MimePart]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, MimePart)] if payload else []


def _inner_text(message: MimePart) -> str:
    """Headers and first text of a forwarded or returned message: for reference only."""
    names = ("Message-ID", "In-Reply-To", "From", "Subject")
    lines = [f"{name}: {_plain(message.get(name, ''))[:500]}" for name in names]
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            return "\n".join([*lines, _payload_text(part)])
    return "\n".join(lines)


def _payload_text(part: MimePart) -> str:
    payload = part.get_payload(decode=True)
    octets = payload if isinstance(payload, bytes) else b""
    return octets[:MAX_TEXT_CHARS].decode("utf-8", "replace")


def _leaves(tree: MimePart) -> Iterator[MimePart]:
    return (part for part in tree.walk() if not part.is_multipart())


def _texts(parsed: MailParser) -> tuple[TextParts, str]:
    """What was written, quoted and signed, and what HTML hides."""
    plain = _normal("\n".join(parsed.text_plain))
    if plain.strip() and not _PLACEHOLDER.match(plain.lower()):
        return split_text(plain), ""
    html = html_texts("\n".join(parsed.text_html))
    parts = split_text(_normal(html.shown))
    return (
        TextParts(
            new=parts.new,
            quoted=f"{parts.quoted}\n{html.quoted}".strip("\n"),
            signature=f"{parts.signature}\n{html.signature}".strip("\n"),
        ),
        html.hidden,
    )


def _normal(text: str) -> str:
    cut = text[:MAX_TEXT_CHARS].replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return cut.replace("\u00a0", " ").replace("\u2028", "\n").replace("\u2029", "\n")


def _headers(tree: MimePart) -> Headers:
    """All header fields, unfolded, as text that can be encoded again; over the limits cut off."""
    items = list(tree.raw_items())[:MAX_HEADER_FIELDS]
    return Headers((name, _plain(value)) for name, value in items)


def _plain(value: object) -> str:
    text = str(value)[:MAX_HEADER_CHARS]
    octets = text.encode("utf-8", "surrogateescape")
    return octets.decode("utf-8", "replace").replace("\r", "").replace("\n", "")


def _decoded(value: str) -> str:
    return str(decode_header_part(value))


def _addresses(headers: Headers, name: str) -> tuple[tuple[Address, ...], bool]:
    """The addresses of all fields `name`, and whether every one of them could be read."""
    found: list[Address] = []
    values = headers.all(name)
    complete = bool(values)
    for value in values:
        defects: list[dict[str, object]] = []
        pairs = get_addresses(value, defects=defects, decode_names=True)
        addresses = [make_address(spec, display) for display, spec in pairs[:MAX_ADDRESSES]]
        complete = complete and bool(addresses) and None not in addresses and not defects
        found += [address for address in addresses if address is not None]
    return tuple(found), complete


def _date(parsed: MailParser) -> datetime | None:
    date = parsed.date
    if not isinstance(date, datetime):
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)


def _digest(headers: Headers, raw: bytes) -> str:
    """Equal for all copies of a message: trace headers, which differ, are not in it."""
    _, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    digest = hashlib.sha256()
    for name in ("from", "date", "subject", "message-id"):
        digest.update("\n".join(headers.all(name)).encode("utf-8", "replace") + b"\0")
    digest.update(body.rstrip())
    return digest.hexdigest()
