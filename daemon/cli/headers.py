"""`optoutd headers`: the List-Unsubscribe fields of a newsletter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

from daemon.cli.context import context_of
from daemon.cli.output import print_json

if TYPE_CHECKING:
    from config.settings import Settings

_ONE_CLICK = "List-Unsubscribe=One-Click"  # RFC 8058 section 3.1


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command("headers")(headers)


def headers(
    context: typer.Context,
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="Whom the newsletter is sent to.")
    ],
    list_name: Annotated[
        str, typer.Option("--list", metavar="LIST", help="Of which list; else of all.")
    ] = "*",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print the List-Unsubscribe fields for a newsletter to one address.

    Put them into the mail as they are: they hold a token that only this store can make and read.
    Whoever presses unsubscribe in the mail client takes this address off this list, at once.

    Examples:
        optoutd headers anna@example.net --list tips
        optoutd headers anna@example.net --json
    """
    from daemon.opening import utc_now
    from handlers.address import make_address
    from handlers.list_token import seal

    made = make_address(address)
    if made is None:
        raise typer.BadParameter("is not a mail address", param_hint="ADDRESS")
    ours = context_of(context)
    settings = ours.settings()
    store = ours.writing_store()
    try:
        number, key = store.token_key(now=utc_now())
    finally:
        store.close()
    try:
        token = seal(made, list_name, key_number=number, key=key)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--list") from None
    fields = _fields(settings, token)
    if json:
        print_json({"address": made.key, "list": list_name, **fields})
        return
    for name, value in fields.items():
        # Folded after the comma (RFC 5322 section 2.2.3): no line comes near 998 octets.
        print(f"{name}: {value.replace(', ', ',' + chr(10) + ' ')}")


def _fields(settings: Settings, token: str) -> dict[str, str]:
    """The fields of RFC 2369 and, where there is a server for it, RFC 8058."""
    recipient = quote(settings.unsubscribe_address, safe="@")
    mail = f"<mailto:{recipient}?subject=unsubscribe%20{token}>"
    base = settings.web.base_url
    if not base:
        return {"List-Unsubscribe": mail}
    return {
        "List-Unsubscribe": f"{mail}, <{base}/u/{token}>",
        "List-Unsubscribe-Post": _ONE_CLICK,
    }
