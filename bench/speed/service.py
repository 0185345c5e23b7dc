"""`optoutd run` under observation: from its start until everything is answered."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import psycopg

from bench.mail_trace import OUR_AUTHSERV_ID
from bench.speed.place import PASSWORD, WARM_UP_MESSAGES, Place
from bench.speed.process import cpu_s, memory_bytes
from daemon.stores import open_store

LONGEST_S = 3600.0
_LOOK_EVERY_S = 0.05
_WAITING = "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')"
_CONFIG = """\
[store]
url = "{url}"
[smtp]
host = "127.0.0.1"
port = {smtp_port}
security = "none"
[company]
name = "GigaPros"
postal_address = "1 Harbour Road"
phone = "+1 555 0100"
[limits]
replies_per_hour = 10000000
"""
_MAILBOX = """\
[[mailbox]]
name = "{name}"
role = "support"
address = "support@shop.example"
host = "127.0.0.1"
port = {imap_port}
security = "none"
username = "{user}"
password_file = "password"
backlog = "{backlog}"
trusted_authserv_id = "{authserv_id}"
"""


@dataclass(frozen=True, slots=True)
class Store:
    """The store of a run: its `store.url`, and how to ask how much mail waits in it."""

    url: str
    ask: Callable[[str], int]

    def waiting(self) -> int:
        """How many replies are not accepted yet."""
        return self.ask(_WAITING)


def new_store(place: Place, kind: str) -> Store:
    """An empty store of this version, in SQLite or PostgreSQL."""
    if kind == "postgres":
        database = place.postgres.new_database(fresh=True)
        return postgres_store(place, database)
    return sqlite_store(place.new_folder("store") / "optoutd.db")


def sqlite_store(path: Path) -> Store:
    """The store in this file, made if it is not there."""
    url = f"sqlite:///{path}"
    open_store(url, access="own", base_dir=path.parent, now=datetime.now(UTC)).close()

    def ask(query: str) -> int:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as connection:
            return int(connection.execute(query).fetchone()[0])

    return Store(url, ask)


def postgres_store(place: Place, database: str) -> Store:
    """The store in this database of the place's server."""
    connections: list[psycopg.Connection[Any]] = []

    def ask(query: str) -> int:
        if not connections:
            connections.append(place.postgres.connect(database))
        row = connections[0].execute(query.encode()).fetchone()
        assert row is not None
        return int(row[0])

    return Store(place.postgres.url(database), ask)


def write_config(
    place: Place, store: Store, boxes: dict[str, str], *, backlog: str = "all", more: str = ""
) -> Path:
    """A configuration for mailboxes, name to user, in a folder of its own."""
    folder = place.new_folder("daemon")
    (folder / "password").write_text(PASSWORD + "\n")
    (folder / "password").chmod(0o600)
    config = folder / "optoutd.toml"
    mailboxes = "".join(
        _MAILBOX.format(
            name=name,
            user=user,
            backlog=backlog,
            imap_port=place.imap.imap_port,
            authserv_id=OUR_AUTHSERV_ID,
        )
        for name, user in boxes.items()
    )
    config.write_text(_CONFIG.format(url=store.url, smtp_port=place.sink.port) + more + mailboxes)
    return config


def environment() -> dict[str, str]:
    """Ours, without settings of somebody's own optoutd."""
    return {k: v for k, v in os.environ.items() if not k.startswith("OPTOUTD_")}


@dataclass(slots=True)
class Service:
    """One `optoutd run`, its log read as it grows; use it in a `with`."""

    config: Path
    store: Store
    began_s: float = 0.0  # by the clock of the log
    seen: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    first: dict[str, float] = field(default_factory=dict)  # event: when it came first
    last: dict[str, float] = field(default_factory=dict)
    committed: list[tuple[float, int]] = field(default_factory=list)  # when, so many so far
    troubles: list[dict[str, Any]] = field(default_factory=list)
    exited: os.waitid_result | None = None
    usage: Any = None  # of the process and its children, once it has ended
    _process: subprocess.Popen[bytes] | None = None
    _read: int = 0

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self.began_s = time.time()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "daemon", "--config", self.config, "run"],
                stdout=log,
                stderr=log,
                env=environment(),
                # A kernel that shares its time out by session gives each service its own share.
                start_new_session=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    @property
    def _log(self) -> Path:
        return self.config.with_name("log")

    def stop(self) -> None:
        """Asks it to end, and takes down what it has used."""
        if self._process is None or self.usage is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        _, status, self.usage = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)

    def look(self) -> None:
        """Reads on in the log. Raises SystemExit where the daemon has ended or is in trouble."""
        with self._log.open("rb") as log:
            log.seek(self._read)
            text = log.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.splitlines():
            self._note(line)
        assert self._process is not None
        if self._process.returncode is not None or self.troubles:
            raise SystemExit(f"optoutd is in trouble: {self.troubles} {text[-2000:]!r}")

    def _note(self, line: bytes) -> None:
        told = json.loads(line)
        name, at = told["event"], datetime.fromisoformat(told["time"]).timestamp()
        self.first.setdefault(name, at)
        self.last[name] = at
        self.counts[name] = self.counts.get(name, 0) + 1
        if name == "poll_finished":
            self.seen += told["seen"]
        elif name == "batch_committed":
            before = self.committed[-1][1] if self.committed else 0
            self.committed.append((at, before + told["messages"]))
        elif told["level"] in ("error", "critical"):
            self.troubles.append(told)

    def wait_for(self, is_done: Callable[[], bool], tell: Callable[[str], None]) -> None:
        """Reads the log until something is so. Raises SystemExit after an hour."""
        deadline = time.monotonic() + LONGEST_S
        while True:
            self.look()
            if is_done():
                return
            if time.monotonic() > deadline:
                raise SystemExit(f"optoutd does not come to an end: {self.counts}")
            done = self.committed[-1][1] if self.committed else 0
            tell(f"{done:,} messages, {self.counts.get('reply_sent', 0):,} replies")
            time.sleep(_LOOK_EVERY_S)

    def wait_until_answered(self, messages: int, tell: Callable[[str], None]) -> float:
        """Waits for `messages` in all, and their replies; the moment when the last was done."""
        self.wait_for(lambda: self.seen >= messages, tell)
        self.wait_for(lambda: self.store.waiting() == 0, tell)
        self.look()
        return max(
            self.last[name]
            for name in ("poll_finished", "messages_filed", "reply_sent")
            if name in self.last
        )

    def wait_until_idle(self, tell: Callable[[str], None]) -> None:
        """Waits until it is connected and has had nothing to do for a second."""
        self.wait_for(lambda: "mailbox_connected" in self.first, tell)
        before = -1.0
        while (now := cpu_s(self.pid)) - before > 0.03:
            before = now
            time.sleep(1.0)

    def cpu_s(self) -> float:
        """Processor time so far, children included."""
        return cpu_s(self.pid)

    def peak_bytes(self) -> int:
        """The most memory that it has had so far, and its children the most of theirs."""
        return memory_bytes(self.pid, "VmHWM")


def warm_up(
    service: Service, place: Place, user: str, first: int, tell: Callable[[str], None]
) -> None:
    """Has a daemon that is up read some messages of the pool, from number `first` on."""
    service.wait_until_idle(tell)
    place.pool.grow(first + WARM_UP_MESSAGES, tell)
    numbers = range(first, first + WARM_UP_MESSAGES)
    place.pool.link(place.imap.maildir(user), numbers)
    service.wait_until_answered(service.seen + WARM_UP_MESSAGES, tell)
    service.wait_until_idle(tell)


def shares(messages: int, processes: int) -> Sequence[range]:
    """The numbers of the messages that each process gets."""
    each = messages // processes
    return [range(n * each, (n + 1) * each) for n in range(processes)]
