"""Which copy of a message it is: moving keeps the header, a second delivery does not."""

from __future__ import annotations

import hashlib

from handlers.header_block import header_values

# Received differs from one delivery to the next, and is the same wherever the copy is moved.
HEADER_FIELDS = ("FROM", "DATE", "SUBJECT", "MESSAGE-ID", "RECEIVED")
_NAMES = frozenset(name.lower() for name in HEADER_FIELDS)


def copy_hash(header: bytes) -> str:
    """Hex SHA-256 of these fields, of a whole message or of its header alone."""
    values = [f"{name.upper()}:{value}" for name, value in header_values(header, _NAMES)]
    return hashlib.sha256("\n".join(values).encode("utf-8", "surrogateescape")).hexdigest()


def octets_digest(raw: bytes) -> str:
    """Hex SHA-256 of a message: the digest under which it stands where it cannot be read."""
    return hashlib.sha256(raw).hexdigest()
