"""The token behind the plus of a newsletter's unsubscribe address: `support+TOKEN@example.com`.

It says what the token of `list_token.py` says, and differs in form: some servers make addresses
lower case, and where 64 octets are the end every one counts.

    base32, lower case( synthetic IV (16 octets) | list, NUL, address key, at 6 bits a character )

Which key made it is found out by trying.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping

from handlers.address import make_address
from handlers.list_token import ListToken
from handlers.sealing import Cipher

_PURPOSE = [b"optoutd list-unsubscribe plus 1"]
_IV_OCTETS = 16
# The characters at 6 bits: NUL, one that makes the next letter a capital, and what addresses and
# names of lists are made of. The order is part of the form.
_CAPITAL = "\x01"
SYMBOLS = f"\0{_CAPITAL}abcdefghijklmnopqrstuvwxyz0123456789@.-_+* !#$%&'/=?^`{{|}}~:,()"
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_PACK = str.maketrans(
    dict(zip(SYMBOLS, _BASE64, strict=True))
    | {each.upper(): _BASE64[1] + _BASE64[SYMBOLS.index(each)] for each in _LETTERS}
)
_UNPACK = str.maketrans(_BASE64, SYMBOLS)
_CAPITALS = re.compile(f"{_CAPITAL}([a-z])")
_IS_PACKABLE = re.compile(f"[{re.escape(SYMBOLS[2:])}A-Z]*\0[{re.escape(SYMBOLS[2:])}]*\\Z")
# As much as there may be behind the plus, and as little as a token has.
_CANDIDATE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z2-7]{30,62}(?![A-Za-z0-9])")
_MOST_CANDIDATES = 8


class PlusSealer:
    """Makes tokens for addresses with one key."""

    def __init__(self, key: bytes) -> None:
        self._cipher = Cipher(key)

    def seal(self, address_key: str, list_name: str, *, most_chars: int) -> str:
        """The token of an address (by its key) and a list; '' where it has no such form.

        That is where it would be longer than `most_chars`, or a character is not one of 6 bits.
        """
        text = f"{list_name}\0{address_key}"
        if _chars(len(text)) > most_chars or not _IS_PACKABLE.match(text):
            return ""
        sealed = self._cipher.seal(_packed(text), _PURPOSE)
        token = base64.b32encode(sealed).decode("ascii").rstrip("=").lower()
        return token if len(token) <= most_chars else ""


def plus_token_in(detail: str, keys: Mapping[int, bytes]) -> ListToken | None:
    """The first token of ours in what stands behind a plus, in letters of any case, or None."""
    for match in [*_CANDIDATE.finditer(detail)][:_MOST_CANDIDATES]:
        raw = _octets(match[0].upper())
        # The newest first, which has made the most.
        for number in sorted(keys, reverse=True) if raw else ():
            found = _opened(raw, keys[number])
            if found is not None:
                return found
    return None


def _opened(raw: bytes, key: bytes) -> ListToken | None:
    opened = Cipher(key).unseal(raw, _PURPOSE)
    if opened is None:
        return None
    list_name, _, address_key = _unpacked(opened).partition("\0")
    address = make_address(address_key)
    return None if address is None else ListToken(address=address, list_name=list_name)


def _octets(token: str) -> bytes:
    """What a token encodes; b'' where it is not as we write one."""
    try:
        raw = base64.b32decode(token + "=" * (-len(token) % 8))
    except ValueError:
        return b""
    # The last character has bits that stand for nothing: one token, one spelling.
    is_ours = base64.b32encode(raw).decode("ascii").rstrip("=") == token
    return raw if is_ours and len(raw) > _IV_OCTETS else b""


def _chars(symbols: int) -> int:
    """How long the token of so many characters is, without capitals among them."""
    octets = _IV_OCTETS + (symbols * 6 + 7) // 8
    return (octets * 8 + 4) // 5


def _packed(text: str) -> bytes:
    """Four characters in three octets. None of ours ends with NUL, and what is filled up does."""
    symbols = text.translate(_PACK)
    return base64.b64decode(symbols + _BASE64[0] * (-len(symbols) % 4)).rstrip(b"\0")


def _unpacked(raw: bytes) -> str:
    symbols = base64.b64encode(raw + b"\0" * (-len(raw) % 3)).decode("ascii")
    text = symbols.translate(_UNPACK).rstrip("\0")
    return _CAPITALS.sub(lambda match: match[1].upper(), text)
