"""A store in a PostgreSQL database, which several processes may own at once.

Who decides on what he has read does so alone (`advisory.py` says why); the outbox, the notes of
what was filed and the leases (`leases.py`) go on meanwhile.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from config.store_url import PostgresUrl
from daemon.errors import LeaseLost, OptoutdError, PermanentFailure
from daemon.ports import Access, Lease
from daemon.stores import leases, migrate
from daemon.stores.advisory import one_decider, one_migrator
from daemon.stores.birth import give_birth
from daemon.stores.failures import PART, SETTING, told_apart
from daemon.stores.schema import VERSION
from daemon.stores.sql_store import SqlStore

if TYPE_CHECKING:
    import psycopg

LEASE_S = 30.0
CONNECT_TIMEOUT_S = 10
LOCK_TIMEOUT_S = 30.0
STATEMENT_TIMEOUT_S = 60.0
# A process that was stopped in the middle of a batch must not keep the others from deciding for
# longer than its leases last; but a batch of a thousand may take seconds on a busy machine.
LEAST_IDLE_S = 10.0
# A reader keeps nobody waiting, and a person may read what it prints page by page.
READER_IDLE_S = 3600.0
_READ_ONLY = "25006"  # SQLSTATE
_GIVEN_UP = -1  # the fence of a mailbox that was lost or given back


class PostgresStore(SqlStore):
    """The store in the database that `url` names.

    Owners and writers make the tables where there are none, and bring older ones up to date.
    `now` is written into a new store. A lease runs out `lease_s` seconds after its last renewal.

    Raises:
        PermanentFailure: the server refuses us, the database is not ours or of a newer version,
            holds nothing yet and shall only be read, or the driver is not installed.
        TemporaryFailure: the server cannot be reached, or has no room.
    """

    # Of the five seconds that systemd is told of. A batch that hangs longer commits nothing after
    # its lease was given back.
    close_timeout_s = 2.0

    def __init__(
        self,
        url: PostgresUrl,
        *,
        access: Access,
        now: datetime,
        password: str | None = None,
        lease_s: float = LEASE_S,
        lock_timeout_s: float = LOCK_TIMEOUT_S,
    ) -> None:
        self._url = url
        self._access = access
        self._fences: dict[str, int] = {}
        # By our clock, which only ever goes on, and by the database's, which may be set.
        self._renewed_at_s, self._patient_until_s = monotonic(), 0.0
        self._renewed_at: datetime | None = None
        idle_s = READER_IDLE_S if access == "read" else max(lease_s, LEAST_IDLE_S)
        limits = _Limits(lock_s=lock_timeout_s, idle_s=idle_s)
        engine = _make_engine(url, password, limits)
        reading = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        super().__init__(reading, reading if access == "read" else engine)
        self.lease_s = lease_s
        self._terms = leases.Terms(holder=self.process, seconds=lease_s)
        try:
            with told_apart():
                self._open(now)
        except BaseException:
            self._access = "read"  # nothing to give back
            self.close()
            raise

    # leases ----------------------------------------------------------------------------------

    def take_lease(self, mailbox: str) -> Lease:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            lease = leases.take(connection, mailbox, self._terms)
        if lease.is_ours:
            self._fences[mailbox] = lease.fence
        return lease

    def renew_leases(self) -> list[str]:
        """See `daemon.ports.Store`."""
        # A copy first: the threads of the mailboxes take leases meanwhile.
        held = {name: fence for name, fence in self._fences.copy().items() if fence != _GIVEN_UP}
        with self._noting() as connection:
            kept = leases.renew(connection, held, self._terms)
            now_s, now = monotonic(), leases.clock(connection)
        if now_s - self._renewed_at_s > self._terms.seconds or self._is_set(now_s, now):
            self._patient_until_s = now_s + self._terms.seconds
        self._renewed_at_s, self._renewed_at = now_s, now
        # One that was given back, or taken anew, meanwhile is not lost.
        lost = [name for name in held if name not in kept and self._fences[name] == held[name]]
        for mailbox in lost:
            self._fences[mailbox] = _GIVEN_UP
        return sorted(lost)

    def release_lease(self, mailbox: str) -> None:
        """See `daemon.ports.Store`."""
        fence = self._fences.get(mailbox, _GIVEN_UP)
        if fence == _GIVEN_UP:
            return
        self._fences[mailbox] = _GIVEN_UP
        with self._noting() as connection:
            leases.release(connection, mailbox, self.process, fence)

    def _fence(self, connection: Connection, mailbox: str) -> None:
        # A folder of it goes by its name, a colon and the folder's.
        mailbox = mailbox.partition(":")[0]
        fence = self._fences.get(mailbox)
        if fence is not None and not leases.is_held(connection, mailbox, self.process, fence):
            raise LeaseLost(mailbox)

    def _alive(self, connection: Connection) -> Collection[str]:
        now_s = monotonic()
        was_away = (
            now_s < self._patient_until_s or now_s - self._renewed_at_s > self._terms.seconds
        )
        if not was_away and not self._is_set(now_s, leases.clock(connection)):
            # Else nothing is known of the others: a database that was out of reach kept them
            # from renewing as well, and from noting what they have sent; and one whose clock was
            # set takes everybody for dead who has not renewed since.
            leases.bury(connection, self._terms)
        return leases.known(connection) | {self.process}

    def _is_set(self, now_s: float, now: datetime) -> bool:
        """Whether the database's clock was set since the last renewal."""
        if self._renewed_at is None:
            return False
        passed_s = (now - self._renewed_at).total_seconds()
        return abs(passed_s - (now_s - self._renewed_at_s)) > self._terms.seconds / 3

    # the store itself ------------------------------------------------------------------------

    def check(self) -> list[str]:
        """As `SqlStore.check`, with what is to be said about the server."""
        with self._reading() as connection:
            version = connection.scalar(sa.text("SHOW server_version"))
            unsafe = [
                name
                for name in ("fsync", "full_page_writes", "synchronous_commit")
                # What is neither "on" nor "off" says on which standby a commit waits.
                if connection.scalar(sa.text(f"SHOW {name}")) == "off"
            ]
            owners = len(leases.alive(connection) - {self.process})
        where = f"PostgreSQL {version}, database {self._url.database}"
        notes = [f"{where}: {note}" for note in super().check()]
        if owners:
            notes.append(f"{where}: {owners} other process{'es' if owners != 1 else ''} at work")
        if unsafe:
            notes.append(f"{where}: {', '.join(unsafe)} off: a loss of power may lose requests")
        return notes

    def close(self) -> None:
        """See `daemon.ports.Store`. Gives the leases back, if the server answers soon."""
        if self._access == "own" and not self._is_closed:
            leaving = threading.Thread(target=self._leave, daemon=True)
            leaving.start()
            leaving.join(self.close_timeout_s)
        super().close()

    def _leave(self) -> None:
        # Whoever has not left in time is found dead when his leases have run out.
        with contextlib.suppress(OptoutdError), self._noting() as connection:
            leases.leave(connection, self.process)

    # opening ---------------------------------------------------------------------------------

    def _open(self, now: datetime) -> None:
        with self._reading_engine.begin() as connection:
            if self._access == "read":
                migrate.check_readable(connection)
                return
            version = migrate.version_of(connection)
        if version != VERSION:
            self._make_ready(now)
        if self._access == "own":
            self.renew_leases()

    def _make_ready(self, now: datetime) -> None:
        """Makes the tables and the log's key where they are missing, all of it or nothing."""
        with self._writing_engine.begin() as connection:
            connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
            one_migrator(connection)
            # Another process may have done it while this one waited.
            version = migrate.version_of(connection)
            migrate.upgrade(connection)
            if version is None:
                give_birth(connection, now)

    # transactions ----------------------------------------------------------------------------

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with super()._writing() as connection:
            if self._access != "read":
                one_decider(connection)
            yield connection

    @contextmanager
    def _noting(self) -> Iterator[Connection]:
        self._refuse_if_closed()
        with told_apart(), self._writing_engine.begin() as connection:
            yield connection


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    """How long to wait for a lock, and how long a transaction may do nothing."""

    lock_s: float
    idle_s: float


def _make_engine(url: PostgresUrl, password: str | None, limits: _Limits) -> Engine:
    try:
        import psycopg
    except ImportError as error:
        raise PermanentFailure(
            "the driver of PostgreSQL is not installed",
            part=PART,
            setting=SETTING,
            cure="pip install 'optoutd[postgres]' into the virtual environment of optoutd",
        ) from error
    arguments = _arguments(url, password, limits)

    def connect() -> psycopg.Connection[Any]:
        return psycopg.connect(**arguments)

    engine = sa.create_engine(
        "postgresql+psycopg://",
        creator=connect,
        # READ COMMITTED sees, after waiting for a lock, what the one before has done.
        isolation_level="READ COMMITTED",
        pool_size=5,
        max_overflow=-1,  # a connection a thread, of which there are few
        # A server that was started anew is found out before a statement is lost.
        pool_pre_ping=True,
        # Addresses and texts stay out of errors, and so out of logs.
        hide_parameters=True,
    )
    sa.event.listen(engine, "checkout", _as_the_server_has_it)
    sa.event.listen(engine, "handle_error", _let_go_of_standbys)
    return engine


def _as_the_server_has_it(connection: Any, *_: object) -> None:
    """Asks for no READ WRITE: a standby refuses that as a feature that it does not have."""
    connection.read_only = None


def _let_go_of_standbys(context: sa.engine.ExceptionContext) -> None:
    """After a failover the same name leads elsewhere, and only new connections go there."""
    if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
        context.is_disconnect = True


def _arguments(url: PostgresUrl, password: str | None, limits: _Limits) -> dict[str, Any]:
    """What libpq is told; https://www.postgresql.org/docs/current/libpq-connect.html."""
    settings = {
        "timezone": "UTC",
        "lock_timeout": f"{limits.lock_s * 1000:.0f}",
        "statement_timeout": f"{STATEMENT_TIMEOUT_S * 1000:.0f}",
        "idle_in_transaction_session_timeout": f"{limits.idle_s * 1000:.0f}",
        # The server finds out within half a minute that a host has vanished, and ends what its
        # processes have begun; by itself it would take two hours.
        "tcp_keepalives_idle": "10",
        "tcp_keepalives_interval": "5",
        "tcp_keepalives_count": "4",
    }
    given = {
        "host": url.host,
        "port": url.port,
        "dbname": url.database,
        "user": url.user,
        "password": password,
        "sslmode": url.sslmode,
        "sslrootcert": url.sslrootcert,
        "sslcert": url.sslcert,
        "sslkey": url.sslkey,
    }
    return {
        **{name: value for name, value in given.items() if value},
        "application_name": "optoutd",
        "client_encoding": "utf8",
        "connect_timeout": CONNECT_TIMEOUT_S,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 4,
        "tcp_user_timeout": 30_000,
        "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
    }
