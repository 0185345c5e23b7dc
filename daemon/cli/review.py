"""`optoutd review list|show|approve|dismiss`: what waits for a person."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.by_staff import (
    ByOption,
    JsonOption,
    NoteOption,
    ReplyOption,
    address_of,
    as_object,
    could_not,
    name_of,
    office_of,
    one_line,
    print_impossible,
    print_outcome,
    usage_error,
)
from daemon.cli.context import context_of
from daemon.cli.deciding import decide
from daemon.cli.finding import held_message, rows_named, waiting_as, waiting_of
from daemon.cli.output import for_people, print_json, print_table
from daemon.cli.review_page import page_object, print_page, read_messages, summary

if TYPE_CHECKING:
    from daemon.office import Office
    from daemon.ports import LedgerRow, Store
    from handlers.address import Address

review = typer.Typer(help="Look at what waits for a person, and decide.", no_args_is_help=True)

Identifier = Annotated[
    str, typer.Argument(metavar="ID", help="As `review list` shows it: O-…, C-… or M-….")
]
_MAX_WORDS = 3


class KindName(enum.StrEnum):
    """What a message asks for, as the option names it."""

    opt_out = "opt-out"
    cancellation = "cancellation"


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.add_typer(review, name="review")


@review.command("list")
def list_reviews(context: typer.Context, json: JsonOption = False) -> None:
    """List what waits for a person, what is due first at the top.

    Requests by their reference, and messages without one by an identifier of their own (M-…).

    Example: optoutd review list --json
    """
    from handlers.reason_words import reason_words
    from handlers.steps import words_of

    ours = context_of(context)
    settings = ours.settings()
    store = ours.reading_store()
    try:
        found = waiting_of(store, settings)
    finally:
        store.close()
    if json:
        for each in found:
            print_json(summary(each), ascii_only=True)
        return
    print_table(
        ("id", "due (UTC)", "since (UTC)", "mailbox", "kind", "why", "address", "words"),
        [
            (
                each.id,
                for_people(each.due_at),
                for_people(each.since),
                each.mailbox or "-",
                ", ".join(words_of(kind) for kind in each.kinds) or "-",
                reason_words(each.reason),
                each.address or "-",
                "; ".join(f"“{e.words}”" for e in each.evidence[:_MAX_WORDS]).replace("\n", " "),
            )
            for each in found
        ],
        whole=("id", "due (UTC)", "since (UTC)"),
        empty="Nothing waits for a person.",
    )


@review.command("show")
def show_review(context: typer.Context, identifier: Identifier, json: JsonOption = False) -> None:
    """Show what waits: why, and the message itself with the words that count marked.

    The message is read from its mailbox, without marking it as seen; control characters in it are
    shown and do nothing. Works for any request, also when nobody has to decide on it.

    Example: optoutd review show C-7K3M2Q
    """
    from handlers.held import typed_id

    ours = context_of(context)
    settings = ours.settings()
    store = ours.reading_store()
    wanted = typed_id(identifier)
    try:
        request = store.request(wanted)
        rows = store.messages_about(wanted) if request else _the_row(store, wanted, identifier)
    finally:
        store.close()
    item = waiting_as(request, rows, settings)
    messages = read_messages(ours, settings, rows)
    if json:
        print_json(page_object(item, messages), ascii_only=True)
    else:
        print_page(item, messages)


@review.command("approve")
def approve(
    context: typer.Context,
    identifier: Identifier,
    kind: Annotated[
        KindName | None,
        typer.Option(
            "--as", help="What a message without a request asks for (M-…).", show_default=False
        ),
    ] = None,
    address: Annotated[
        str, typer.Option("--address", metavar="ADDRESS", help="Whose request it is (M-…).")
    ] = "",
    language: Annotated[
        str, typer.Option("--language", metavar="CODE", help="To answer in, such as de (M-…).")
    ] = "",
    by: ByOption = "",
    note: NoteOption = "",
    reply: ReplyOption = None,
    json: JsonOption = False,
) -> None:
    """Approve what waits: yes, the customer asks for this.

    An opt-out takes effect. A cancellation is confirmed where its sender is proven; else the
    customer is asked, because you decide what a message wants and not who has sent it. Where the
    address must not be asked, the command says so: make sure yourself, then `requests confirm`.

    Example: optoutd review approve O-7K3M2Q
    Example: optoutd review approve M-4T9XK2WD --as opt-out --address anna@customer.example
    """
    from handlers.held import typed_id

    wanted = typed_id(identifier)
    if not wanted.startswith("M-"):
        if kind or address or language:
            raise usage_error(f"{wanted} is a request: --as, --address and --language are for M-…")
        decide(context, "approve", [wanted], by=by, note=note, reply=reply, json=json)
        return
    if kind is None or not address:
        raise usage_error(f"{wanted} is a message without a request: say --as and --address")
    customer = address_of(address)
    with office_of(context) as office:
        (row,) = _the_row(office.store, wanted, identifier)
        _make_request(
            office, row, kind, customer, language, by=by, note=note, reply=reply, json=json
        )


@review.command("dismiss")
def dismiss(
    context: typer.Context,
    identifier: Identifier,
    by: ByOption = "",
    note: NoteOption = "",
    json: JsonOption = False,
) -> None:
    """Dismiss what waits: it asks for nothing, or you have dealt with it in another way.

    A request is rejected and nobody is told: to tell the customer, use `requests reject`. Of a
    message without one the review ends. The flag in the mailbox goes with it.

    Example: optoutd review dismiss M-4T9XK2WD
    """
    from handlers.held import typed_id

    wanted = typed_id(identifier)
    if not wanted.startswith("M-"):
        decide(context, "dismiss", [wanted], by=by, note=note, reply=None, json=json)
        return
    if note:
        raise usage_error(f"{wanted} is a message without a request: notes are kept with those")
    with office_of(context) as office:
        (row,) = _the_row(office.store, wanted, identifier)
        office.dismiss_message(row, by=name_of(by))
    if json:
        print_json({"id": held_message(row).id, "resolution": "dismissed"})
    else:
        print(f"{held_message(row).id}: dismissed")


# approving a message -------------------------------------------------------------------------


def _make_request(
    office: Office,
    row: LedgerRow,
    kind: KindName,
    customer: Address,
    language: str,
    *,
    by: str,
    note: str,
    reply: bool | None,
    json: bool,
) -> None:
    from handlers.held import box_of
    from handlers.recorded import Recorded
    from handlers.steps import NotPossible
    from handlers.values import Intent

    recorded = Recorded(
        kind=Intent.OPT_OUT if kind is KindName.opt_out else Intent.CANCELLATION,
        address=customer,
        channel="mail",
        received_at=row.received_at,
        taken_by=name_of(by),
        note=note,
        language=language.lower(),
        mailbox=box_of(row.mailbox),
        digest=row.digest,
    )
    try:
        outcome = office.approve_message(row, recorded, by=name_of(by), reply=reply is not False)
    except NotPossible as error:
        if error.is_done:
            print_impossible(error, held_message(row).id, json=json)
            return
        raise could_not(one_line(error)) from error
    if json:
        print_json(as_object(outcome))
    else:
        print_outcome(outcome)


def _the_row(store: Store, wanted: str, typed: str) -> list[LedgerRow]:
    """The one held message of this name. Exits with 1 where there is none, or several."""
    rows = rows_named(store, wanted)
    if len(rows) == 1:
        return rows
    if rows:
        names = ", ".join(held_message(row).long_id[:14] for row in rows)
        raise could_not(f"{typed} may be one of several: {names}")
    raise could_not(f"nothing that waits is named {typed}: see optoutd review list")
