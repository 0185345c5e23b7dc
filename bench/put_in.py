"""Changes to a mail's bytes: our address as its recipient, a request at the top of its text.

Nothing is parsed and written anew: all else of the mail stays as it was found, with its faults.
"""

from __future__ import annotations

import base64
import re

_BLANK_LINE = re.compile(rb"\r?\n\r?\n|\r\r")
_RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "resent-to", "resent-cc")
# What lists and their software write; a mail without it is its author's.
_OF_LISTS = (
    "list-id", "list-post", "list-unsubscribe", "list-unsubscribe-post", "list-help",
    "list-subscribe", "list-owner", "list-archive", "list-software", "mailing-list", "x-beenthere",
    "x-mailing-list", "x-mailman-version", "precedence", "sender", "errors-to", "return-path",
    "x-loop", "x-list", "list", "reply-to", "mail-followup-to", "x-spam-flag", "x-spam-status",
    "resent-from", "resent-sender", "x-egroups-return", "x-egroups-from", "x-ml-name",
    "x-ml-count", "x-mlserver", "x-ezmlm-id", "x-listserver", "x-list-id", "x-google-group-id",
    "x-sympa-to", "x-listmember",
)  # fmt: skip
# Deeper than any mail that a mail program writes.
_MAX_DEPTH = 10


def split_head(raw: bytes) -> tuple[bytes, bytes, bytes]:
    """The header section, the blank line, and the body."""
    found = _BLANK_LINE.search(raw)
    if found is None:
        return raw, b"", b""
    return raw[: found.start()], raw[found.start() : found.end()], raw[found.end() :]


def without_fields(raw: bytes, names: tuple[str, ...]) -> bytes:
    """The mail without these header fields, each with its continuation lines."""
    head, blank, body = split_head(raw)
    pattern = "|".join(re.escape(name) for name in names)
    field = re.compile(rb"(?im)^(?:%s)[ \t]*:.*(?:\n[ \t].*)*(?:\n|\Z)" % pattern.encode())
    return field.sub(b"", head + b"\n").removesuffix(b"\n") + blank + body


def addressed(raw: bytes, to: str) -> bytes:
    """The mail as though it had been sent to `to` alone, and delivered there."""
    fields = f"Delivered-To: {to}\nTo: {to}\n".encode()
    if b"\r\n" in raw[:2000]:
        fields = fields.replace(b"\n", b"\r\n")
    return fields + without_fields(raw.removeprefix(b"\xef\xbb\xbf"), _RECIPIENTS)


def as_a_person(raw: bytes) -> bytes:
    """A list's mail as its author sent it."""
    return without_fields(raw, _OF_LISTS)


def with_request(raw: bytes, words: str) -> bytes | None:
    """The mail with `words` as the first line of its first text; None where it has no text."""
    return _put_in(raw, words.encode(), 0)


def _put_in(entity: bytes, words: bytes, depth: int) -> bytes | None:
    head, blank, body = split_head(entity)
    kind = _field(head, b"content-type").lower()
    if kind.startswith(b"multipart/"):
        return None if depth > _MAX_DEPTH else _put_in_part(head + blank, body, words, depth)
    if kind and not kind.startswith(b"text"):
        return None
    newline = b"\r\n" if b"\r\n" in blank else b"\n"
    blank = blank or newline + newline
    line = b"<p>" + words + b"</p>" if kind.startswith(b"text/html") else words + newline
    if _field(head, b"content-transfer-encoding").lower().startswith(b"base64"):
        # A whole number of three octets needs no padding, so that what follows goes on.
        text = line + newline + b" " * (-len(line + newline) % 3)
        return head + blank + base64.b64encode(text) + newline + body
    start = re.search(rb"(?i)<body[^>]{0,500}>", body[:20_000]) if b"html" in kind else None
    at = start.end() if start else 0
    return head + blank + body[:at] + line + newline + body[at:]


def _put_in_part(head: bytes, body: bytes, words: bytes, depth: int) -> bytes | None:
    """Puts the words into the first part that takes them."""
    boundary = re.search(rb'(?i)boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))', head)
    if boundary is None:
        return None
    line = rb"(?m)^--" + re.escape(boundary[1] or boundary[2]) + rb"(?:--)?[ \t]*\r?$\n?"
    places = list(re.finditer(line, body))
    for number, place in enumerate(places):
        end = places[number + 1].start() if number + 1 < len(places) else len(body)
        part = body[place.end() : end]
        if part.lstrip(b"\r").startswith(b"\n"):
            part = b"Content-Type: text/plain" + (b"\r\n" if b"\r" in part[:1] else b"\n") + part
        changed = _put_in(part, words, depth + 1) if part.strip() else None
        if changed is not None:
            return head + body[: place.end()] + changed + body[end:]
    return None


def _field(head: bytes, name: bytes) -> bytes:
    found = re.search(rb"(?im)^" + name + rb"[ \t]*:((?:.*)(?:\r?\n[ \t].*)*)", head)
    return b" ".join(found[1].split()) if found else b""
