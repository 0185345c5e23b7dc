"""`optoutd headers`: the List-Unsubscribe fields of a newsletter, for one address or a pipe."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.context import context_of
from daemon.cli.failures import EXIT_FAILED
from daemon.cli.output import complain, print_json
from daemon.cli.pipe import lines_of

if TYPE_CHECKING:
    from handlers.list_unsubscribe import WayOut

PIPE = "-"


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command("headers")(headers)


def headers(
    context: typer.Context,
    address: Annotated[
        str,
        typer.Argument(
            metavar="ADDRESS", help="Whom the newsletter is sent to; - reads them from a pipe."
        ),
    ],
    list_name: Annotated[
        str, typer.Option("--list", metavar="LIST", help="Of which list; else of all.")
    ] = "*",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print the List-Unsubscribe fields for a newsletter to one address.

    Put them into the mail as they are: they hold a token that only this store can make and read.
    Whoever presses unsubscribe in the mail client takes this address off this list, at once.

    With - instead of an address, addresses are read from stdin, one a line, and for each a JSON
    object is printed in the same order; a line that is no address gets one with an error.

    Examples:
        optoutd headers anna@example.net --list tips
        optoutd headers anna@example.net --json
        optoutd headers - --list tips < addresses > fields.jsonl
    """
    from daemon.newsletter import way_out
    from daemon.opening import utc_now
    from handlers.address import make_address
    from handlers.list_token import check_sealable

    made = make_address(address)
    if made is None and address != PIPE:
        raise typer.BadParameter("is not a mail address", param_hint="ADDRESS")
    try:
        check_sealable(list_name)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--list") from None
    ours = context_of(context)
    settings = ours.settings()
    store = ours.writing_store()
    try:
        way = way_out(settings, store, now=utc_now())
    finally:
        store.close()
    if made is None:
        _answer_pipe(way, list_name)
        return
    try:
        fields = way.fields(made, list_name)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="ADDRESS") from None
    if way.plus is not None and not way.has_plus(made, list_name):
        complain(
            "the address to write to holds no token: the part before its @ would have more than "
            "64 octets. The subject has it"
        )
    if as_json:
        print_json({"address": made.key, "list": list_name, **fields})
        return
    for name, value in fields.items():
        # Folded after the comma (RFC 5322 section 2.2.3): no line comes near 998 octets.
        print(f"{name}: {value.replace(', ', ',' + chr(10) + ' ')}")


def _answer_pipe(way: WayOut, list_name: str) -> None:
    """Answers the lines of stdin as they come: a program may ask one after the other."""
    answer, wrong = _answerer(way, list_name), 0
    for lines in lines_of(sys.stdin.fileno()):
        answers = [answer(line) for line in lines]
        wrong += sum("error" in given for given in answers)
        sys.stdout.write("".join(f"{json.dumps(given)}\n" for given in answers))
        sys.stdout.flush()
    if wrong:
        complain(f"{wrong} lines hold no mail address, or one that is too long")
        raise typer.Exit(EXIT_FAILED)


def _answerer(way: WayOut, list_name: str) -> Callable[[bytes], dict[str, str]]:
    """What answers a line: the fields, or why there are none."""
    from handlers.address import make_address

    def answer(line: bytes) -> dict[str, str]:
        written = line.decode("utf-8", "replace").strip()
        made = make_address(written)
        if made is None:
            return {"address": written, "error": "not a mail address"}
        try:
            fields = way.fields_for(made.key, list_name)
        except ValueError as error:
            return {"address": made.key, "error": str(error)}
        return {"address": made.key, "list": list_name, **fields}

    return answer
