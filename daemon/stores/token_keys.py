"""The table `token_key`: what the tokens in List-Unsubscribe fields are made and read with."""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.stores.schema import token_key
from handlers.list_token import KEY_BYTES


def all_of(connection: Connection) -> dict[int, bytes]:
    """All keys by their number."""
    rows = connection.execute(sa.select(token_key.c.number, token_key.c.value))
    return {row.number: bytes.fromhex(row.value) for row in rows}


def newest(connection: Connection, now: datetime) -> tuple[int, bytes]:
    """The key with the highest number; the first is made here."""
    keys = all_of(connection)
    if not keys:
        keys = {1: secrets.token_bytes(KEY_BYTES)}
        connection.execute(sa.insert(token_key).values(number=1, value=keys[1].hex(), made_at=now))
    number = max(keys)
    return number, keys[number]
