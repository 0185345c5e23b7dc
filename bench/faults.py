"""Faults of the store and of names under the daemon: `python -m bench.faults [NAME…] [--json]`.

A private Dovecot, an SMTP server, PostgreSQL where the fault is one of it, and `optoutd run` with
a poll every two seconds. Each fault: mail is answered, it begins, more mail comes, it lasts for
some seconds and ends; then the daemon has to go on by itself. Printed are what it told, how long
it took from the end of the fault to the last reply and to the line that clears the alarm, and what
was lost or doubled in the store, the folders and the customers' mail. Exit status 1 where anything
was.

To mount a small disk, and to ask a name server of one's own, takes root; what cannot be done here
is said, and left out.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.acceptance.company import Company, Daemon, until
from tests.servers.dns import Mode, NameServer
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import PASSWORD, Postgres
from tests.servers.smtp import SmtpServer

SUPPORT, CANCEL = "support@shop.example", "cancel@shop.example"
POLL_S = 2.0
LASTS_S = 8.0
MAILS = 5  # before, and as many while it lasts
PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one fault did; seconds from its end. `told` are alarms, `unexpected` our mistakes."""

    name: str
    told: dict[str, int]
    cleared: int
    still_open: int
    unexpected: int
    answered_s: float
    cleared_s: float
    lost: int
    doubled: int
    unfiled: int

    @property
    def is_well(self) -> bool:
        """Whether nothing was lost, doubled or left lying, and every alarm is over."""
        wrong = self.lost, self.doubled, self.unfiled, self.unexpected, self.still_open
        return not any(wrong)


@dataclass(slots=True)
class House:
    """The company, its servers, and its daemon once that runs."""

    company: Company
    dovecot: Dovecot
    smtp: SmtpServer
    postgres: Postgres | None = None
    database: str = ""
    names: NameServer | None = None
    daemon: Daemon = field(init=False)

    @property
    def store(self) -> Path:
        """The folder of a store in SQLite."""
        return self.company.folder / "store"


Fault = Callable[[House], contextlib.AbstractContextManager[None]]


# of SQLite -----------------------------------------------------------------------------------


@contextlib.contextmanager
def full_disk(house: House) -> Iterator[None]:
    """The disk of the store has no room."""
    ballast = house.store / "ballast"
    with ballast.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    yield
    ballast.unlink()


@contextlib.contextmanager
def quota(house: House) -> Iterator[None]:
    """No file of the daemon may grow over 64 KiB."""
    pid, limit = house.daemon.process.pid, resource.RLIMIT_FSIZE
    _, hard = resource.prlimit(pid, limit, (2**16, resource.RLIM_INFINITY))
    yield
    resource.prlimit(pid, limit, (resource.RLIM_INFINITY, hard))


@contextlib.contextmanager
def locked(house: House) -> Iterator[None]:
    """Somebody has begun to write with sqlite3, and gone for a coffee."""
    other = sqlite3.connect(house.store / "optoutd.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    time.sleep(15)  # so long is a lock waited for in silence
    yield
    other.execute("ROLLBACK")
    other.close()


# of PostgreSQL -------------------------------------------------------------------------------


def _postgres(house: House) -> Postgres:
    assert house.postgres is not None
    return house.postgres


@contextlib.contextmanager
def stopped(house: House) -> Iterator[None]:
    """The server is stopped, and started again."""
    _postgres(house).stop()
    yield
    _postgres(house).start()


@contextlib.contextmanager
def crashed(house: House) -> Iterator[None]:
    """The server dies, and recovers."""
    _postgres(house).kill()
    yield
    _postgres(house).start()


@contextlib.contextmanager
def standby(house: House) -> Iterator[None]:
    """The server takes no writes until it is promoted."""
    _postgres(house).stop()
    _postgres(house).start(standby=True)
    yield
    _postgres(house).promote()


@contextlib.contextmanager
def cut(house: House) -> Iterator[None]:
    """Every connection is cut, again and again."""
    end = time.monotonic() + LASTS_S
    while time.monotonic() < end:
        _cut(house)
        time.sleep(0.1)
    yield


@contextlib.contextmanager
def crowded(house: House) -> Iterator[None]:
    """All connections are cut, and there is none to be had."""
    server = _postgres(house)
    server.execute(f"ALTER DATABASE {house.database} CONNECTION LIMIT 0")
    _cut(house)
    yield
    server.execute(f"ALTER DATABASE {house.database} CONNECTION LIMIT -1")


def _cut(house: House) -> None:
    _postgres(house).execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{house.database}' AND pid <> pg_backend_pid()"
    )


# of names ------------------------------------------------------------------------------------


def unresolved(mode: Mode, *, restart: Callable[[House], None]) -> Fault:
    """The name of a server fails while its connections are cut."""

    @contextlib.contextmanager
    def fault(house: House) -> Iterator[None]:
        assert house.names is not None
        house.names.mode = mode
        restart(house)
        yield
        house.names.mode = "answers"

    return fault


def _restart_imap(house: House) -> None:
    house.dovecot.stop()
    house.dovecot.start()


def _restart_smtp(house: House) -> None:
    house.smtp.stop()
    house.smtp.start()


def _restart_postgres(house: House) -> None:
    _postgres(house).stop()
    _postgres(house).start()


_MODES: tuple[Mode, ...] = ("unknown", "nothing", "broken", "silent", "slow")
_RESTARTS = {"imap": _restart_imap, "smtp": _restart_smtp, "postgres": _restart_postgres}

FAULTS: dict[str, Fault] = {
    "sqlite full disk": full_disk,
    "sqlite quota": quota,
    "sqlite locked": locked,
    "postgres stopped": stopped,
    "postgres crashed": crashed,
    "postgres standby": standby,
    "postgres cut": cut,
    "postgres crowded": crowded,
    **{
        f"name {server} {mode}": unresolved(mode, restart=restart)
        for server, restart in _RESTARTS.items()
        for mode in _MODES
    },
}


# one run -------------------------------------------------------------------------------------


def run(name: str) -> Outcome | str:
    """Puts the daemon through a fault; what came of it, or why it cannot be done here."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-")))
        dovecot = stack.enter_context(Dovecot({SUPPORT: "secret", CANCEL: "secret"}))
        smtp = stack.enter_context(SmtpServer())
        house = House(
            Company(folder, dovecot, smtp, support=SUPPORT, cancel=CANCEL), dovecot, smtp
        )
        if "postgres" in name:
            house.postgres = stack.enter_context(Postgres())
            # A crash of the server may lose nothing that was committed.
            house.postgres.execute("ALTER SYSTEM SET synchronous_commit = on")
            house.postgres.execute("SELECT pg_reload_conf()")
            house.database = house.postgres.new_database(fresh=True)
        _configure(house, by_name=name.startswith("name"))
        if name == "sqlite full disk" and not _mount(house.store, stack):
            return "nothing may be mounted here"
        if name.startswith("name"):
            try:
                house.names = stack.enter_context(NameServer(folder))
            except OSError:
                return "port 53 is not to be had here"
            if not house.names.may_be_used():
                return "no name server of one's own can be used here"
            house.company.prefix = tuple(house.names.prefix)
        house.daemon = stack.enter_context(house.company.daemon())
        return _through(name, house)


def _through(name: str, house: House) -> Outcome:
    before = [f"anna-{number}@elsewhere.example" for number in range(MAILS)]
    late = [f"bob-{number}@elsewhere.example" for number in range(MAILS)]
    daemon, smtp = house.daemon, house.smtp
    daemon.wait_for("first_start", 2)
    _write(house, before)
    daemon.wait_for("reply_sent", MAILS)
    with FAULTS[name](house):
        _write(house, late)
        time.sleep(LASTS_S)
    ended = time.monotonic()
    with contextlib.suppress(AssertionError):  # told as lost
        until(lambda: len(smtp.received) >= 2 * MAILS, lambda: "", patience_s=PATIENCE_S)
    answered_s = time.monotonic() - ended
    with contextlib.suppress(AssertionError):
        until(lambda: not _open_alarms(daemon), lambda: "", patience_s=PATIENCE_S)
    cleared_s = time.monotonic() - ended
    with contextlib.suppress(AssertionError):
        until(lambda: house.company.folder_of(SUPPORT) == [], lambda: "", patience_s=30)
    events = daemon.events()
    daemon.stop()
    mails = Counter(taken.recipients[0] for taken in smtp.received)
    requests = Counter(r["address"] for r in house.company.objects("requests", "list"))
    wanted = {*before, *late}
    return Outcome(
        name=name,
        told=dict(Counter(e["event"] for e in events if e["level"] in ("warning", "error"))),
        cleared=sum(e["event"] in _CLEARED_BY.values() for e in events),
        still_open=len(_open_alarms(daemon)),
        unexpected=sum(e["event"] == "unexpected_error" for e in events),
        answered_s=round(answered_s, 1),
        cleared_s=round(cleared_s, 1),
        lost=len(wanted - set(requests)) + len(wanted - set(mails)),
        doubled=sum(n - 1 for n in mails.values()) + sum(n - 1 for n in requests.values()),
        unfiled=len(house.company.folder_of(SUPPORT)),
    )


_CLEARED_BY = {"store_failed": "store_recovered", "mailbox_failed": "mailbox_recovered"}


def _open_alarms(daemon: Daemon) -> set[str]:
    """The mailboxes, or the store, of which no line says yet that they work again."""
    found = set[str]()
    for event in daemon.events():
        what = event.get("mailbox", "store")
        if event["event"] in _CLEARED_BY:
            found.add(what)
        elif event["event"] in _CLEARED_BY.values():
            found.discard(what)
    return found


def _write(house: House, customers: list[str]) -> None:
    for customer in customers:
        house.company.write_to(SUPPORT, customer, "News", "Please unsubscribe me.\n")


def _configure(house: House, *, by_name: bool) -> None:
    company, server = house.company, house.postgres
    if server is not None and by_name:
        secret = company.folder / "store.password"
        secret.touch(mode=0o600)
        secret.write_text(f"{PASSWORD}\n")
        company.share_store(server.tcp_url(house.database, host="localhost"), daemons=1)
        company.store += '\npassword_file = "store.password"'
    elif server is not None:
        company.share_store(server.url(house.database), daemons=1)
    company.write_config(poll_seconds=POLL_S)
    if by_name:
        text = company.config.read_text()
        company.config.write_text(text.replace('host = "127.0.0.1"', 'host = "localhost"'))


def _mount(folder: Path, stack: contextlib.ExitStack) -> bool:
    words = ["mount", "-t", "tmpfs", "-o", "size=16m,mode=700", "none", str(folder)]
    if os.getuid() != 0 or subprocess.run(words, check=False, capture_output=True).returncode:
        return False
    stack.callback(lambda: subprocess.run(["umount", "--lazy", str(folder)], check=False))
    return True


def _print(outcomes: list[Outcome], left_out: dict[str, str]) -> None:
    columns = ("fault", "told", "cleared", "answered after", "cleared after", "lost", "doubled",
               "unfiled")  # fmt: skip
    table = Table(*columns, box=None)
    for each in outcomes:
        told = ", ".join(f"{count} {what}" for what, count in each.told.items())
        seconds = (f"{each.answered_s} s", f"{each.cleared_s} s")
        counts = (each.lost, each.doubled, each.unfiled)
        cleared = (
            f"{each.cleared}, {each.still_open} open" if each.still_open else str(each.cleared)
        )
        table.add_row(each.name, told, cleared, *seconds, *map(str, counts))
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(table)
    for name, why in left_out.items():
        console.print(f"{name}: left out, {why}")


def main() -> None:
    """Runs those that are named, or all."""
    parser = argparse.ArgumentParser(prog="bench.faults", description="Faults under the daemon.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(FAULTS)}")
    parser.add_argument("--json", action="store_true", help="print one object a fault")
    wanted = parser.parse_args()
    names = [name for name in FAULTS if not wanted.names or any(w in name for w in wanted.names)]
    outcomes, left_out = [], dict[str, str]()
    for name in names:
        done = run(name)
        if isinstance(done, str):
            left_out[name] = done
            if wanted.json:
                print(f"{name}: left out, {done}", file=sys.stderr)
            continue
        outcomes.append(done)
        if wanted.json:
            print(json.dumps(dataclasses.asdict(done)), flush=True)
    if not wanted.json:
        _print(outcomes, left_out)
    if not all(each.is_well for each in outcomes):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
