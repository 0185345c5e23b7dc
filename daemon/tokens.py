"""The randomness of the route: references for people, secrets for proof."""

from __future__ import annotations

import base64
import secrets

from handlers.named import MAX_NAMED
from handlers.values import Tokens

# Crockford's base32: no I, L, O or U, which are misread on the telephone.
_ALPHABET = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# A letter for each octet, every one of them equally often: there are 32.
_LETTERS = bytes(_ALPHABET[octet % len(_ALPHABET)] for octet in range(256))
_REFERENCE_CHARS = 6
_SECRET_BYTES = 10


def draw_tokens() -> Tokens:
    """Fresh tokens for one message."""
    drawn = secrets.token_bytes(_REFERENCE_CHARS * (2 + MAX_NAMED)).translate(_LETTERS).decode()
    opt_out, cancellation, *named = (
        drawn[place : place + _REFERENCE_CHARS] for place in range(0, len(drawn), _REFERENCE_CHARS)
    )
    return Tokens(
        opt_out_reference=f"O-{opt_out}",
        cancellation_reference=f"C-{cancellation}",
        named_references=tuple(f"O-{reference}" for reference in named),
        secret=base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode(),
    )
