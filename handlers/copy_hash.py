"""Which copy of a message it is: moving keeps the header, a second delivery does not."""

from __future__ import annotations

import hashlib
from email.parser import BytesHeaderParser
from email.policy import compat32

# Received differs from one delivery to the next, and is the same wherever the copy is moved.
HEADER_FIELDS = ("FROM", "DATE", "SUBJECT", "MESSAGE-ID", "RECEIVED")
_MAX_HEADER_BYTES = 262_144


def copy_hash(header: bytes) -> str:
    """Hex SHA-256 of these fields, of a whole message or of its header alone."""
    fields = BytesHeaderParser(policy=compat32).parsebytes(head_of(header)).raw_items()
    values = [
        f"{name.upper()}:{' '.join(str(value).split())}"
        for name, value in fields
        if name.upper() in HEADER_FIELDS
    ]
    return hashlib.sha256("\n".join(values).encode("utf-8", "surrogateescape")).hexdigest()


def octets_digest(raw: bytes) -> str:
    """Hex SHA-256 of a message: the digest under which it stands where it cannot be read."""
    return hashlib.sha256(raw).hexdigest()


def head_of(raw: bytes) -> bytes:
    """The header of a message, without the body: there may be a megabyte of it."""
    ends = [end for end in (raw.find(b"\r\n\r\n"), raw.find(b"\n\n")) if end >= 0]
    return raw[: min(*ends, _MAX_HEADER_BYTES) if ends else _MAX_HEADER_BYTES]
