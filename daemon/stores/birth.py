"""What a new store is given once: its key for the log, and its day of birth."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.stores.schema import meta

_LOG_KEY_BYTES = 32


def give_birth(connection: Connection, now: datetime) -> None:
    """Writes what is drawn for each store anew; `now` is aware."""
    connection.execute(
        sa.insert(meta),
        [
            {"name": "log_key", "value": secrets.token_hex(_LOG_KEY_BYTES)},
            {"name": "created_at", "value": now.astimezone(UTC).isoformat()},
        ],
    )
