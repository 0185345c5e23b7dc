"""A file of calls and letters, line by line: CSV as spreadsheets write it.

Every mistake is found before anything is recorded, each with its line. Cells are a stranger's
words: what a spreadsheet would run as a formula is only text here.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.address import clean_text, make_address
from handlers.recorded import CHANNELS_BY_HAND, Recorded
from handlers.staff import MAX_NAME_CHARS, MAX_NOTE_CHARS
from handlers.values import ALL_LISTS, MAX_LIST_CHARS, Intent
from handlers.wanted_end import no_such_day

COLUMNS = (
    "kind", "address", "channel", "received", "by", "note", "list", "language", "wanted_end",
)  # fmt: skip
NEEDED = ("kind", "address", "channel", "received")
MAX_CELL_CHARS = 4_000
MAX_WANTED_END_CHARS = 60

_KINDS = {
    "opt-out": Intent.OPT_OUT,
    "opt_out": Intent.OPT_OUT,
    "cancellation": Intent.CANCELLATION,
}
_DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What is wrong in a line; lines are counted as an editor does, the header is line 1."""

    line: int
    words: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line that can be recorded."""

    line: int
    recorded: Recorded


def read_lines(
    text: str, *, moment: Callable[[str], datetime], taken_by: str
) -> tuple[list[Line], list[Mistake]]:
    """The lines of a file, and everything that is wrong with it.

    `moment` makes a time of a cell and raises ValueError in words; `taken_by` stands where a line
    has no name. Two equal lines are no mistake: they are one request.
    """
    rows = list(_rows(text.removeprefix("\ufeff")))
    if not rows:
        return [], [Mistake(line=1, words="is empty: the first line names the columns")]
    (_, header), *rest = rows
    if isinstance(header, str):
        return [], [Mistake(line=1, words=header)]
    names = [cell.strip().lower() for cell in header]
    if wrong := _header_mistakes(names):
        return [], [Mistake(line=1, words=words) for words in wrong]
    lines: list[Line] = []
    mistakes: list[Mistake] = []
    for number, row in rest:
        if isinstance(row, str):
            mistakes.append(Mistake(line=number, words=row))
            continue
        if len(row) > len(names) and any(cell.strip() for cell in row[len(names) :]):
            words = f"has {len(row)} cells, and there are {len(names)} columns"
            mistakes.append(Mistake(line=number, words=words))
            continue
        cells = dict(zip(names, (cell.strip() for cell in row), strict=False))
        recorded, wrong = _recorded(cells, moment, taken_by)
        mistakes += [Mistake(line=number, words=words) for words in wrong]
        if recorded is not None:
            lines.append(Line(line=number, recorded=recorded))
    if not lines and not mistakes:
        mistakes = [Mistake(line=1, words="is followed by no line to record")]
    return lines, mistakes


def _rows(text: str) -> Iterator[tuple[int, list[str] | str]]:
    """The rows, each with the line that it begins on; in place of one that is no CSV, why not."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    # Strictly: a quote that is never closed would swallow all the lines below it.
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, strict=True)
    before = 0
    while True:
        row: list[str] | str
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            row = f"is not CSV: {error}"
        number, before = before + 1, reader.line_num
        if row and (isinstance(row, str) or any(cell.strip() for cell in row)):
            yield number, row


def _header_mistakes(names: Sequence[str]) -> list[str]:
    given = [name for name in names if name]
    wrong = [
        f'has no column "{name}": the columns are {", ".join(COLUMNS)}'
        for name in NEEDED
        if name not in given
    ]
    wrong += [
        f'the column "{clean_text(name, limit=40)}" is not known; the columns are '
        + ", ".join(COLUMNS)
        for name in dict.fromkeys(given)
        if name not in COLUMNS
    ]
    twice = dict.fromkeys(name for name in given if given.count(name) > 1)
    return wrong + [f'has the column "{clean_text(name, limit=40)}" twice' for name in twice]


def _recorded(
    cells: dict[str, str], moment: Callable[[str], datetime], taken_by: str
) -> tuple[Recorded | None, list[str]]:
    def cell(name: str) -> str:
        return cells.get(name, "")

    wrong = [
        f"{name} is longer than {MAX_CELL_CHARS} characters"
        for name, value in cells.items()
        if len(value) > MAX_CELL_CHARS
    ]
    if wrong:
        return None, wrong
    kind = _KINDS.get(cell("kind").lower())
    if kind is None:
        wrong.append(f"kind is {_quoted(cell('kind'))}: opt-out or cancellation")
    address = make_address(cell("address"))
    if address is None:
        wrong.append(f"address is {_quoted(cell('address'))}, which is not a mail address")
    channel = cell("channel").lower()
    if channel not in CHANNELS_BY_HAND:
        channels = ", ".join(CHANNELS_BY_HAND)
        wrong.append(f"channel is {_quoted(cell('channel'))}: {channels}")
    received = None
    try:
        received = moment(cell("received"))
    except ValueError as error:
        wrong.append(f"received {error}")
    wrong += _mistakes_of_words(cells, kind)
    if wrong or kind is None or address is None or received is None:
        return None, wrong
    return (
        Recorded(
            kind=kind,
            address=address,
            channel=channel,
            received_at=received,
            taken_by=clean_text(cell("by"), limit=MAX_NAME_CHARS) or taken_by,
            note=cell("note"),
            list_name=cell("list") or ALL_LISTS,
            language=cell("language").lower(),
            wanted_end=clean_text(cell("wanted_end"), limit=MAX_WANTED_END_CHARS),
        ),
        [],
    )


def _mistakes_of_words(cells: dict[str, str], kind: Intent | None) -> list[str]:
    wrong = []
    language, name = cells.get("language", ""), cells.get("list", "")
    if not is_language(language):
        wrong.append(f"language is {_quoted(language)}: a code of two letters such as de")
    if not is_list_name(name):
        wrong.append(f"list is {_quoted(name)}: at most {MAX_LIST_CHARS} printable characters")
    if name and name != ALL_LISTS and kind is Intent.CANCELLATION:
        wrong.append("list is for opt-outs: a cancellation is of the account")
    if cells.get("wanted_end") and kind is Intent.OPT_OUT:
        wrong.append("wanted_end is for cancellations")
    elif day := no_such_day(cells.get("wanted_end", "")):
        wrong.append(f"wanted_end has {day}, and there is no such day")
    if len(cells.get("note", "")) > MAX_NOTE_CHARS:
        wrong.append(f"note is longer than {MAX_NOTE_CHARS} characters")
    return wrong


def is_language(code: str) -> bool:
    """Whether it is '' or a code of two letters (ISO 639-1)."""
    return not code or (len(code) == 2 and code.isascii() and code.isalpha())


def is_list_name(name: str) -> bool:
    """Whether it can be the name of a list; '' and '*' stand for all lists."""
    return len(name) <= MAX_LIST_CHARS and (not name or name.isprintable())


def _quoted(cell: str) -> str:
    return f'"{clean_text(cell, limit=60)}"' if cell else "empty"
