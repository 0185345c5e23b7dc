"""`optoutd audit verify|list`: whether the audit is whole, and what stands in it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.context import context_of
from daemon.cli.failures import EXIT_FAILED
from daemon.cli.meter import meter
from daemon.cli.output import for_people, harmless, print_json, print_table, rfc3339

if TYPE_CHECKING:
    from daemon.ports.data import AuditReport, Head

audit = typer.Typer(help="Prove and read the audit.", no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]

_HEAD = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})\Z")


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.add_typer(audit, name="audit")


@audit.command("verify")
def verify(
    context: typer.Context,
    head: Annotated[
        str,
        typer.Option(
            "--head", metavar="N:HASH", help="An earlier newest event, as this command printed it."
        ),
    ] = "",
    json: JsonOption = False,
) -> None:
    """Walk along the audit: each event carries the hash of the one before.

    Exit status 0: it is whole, and holds the noted event. 1: it is not.

    Example: optoutd audit verify --head 1042:9f2c…
    """
    noted = _noted(head)
    store = context_of(context).reading_store()
    try:
        with meter("Verifying", "events") as progress:
            report = store.walk_audit(ask=noted.sequence if noted else 0, progress=progress)
    finally:
        store.close()
    found = _compared(report, noted)
    if json:
        print_json(
            {
                "whole": report.broken_at is None,
                "events": report.events,
                "newest": report.newest.sequence,
                "hash": report.newest.hash,
                "broken_at": report.broken_at,
                "trouble": report.trouble,
                "head": found,
            }
        )
    else:
        _print(report, noted, found)
    if report.broken_at is not None or found not in (None, "same"):
        raise typer.Exit(EXIT_FAILED)


@audit.command("list")
def list_events(
    context: typer.Context,
    reference: Annotated[
        str, typer.Argument(metavar="[REFERENCE]", help="Of one request, such as O-7K3M2Q.")
    ] = "",
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"], metavar="TIME", help="Not before, in UTC."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """List the events, oldest first.

    Example: optoutd audit list --since 2026-11-01
    """
    from datetime import UTC

    from_when = since.replace(tzinfo=UTC) if since else None
    store = context_of(context).reading_store()
    try:
        events = store.audit_events(reference=reference.strip().upper(), since=from_when)
        if json:
            for event in events:
                print_json(
                    {
                        "sequence": event.sequence,
                        "at": rfc3339(event.at),
                        "what": event.what,
                        "request": event.reference,
                        "detail": dict(event.detail),
                    }
                )
            return
        print_table(
            ("event", "when (UTC)", "what", "request", "detail"),
            (
                (
                    str(event.sequence),
                    for_people(event.at),
                    event.what,
                    event.reference,
                    " ".join(f"{name}={value}" for name, value in event.detail.items()),
                )
                for event in events
            ),
            whole=("event", "when (UTC)", "what", "request"),
            empty="Nothing is recorded.",
        )
    finally:
        store.close()


def _noted(text: str) -> Head | None:
    if not text:
        return None
    from daemon.ports.data import Head

    found = _HEAD.match(text.strip().lower())
    if found is None:
        raise typer.BadParameter(
            "is a number, a colon and 64 hexadecimal characters, as this command prints them",
            param_hint="--head",
        )
    return Head(sequence=int(found[1]), hash=found[2])


def _compared(report: AuditReport, noted: Head | None) -> str | None:
    """How the noted event compares: "same", "differs" or "missing"; None where none was noted."""
    if noted is None:
        return None
    if not report.hash_at:
        return "missing"
    return "same" if report.hash_at == noted.hash else "differs"


def _print(report: AuditReport, noted: Head | None, found: str | None) -> None:
    if report.broken_at is not None:
        print(f"BROKEN at event {report.broken_at}: {harmless(report.trouble)}")
        print(f"The {report.events} events before it are whole.")
    else:
        print(f"Whole: {report.events} events.")
    if noted is not None:
        words = {
            "same": "is there as it was noted",
            "differs": "has another hash than was noted: the events up to it were replaced",
            "missing": "was not met: the end of the audit is missing",
        }
        print(f"Event {noted.sequence} {words[found or 'missing']}.")
    if report.newest.sequence:
        print("Note elsewhere, to prove later that nothing was cut off or replaced:")
        print(f"{report.newest.sequence}:{report.newest.hash}")
