"""The signature of Standard Webhooks, version 1: HMAC-SHA256 over id, time and body.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime


def signature(message_id: str, timestamp: str, body: bytes, key: bytes) -> bytes:
    """As it stands in the field: "v1," and base64."""
    signed = f"{message_id}.{timestamp}.".encode("utf-8", "replace") + body
    return b"v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256))


def signed_fields(
    message_id: str, body: bytes, keys: Iterable[bytes], *, at: datetime
) -> dict[str, str]:
    """The three fields of a message that is sent now, with a signature by each of `keys`.

    Whoever checks needs one that fits, so that a key is changed without a gap.
    """
    timestamp = str(int(at.timestamp()))
    each = (signature(message_id, timestamp, body, key).decode("ascii") for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(each),
    }
