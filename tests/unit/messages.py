"""Messages as mail programs send them, put together from lines."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.values import Headers, Message

ANNA = "Anna Weiss <anna@customer.example>"
SUPPORT = "support@shop.example"
DATE = "Mon, 01 Jun 2026 10:00:00 +0200"
SECRET = "ABCDEFGH234567XY"


def mail(
    body: str | bytes = "Hello.",
    *,
    subject: str | None = "Hello",
    sender: str | None = ANNA,
    fields: Sequence[str] = (),
    charset: str = "utf-8",
) -> bytes:
    """One message with CRLF between its lines; `fields` are further header fields.

    A body of text is preceded by its Content-Type unless `fields` have one.
    """
    lines = [f"Date: {DATE}", "Message-ID: <one@customer.example>", f"To: {SUPPORT}"]
    if sender is not None:
        lines.insert(0, f"From: {sender}")
    if subject is not None:
        lines.append(f"Subject: {subject}")
    lines += fields
    if not any(field.lower().startswith("content-type") for field in fields):
        lines.append(f"Content-Type: text/plain; charset={charset}")
    head = "\r\n".join(["MIME-Version: 1.0", *lines]).encode("utf-8", "surrogateescape")
    octets = body if isinstance(body, bytes) else body.replace("\n", "\r\n").encode(charset)
    return head + b"\r\n\r\n" + octets


def part(
    body: str | bytes, content_type: str = "text/plain; charset=utf-8", *fields: str
) -> bytes:
    """One part of a multipart: its fields and its body."""
    head = "\r\n".join([f"Content-Type: {content_type}", *fields]).encode()
    return head + b"\r\n\r\n" + (body if isinstance(body, bytes) else body.encode())


def joined(*parts: bytes, boundary: str = "b1") -> bytes:
    """The body of a multipart."""
    edge = b"--" + boundary.encode()
    return b"".join(edge + b"\r\n" + one + b"\r\n" for one in parts) + edge + b"--\r\n"


def multipart(
    *parts: bytes,
    subtype: str = "mixed",
    boundary: str = "b1",
    declared: str | None = None,
    subject: str = "Hello",
    fields: Sequence[str] = (),
) -> bytes:
    """A multipart message; `declared` is the boundary that its header wrongly names."""
    kind = f'Content-Type: multipart/{subtype}; boundary="{declared or boundary}"'
    return mail(joined(*parts, boundary=boundary), subject=subject, fields=[kind, *fields])


def nested(*parts: bytes, subtype: str = "alternative", boundary: str = "b2") -> bytes:
    """A multipart as a part of another one."""
    return part(joined(*parts, boundary=boundary), f'multipart/{subtype}; boundary="{boundary}"')


def message(new_text: str = "", **values: object) -> Message:
    """A parsed message, for what comes after parsing."""
    fields: dict[str, object] = {
        "digest": "0" * 64,
        "message_id": "<one@customer.example>",
        "in_reply_to": (),
        "references": (),
        "senders": (),
        "senders_readable": True,
        "reply_to": (),
        "recipients": (),
        "delivered_to": (),
        "subject": "",
        "date": None,
        "headers": Headers(()),
        "content_type": "text/plain",
        "report_type": "",
        "new_text": new_text,
        **values,
    }
    return Message(**fields)  # type: ignore[arg-type]
