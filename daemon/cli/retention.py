"""`optoutd retention`: what goes after its time, and that it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.by_staff import ByOption, name_of
from daemon.cli.context import context_of
from daemon.cli.meter import meter
from daemon.cli.output import for_people, print_json, print_table, rfc3339

if TYPE_CHECKING:
    from datetime import datetime

    from daemon.ports.data import Expiring, Overdue

_WORDS = {
    "reply_bytes": "bytes of mails, and the secrets in them",
    "evidence": "words of messages",
    "ordinary": "ordinary and automatic mail in the ledger",
    "requests": "closed requests",
    "tickets": "tickets of requests that are gone",
    "replies": "records of mails",
    "announcements": "what receivers were told of requests that are gone",
    "processes": "processes that ended",
}


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command("retention")(retention)


def retention(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would go, and let it stay.")
    ] = False,
    by: ByOption = "",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a kind.")] = False,
) -> None:
    """Let go of what has outlived its time by [retention], as the daemon does once a day.

    Example: optoutd retention --dry-run
    """
    from daemon import retention as keeping
    from daemon.opening import utc_now

    ours = context_of(context)
    settings = ours.settings().retention
    now = utc_now()
    store = ours.reading_store() if dry_run else ours.standing_store()
    try:
        found = keeping.overdue(store, settings, now=now)
        counts = {what: due.rows for what, due in found.items()}
        if not dry_run:
            with meter("Letting go", "rows") as progress:
                counts = keeping.retain(
                    store, settings, now=now, by=name_of(by), progress=progress
                )
    finally:
        store.close()
    before = keeping.limits(settings, now=now)
    if json:
        for what, due in found.items():
            print_json(
                {
                    "what": what,
                    "rows": counts[what],
                    "oldest": rfc3339(due.oldest) if due.oldest else None,
                    "before": rfc3339(before[what]),
                    "gone": not dry_run,
                }
            )
        return
    _print(found, counts, before, gone=not dry_run)


def _print(
    found: dict[Expiring, Overdue],
    counts: dict[Expiring, int],
    before: dict[Expiring, datetime],
    *,
    gone: bool,
) -> None:
    print_table(
        ("what", "from before (UTC)", "gone" if gone else "would go", "the oldest (UTC)"),
        [
            (
                _WORDS[what],
                for_people(before[what]),
                str(counts[what]),
                for_people(due.oldest) if due.oldest else "-",
            )
            for what, due in found.items()
        ],
        empty="",
    )
