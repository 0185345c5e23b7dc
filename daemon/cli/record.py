"""`optoutd record opt-out|cancellation|import`: requests that came another way than by mail."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.by_staff import (
    JsonOption,
    NoReplyOption,
    NoteOption,
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
from daemon.cli.output import print_json

if TYPE_CHECKING:
    from datetime import datetime

    from handlers.recorded import Recorded

record = typer.Typer(
    help="Record requests that came by telephone, letter, panel or newsletter.",
    no_args_is_help=True,
)


class Channel(enum.StrEnum):
    """How a request came."""

    phone = "phone"
    letter = "letter"
    panel = "panel"
    newsletter = "newsletter"


AddressArgument = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="The customer's mail address.")
]
ChannelOption = Annotated[Channel, typer.Option("--channel", help="How it came.")]
ReceivedOption = Annotated[
    str,
    typer.Option(
        "--received",
        metavar="TIME",
        help="When the call or the letter arrived, as in 2026-11-24 15:30, in the zone of this "
        "machine; else now. Its clock starts there.",
    ),
]
TakenByOption = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who took it; your login name if left out.")
]
LanguageOption = Annotated[
    str, typer.Option("--language", metavar="CODE", help="To confirm in, such as de.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="A time of over a year ago is right.")]


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    from daemon.cli import record_import

    record.command("import")(record_import.import_file)
    app.add_typer(record, name="record")


@record.command("opt-out")
def record_opt_out(
    context: typer.Context,
    address: AddressArgument,
    channel: ChannelOption,
    received: ReceivedOption = "",
    by: TakenByOption = "",
    note: NoteOption = "",
    list_name: Annotated[
        str, typer.Option("--list", metavar="LIST", help="Of which list; else of all.")
    ] = "*",
    language: LanguageOption = "",
    no_reply: NoReplyOption = False,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Record an opt-out: the address gets no more marketing from now on.

    The customer gets a confirmation by mail. What is recorded twice, with the same time, is one
    request; an address that is off the lists already gets no second mail.

    Example: optoutd record opt-out anna@example.net --channel phone --note "at noon"
    """
    from handlers.record_lines import is_list_name
    from handlers.recorded import Recorded
    from handlers.values import MAX_LIST_CHARS, Intent

    if not is_list_name(list_name):
        raise usage_error(f"--list takes at most {MAX_LIST_CHARS} printable characters")
    _record(
        context,
        Recorded(
            kind=Intent.OPT_OUT,
            address=address_of(address),
            channel=channel.value,
            received_at=_moment(received, yes=yes),
            taken_by=name_of(by),
            note=note,
            list_name=list_name or "*",
            language=_language(language),
        ),
        by=by,
        no_reply=no_reply,
        json=json,
    )


@record.command("cancellation")
def record_cancellation(
    context: typer.Context,
    address: AddressArgument,
    channel: ChannelOption,
    received: ReceivedOption = "",
    by: TakenByOption = "",
    note: NoteOption = "",
    wanted_end: Annotated[
        str, typer.Option("--wanted-end", metavar="TEXT", help="When the customer wants to end.")
    ] = "",
    language: LanguageOption = "",
    no_reply: NoReplyOption = False,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Record a cancellation: it is confirmed, because you have made sure who the customer is.

    The customer gets a confirmation by mail. A cancellation that waits for the customer's answer
    or for a person is confirmed by this; one that is confirmed stays as it is.

    Examples:
        optoutd record cancellation anna@example.net --channel phone
        optoutd record cancellation anna@example.net --channel letter --note K-4711
    """
    from handlers.recorded import Recorded
    from handlers.values import Intent

    _record(
        context,
        Recorded(
            kind=Intent.CANCELLATION,
            address=address_of(address),
            channel=channel.value,
            received_at=_moment(received, yes=yes),
            taken_by=name_of(by),
            note=note,
            language=_language(language),
            wanted_end=_wanted_end(wanted_end),
        ),
        by=by,
        no_reply=no_reply,
        json=json,
    )


def _record(
    context: typer.Context, recorded: Recorded, *, by: str, no_reply: bool, json: bool
) -> None:
    from handlers.steps import NotPossible

    with office_of(context) as office:
        try:
            outcome = office.record(recorded, by=name_of(by), reply=not no_reply)
        except NotPossible as error:
            if not error.is_done:
                raise could_not(one_line(error)) from error
            print_impossible(error, error.reference, json=json)
            return
    if json:
        print_json(as_object(outcome))
    else:
        print_outcome(outcome)


def _moment(text: str, *, yes: bool) -> datetime:
    from daemon.cli.moments import moment
    from daemon.opening import utc_now

    now = utc_now()
    if not text:
        return now
    try:
        return moment(text, now=now, may_be_long_ago=yes)
    except ValueError as error:
        raise usage_error(f"--received {error}") from error


def _wanted_end(text: str) -> str:
    from handlers.address import clean_text
    from handlers.record_lines import MAX_WANTED_END_CHARS
    from handlers.wanted_end import no_such_day

    if day := no_such_day(text):
        raise usage_error(f"--wanted-end has {day}, and there is no such day")
    return clean_text(text, limit=MAX_WANTED_END_CHARS)


def _language(code: str) -> str:
    from handlers.record_lines import is_language

    if not is_language(code):
        raise usage_error("--language takes a code of two letters such as de")
    return code.lower()
