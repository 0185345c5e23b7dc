"""`optoutd filter`: of a list of addresses those that a newsletter may go to."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.context import context_of
from daemon.cli.failures import EXIT_FAILED
from daemon.cli.output import complain
from daemon.cli.pipe import lines_of

if TYPE_CHECKING:
    from daemon.ports import Store

_TOLD = 10  # lines that are named, of those that hold no address


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command("filter")(filter_list)


def filter_list(
    context: typer.Context,
    list_name: Annotated[
        str, typer.Option("--list", metavar="LIST", help="Of which list; else of all.")
    ] = "*",
    sub_addresses: Annotated[
        bool,
        typer.Option(
            "--sub-addresses",
            help="Take anna+shop@example.net and anna@example.net for one person.",
        ),
    ] = False,
) -> None:
    """Let those addresses of a list through that may get the newsletter.

    Addresses are read from stdin, one a line. Those that have not opted out are printed as they
    stand there, in their order. A line that holds no address is never let through: stderr says
    which, and the exit status is 1. Where the store cannot be asked, nothing more is printed.

    Filter right before you send: who opts out in between is on a list of yesterday.

    Example: optoutd filter --list tips < addresses > allowed
    """
    from handlers.list_token import check_list_name

    try:
        check_list_name(list_name)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--list") from None
    store = context_of(context).reading_store()
    run = _Run(store=store, list_name=list_name, sub_addresses=sub_addresses)
    try:
        _tell_of_another(store, list_name)
        for lines in lines_of(sys.stdin.fileno()):
            sys.stdout.buffer.write(run.allowed(lines))
            sys.stdout.buffer.flush()
    finally:
        store.close()
        run.tell()
    if run.unread:
        raise typer.Exit(EXIT_FAILED)


def _tell_of_another(store: Store, list_name: str) -> None:
    """Warns where the list is nearly one that people have left: they would get its mail."""
    from handlers.sending_list import nearly

    if list_name == "*":
        return
    if other := nearly(list_name, store.lists_left()):
        complain(
            f'warning: nobody has left the list "{list_name}", but somebody has left "{other}": '
            "capitals and blanks count"
        )


@dataclass(slots=True, kw_only=True)
class _Run:
    """One list on its way through."""

    store: Store
    list_name: str
    sub_addresses: bool
    line: int = 0
    unread: int = 0

    def allowed(self, lines: list[bytes]) -> bytes:
        """The lines whose address may be written to, each with its end."""
        from handlers.sending_list import key_of_line

        keys = [key_of_line(line) for line in lines]
        if None in keys:
            self._note(lines, keys)
        self.line += len(lines)
        asked = {key for key in keys if key is not None}
        held = self.store.suppressed_among(asked, self.list_name, sub_addresses=self.sub_addresses)
        allowed: set[str | None] = {*(asked - held)}
        passed = [line for line, key in zip(lines, keys, strict=True) if key in allowed]
        return b"\n".join([*passed, b""])

    def _note(self, lines: list[bytes], keys: list[str | None]) -> None:
        for number, (line, key) in enumerate(zip(lines, keys, strict=True), self.line + 1):
            if key is None and line.strip():
                self.unread += 1
                if self.unread <= _TOLD:
                    complain(f"line {number} holds no mail address: left out")

    def tell(self) -> None:
        """How many lines were left out, where not all of them were named."""
        if self.unread > _TOLD:
            complain(f"{self.unread} lines hold no mail address: left out")
