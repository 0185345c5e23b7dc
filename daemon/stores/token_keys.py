"""The table `token_key`: what the tokens in List-Unsubscribe fields are made and read with."""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.errors import PermanentFailure
from daemon.stores.failures import PART
from daemon.stores.schema import token_key
from handlers.list_token import KEY_BYTES

MAX_NUMBER = 255  # a token has one octet for it


def all_of(connection: Connection) -> dict[int, bytes]:
    """All keys by their number."""
    rows = connection.execute(sa.select(token_key.c.number, token_key.c.value))
    return {row.number: bytes.fromhex(row.value) for row in rows}


def dates(connection: Connection) -> dict[int, datetime]:
    """When each key was made, by its number."""
    rows = connection.execute(
        sa.select(token_key.c.number, token_key.c.made_at).order_by(token_key.c.number)
    )
    return {row.number: row.made_at for row in rows}


def newest(connection: Connection, now: datetime) -> tuple[int, bytes]:
    """The key with the highest number; the first is made here."""
    keys = all_of(connection)
    if not keys:
        return add(connection, now)
    number = max(keys)
    return number, keys[number]


def add(connection: Connection, now: datetime) -> tuple[int, bytes]:
    """Makes one more key; the others go on opening the tokens that they have made.

    Raises PermanentFailure where there is no number left for one.
    """
    number = max(all_of(connection), default=0) + 1
    if number > MAX_NUMBER:
        raise PermanentFailure(f"there are {MAX_NUMBER} keys, and no more can be made", part=PART)
    key = secrets.token_bytes(KEY_BYTES)
    connection.execute(sa.insert(token_key).values(number=number, value=key.hex(), made_at=now))
    return number, key
