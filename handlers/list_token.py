"""The token in a newsletter's List-Unsubscribe fields: whose newsletter it is, and of which list.

Encrypted and authenticated (AES-SIV, RFC 5297): who reads it learns no address, nobody but us can
make one, and whoever sends it back was sent the newsletter. It never expires. The same address
and list have the same token, so that making it needs no randomness and no row in the store.

    base64url( key number (1 octet) | synthetic IV (16) | list, NUL, address key )
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass

from handlers.address import Address, make_address
from handlers.sealing import Cipher
from handlers.values import MAX_LIST_CHARS

KEY_BYTES = 64  # two keys of AES-256
_PURPOSE = b"optoutd list-unsubscribe 1"
# 1 + 16 + the shortest list, NUL and address, in base64; and no longer than a subject is read.
_CANDIDATE = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{28,500}(?![A-Za-z0-9_-])")
# Beside "unsubscribe " in as much of a subject as is read.
_MAX_TOKEN_CHARS = 488
_MAX_LIST_OCTETS = MAX_LIST_CHARS
_MOST_CANDIDATES = 8
_LEAST_OCTETS = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class ListToken:
    """What a token says: this address wants nothing more of this list, '*' being all of them."""

    address: Address
    list_name: str


class Sealer:
    """Makes tokens with one key; faster for many of them than `seal`."""

    def __init__(self, number: int, key: bytes) -> None:
        self._cipher = Cipher(key)
        self._number = bytes([number])
        self._purpose = [_PURPOSE, self._number]

    def seal(self, address_key: str, list_name: str) -> str:
        """The token of an address (by its key) and a list whose name can be sealed.

        Raises ValueError where they are too long together to be found in a subject again.
        """
        sealed = self._cipher.seal(f"{list_name}\0{address_key}".encode(), self._purpose)
        token = base64.urlsafe_b64encode(self._number + sealed).decode("ascii").rstrip("=")
        if len(token) > _MAX_TOKEN_CHARS:
            raise ValueError("the address and the list's name are too long together for a token")
        return token


def check_list_name(list_name: str) -> None:
    """Raises ValueError for a list's name that is empty, too long or not printable."""
    if not list_name or not list_name.isprintable() or len(list_name) > MAX_LIST_CHARS:
        raise ValueError(f"a list's name has 1 to {MAX_LIST_CHARS} printable characters")


def check_sealable(list_name: str) -> None:
    """Raises ValueError as `check_list_name` does, and for a name that makes tokens too long."""
    check_list_name(list_name)
    octets = len(list_name.encode("utf-8", "replace"))
    if octets > _MAX_LIST_OCTETS:
        raise ValueError(
            f"a list's name takes {_MAX_LIST_OCTETS} octets at most in a token, and this one has "
            f"{octets} in UTF-8: use a shorter one"
        )


def seal(address: Address, list_name: str, *, key_number: int, key: bytes) -> str:
    """The token of an address and a list. Raises ValueError as `check_sealable` does."""
    check_sealable(list_name)
    return Sealer(key_number, key).seal(address.key, list_name)


def number_of(token: str) -> int | None:
    """The number of the key that a token claims to be made with; None for what is no token."""
    raw = _octets(token)
    return raw[0] if raw else None


def unseal(token: str, keys: Mapping[int, bytes]) -> ListToken | None:
    """What a token says; None if it was not made with one of these keys."""
    raw = _octets(token)
    if raw is None or raw[0] not in keys:
        return None
    try:
        opened = Cipher(keys[raw[0]]).unseal(raw[1:], [_PURPOSE, raw[:1]])
        text = None if opened is None else opened.decode()
    except ValueError:
        return None
    if text is None:
        return None
    list_name, _, key = text.partition("\0")
    address = make_address(key)
    return None if address is None else ListToken(address=address, list_name=list_name)


def _octets(token: str) -> bytes | None:
    """What a token encodes; None where it is too short, or not as we write one."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    # The last character has bits that stand for nothing: one token, one spelling.
    is_ours = base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=") == token
    return raw if is_ours and len(raw) >= _LEAST_OCTETS else None


def is_imitated_in(text: str, keys: Mapping[int, bytes]) -> bool:
    """Whether something in a text says that one of these keys made it, and is no token of ours."""
    candidates = [match[0] for match in _CANDIDATE.finditer(text)][:_MOST_CANDIDATES]
    return any(number_of(each) in keys and unseal(each, keys) is None for each in candidates)


def token_in(subject: str, keys: Mapping[int, bytes]) -> ListToken | None:
    """The first token of ours in a subject, or None."""
    if not keys:
        return None
    candidates = [match[0] for match in _CANDIDATE.finditer(subject)][:_MOST_CANDIDATES]
    found = (unseal(candidate, keys) for candidate in candidates)
    return next((token for token in found if token is not None), None)
