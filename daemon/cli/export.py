"""`optoutd export`: the suppressions or the requests, for a mail platform or a spreadsheet."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TextIO

import typer

from daemon.cli.by_staff import ByOption, name_of
from daemon.cli.context import context_of
from daemon.cli.meter import meter
from daemon.cli.new_file import output_to
from daemon.cli.output import as_json, complain, rfc3339

if TYPE_CHECKING:
    from daemon.ports import Store
    from daemon.ports.data import Progress
    from handlers.values import Request, Suppression

Row = tuple[str, ...]

_COLUMNS = {
    "suppressions": ("list", "since", "request"),
    "requests": (
        "id", "kind", "state", "reason", "channel", "mailbox", "proof", "language", "received_at",
        "due_at", "updated_at",
    ),
}  # fmt: skip

# With these a spreadsheet takes a cell for a formula (OWASP, "CSV injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ROWS_A_LOOK = 10_000


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command("export")(export)


def export(
    context: typer.Context,
    format: Annotated[  # noqa: A002 - the option's name is the contract's
        Literal["csv", "jsonl"], typer.Option(help="CSV (RFC 4180) or a JSON object a line.")
    ],
    hash: Annotated[  # noqa: A002
        Literal["sha256"] | None,
        typer.Option(help="Hexadecimal SHA-256 of the address in its place, as platforms take."),
    ] = None,
    what: Annotated[
        Literal["suppressions", "requests"], typer.Option(help="Which of the two.")
    ] = "suppressions",
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="A new file, for its owner alone."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a file that is there already.")
    ] = False,
    by: ByOption = "",
) -> None:
    """Export who gets no marketing, or all requests; streamed, in a stable order.

    Addresses are their key, exactly: in CSV, one that begins with "=", "+" or "-" is not made
    harmless for spreadsheets, for then it would be another address. stderr warns of them.

    People who were forgotten are not in it; ask `optoutd suppressed` about an address.

    Example: optoutd export --format csv --hash sha256 --output suppressed.csv
    """
    from daemon.opening import utc_now

    ours = context_of(context)
    # Two, for whoever reads what is printed page by page must keep nobody waiting.
    books, store = ours.standing_store(), ours.reading_store()
    try:
        counts = store.counts()
        table = "suppression" if what == "suppressions" else "request."
        total = sum(count for name, count in counts.items() if name.startswith(table))
        columns = ["sha256" if hash else "address", *_COLUMNS[what]]
        with output_to(output, force=force) as file, meter("Exporting", "rows") as progress:
            detail = {"what": what, "rows": total, "hash": hash or ""}
            books.witness("data_exported", by=name_of(by), now=utc_now(), detail=detail)
            told = _Told()
            rows = _rows(store, what, hashed=hash is not None, told=told)
            _WRITERS[format](file, columns, _watched(rows, total, progress), told)
    finally:
        store.close()
        books.close()
    told.warn(is_csv=format == "csv", what=what)


class _Told:
    """What the reader of an export has to know beside it."""

    def __init__(self) -> None:
        self.forgotten = 0
        self.formulas = 0

    def warn(self, *, is_csv: bool, what: str) -> None:
        """Says it on stderr."""
        if self.forgotten:
            left_out = "left out" if what == "suppressions" else "without an address"
            complain(
                f"{self.forgotten} rows of people who were forgotten are {left_out}: only"
                " a keyed hash is kept. `optoutd suppressed ADDRESS` still knows them."
            )
        if is_csv and self.formulas:
            complain(
                f"warning: {self.formulas} rows have a value that a spreadsheet takes for"
                ' a formula (it begins with "=", "+", "-" or "@"): import all columns as text'
            )


def _rows(store: Store, what: str, *, hashed: bool, told: _Told) -> Iterator[Row]:
    if what == "suppressions":
        for held in store.every_suppression():
            if person := _person(held.address_key, hashed=hashed, told=told):
                yield (person, *_suppression(held))
        return
    for request in store.every_request():
        yield (_person(request.address_key, hashed=hashed, told=told), *_request(request))


def _person(address_key: str, *, hashed: bool, told: _Told) -> str:
    """What names the person, or '' where only a keyed hash is left."""
    from handlers.pseudonym import is_pseudonym

    if is_pseudonym(address_key):
        told.forgotten += 1
        return ""
    return hashlib.sha256(address_key.encode()).hexdigest() if hashed else address_key


def _suppression(held: Suppression) -> Row:
    return (held.list_name, rfc3339(held.since), held.reference)


def _request(request: Request) -> Row:
    return (
        request.reference,
        request.kind.value,
        request.state.value,
        request.reason,
        request.channel,
        request.mailbox,
        request.proof,
        request.language,
        rfc3339(request.received_at),
        rfc3339(request.due_at),
        rfc3339(request.updated_at) if request.updated_at else "",
    )


def _watched(rows: Iterator[Row], total: int, progress: Progress | None) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        if progress is not None and number % _ROWS_A_LOOK == 0:
            progress(number, total)
        yield row


def _write_csv(file: TextIO, columns: list[str], rows: Iterator[Row], told: _Told) -> None:
    # RFC 4180 but for the ends of lines, which `cut` and `grep` would take for data.
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(row)
        told.formulas += any(value.startswith(_FORMULA) for value in row)


def _write_jsonl(file: TextIO, columns: list[str], rows: Iterator[Row], _: _Told) -> None:
    file.writelines(f"{as_json(dict(zip(columns, row, strict=True)))}\n" for row in rows)


_WRITERS: dict[str, Callable[[TextIO, list[str], Iterator[Row], _Told], None]] = {
    "csv": _write_csv,
    "jsonl": _write_jsonl,
}
