"""`optoutd keys`: the keys of the tokens in List-Unsubscribe fields."""

from __future__ import annotations

from typing import Annotated

import typer

from daemon.cli.context import context_of
from daemon.cli.output import print_json, print_table

keys = typer.Typer(help="The keys of the newsletters' tokens.", no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object a key.")]


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.add_typer(keys, name="keys")


@keys.command("list")
def list_keys(context: typer.Context, json: JsonOption = False) -> None:
    """List the keys of the newsletters' tokens; none is ever shown.

    Example: optoutd keys list
    """
    store = context_of(context).reading_store()
    try:
        dates = store.token_key_dates()
    finally:
        store.close()
    newest = max(dates, default=0)
    if json:
        for number, made_at in dates.items():
            print_json({"number": number, "made_at": made_at, "seals": number == newest})
        return
    print_table(
        ("key", "made", "used for"),
        [
            (
                str(number),
                f"{made_at:%Y-%m-%d %H:%M} UTC",
                "new tokens, and those it made" if number == newest else "the tokens it made",
            )
            for number, made_at in dates.items()
        ],
        empty="There is no key yet: the first newsletter makes it.",
    )


@keys.command("new")
def new_key(context: typer.Context, json: JsonOption = False) -> None:
    """Make a new key, with which all tokens are made from now on.

    Tokens of older keys are honoured as before, for ever: a newsletter lies about for years.
    Programs that hold the old key (docs/newsletter.md) go on with it until they are started anew.

    Example: optoutd keys new
    """
    from daemon.opening import utc_now

    store = context_of(context).writing_store()
    now = utc_now()
    try:
        number, _ = store.new_token_key(now=now)
    finally:
        store.close()
    if json:
        print_json({"number": number, "made_at": now, "seals": True})
    else:
        print(f"Key {number} makes all tokens from now on; those made before are honoured.")
