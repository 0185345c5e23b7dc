"""What the commands share by which staff decide: who decides, the office, and what was done."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.cli.context import context_of
from daemon.cli.failures import EXIT_FAILED, EXIT_USAGE
from daemon.cli.output import complain, harmless, print_json

if TYPE_CHECKING:
    from daemon.office import Office, Outcome
    from handlers.address import Address
    from handlers.steps import NotPossible

ByOption = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who decides; your login name if left out.")
]
NoteOption = Annotated[
    str, typer.Option("--note", metavar="TEXT", help="A note, kept with the request.")
]
ReplyOption = Annotated[
    bool | None,
    typer.Option(
        "--reply/--no-reply",
        help="Whether the customer is told; where neither is given, docs/staff.md says so.",
        show_default=False,
    ),
]
NoReplyOption = Annotated[bool, typer.Option("--no-reply", help="Do not write to the customer.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]


def login_name() -> str:
    """Who has typed the command: with sudo the person, not the account."""
    if name := os.environ.get("SUDO_USER", ""):
        return name
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user {os.getuid()}"


def name_of(by: str) -> str:
    """The name to be kept: the one that was given, on one line, or the login name."""
    from handlers.address import clean_text
    from handlers.staff import MAX_NAME_CHARS

    return clean_text(by, limit=MAX_NAME_CHARS) or clean_text(login_name(), limit=MAX_NAME_CHARS)


@contextmanager
def office_of(context: typer.Context) -> Iterator[Office]:
    """The office over the store, beside a daemon that may be at work with it."""
    from daemon.app import make_office

    ours = context_of(context)
    settings = ours.settings()
    store = ours.writing_store()
    try:
        yield make_office(settings, store)
    finally:
        store.close()


def usage_error(message: str) -> typer.Exit:
    """Prints a mistake of the person who typed; to be raised."""
    complain(message)
    return typer.Exit(EXIT_USAGE)


def could_not(message: str) -> typer.Exit:
    """Prints why it cannot be done; to be raised."""
    complain(message)
    return typer.Exit(EXIT_FAILED)


def address_of(text: str) -> Address:
    """The address that was typed. Exits with 2 where it is none."""
    from handlers.address import make_address

    made = make_address(text)
    if made is None:
        raise usage_error(f"{text} is not a mail address")
    return made


def one_line(error: NotPossible) -> str:
    """Why something cannot be done, with what can be done instead."""
    return f"{error} ({error.cure})" if error.cure else str(error)


def as_object(outcome: Outcome) -> dict[str, Any]:
    """What was done, for programs."""
    decision, request = outcome.decision, outcome.request
    changed = next((change for change in decision.changes), None)
    made = next((new for new in decision.requests), None)
    before = changed.before.value if changed else None
    after = changed.after.value if changed else made.state.value if made else None
    if after is None and request is not None:
        before = after = request.state.value
    return {
        "id": outcome.reference,
        "kind": decision.intents[0].value,
        "address": request.address_key if request else None,
        "before": before,
        "state": after,
        "reason": decision.reason,
        "mail_to": decision.reply.to.key if decision.reply else None,
        "silence": decision.silence,
    }


def sentences(outcome: Outcome) -> list[str]:
    """What was done, for people: the first line is the news, the others what follows from it."""
    from handlers.reason_words import reason_words
    from handlers.steps import words_of
    from handlers.values import State

    decision, request = outcome.decision, outcome.request
    address = request.address_key if request else ""
    lines = [
        *(
            f"{c.reference} ({address}): {words_of(c.after)}, was {words_of(c.before)}"
            for c in decision.changes
        ),
        *(f"{r.reference} ({address}): {words_of(r.state)}, new" for r in decision.requests),
        *(
            f"{reference} ({address or 'no request left'}): in effect already, nothing changes"
            for reference in decision.repeated
        ),
        *(
            f"  {held.address_key} gets no more mail of {_list(held.list_name)}"
            for held in decision.suppress
        ),
    ]
    if outcome.still is not None:
        lines.append(f"  {address} stays off the lists because of {outcome.still.reference}")
    elif any(change.after is State.UNDONE for change in decision.changes):
        lines.append(f"  {address} may get newsletters again")
    if decision.reply is not None:
        verb = "asks" if decision.reply.asks else "tells"
        lines.append(f"  a mail to {decision.reply.to.key} {verb} the customer")
    elif decision.silence:
        lines.append(f"  nobody is written to: {reason_words(decision.silence)}")
    return lines


def _list(name: str) -> str:
    return "any list" if name == "*" else f"the list {name}"


def print_outcome(outcome: Outcome) -> None:
    """What was done, on the screen."""
    for line in sentences(outcome):
        print(harmless(line))


def print_impossible(error: NotPossible, reference: str, *, json: bool) -> None:
    """Why nothing was done: an error, unless it is so already."""
    if not error.is_done:
        complain(one_line(error))
    elif json:
        print_json({"id": error.reference or reference, "unchanged": str(error)})
    else:
        print(harmless(f"{one_line(error)}: nothing changes"))
