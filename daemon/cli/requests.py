"""`optoutd requests list|show` and `optoutd suppressed`: looking into the store.

What staff decide about requests is daemon/cli/deciding.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.cli import complete, deciding
from daemon.cli.context import context_of
from daemon.cli.failures import EXIT_FAILED, EXIT_USAGE, describe
from daemon.cli.fared import announcement_object
from daemon.cli.output import (
    complain,
    for_people,
    harmless,
    in_one_line,
    print_json,
    print_table,
    rfc3339,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daemon.ports import AnnouncementRow
    from handlers.values import Request

requests = typer.Typer(help="Look at the requests, and decide on them.", no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    deciding.register(requests)
    app.add_typer(requests, name="requests")
    app.command("suppressed")(suppressed)


@requests.command("list")
def list_requests(context: typer.Context, json: JsonOption = False) -> None:
    """List the newest request of each address and kind, in all states.

    Examples:
        optoutd requests list
        optoutd requests list --json | jq 'select(.state == "review")'
    """
    store = context_of(context).reading_store()
    try:
        found = store.requests()
    finally:
        store.close()
    if json:
        for request in found:
            print_json(_summary(request))
        return
    print_table(
        ("reference", "kind", "state", "received (UTC)", "due (UTC)", "address"),
        [
            (
                request.reference,
                request.kind.value.replace("_", "-"),
                request.state.value.replace("_", " "),
                for_people(request.received_at),
                for_people(request.due_at),
                request.address_key,
            )
            for request in found
        ],
        whole=("reference", "kind", "received (UTC)", "due (UTC)"),
        empty="There are no requests.",
    )


@requests.command("show")
def show_request(
    context: typer.Context,
    reference: Annotated[
        str,
        typer.Argument(
            metavar="REFERENCE", help="Such as O-7K3M2Q.", autocompletion=complete.references
        ),
    ],
    json: JsonOption = False,
) -> None:
    """Show one request with everything that happened to it, and which other systems know of it.

    Example: optoutd requests show O-7K3M2Q
    """
    store = context_of(context).reading_store()
    try:
        request = store.request(reference.strip().upper())
        history = store.history(request.reference) if request else []
        announced = store.announcements_about(request.reference) if request else []
    finally:
        store.close()
    if request is None:
        complain(f"there is no request {reference}")
        raise typer.Exit(EXIT_FAILED)
    fields = {
        **_summary(request),
        "address_as_written": request.address_written,
        "language": request.language,
        "proof": request.proof,
        "reason": request.reason,
        "wanted_end": request.wanted_end,
        "taken_by": request.taken_by,
        "note": request.note,
    }
    if json:
        events = [{"at": rfc3339(at), "what": what, "detail": more} for at, what, more in history]
        told = [announcement_object(row) for row in announced]
        print_json({**fields, "history": events, "announcements": told})
        return
    for name, value in fields.items():
        print(f"{name.replace('_', ' ') + ':':<20} {harmless(str(value)) or '-'}")
    print_table(
        ("when (UTC)", "what", "detail"),
        [(for_people(at), what, detail) for at, what, detail in history],
        title="\nWhat happened",
        empty="Nothing is recorded.",
    )
    if announced:
        _print_announced(announced)


def _print_announced(announced: Sequence[AnnouncementRow]) -> None:
    """Who else knows, since when; and who does not know yet."""
    print_table(
        ("receiver", "change", "state", "since (UTC)", "tries", "note"),
        [
            (
                row.receiver,
                row.after.value.replace("_", " "),
                row.state.replace("_", " "),
                for_people(row.ended_at or row.changed_at),
                str(row.attempts),
                row.note,
            )
            for row in announced
        ],
        title="\nWho is told",
        empty="",
    )


def suppressed(
    context: typer.Context,
    addresses: Annotated[list[str], typer.Argument(metavar="ADDRESS…")],
    list_name: Annotated[
        str, typer.Option("--list", metavar="LIST", help="Of which list; else of all.")
    ] = "*",
    json: JsonOption = False,
) -> None:
    """Tell whether addresses get no marketing any more.

    Exit status 0: all of them are suppressed. 1: at least one is not. 2: could not tell.

    Examples:
        optoutd suppressed anna@example.net
        optoutd suppressed --list tips anna@example.net && echo "leave her alone"
    """
    from config.mistakes import ConfigError
    from daemon.errors import OptoutdError
    from handlers.list_token import check_list_name

    try:
        check_list_name(list_name)
    except ValueError as error:  # such as that of a variable that is not set
        raise typer.BadParameter(str(error), param_hint="--list") from None
    try:
        answers = _ask(context, addresses, list_name)
    except ConfigError as error:
        for mistake in error.mistakes:
            complain(f"{mistake}")
        raise typer.Exit(EXIT_USAGE) from error
    except OptoutdError as error:
        complain(f"{describe(error)}")
        raise typer.Exit(EXIT_USAGE) from error
    for answer in answers:
        if json:
            print_json(answer)
        else:
            _print_answer(answer)
    if any(answer["suppressed"] is None for answer in answers):
        raise typer.Exit(EXIT_USAGE)
    if not all(answer["suppressed"] for answer in answers):
        raise typer.Exit(EXIT_FAILED)


def _ask(context: typer.Context, addresses: list[str], list_name: str) -> list[dict[str, Any]]:
    from handlers.address import make_address

    store = context_of(context).reading_store()
    answers: list[dict[str, Any]] = []
    try:
        for text in addresses:
            address = make_address(text)
            if address is None:
                answers.append({"address": text, "suppressed": None})
                continue
            found = store.suppression(address.key, list_name)
            answers.append(
                {
                    "address": address.key,
                    "suppressed": found is not None,
                    "list": found.list_name if found else list_name,
                    "since": rfc3339(found.since) if found else None,
                    "request": found.reference if found else None,
                }
            )
    finally:
        store.close()
    return answers


def _print_answer(answer: dict[str, Any]) -> None:
    if answer["suppressed"] is None:
        text = f"{answer['address']}: is not a mail address"
    elif answer["suppressed"]:
        text = f"{answer['address']}: suppressed since {answer['since']} ({answer['request']})"
    else:
        text = f"{answer['address']}: not suppressed"
    print(in_one_line(text))


def _summary(request: Request) -> dict[str, Any]:
    return {
        "id": request.reference,
        "kind": request.kind.value,
        "address": request.address_key,
        "state": request.state.value,
        "channel": request.channel,
        "mailbox": request.mailbox,
        "received_at": rfc3339(request.received_at),
        "due_at": rfc3339(request.due_at),
    }
