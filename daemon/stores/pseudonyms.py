"""Under which keys the store holds an address: its own, or a keyed hash once it was forgotten.

Whoever looks rows up by address asks here for both, so that a person who was forgotten is still
known to be suppressed when they write again.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Collection
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.stores.schema import meta
from handlers.pseudonym import pseudonym
from handlers.values import Request, Suppression

_KEY_NAME = "forget_key"
_KEY_BYTES = 32


class Names:
    """The keys of some addresses as they may stand in the tables, and the way back."""

    def __init__(self, connection: Connection, address_keys: Collection[str]) -> None:
        key = forget_key(connection) if address_keys else None
        self._stored = {
            known: (known,)
            if key is None
            else tuple({known, *(pseudonym(form, key) for form in forms_of(known))})
            for known in address_keys
        }
        self._real = {name: known for known, names in self._stored.items() for name in names}

    @property
    def stored(self) -> list[str]:
        """Every key to look for."""
        return list(self._real)

    def of(self, address_key: str) -> tuple[str, ...]:
        """The keys to look for of one address."""
        return self._stored[address_key]

    def real(self, stored_key: str) -> str:
        """The address that was asked about, where the tables have a hash of it."""
        return self._real.get(stored_key, stored_key)

    def request(self, request: Request) -> Request:
        """A request with the address that was asked about."""
        real = self.real(request.address_key)
        return request if real == request.address_key else replace(request, address_key=real)

    def suppression(self, suppression: Suppression) -> Suppression:
        """A suppression with the address that was asked about."""
        real = self.real(suppression.address_key)
        if real == suppression.address_key:
            return suppression
        return replace(suppression, address_key=real)


def forms_of(address_key: str) -> tuple[str, ...]:
    """The key, and as it may have been hashed before keys were of one form (migration 0011).

    A hash tells nothing of what it was made of, so that no migration can make it anew.
    """
    if address_key.isascii():
        return (address_key,)
    return tuple(dict.fromkeys((address_key, unicodedata.normalize("NFD", address_key))))


def pseudonym_for(connection: Connection, address_key: str) -> str:
    """What takes the place of an address; makes the key with the first one."""
    key = forget_key(connection)
    if key is None:
        key = secrets.token_bytes(_KEY_BYTES)
        connection.execute(sa.insert(meta).values(name=_KEY_NAME, value=key.hex()))
    return pseudonym(address_key, key)


def forget_key(connection: Connection) -> bytes | None:
    """The key, or None where nobody was ever forgotten."""
    value = connection.scalar(sa.select(meta.c.value).where(meta.c.name == _KEY_NAME))
    return None if value is None else bytes.fromhex(value)
