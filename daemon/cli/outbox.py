"""`optoutd outbox list|retry|drop`: what staff may see of replies, and do to them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.by_staff import ByOption, name_of
from daemon.cli.context import context_of
from daemon.cli.failures import EXIT_FAILED, EXIT_USAGE
from daemon.cli.output import complain, for_people, print_json, print_table, rfc3339

if TYPE_CHECKING:
    from daemon.ports import MailRow, Store

outbox = typer.Typer(help="Look at the replies, and retry or give up some.", no_args_is_help=True)

# What there is to see by default: all that is not simply done.
_UNDONE = ("queued", "sending", "failed", "unknown")
_LISTED = 1_000

RowsArgument = Annotated[list[int], typer.Argument(metavar="ROW…", help="As `list` numbers them.")]
SomeRowsArgument = Annotated[
    list[int] | None, typer.Argument(metavar="[ROW…]", help="As `list` numbers them.")
]


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.add_typer(outbox, name="outbox")


@outbox.command("list")
def list_mails(
    context: typer.Context,
    states: Annotated[
        list[str] | None,
        typer.Option(
            "--state",
            metavar="STATE",
            help="queued, sending, sent, failed or unknown; may be given more than once. "
            "Without it all but the sent ones.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """List the replies that wait, are in delivery, were given up or are of unknown fate.

    The newest thousand of them, oldest first.

    Example: optoutd outbox list --state failed
    """
    from daemon.ports import MAIL_STATES

    if unknown := [state for state in states or () if state not in MAIL_STATES]:
        complain(f"--state: {unknown[0]} is none of {', '.join(MAIL_STATES)}")
        raise typer.Exit(EXIT_USAGE)
    store = context_of(context).reading_store()
    try:
        found = store.mails(tuple(states or _UNDONE), limit=_LISTED)
    finally:
        store.close()
    if json:
        for row in found:
            print_json(_object(row))
        return
    print_table(
        (
            "row",
            "state",
            "to",
            "about",
            "attempts",
            "queued (UTC)",
            "next try (UTC)",
            "last error",
        ),
        [
            (
                str(row.row),
                row.state,
                row.recipient,
                ", ".join(row.references),
                str(row.attempts),
                for_people(row.queued_at),
                for_people(row.next_at) if row.state == "queued" else "-",
                row.error,
            )
            for row in found
        ],
        whole=("row", "state", "attempts", "queued (UTC)", "next try (UTC)"),
        empty="No reply waits, and none was given up." if not states else "There are none.",
    )


@outbox.command("retry")
def retry(
    context: typer.Context,
    rows: SomeRowsArgument = None,
    all_failed: Annotated[
        bool, typer.Option("--all-failed", help="All that were given up, but for dropped ones.")
    ] = False,
    all_queued: Annotated[
        bool, typer.Option("--all-queued", help="All that wait for a later try.")
    ] = False,
    by: ByOption = "",
) -> None:
    """Deliver replies now: those that wait, were given up, or are of unknown fate.

    A running daemon begins within ten seconds; else the next `run` or `poll` does. One of unknown
    fate may arrive twice; it has the same Message-ID, by which mail programs show it once.

    Example: optoutd outbox retry --all-failed
    """
    if not (rows or all_failed or all_queued):
        complain("name the rows to retry, or --all-failed, --all-queued")
        raise typer.Exit(EXIT_USAGE)
    store = context_of(context).standing_store()
    try:
        wanted = list(rows or ())
        if all_failed:
            failed = store.mails(["failed"], limit=sys.maxsize)
            wanted += [r.row for r in failed if not r.error.startswith("dropped by ")]
        if all_queued:
            wanted += [row.row for row in store.mails(["queued"], limit=sys.maxsize)]
        refused = [row for row in dict.fromkeys(wanted) if not _retry(store, row, name_of(by))]
    finally:
        store.close()
    if not wanted:
        print("There is nothing to retry.")
    if refused:
        raise typer.Exit(EXIT_FAILED)


@outbox.command("drop")
def drop(
    context: typer.Context,
    rows: RowsArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    by: ByOption = "",
) -> None:
    """Give replies up: they are never sent, and count as failed.

    A cancellation whose question is dropped goes to review, as where it cannot be delivered, but
    not where it is the reminder of one that the customer has. What was asked for stays in effect.

    Example: optoutd outbox drop 17 --yes
    """
    if not yes:
        if not sys.stdin.isatty():
            complain("nobody can be asked here: --yes drops without")
            raise typer.Exit(EXIT_USAGE)
        typer.confirm(
            f"Give up {len(rows)} {'reply' if len(rows) == 1 else 'replies'}?", abort=True
        )
    store = context_of(context).standing_store()
    try:
        refused = [row for row in dict.fromkeys(rows) if not _drop(store, row, name_of(by))]
    finally:
        store.close()
    if refused:
        raise typer.Exit(EXIT_FAILED)


def _retry(store: Store, row: int, by: str) -> bool:
    from daemon.opening import utc_now

    before = store.mail(row)
    if not store.retry_mail(row, by=by, now=utc_now()):
        _refuse(store, row)
        return False
    twice = before is not None and before.unknowns > 0
    print(f"{row}: due now{'; it may arrive twice' if twice else ''}")
    return True


def _drop(store: Store, row: int, by: str) -> bool:
    from daemon.opening import utc_now

    on_review = store.drop_mail(row, by=by, now=utc_now())
    if on_review is None:
        _refuse(store, row)
        return False
    print(f"{row}: given up{'; on review: ' + ', '.join(on_review) if on_review else ''}")
    return True


def _refuse(store: Store, row: int) -> None:
    held = store.mail(row)
    if held is None:
        why = "there is no such reply (optoutd outbox list --state sent shows those that are out)"
    elif held.state == "sending":
        why = "it is in delivery; wait for its outcome"
    elif held.state == "sent":
        why = "it was sent, and cannot be called back or sent again"
    elif before := _outdated(store, held):
        why = f"{before} since, and the reply tells otherwise; write to the customer"
    else:
        why = "its text is no longer kept; record the request anew, or write to the customer"
    complain(f"{row}: {why}")


def _outdated(store: Store, mail: MailRow) -> str:
    """Why what the mail tells is not so any more; '' where it is."""
    from handlers.overtaken import OVERTAKEN, is_outdated
    from handlers.steps import words_of

    if mail.error == OVERTAKEN:
        return f"{', '.join(mail.references)} moved on"
    for request in filter(None, map(store.request, mail.references)):
        if is_outdated(request, asks=mail.asks, queued_at=mail.queued_at):
            return f"{request.reference} was {words_of(request.state)}"
    return ""


def _object(row: MailRow) -> dict[str, object]:
    return {
        "row": row.row,
        "state": row.state,
        "address": row.recipient,
        "requests": list(row.references),
        "mailbox": row.mailbox,
        "attempts": row.attempts,
        "unknowns": row.unknowns,
        "queued_at": rfc3339(row.queued_at),
        "next_at": rfc3339(row.next_at) if row.state == "queued" else None,
        "sent_at": rfc3339(row.sent_at) if row.sent_at else None,
        "error": row.error,
    }
