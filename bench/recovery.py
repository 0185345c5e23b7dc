"""How soon a mailbox is read again: `python -m bench.recovery [--down S] [--poll S] [FAULT…]`.

A private Dovecot behind a wire, and the watch over one mailbox with its schedule and its IDLE.
Each fault lasts `--down` seconds; then the server is back, and a message comes. Told are the
alarms, the connections that were tried meanwhile, and how long the message waited, in poll
intervals: the goal is two, but for a refused login, which is tried ever more seldom because each
try may lock the account. Last comes a server whose IDLE tells nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from daemon.mailboxes import open_mailbox
from daemon.schedule import Schedule
from daemon.watch import Watch
from tests.flow.stub_route import StubRoute
from tests.servers.dovecot import Dovecot, message
from tests.servers.settings import mailbox_settings
from tests.servers.wire import Wire
from tests.unit.log_capture import LogCapture, captured_log

USER = "support@shop.example"
PATIENCE_S = 300.0
GOAL_POLLS = 2.0

Fault = Callable[[Dovecot, Wire], Iterator[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What one fault came to. `alarms` are told troubles, and `recovered` their ends."""

    fault: str
    alarms: int
    recovered: int
    tries: int
    most_at_once: int
    seen_after_s: float


def killed(server: Dovecot, _: Wire) -> Iterator[None]:
    """The server and all its processes die."""
    server.stop()
    yield
    server.start()


def hangs_up(_: Dovecot, wire: Wire) -> Iterator[None]:
    """Connections are cut, and new ones hung up on."""
    wire.refusing = True
    wire.cut()
    yield
    wire.refusing = False


def black_hole(_: Dovecot, wire: Wire) -> Iterator[None]:
    """Nothing gets through, and nobody says so."""
    wire.silent = True
    yield
    wire.silent = False


def refused_login(server: Dovecot, wire: Wire) -> Iterator[None]:
    """The server says that the password is wrong, and later that it is right."""
    with server.without_user(USER):
        time.sleep(1.5)
        wire.cut()
        yield


def crowded(server: Dovecot, wire: Wire) -> Iterator[None]:
    """Others hold all connections that the server allows a user."""
    wire.refusing = True
    wire.cut()
    with server.client(USER):
        wire.refusing = False
        yield


FAULTS: dict[str, Fault] = {
    fault.__name__: fault for fault in (killed, hangs_up, black_hole, crowded, refused_login)
}


async def recovery(name: str, *, down_s: float, poll_seconds: float, timeout_s: float) -> Recovery:
    """Has one fault happen to a mailbox that works, "" for an IDLE that tells nothing."""
    limit = "mail_max_userip_connections = 1" if name == crowded.__name__ else ""
    with (
        Dovecot({USER: "secret"}, extra=limit) as server,
        Wire(server.imap_port) as wire,
        captured_log() as log,
    ):
        settings = mailbox_settings(wire, USER, timeout_seconds=timeout_s)
        mailbox = open_mailbox(settings, "secret")
        route = StubRoute(mailbox)
        watch = Watch(
            route=route, mailbox=mailbox, poll_seconds=poll_seconds, jitter=random.random
        )
        schedule = Schedule()
        schedule.every(poll_seconds, "poll", watch.scheduled, first_at=datetime.now(UTC))
        schedule.start()
        idling = asyncio.create_task(watch.idle())
        try:
            await _until(lambda: bool(log.named("poll_finished")))
            before = wire.knocks
            if name:
                with contextmanager(FAULTS[name])(server, wire):
                    await asyncio.sleep(down_s)
            else:
                wire.mutes_news = True
            tries = wire.knocks - before
            back_s = time.monotonic()
            server.deliver(USER, message("news"))
            await _until(lambda: _seen(log) == 1)
            return Recovery(
                fault=name or "idle_tells_nothing",
                alarms=len(log.named("mailbox_failed")),
                recovered=len(log.named("mailbox_recovered")),
                tries=tries,
                most_at_once=wire.most_at_once,
                seen_after_s=time.monotonic() - back_s,
            )
        finally:
            schedule.stop()
            wire.silent = False
            await watch.stop()
            await idling


def _seen(log: LogCapture) -> int:
    return sum(int(str(seen)) for seen in log.fields("poll_finished", "seen"))


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - what is waited for happens in threads
            await asyncio.sleep(0.01)


def main() -> int:
    """Prints a line a fault; 1 where one took longer than the goal, or was not one alarm."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("faults", nargs="*", metavar="FAULT", help=", ".join(FAULTS))
    parser.add_argument("--down", type=float, default=30.0, help="seconds (default: 30)")
    parser.add_argument("--poll", type=float, default=5.0, help="poll_seconds (default: 5)")
    parser.add_argument("--timeout", type=float, default=2.0, help="timeout_seconds (default: 2)")
    arguments = parser.parse_args()
    table = Table("fault", "alarms", "recovered", "tries", "at once", "seen after", "in polls")
    is_good = True
    for name in arguments.faults or (*FAULTS, ""):
        one = asyncio.run(
            recovery(
                name,
                down_s=arguments.down,
                poll_seconds=arguments.poll,
                timeout_s=arguments.timeout,
            )
        )
        polls = one.seen_after_s / arguments.poll
        table.add_row(
            one.fault.replace("_", " "),
            *(f"{n}" for n in (one.alarms, one.recovered, one.tries, one.most_at_once)),
            f"{one.seen_after_s:.2f} s",
            f"{polls:.2f}",
        )
        is_soon = polls <= GOAL_POLLS or name == refused_login.__name__
        is_good &= is_soon and one.alarms == one.recovered == bool(name)
    Console().print(table)
    return int(not is_good)


if __name__ == "__main__":
    sys.exit(main())
