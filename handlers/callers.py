"""Who calls the web service: a bearer token (RFC 6750), or a signature of Standard Webhooks.

Both are compared in a time that tells nothing of the key, and with every key that there is.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Mapping
from datetime import datetime

from handlers.signing import signature

# https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
TOLERANCE_S = 300
_MAX_SIGNATURES = 16
_MAX_ID_CHARS = 256


def has_token(authorization: str, tokens: Collection[str]) -> bool:
    """Whether an Authorization field holds one of these tokens."""
    scheme, _, given = authorization.partition(" ")
    # Of equal length whatever was given; a digest, so that its length tells nothing either.
    digest = hashlib.sha256(given.strip().encode("utf-8", "replace")).digest()
    known = [hashlib.sha256(token.encode()).digest() for token in tokens]
    same = [hmac.compare_digest(digest, each) for each in known]
    return scheme.lower() == "bearer" and any(same)


def is_signed(
    fields: Mapping[str, str], body: bytes, keys: Collection[bytes], *, now: datetime
) -> bool:
    """Whether the call with these fields (names in lower case) was signed with one of these keys.

    A signature is good for five minutes around its time.
    """
    message_id, timestamp = fields.get("webhook-id", ""), fields.get("webhook-timestamp", "")
    if not 0 < len(message_id) <= _MAX_ID_CHARS or not timestamp.isascii():
        return False
    if not timestamp.isdecimal() or len(timestamp) > 15:
        return False
    is_recent = abs(now.timestamp() - int(timestamp)) <= TOLERANCE_S
    wanted = [signature(message_id, timestamp, body, key) for key in keys]
    given = fields.get("webhook-signature", "").encode("utf-8", "replace").split(b" ")
    same = [
        hmac.compare_digest(each, right) for each in given[:_MAX_SIGNATURES] for right in wanted
    ]
    return is_recent and any(same)
