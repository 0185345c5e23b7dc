"""`optoutd receivers …`: which other systems are told of requests, and what became of it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.by_staff import ByOption, name_of
from daemon.cli.context import context_of
from daemon.cli.failures import EXIT_FAILED, EXIT_USAGE
from daemon.cli.fared import announcement_object, receiver_object, state_words
from daemon.cli.output import complain, for_people, print_json, print_table

if TYPE_CHECKING:
    from daemon.ports import Store

receivers = typer.Typer(help="Look at who is told of requests, and of what.", no_args_is_help=True)

# What there is to see by default: all that is not simply done.
_UNDONE = ("queued", "sending", "needs_person", "failed")
_LISTED = 1_000

RowsArgument = Annotated[
    list[int], typer.Argument(metavar="ROW…", help="As `announcements` numbers them.")
]
SomeRowsArgument = Annotated[
    list[int] | None, typer.Argument(metavar="[ROW…]", help="As `announcements` numbers them.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.add_typer(receivers, name="receivers")


@receivers.command("list")
def list_receivers(context: typer.Context, json: JsonOption = False) -> None:
    """List the systems that are told of requests, and how they fare.

    Example: optoutd receivers list
    """
    from daemon.opening import utc_now

    store = context_of(context).reading_store()
    try:
        found = store.receivers()
    finally:
        store.close()
    if json:
        for each in found:
            print_json(receiver_object(each))
        return
    now = utc_now()
    print_table(
        ("receiver", "state", "told last (UTC)", "waiting", "for a person", "given up", "error"),
        [
            (
                each.name,
                state_words(each, now),
                for_people(each.told_at) if each.told_at else "never",
                str(each.waiting),
                str(each.needs_person),
                str(each.failed),
                each.error,
            )
            for each in found
        ],
        whole=("receiver", "told last (UTC)", "waiting", "for a person", "given up"),
        empty="Nobody is told of requests: no [[receiver]] was configured at the last start.",
    )


@receivers.command("announcements")
def announcements(
    context: typer.Context,
    states: Annotated[
        list[str] | None,
        typer.Option(
            "--state",
            metavar="STATE",
            help="queued, sending, told, skipped, needs_person, settled or failed; may be given "
            "more than once. Without it all that are not done.",
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """List what receivers are to be told, what needs a person, and what was given up.

    The newest thousand of them, oldest first.

    Example: optoutd receivers announcements --state needs_person
    """
    from daemon.ports import ANNOUNCEMENT_STATES

    if unknown := [state for state in states or () if state not in ANNOUNCEMENT_STATES]:
        complain(f"--state: {unknown[0]} is none of {', '.join(ANNOUNCEMENT_STATES)}")
        raise typer.Exit(EXIT_USAGE)
    store = context_of(context).reading_store()
    try:
        found = store.announcements(tuple(states or _UNDONE), limit=_LISTED)
    finally:
        store.close()
    if json:
        for row in found:
            print_json(announcement_object(row))
        return
    print_table(
        ("row", "receiver", "about", "change", "state", "tries", "since (UTC)", "note"),
        [
            (
                str(row.row),
                row.receiver,
                row.reference,
                row.after.value.replace("_", " "),
                row.state.replace("_", " "),
                str(row.attempts),
                for_people(row.ended_at or row.changed_at),
                row.note,
            )
            for row in found
        ],
        whole=("row", "about", "state", "tries", "since (UTC)"),
        empty="Everybody knows everything." if not states else "There are none.",
    )


@receivers.command("retry")
def retry(
    context: typer.Context,
    rows: SomeRowsArgument = None,
    all_failed: Annotated[
        bool, typer.Option("--all-failed", help="All that were given up.")
    ] = False,
    by: ByOption = "",
) -> None:
    """Tell receivers now: what waits, was given up, or needed a person.

    A running daemon begins within seconds; else the next `run` or `poll` does. Whoever
    knows of a later change of the request, or is being told of one, is not told of an earlier one.

    Example: optoutd receivers retry --all-failed
    """
    if not (rows or all_failed):
        complain("name the rows to retry, or --all-failed")
        raise typer.Exit(EXIT_USAGE)
    store = context_of(context).standing_store()
    try:
        wanted = list(rows or ())
        if all_failed:
            wanted += [row.row for row in store.announcements(["failed"], limit=sys.maxsize)]
        refused = [row for row in dict.fromkeys(wanted) if not _retry(store, row, name_of(by))]
    finally:
        store.close()
    if not wanted:
        print("There is nothing to retry.")
    if refused:
        raise typer.Exit(EXIT_FAILED)


@receivers.command("settle")
def settle(context: typer.Context, rows: RowsArgument, by: ByOption = "") -> None:
    """Say that nothing more is to be done about announcements: a person has done it, or need not.

    Example: optoutd receivers settle 17
    """
    store = context_of(context).standing_store()
    try:
        refused = [row for row in dict.fromkeys(rows) if not _settle(store, row, name_of(by))]
    finally:
        store.close()
    if refused:
        raise typer.Exit(EXIT_FAILED)


@receivers.command("resume")
def resume(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `list` names it.")],
    by: ByOption = "",
) -> None:
    """Tell a receiver again that wanted nothing any more (410), beginning with what waits for it.

    Example: optoutd receivers resume crm
    """
    from daemon.opening import utc_now

    store = context_of(context).standing_store()
    try:
        done = store.resume_receiver(name, by=name_of(by), now=utc_now())
    finally:
        store.close()
    if not done:
        complain(f"{name}: there is no such receiver that wanted nothing any more")
        raise typer.Exit(EXIT_FAILED)
    print(f"{name}: is told again")


@receivers.command("replay")
def replay(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `list` names it.")],
    since: Annotated[
        datetime,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"],
            metavar="TIME",
            help="Requests that have changed since then, in UTC.",
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how many, tell none.")] = False,
    by: ByOption = "",
) -> None:
    """Tell a receiver of the requests that were made while it was not configured.

    It hears how they stand by now, oldest first, each once: what it was told of, or is to be, is
    left out. Where others were told the same, it has the same id.

    Example: optoutd receivers replay crm --since 2026-11-01
    """
    from daemon.opening import utc_now

    now, since = utc_now(), since.replace(tzinfo=UTC)
    if since > now:
        complain(f"--since: {since:%Y-%m-%d} is yet to come")
        raise typer.Exit(EXIT_USAGE)
    store = context_of(context).standing_store()
    try:
        told = store.replay_to(name, since=since, by=name_of(by), now=now, dry_run=dry_run)
    finally:
        store.close()
    if told is None:
        complain(f"{name}: no such receiver is configured, as of the last start of the daemon")
        raise typer.Exit(EXIT_FAILED)
    if not told:
        print(f"{name}: there is nothing that it does not know of")
        return
    about = "1 request" if told == 1 else f"{told} requests"
    print(f"{name}: would be told of {about}" if dry_run else f"{name}: is told of {about}")


def _retry(store: Store, row: int, by: str) -> bool:
    from daemon.opening import utc_now

    if not store.retry_announcement(row, by=by, now=utc_now()):
        _refuse(
            store,
            row,
            later="a later change was told, or is being told; settle it",
        )
        return False
    print(f"{row}: due now")
    return True


def _settle(store: Store, row: int, by: str) -> bool:
    from daemon.opening import utc_now

    if not store.settle_announcement(row, by=by, now=utc_now()):
        _refuse(store, row, later="it has changed meanwhile; look again")
        return False
    print(f"{row}: settled")
    return True


def _refuse(store: Store, row: int, *, later: str) -> None:
    held = store.announcement(row)
    if held is None:
        why = "there is no such announcement (optoutd receivers announcements)"
    elif held.state == "sending":
        why = "it is on its way; wait for its outcome"
    elif held.state in ("told", "skipped", "settled"):
        why = f"it is {held.state}, and done with"
    else:
        why = later
    complain(f"{row}: {why}")
