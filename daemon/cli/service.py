"""`optoutd run` and `optoutd poll`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.context import Context, context_of
from daemon.cli.failures import EXIT_FAILED
from daemon.cli.output import complain, print_json, print_table
from daemon.cli.progress import progress

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from config.credentials import Secrets
    from config.settings import Settings
    from daemon.app import App
    from daemon.ports import Lease
    from daemon.service import PollResult

_DISPOSITIONS = ("act", "review", "leave", "ignore")


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command("run")(run)
    app.command("poll")(poll)


def run(context: typer.Context) -> None:
    """Run the daemon until SIGTERM: poll, decide, file and answer. For systemd's ExecStart.

    The log goes to stderr, one JSON object a line (docs/log-events.md); `optoutd log` shows it.

    Example: optoutd --config /etc/optoutd/optoutd.toml run
    """
    import asyncio

    from config.load import load_secrets
    from daemon.allocator import keep_for_good, keep_small
    from daemon.service import serve

    keep_small()
    # A signal that comes while everything is built must not end the process, nor be lost.
    hangups: list[int] = []
    signal.signal(signal.SIGHUP, lambda number, _: hangups.append(number))
    ours = context_of(context)

    def reread() -> tuple[Settings, Secrets]:
        settings = ours.settings()
        return settings, load_secrets(settings, file=ours.path())

    app = _assemble(ours)
    keep_for_good()

    async def until_asked_to_stop() -> None:
        if not await serve(app, reread=reread, hung_up=bool(hangups)):
            # A thread still waits, for a silent server or a locked store; asyncio and Python would
            # join it. What was not finished is repeated at the next start.
            sys.stderr.flush()
            os._exit(0)

    try:
        asyncio.run(until_asked_to_stop())
    finally:
        app.close()
    sys.stderr.flush()


def poll(
    context: typer.Context,
    timeout: Annotated[
        float,
        typer.Option(min=0, metavar="SECONDS", help="How long to go on delivering replies."),
    ] = 60.0,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a mailbox.")] = False,
) -> None:
    """Make one pass over all mailboxes, then deliver replies until none waits.

    Exit status 0 also if mail was set aside or still waits for a retry; 1 if a mailbox or the
    store could not be used, or a daemon reads the mailbox.

    Example: optoutd --config /etc/optoutd/optoutd.toml poll --timeout 30
    """
    import asyncio

    from daemon.service import poll_once

    with progress() as bars:  # before the log is set up, whose lines then go above the bars
        app = _assemble(context_of(context))
        _show_progress(app, bars)
        try:
            result: PollResult = asyncio.run(
                poll_once(app, timeout_s=timeout, waiting=_tell_waiting)
            )
        finally:
            app.close()
    shadows = {box.name for box in app.settings.mailbox if box.mode == "shadow"}
    if json:
        _print_for_programs(result, shadows)
    else:
        _print_for_people(result, shadows)
    for holder in dict.fromkeys(result.busy.values()):
        names = ", ".join(name for name, who in result.busy.items() if who == holder)
        complain(
            f"another optoutd ({holder}) is alive and reads {names}"
            " (it does the work; stop it to poll by hand)"
        )
    if not result.complete:
        raise typer.Exit(EXIT_FAILED)


def _show_progress(app: App, bars: Progress) -> None:
    """A bar a mailbox, and one for the replies as soon as there are some."""
    for name, watch in app.watches.items():
        watch.route.progress = _both(watch.route.progress, _bar_of(name, bars))
    replies: list[TaskID] = []

    def sent(_mailbox: str) -> None:
        if not replies:
            replies.append(bars.add_task("replies sent", total=None))
        bars.advance(replies[0])

    app.outbox.mail_sent.append(sent)


def _bar_of(name: str, bars: Progress) -> Callable[[int], None]:
    """What moves the bar of a mailbox: called with how many messages still wait."""
    task = bars.add_task(name, total=None)
    at_first: list[int] = []

    def still_wait(waiting: int) -> None:
        at_first.append(waiting)
        bars.update(task, total=at_first[0], completed=at_first[0] - waiting)

    return still_wait


def _both(first: Callable[[int], None], second: Callable[[int], None]) -> Callable[[int], None]:
    def call(waiting: int) -> None:
        first(waiting)
        second(waiting)

    return call


def _tell_waiting(lease: Lease) -> None:
    """For a person at a terminal: why nothing happens."""
    if sys.stderr.isatty():
        complain(
            f"{lease.holder} holds {lease.mailbox}; if it is dead, its lease runs out"
            f" in {lease.left_s:.0f} s …"
        )


def _print_for_programs(result: PollResult, shadows: Collection[str]) -> None:
    for name, report in result.reports.items():
        counts = {key: report.counts.get(key, 0) if report else 0 for key in _DISPOSITIONS}
        seen = report.seen if report else 0
        mode = {"mode": "shadow"} if name in shadows else {}
        print_json({"mailbox": name, "ok": report is not None, "seen": seen, **counts, **mode})
    print_json({"outbox": {"sent": result.sent, "waiting": result.waiting}})


def _print_for_people(result: PollResult, shadows: Collection[str]) -> None:
    rows = []
    for name, report in result.reports.items():
        if report is None:
            why = "read by a daemon" if name in result.busy else "failed: see the log"
            rows.append((name, why, *("-" for _ in _DISPOSITIONS)))
        else:
            counts = (str(report.counts.get(key, 0)) for key in _DISPOSITIONS)
            rows.append((name, str(report.seen), *counts))
    print_table(
        ("mailbox", "new messages", "acted on", "for review", "left alone", "ignored"),
        rows,
        empty="No mailbox is configured.",
    )
    for name in result.reports:
        if name in shadows:
            print(f"{name} is in shadow mode: that was only noted, and nothing was done.")
    print(f"Replies: {result.sent} sent, {result.waiting} waiting.")


def _assemble(context: Context) -> App:
    from daemon.app import assemble
    from daemon.names import check_package_names

    settings = context.settings()
    secrets = context.secrets(settings)
    check_package_names()
    return assemble(settings, secrets)
