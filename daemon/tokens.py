"""The randomness of the route: references for people, secrets for proof."""

from __future__ import annotations

import base64
import secrets

from handlers.named import MAX_NAMED
from handlers.values import Tokens

# Crockford's base32: no I, L, O or U, which are misread on the telephone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_REFERENCE_CHARS = 6
_SECRET_BYTES = 10


def draw_tokens() -> Tokens:
    """Fresh tokens for one message."""
    return Tokens(
        opt_out_reference=_reference("O"),
        cancellation_reference=_reference("C"),
        named_references=tuple(_reference("O") for _ in range(MAX_NAMED)),
        secret=base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode(),
    )


def _reference(letter: str) -> str:
    return f"{letter}-{''.join(secrets.choice(_ALPHABET) for _ in range(_REFERENCE_CHARS))}"
