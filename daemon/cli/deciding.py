"""`optoutd requests confirm|reject|undo|withdraw|complete`: what staff decide about requests."""

from __future__ import annotations

from typing import Annotated

import typer

from daemon.cli.by_staff import (
    ByOption,
    JsonOption,
    NoteOption,
    ReplyOption,
    as_object,
    name_of,
    office_of,
    print_impossible,
    print_outcome,
)
from daemon.cli.failures import EXIT_FAILED
from daemon.cli.output import print_json

References = Annotated[
    list[str], typer.Argument(metavar="REFERENCE…", help="Such as C-7K3M2Q; several at once.")
]


def register(requests: typer.Typer) -> None:
    """Adds the commands of this module to the group `requests`."""
    for command in (confirm, reject, undo, withdraw, complete):
        requests.command(command.__name__)(command)


def confirm(
    context: typer.Context,
    references: References,
    by: ByOption = "",
    note: NoteOption = "",
    reply: ReplyOption = None,
    json: JsonOption = False,
) -> None:
    """Confirm a request after you have made sure yourself that the customer wants it.

    For a cancellation that waits for the customer's answer or for a person, and for an opt-out in
    review. From then on it counts as proven by staff, and the customer is told.

    Example: optoutd requests confirm C-7K3M2Q --note "called back on the number we know"
    """
    decide(context, "confirm", references, by=by, note=note, reply=reply, json=json)


def reject(
    context: typer.Context,
    references: References,
    by: ByOption = "",
    note: NoteOption = "",
    reply: ReplyOption = None,
    json: JsonOption = False,
) -> None:
    """Reject a request: nothing is cancelled, and nobody is taken off a list.

    For a cancellation that waits for the customer's answer or for a person, and for an opt-out in
    review. The customer is told of a cancellation only.

    Example: optoutd requests reject C-7K3M2Q --no-reply
    """
    decide(context, "reject", references, by=by, note=note, reply=reply, json=json)


def undo(
    context: typer.Context,
    references: References,
    by: ByOption = "",
    note: NoteOption = "",
    reply: ReplyOption = None,
    json: JsonOption = False,
) -> None:
    """Undo an opt-out: the customer wants newsletters again.

    Lifts the suppression that this request made, and no other: an address that another request
    keeps off the lists stays off them, and the command says so.

    Example: optoutd requests undo O-7K3M2Q --note "asked for it by telephone"
    """
    decide(context, "undo", references, by=by, note=note, reply=reply, json=json)


def withdraw(
    context: typer.Context,
    references: References,
    by: ByOption = "",
    note: NoteOption = "",
    reply: ReplyOption = None,
    json: JsonOption = False,
) -> None:
    """Withdraw a cancellation: the customer has taken it back.

    As long as it is not completed. Where it was handed over, stop it there as well.

    Example: optoutd requests withdraw C-7K3M2Q --note "stays, by telephone"
    """
    decide(context, "withdraw", references, by=by, note=note, reply=reply, json=json)


def complete(
    context: typer.Context,
    references: References,
    by: ByOption = "",
    note: NoteOption = "",
    json: JsonOption = False,
) -> None:
    """Note that a confirmed cancellation has been carried out.

    Nobody is written to: the customer was told when it was confirmed.

    Example: optoutd requests complete C-7K3M2Q C-9Z8Y7X
    """
    decide(context, "complete", references, by=by, note=note, reply=None, json=json)


def decide(
    context: typer.Context,
    command: str,
    references: list[str],
    *,
    by: str,
    note: str,
    reply: bool | None,
    json: bool,
) -> None:
    """Carries out one command on each request; exit status 1 if one of them could not be."""
    from handlers.held import typed_id
    from handlers.staff import Wish
    from handlers.steps import Command, NotPossible

    wish = Wish(command=Command(command), note=note, reply=reply)
    failed = False
    with office_of(context) as office:
        for reference in dict.fromkeys(map(typed_id, references)):
            try:
                outcome = office.decide(reference, wish, by=name_of(by))
            except NotPossible as error:
                failed = failed or not error.is_done
                print_impossible(error, reference, json=json)
                continue
            if json:
                print_json(as_object(outcome))
            else:
                print_outcome(outcome)
    if failed:
        raise typer.Exit(EXIT_FAILED)
