"""`optoutd forget ADDRESS`: erases a person's data; they stay suppressed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.by_staff import ByOption, address_of, name_of
from daemon.cli.context import context_of
from daemon.cli.failures import EXIT_USAGE
from daemon.cli.meter import busy
from daemon.cli.output import complain, harmless, print_json

if TYPE_CHECKING:
    from daemon.ports.data import Forgotten
    from handlers.address import Address

_ELSEWHERE = (
    "Not touched: the messages in the mailboxes (also in Optoutd/… and Sent), backups made before,"
    " and the log, where an address is masked unless [log] addresses says otherwise."
)


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command("forget")(forget)


def forget(
    context: typer.Context,
    address: Annotated[str, typer.Argument(metavar="ADDRESS")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be erased, and erase nothing.")
    ] = False,
    by: ByOption = "",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Erase what the store holds about a person; a keyed hash keeps them suppressed.

    Exit status 1, and nothing erased, while a request of theirs is open or a mail to them waits:
    what they asked for is carried out first.

    Example: optoutd forget anna@example.org --by "Kim, data protection"
    """
    from daemon.opening import utc_now

    person = address_of(address)
    ours = context_of(context)
    store = ours.reading_store() if dry_run else ours.standing_store()
    try:
        with busy("Looking for what is held …"):
            found = store.forget(person.key, by=name_of(by), now=utc_now(), dry_run=True)
        if not dry_run:
            if not found.nothing and not yes:
                _ask(person, found)
            # Also where nothing is found: then it is proven by looking at the file.
            with busy("Erasing, and looking at every byte of the store …"):
                found = store.forget(person.key, by=name_of(by), now=utc_now())
    finally:
        store.close()
    if json:
        print_json(
            {
                "address": person.key,
                "erased": not dry_run,
                "requests": found.requests,
                "suppressions": found.suppressions,
                "mails": found.mails,
                "messages": found.messages,
                "notes": list(found.notes),
            }
        )
        return
    print(f"{'Would erase' if dry_run else 'Erased'}: {_count(found)}.")
    for note in found.notes:
        print(harmless(note))
    print(_ELSEWHERE, file=sys.stderr)


def _ask(person: Address, found: Forgotten) -> None:
    if not sys.stdin.isatty():
        complain("nothing was erased: add --yes, or --dry-run to look")
        raise typer.Exit(EXIT_USAGE)
    print(harmless(f"{person.key}: {_count(found)}. This cannot be undone."))
    typer.confirm("Erase?", abort=True)


def _count(found: Forgotten) -> str:
    if found.nothing:
        return "nothing, for nothing is held"
    counts = {
        "request": found.requests,
        "suppression": found.suppressions,
        "mail": found.mails,
        "message": found.messages,
    }
    told = [f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts.items()]
    return f"what is said about the person in {', '.join(told[:-1])} and {told[-1]}"
