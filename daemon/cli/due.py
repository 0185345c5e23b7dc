"""`optoutd due`: the open requests by their deadlines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from daemon.cli.context import context_of
from daemon.cli.output import for_people, print_json, print_table, rfc3339
from daemon.cli.spans import left

if TYPE_CHECKING:
    from datetime import datetime

    from handlers.values import Request

# What fits on a screen; the rest is due later than these.
_SHOWN = 30


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command("due")(due)


def due(
    context: typer.Context,
    every: Annotated[
        bool, typer.Option("--all", help=f"Show all of them, not the first {_SHOWN}.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a request, all of them.")
    ] = False,
) -> None:
    """List the requests that are not done, by deadline, the late ones first.

    That is what waits for a person, and cancellations on their way; an opt-out that is in effect
    is done.

    Example: optoutd due --json | jq -r 'select(.late) | .id'
    """
    from daemon.opening import utc_now

    store = context_of(context).reading_store()
    try:
        found = store.open_requests()
    finally:
        store.close()
    now = utc_now()
    if json:
        for request in found:
            print_json(
                {
                    "id": request.reference,
                    "kind": request.kind.value,
                    "address": request.address_key,
                    "state": request.state.value,
                    "received_at": rfc3339(request.received_at),
                    "due_at": rfc3339(request.due_at),
                    "late": request.due_at <= now,
                    "seconds_left": int((request.due_at - now).total_seconds()),
                }
            )
        return
    shown = found if every else found[:_SHOWN]
    print_table(
        ("reference", "due (UTC)", "left", "kind", "state", "address"),
        [
            (
                request.reference,
                for_people(request.due_at),
                _left(request, now),
                request.kind.value.replace("_", "-"),
                request.state.value.replace("_", " "),
                request.address_key,
            )
            for request in shown
        ],
        whole=("reference", "due (UTC)", "left", "kind"),
        empty="Nothing is due.",
    )
    if len(found) > len(shown):
        print(f"… and {len(found) - len(shown)} more, due later: optoutd due --all")


def _left(request: Request, now: datetime) -> Text:
    from handlers.deadlines import ALARM_PERCENTS, percent_over, waits_for_customer

    near, very_near, late = ALARM_PERCENTS
    over = percent_over(request, now)
    style = "red" if over >= very_near else "yellow" if over >= near else "green"
    if waits_for_customer(request) and over >= late:
        style = "yellow"  # nobody here can do anything about it but ask once more
    return Text(left(request.due_at, now), style=style)
