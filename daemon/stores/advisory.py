"""The locks of PostgreSQL that belong to no row; each is let go of at the end of the transaction.

The order is fixed, so that nobody waits in a circle: `one_decider` first, then rows, and
`one_auditor` after them. SQLite has one writer at a time and needs none of them.

Why no SERIALIZABLE: every decision reads the end of the audit's chain, so that any two would
conflict and one of them be repeated. Why not a lock for each address and digest: a batch of
hundreds would hold thousands, which PostgreSQL keeps in a table of fixed size, and would meet the
next batch in one of them anyway. Decisions take milliseconds; they take turns.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

# The first of two keys: "opto", so that other users of the database hardly meet us.
_CLASS = 0x6F70746F
_DECIDER, _AUDITOR, _MIGRATOR = 1, 2, 3


def one_decider(connection: Connection) -> None:
    """From here on nobody else decides on what he reads, over all processes."""
    _lock(connection, _DECIDER)


def one_auditor(connection: Connection) -> None:
    """From here on nobody else adds to the audit: its end is what is read next."""
    _lock(connection, _AUDITOR)


def one_migrator(connection: Connection) -> None:
    """From here on nobody else makes or changes tables."""
    _lock(connection, _MIGRATOR)


def _lock(connection: Connection, key: int) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CLASS, key)))
