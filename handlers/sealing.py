"""AES-SIV (RFC 5297): encrypts and authenticates, and gives the same for the same each time.

The one importer of `cryptography`, at the first token: that takes 6 MB, and a daemon without
newsletters meets none.
"""

from __future__ import annotations

from collections.abc import Sequence


class Cipher:
    """Seals with one key of 64 octets. What is beside the text is authenticated, and not in it."""

    def __init__(self, key: bytes) -> None:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV

        self._cipher = AESSIV(key)
        self._not_ours = InvalidTag

    def seal(self, text: bytes, beside: Sequence[bytes]) -> bytes:
        """The synthetic IV, 16 octets, and the text encrypted."""
        return self._cipher.encrypt(text, list(beside))

    def unseal(self, sealed: bytes, beside: Sequence[bytes]) -> bytes | None:
        """The text; None where it was not sealed with this key, or beside something else."""
        try:
            return self._cipher.decrypt(sealed, list(beside))
        except self._not_ours:
            return None
