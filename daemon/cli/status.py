"""`optoutd status`: how the whole service stands, on one screen."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from daemon.cli.context import context_of
from daemon.cli.failures import EXIT_FAILED
from daemon.cli.fared import receiver_object, state_of, state_words
from daemon.cli.output import PIPE_COLUMNS, for_people, harmless, print_json, rfc3339
from daemon.cli.spans import ago, span

if TYPE_CHECKING:
    from datetime import datetime

    from daemon.ports import ReceiverStatus
    from daemon.status import MailboxView, ProcessView, Status

_LIFE_STYLES = {"runs": "green", "stopped": "yellow", "silent": "red", "died": "red"}
_READING_STYLES = {"ok": "green", "failing": "red", "late": "red", "unseen": "yellow"}


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command("status")(status)


def status(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show what runs, how mailboxes, outbox and receivers fare, what is due, and what is wrong.

    Asks the store alone: neither the daemon nor a server is needed. Exit status 0: all is well.
    1: something is wrong; it is listed with what mends it.

    Example: optoutd status > /dev/null || logger "optoutd needs you"
    """
    from daemon.identity import host_name
    from daemon.opening import utc_now
    from daemon.status import take_status

    ours = context_of(context)
    settings = ours.settings()
    store = ours.reading_store()
    try:
        taken = take_status(
            store, settings, now=utc_now(), host=host_name(), pid_exists=_pid_exists
        )
    finally:
        store.close()
    if json:
        print_json(_for_programs(taken))
    else:
        _print(taken)
    if taken.troubles:
        raise typer.Exit(EXIT_FAILED)


def _pid_exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's
    return True


# for people ----------------------------------------------------------------------------------


def _print(taken: Status) -> None:
    console = Console(width=None if sys.stdout.isatty() else PIPE_COLUMNS, highlight=False)
    for view in taken.processes:
        console.print(_process_line(view, taken.now))
    if not taken.processes:
        console.print(Text("No optoutd has ever run with this store.", style="yellow"))
    console.print()
    console.print(_mailboxes(taken))
    console.print()
    console.print(_outbox_line(taken))
    console.print(_requests_line(taken))
    for receiver in taken.receivers:
        console.print(_receiver_line(receiver, taken.now))
    console.print()
    if not taken.troubles:
        console.print(Text("All is well.", style="green"))
        return
    console.print(Text("Wrong:", style="bold red"))
    for trouble in taken.troubles:
        console.print(Text(harmless(f"  {trouble.what}"), style="red"))
        console.print(Text(harmless(f"      cure: {trouble.cure}")))


def _process_line(view: ProcessView, now: datetime) -> Text:
    process = view.process
    words = {
        "runs": f"runs since {for_people(process.started_at)} UTC",
        "stopped": f"is stopped since {for_people(process.stopped_at or process.beat_at)} UTC",
        "silent": f"is silent since {for_people(process.beat_at)} UTC",
        "died": f"has died after {for_people(process.beat_at)} UTC",
    }[view.life]
    line = Text(harmless(f"optoutd {process.version} "))
    line.append(harmless(words), style=_LIFE_STYLES[view.life])
    line.append(harmless(f" (process {view.pid} on {view.host}"))
    if view.life == "runs":
        line.append(f", beat {ago(process.beat_at, now)}")
    return line.append(")")


def _mailboxes(taken: Status) -> Table:
    table = Table(header_style="bold", box=None)
    for column in ("mailbox", "state", "last poll", "last success", "waiting", "IDLE", "mode",
                   "filing"):  # fmt: skip
        table.add_column(column, justify="right" if column == "waiting" else "left")
    for view in taken.mailboxes:
        row = _mailbox_row(view, taken.now)
        state = Text(harmless(row[1]), style=_READING_STYLES[view.state])
        table.add_row(harmless(row[0]), state, *row[2:])
    return table


def _mailbox_row(view: MailboxView, now: datetime) -> tuple[str, ...]:
    box, status = view.settings, view.status
    if status is None:
        return (box.name, "not read yet", "never", "never", "-", "-", box.mode, box.filing)
    state: str = view.state
    if view.state == "failing" and status.failing_since is not None:
        state = f"failing for {span(now - status.failing_since)}"
    return (
        box.name,
        state,
        ago(status.polled_at, now),
        ago(status.succeeded_at, now),
        str(status.waiting),
        "yes" if status.idles else "no",
        box.mode,
        box.filing,
    )


def _outbox_line(taken: Status) -> Text:
    outbox = taken.outbox
    line = Text("Outbox:    ", style="bold")
    parts = [
        (f"{outbox.queued} queued", ""),
        (f"{outbox.in_delivery} in delivery", ""),
        (f"{len(outbox.late)} late", "red" if outbox.late else ""),
        (f"{outbox.failed} failed", "yellow" if outbox.failed else ""),
        (f"{outbox.unknown} unknown", "yellow" if outbox.unknown else ""),
        (f"{outbox.perhaps_twice} perhaps twice", "yellow" if outbox.perhaps_twice else ""),
    ]
    return _joined(line, parts)


def _requests_line(taken: Status) -> Text:
    requests = taken.requests
    line = Text("Requests:  ", style="bold")
    parts = [
        (f"{requests.due_soon} due in 24 h", ""),
        (f"{requests.late} late", "red" if requests.late else ""),
        (f"{requests.on_review} on review", "yellow" if requests.on_review else ""),
        (_number(requests.held, "message", "held"), "yellow" if requests.held else ""),
        (_number(requests.questions, "question", "open"), ""),
    ]
    if requests.late_answers:
        parts.append((_number(requests.late_answers, "answer", "overdue"), "yellow"))
    return _joined(line, parts)


def _receiver_line(receiver: ReceiverStatus, now: datetime) -> Text:
    line = Text("Receiver:  ", style="bold")
    line.append(harmless(f"{receiver.name} "), style="not bold")
    parts = [
        (state_words(receiver, now), "" if state_of(receiver) == "ok" else "red"),
        (f"{receiver.waiting} waiting", ""),
    ]
    if receiver.needs_person:
        parts.append((f"{receiver.needs_person} for a person", "yellow"))
    if receiver.failed:
        parts.append((f"{receiver.failed} given up", "yellow"))
    return _joined(line, parts)


def _joined(line: Text, parts: list[tuple[str, str]]) -> Text:
    for number, (words, style) in enumerate(parts):
        line.append(", " if number else "", style="not bold")
        line.append(words, style=style or "not bold")
    return line


def _number(count: int, what: str, how: str) -> str:
    return f"{count} {what if count == 1 else what + 's'} {how}"


# for programs --------------------------------------------------------------------------------


def _for_programs(taken: Status) -> dict[str, Any]:
    outbox, requests = taken.outbox, taken.requests
    return {
        "at": rfc3339(taken.now),
        "well": not taken.troubles,
        "processes": [
            {
                "host": view.host,
                "pid": view.pid,
                "state": view.life,
                "version": view.process.version,
                "started_at": rfc3339(view.process.started_at),
                "beat_at": rfc3339(view.process.beat_at),
            }
            for view in taken.processes
        ],
        "mailboxes": [_mailbox_object(view) for view in taken.mailboxes],
        "outbox": {
            "queued": outbox.queued,
            "in_delivery": outbox.in_delivery,
            "late": len(outbox.late),
            "failed": outbox.failed,
            "unknown": outbox.unknown,
            "perhaps_twice": outbox.perhaps_twice,
            "sent_last_hour": outbox.sent_last_hour,
        },
        "requests": {
            "due_soon": requests.due_soon,
            "late": requests.late,
            "on_review": requests.on_review,
            "held": requests.held,
            "questions": requests.questions,
            "late_answers": requests.late_answers,
        },
        "receivers": [receiver_object(each) for each in taken.receivers],
        "wrong": [{"what": trouble.what, "cure": trouble.cure} for trouble in taken.troubles],
    }


def _mailbox_object(view: MailboxView) -> dict[str, Any]:
    box, status = view.settings, view.status
    found: dict[str, Any] = {
        "mailbox": box.name,
        "state": view.state,
        "mode": box.mode,
        "filing": box.filing,
    }
    if status is not None:
        found |= {
            "polled_at": status.polled_at,
            "succeeded_at": status.succeeded_at,
            "waiting": status.waiting,
            "idle": status.idles,
            "error": status.error,
            "failing_since": status.failing_since,
        }
    return found
