"""A store in one SQLite file: how it is opened, locked and kept safe.

WAL lets readers look while the daemon writes; synchronous=FULL makes a commit survive the loss of
power, and costs nothing where a batch is one transaction (https://sqlite.org/wal.html).
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from daemon.errors import PermanentFailure
from daemon.ports import Access
from daemon.ports.data import Backup, Forgotten, Progress
from daemon.stores import migrate, sqlite_backup, sqlite_traces
from daemon.stores.birth import give_birth
from daemon.stores.failures import PART, SETTING, failure_of, failure_of_file, told_apart
from daemon.stores.locking import FileLock
from daemon.stores.schema import VERSION
from daemon.stores.sql_store import SqlStore

# Against other processes alone, such as a backup or somebody's sqlite3: ours queue before it.
BUSY_TIMEOUT_S = 10.0

# Those with lists take up to 30 KB each, and there is one for each length.
_CACHED_STATEMENTS = 64

_BEGIN = "optoutd_begin"


class SqliteStore(SqlStore):
    """The store in the file at `path`.

    One process owns it at a time; others write or read beside it. Owners and writers make it
    where it does not exist, and bring an older one up to date. `now` is written into a new store.

    Raises:
        StoreBusy: another process owns it, and this one wants to, or has to change its tables.
        PermanentFailure: it cannot be opened, is no store of ours or of a newer version, or does
            not exist yet and shall only be read.
        TemporaryFailure: the disk is full or fails.
    """

    def __init__(
        self,
        path: Path,
        *,
        access: Access,
        now: datetime,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
    ) -> None:
        self._path = path = path.absolute()
        self._busy_timeout_s = busy_timeout_s
        self._access = access
        self._lock: FileLock | None = None
        if path.is_dir():
            # SQLite says "disk I/O error" to that.
            raise PermanentFailure(
                f"{path} is a folder", part=PART, setting=SETTING, cure="name a file in it"
            )
        engine = self._make_engine()
        super().__init__(engine, engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}))
        try:
            with told_apart():
                self._open(now)
        except BaseException:
            self.close()
            raise

    def check(self) -> list[str]:
        """As `SqlStore.check`, with what is to be said about the file."""
        notes = [f"{self._path}: {note}" for note in super().check()]
        mode = stat.S_IMODE(self._path.stat().st_mode)
        if mode & 0o077:
            notes.append(f"{self._path}: others can read it (mode {mode:04o}): chmod 600")
        return notes

    def close(self) -> None:
        """See `daemon.ports.Store`."""
        super().close()
        self._let_go()

    def forget(
        self, address_key: str, *, by: str, now: datetime, dry_run: bool = False
    ) -> Forgotten:
        """As `SqlStore.forget`; then looks whether the files still hold the address.

        For a process that uses the store in one thread, as commands do.
        """
        words = {address_key} if dry_run else self._words_of(address_key)
        found = super().forget(address_key, by=by, now=now, dry_run=dry_run)
        if dry_run:
            return found
        with told_apart():
            return replace(found, notes=(self._prove_erased(words),))

    def backup(self, path: Path, *, force: bool, progress: Progress | None = None) -> Backup:
        """See `daemon.ports.data.DataStore`."""
        with self._raw() as source:
            return sqlite_backup.copy(
                source, path, store=self._path, force=force, progress=progress
            )

    # erasing ---------------------------------------------------------------------------------

    def _words_of(self, address_key: str) -> set[str]:
        """The address in every spelling that the store has of it."""
        held = self.held_about(address_key)
        return {
            address_key,
            *(suppression.address_written for suppression in held.suppressions),
            *(request.address_written for request in held.requests),
            *(mail.recipient for mail in held.mails),
        }

    def _prove_erased(self, words: set[str]) -> str:
        """Brings the log into the file, empties it, and reads every byte of both."""
        with self._raw() as connection:
            (is_busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if is_busy:
            return (
                f"{self._path}-wal is being read, and may hold the address until it was brought"
                " into the file: ask again later to be sure"
            )
        # To close a file is to let go of all locks that this process has on it, SQLite's too
        # (https://sqlite.org/howtocorrupt.html): so there must be none.
        self._reading_engine.dispose()
        left = sqlite_traces.traces(self._path, words)
        if not left:
            return f"{self._path} and its log hold the address nowhere: every byte was looked at"
        return (
            f"{self._path} holds these characters in {left} more places: in mail to others or"
            " notes about others, or within a longer address"
        )

    @contextmanager
    def _raw(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own, beside SQLAlchemy."""
        self._refuse_if_closed()
        try:
            with closing(self._connect()) as connection:
                yield connection
        except sqlite3.Error as error:
            failure = failure_of(DBAPIError("", None, error))
            if failure is None:
                raise
            raise failure from error

    # opening ---------------------------------------------------------------------------------

    def _make_engine(self) -> Engine:
        engine = sa.create_engine(
            "sqlite://",
            creator=self._connect,
            # A reader a thread; writers have one at a time. No more than two stay open, since the
            # cache of each takes two megabytes, and the one that was used last is the next.
            poolclass=QueuePool,
            pool_size=2,
            max_overflow=-1,
            pool_use_lifo=True,
            # Addresses and texts stay out of errors, and so out of logs.
            hide_parameters=True,
        )
        sa.event.listen(engine, "begin", _begin)
        return engine

    def _connect(self) -> sqlite3.Connection:
        mode = "ro" if self._access == "read" else "rw"
        connection = sqlite3.connect(
            f"{self._path.as_uri()}?mode={mode}",
            uri=True,
            timeout=self._busy_timeout_s,
            isolation_level=None,  # sqlite3 begins nothing by itself; `_begin` does
            check_same_thread=False,  # the pool hands it to one thread at a time
            cached_statements=_CACHED_STATEMENTS,
        )
        try:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            # What is erased is overwritten, also the old form of a row that was changed.
            connection.execute("PRAGMA secure_delete = ON")
        except BaseException:
            connection.close()
            raise
        return connection

    def _open(self, now: datetime) -> None:
        match self._access:
            case "own":
                self._hold()
                self._make_ready(now)
            case "write":
                if not self._is_up_to_date():
                    self._hold()
                    self._make_ready(now)
                    self._let_go()
            case "read":
                self._look()

    def _hold(self) -> None:
        self._lock = FileLock(self._path.with_name(f"{self._path.name}.lock"))

    def _let_go(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _is_up_to_date(self) -> bool:
        if not self._path.exists():
            return False
        with self._reading_engine.connect() as connection:
            return migrate.version_of(connection) == VERSION

    def _make_ready(self, now: datetime) -> None:
        """Makes the file, the tables and the log's key where they are missing."""
        _make_file(self._path)
        with self._reading_engine.connect() as connection:
            version = migrate.version_of(connection)
        self._use_wal()
        with self._writing_engine.begin() as connection:
            migrate.upgrade(connection)
            if version is None:
                give_birth(connection, now)

    def _use_wal(self) -> None:
        # Outside of any transaction; the mode is the file's from then on.
        with self._raw() as connection:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone() or ("",)
        if mode != "wal":
            raise PermanentFailure(
                f"{self._path}: its file system cannot share memory between processes",
                part=PART,
                setting=SETTING,
                cure="keep the store on a local disk",
            )

    def _look(self) -> None:
        """Makes sure that there is something to read."""
        if not self._path.exists():
            raise migrate.does_not_exist(f"{self._path} does not exist yet")
        with self._reading_engine.begin() as connection:
            migrate.check_readable(connection)


def _begin(connection: Connection) -> None:
    # SQLAlchemy's recipe for the sqlite3 driver. A writer begins as one: a transaction that reads
    # first and writes later may find that another has written between, and then cannot wait.
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))


def _make_file(path: Path) -> None:
    """Makes an empty file that its owner alone can read, before SQLite makes a common one."""
    try:
        # Of one that exists not even a descriptor: closing it would end the locks that SQLite
        # holds on it elsewhere in this process (https://sqlite.org/howtocorrupt.html).
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise failure_of_file(
            f"{path} cannot be opened",
            error,
            cure="the folder must exist, and user and permissions must be right",
        ) from error
