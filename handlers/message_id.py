"""The Message-ID of a message, and the hash by which it is found again in other folders."""

from __future__ import annotations

import hashlib
import re

# As parse.py takes it (RFC 5322 section 3.6.4): the first one between angle brackets.
_MESSAGE_ID = re.compile(r"<[^<>\s\x00-\x1f]{1,250}>")
_FIELD = re.compile(rb"^message-id:(.*)", re.IGNORECASE | re.MULTILINE)
_FOLD = re.compile(rb"\n(?=[ \t])")
_END_OF_HEADER = re.compile(rb"\n\n")


def message_id_in(raw: bytes) -> str:
    """The Message-ID with its angle brackets in a message or in some of its header fields, or ''.

    For messages that cannot be parsed, and for headers alone; else `Message.message_id` has it.
    """
    text = raw.replace(b"\r\n", b"\n").replace(b"\r", b"")
    end = _END_OF_HEADER.search(text)
    header = _FOLD.sub(b"", text[: end.start()] if end else text)
    field = _FIELD.search(header)
    found = _MESSAGE_ID.search(field[1].decode("utf-8", "replace")) if field else None
    return found[0] if found else ""


def message_id_hash(message_id: str) -> str:
    """Hex SHA-256 of a Message-ID as it is written, or '' where there is none.

    The ledger keeps this, and not the Message-ID: some senders put the address into it.
    """
    if not message_id:
        return ""
    return hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest()
