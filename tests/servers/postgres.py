"""A private PostgreSQL: own folder, Unix socket and loopback only, gone afterwards.

    with Postgres() as server:
        url = server.new_database()

PostgreSQL refuses to run as root: then it runs as `postgres`, or as `nobody`. Nothing here needs
pytest.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import psycopg
import trustme
from psycopg import sql

from tests.servers.dovecot import HOST, ServerDidNotStart, free_port

START_TIMEOUT_S = 20.0
ROLE = "optoutd"
PASSWORD = "hunter2"  # over TCP; over the Unix socket everybody is trusted
_TEMPLATE = "optoutd_template"
_SUPERUSER = "postgres"

_CONFIG = """
listen_addresses = '{host}'
port = {port}
unix_socket_directories = '{root}/run'
fsync = off
full_page_writes = off
synchronous_commit = {commit}
autovacuum = off
max_connections = 100
shared_buffers = 32MB
max_wal_size = 256MB
ssl = on
ssl_cert_file = '{root}/server.pem'
ssl_key_file = '{root}/server.key'
log_min_messages = warning
"""
# The last line of a setting counts.
_ON_DISK = """
fsync = on
full_page_writes = on
autovacuum = on
shared_buffers = 256MB
max_wal_size = 2GB
"""
_ACCESS = """
local all all trust
host all all 127.0.0.1/32 scram-sha-256
"""


# Faster than TRUNCATE, which makes each file anew; whoever still uses the database is cut off.
_EMPTY = """
DO $$
DECLARE name text;
BEGIN
    PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
        AND tablename NOT IN ('alembic_version', 'meta')
    LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    DELETE FROM meta WHERE meta.name NOT IN ('log_key', 'created_at');
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'
    LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', name);
    END LOOP;
END $$
"""

_shared: list[Postgres] = []


def shared_postgres() -> Postgres:
    """The server of the whole test session, started when it is first asked for."""
    if not _shared:
        _shared.append(Postgres())
    return _shared[0]


def running_postgres() -> Postgres | None:
    """The server of the session, if any test has needed it."""
    return _shared[0] if _shared else None


def find_postgres() -> Path | None:
    """The folder of PostgreSQL's server programs, or None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_version)
    on_path = shutil.which("postgres")
    if found:
        return found[-1].parent
    return Path(on_path).parent if on_path and shutil.which("initdb") else None


def _version(program: Path) -> int:
    name = program.parents[1].name
    return int(name) if name.isdigit() else 0


class Postgres:
    """One server with a role `optoutd`, which owns the databases that `new_database` makes.

    With `durable` what it has committed outlives its own `kill` (but no loss of power). With
    `on_disk` it does what a server of its own does, and takes the time for it: it syncs to a real
    disk, and cleans up after itself.
    """

    def __init__(self, *, durable: bool = False, on_disk: bool = False) -> None:
        programs = find_postgres()
        if programs is None:
            raise ServerDidNotStart("PostgreSQL is not installed")
        self._programs, self._durable = programs, durable or on_disk
        self._on_disk = on_disk
        self._numbers = itertools.count(1)
        self._lent: list[str] = []
        self._spoilt: list[str] = []
        self._emptied: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._user = _user()
        self.port = free_port()
        self.root = Path(
            tempfile.mkdtemp(prefix="optoutd-pg-", dir=None if on_disk else _folder())
        )
        self.root.chmod(0o755)
        self.authority = trustme.CA()
        try:
            self._prepare()
            self.start()
            self._furnish()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def socket_folder(self) -> Path:
        """Where the Unix socket is."""
        return self.root / "run"

    @property
    def pid(self) -> int:
        """The process of the server, while it runs."""
        assert self._process is not None
        return self._process.pid

    def url(self, database: str) -> str:
        """The `store.url` of a database, over the Unix socket."""
        return f"postgresql+psycopg://{ROLE}@:{self.port}/{database}?host={self.socket_folder}"

    def tcp_url(self, database: str, options: str = "", *, host: str = HOST) -> str:
        """The `store.url` of a database, over TCP, where the password is asked for."""
        return f"postgresql+psycopg://{ROLE}@{host}:{self.port}/{database}{options}"

    def new_database(self, *, empty: bool = False, fresh: bool = False) -> str:
        """Gives the name of a database that holds a store of this version, without any rows.

        One that was used before and emptied, unless `fresh` for a test that changes more than
        rows; with `empty` there is no store in it. `clear` takes it back.
        """
        if not empty and not fresh and self._emptied:
            name = self._emptied.pop()
        else:
            name = self._create("template0" if empty else self._template())
        (self._spoilt if empty or fresh else self._lent).append(name)
        return name

    def clear(self) -> None:
        """Takes back all databases that were given to tests, whoever still uses them."""
        while self._spoilt:
            name = sql.Identifier(self._spoilt.pop())
            self.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        while self._lent:
            database = self._lent.pop()
            self.execute(_EMPTY, database)
            self._emptied.append(database)

    def connect(self, database: str = _SUPERUSER, user: str = _SUPERUSER) -> psycopg.Connection:
        """A connection past the store, each statement its own transaction; close it."""
        return psycopg.connect(
            host=str(self.socket_folder),
            port=self.port,
            dbname=database,
            user=user,
            autocommit=True,
        )

    def execute(
        self, statement: str | sql.Composed, database: str = _SUPERUSER
    ) -> list[tuple[Any, ...]]:
        """Runs one statement as the superuser; its rows, if it has any."""
        with contextlib.closing(self.connect(database)) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    # starting and stopping -------------------------------------------------------------------

    def start(self, *, standby: bool = False) -> None:
        """Starts the server, and waits until it answers; a `standby` takes no writes."""
        if standby:
            self._own(self.root / "data" / "standby.signal")
        log = (self.root / "postgres.log").open("ab")
        with log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self.root / "data"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.root,
                **self._as_user(),
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                self.connect().close()
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise ServerDidNotStart(f"{error}\n{self.log}") from error
                time.sleep(0.02)
            else:
                return

    def promote(self) -> None:
        """Makes the standby that it was started as take writes."""
        self.execute("SELECT pg_promote()")

    def backends(self) -> set[int]:
        """The processes that serve connections of ours."""
        rows = self.execute(f"SELECT pid FROM pg_stat_activity WHERE usename = '{ROLE}'")
        return {pid for (pid,) in rows}

    def stop(self) -> None:
        """Stops the server; connections are cut, transactions rolled back ("fast")."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Stops it as a crash would."""
        self._end(signal.SIGQUIT)

    @property
    def log(self) -> str:
        """What the server has said."""
        path = self.root / "postgres.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def close(self) -> None:
        """Stops the server and removes its folder."""
        self.kill()
        shutil.rmtree(self.root, ignore_errors=True)

    def _end(self, by: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(by)
            self._process.wait(START_TIMEOUT_S)
            self._process = None

    def _own(self, path: Path) -> None:
        """An empty file of the user that the server runs as."""
        path.touch()
        if self._user is not None:
            os.chown(path, self._user.pw_uid, self._user.pw_gid)

    def _as_user(self) -> dict[str, Any]:
        if self._user is None:
            return {}
        return {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}

    def _prepare(self) -> None:
        certificate = self.authority.issue_cert("localhost", HOST)
        certificate.private_key_pem.write_to_path(self.root / "server.key")
        certificate.cert_chain_pems[0].write_to_path(self.root / "server.pem")
        self.authority.cert_pem.write_to_path(self.root / "authority.pem")
        (self.root / "server.key").chmod(0o600)
        for folder in ("data", "run"):
            (self.root / folder).mkdir(mode=0o700 if folder == "data" else 0o755)
        if self._user is not None:
            for path in (self.root, *self.root.iterdir()):
                os.chown(path, self._user.pw_uid, self._user.pw_gid)
        subprocess.run(
            [
                self._programs / "initdb",
                f"--pgdata={self.root / 'data'}",
                f"--username={_SUPERUSER}",
                "--auth=trust",
                "--no-sync",
                "--encoding=UTF8",
                "--locale=C",
            ],
            check=True,
            capture_output=True,
            cwd=self.root,
            **self._as_user(),
        )
        config = _CONFIG.format(
            host=HOST, port=self.port, root=self.root, commit="on" if self._durable else "off"
        )
        with (self.root / "data" / "postgresql.conf").open("a") as file:
            file.write(config + (_ON_DISK if self._on_disk else ""))
        (self.root / "data" / "pg_hba.conf").write_text(_ACCESS)

    def _furnish(self) -> None:
        self.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                sql.Identifier(ROLE), sql.Literal(PASSWORD)
            )
        )

    def _create(self, template: str) -> str:
        name = f"store_{next(self._numbers)}"
        self.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(ROLE), sql.Identifier(template)
            )
        )
        return name

    def _template(self) -> str:
        """A database with a store of this version, made by the program itself, once."""
        from daemon.stores import open_store

        known = self.execute(f"SELECT 1 FROM pg_database WHERE datname = '{_TEMPLATE}'")
        if not known:
            self.execute(f"CREATE DATABASE {_TEMPLATE} OWNER {ROLE} TEMPLATE template0")
            now = datetime(2026, 1, 1, tzinfo=UTC)
            open_store(self.url(_TEMPLATE), access="write", base_dir=Path(), now=now).close()
        return _TEMPLATE


def _folder() -> Path | None:
    """Where there is room in memory: a test needs no disk."""
    memory = Path("/dev/shm")
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30:
        return memory
    return None


def _user() -> pwd.struct_passwd | None:
    """Whom to run as: ourselves, unless that is root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServerDidNotStart("there is neither a user postgres nor nobody to run it as")
