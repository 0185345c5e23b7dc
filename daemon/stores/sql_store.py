"""The port `Store` over any SQL database: each method one transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.identity import process_name
from daemon.ports import (
    Figures,
)
from daemon.stores import (
    audit,
    figures,
    token_keys,
)
from daemon.stores.failures import PART, SETTING, told_apart
from daemon.stores.schema import event, message, meta, outbox, request, suppression
from daemon.stores.sql_announcements import SqlAnnouncements
from daemon.stores.sql_data import SqlData
from daemon.stores.sql_ledger import SqlLedger
from daemon.stores.sql_outbox import SqlOutbox
from daemon.stores.sql_requests import SqlRequests
from daemon.stores.sql_standing import SqlStanding

# Longer than any batch takes to be decided on; who waits longer waits for something that hangs.
LOCK_TIMEOUT_S = 30.0


class SqlStore(SqlLedger, SqlRequests, SqlOutbox, SqlAnnouncements, SqlStanding, SqlData):
    """Fulfils `daemon.ports.Store`, which says what the methods mean.

    `reading` and `writing` begin transactions: consistent reads, and writes that keep other
    writers out from the start. Within the process, writers queue at a lock of their own; that is
    fair, where a database makes them poll.
    """

    lease_s: float | None = None
    # How long closing waits for a transaction under way.
    close_timeout_s = LOCK_TIMEOUT_S

    def __init__(self, reading: Engine, writing: Engine) -> None:
        self._reading_engine = reading
        self._writing_engine = writing
        self._writers = threading.Lock()
        self._is_closed = False
        self.process = process_name()

    def figures(self, since: datetime, until: datetime) -> Figures:
        """See `daemon.ports.Store`. Passes over the whole ledger."""
        with self._reading() as connection:
            return figures.figures(connection, since, until)

    def log_key(self) -> bytes:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            key = connection.scalar(sa.select(meta.c.value).where(meta.c.name == "log_key"))
        if key is None:
            raise PermanentFailure(
                "the store has lost its key for the log",
                part=PART,
                setting=SETTING,
                cure="restore it from a backup",
            )
        return bytes.fromhex(key)

    def token_keys(self) -> Mapping[int, bytes]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return token_keys.all_of(connection)

    def token_key(self, *, now: datetime) -> tuple[int, bytes]:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            return token_keys.newest(connection, now)

    def new_token_key(self, *, now: datetime) -> tuple[int, bytes]:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            return token_keys.add(connection, now)

    def token_key_dates(self) -> Mapping[int, datetime]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return token_keys.dates(connection)

    def check(self) -> list[str]:
        """See `daemon.ports.Store`. What it writes, it takes away again."""
        with self._writing() as connection:
            connection.execute(sa.delete(meta).where(meta.c.name == "check"))
            connection.execute(sa.insert(meta).values(name="check", value=""))
        with self._writing() as connection:
            connection.execute(sa.delete(meta).where(meta.c.name == "check"))
            newest = audit.head(connection)
        held = ", ".join(f"{name} {count}" for name, count in self.counts().items() if count)
        notes = [f"can be written to; {held or 'empty'}"]
        if newest.sequence:
            notes.append(f"audit: the newest event is {newest.sequence}:{newest.hash}")
        return notes

    def counts(self) -> Mapping[str, int]:
        """See `daemon.ports.Store`. The keys: a table, or a table, a dot and a state."""
        with self._reading() as connection:
            counted = {
                "message": _rows(connection, message),
                "suppression": _rows(connection, suppression),
                "event": _rows(connection, event),
            }
            for table in (request, outbox):
                states = connection.execute(
                    sa.select(table.c.state, sa.func.count())
                    .group_by(table.c.state)
                    .order_by(table.c.state)
                )
                counted |= {f"{table.name}.{state}": count for state, count in states}
            return counted

    def close(self) -> None:
        """See `daemon.ports.Store`. Waits for a transaction under way; twice does no harm."""
        has_turn = self._writers.acquire(timeout=self.close_timeout_s)
        try:
            self._is_closed = True
            self._reading_engine.dispose()
        finally:
            if has_turn:
                self._writers.release()

    # transactions ----------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        self._refuse_if_closed()
        with told_apart(), self._reading_engine.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if not self._writers.acquire(timeout=LOCK_TIMEOUT_S):
            raise TemporaryFailure("the store is busy with another transaction", part=PART)
        try:
            self._refuse_if_closed()
            with told_apart(), self._writing_engine.begin() as connection:
                yield connection
        finally:
            self._writers.release()

    @contextmanager
    def _noting(self) -> Iterator[Connection]:
        """A transaction about rows of this process's own; here it is one like the others."""
        with self._writing() as connection:
            yield connection

    def _refuse_if_closed(self) -> None:
        # The lock is gone by then: another process may be at work with the store.
        if self._is_closed:
            raise TemporaryFailure("the store is closed", part=PART)


def _rows(connection: Connection, table: sa.Table) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
