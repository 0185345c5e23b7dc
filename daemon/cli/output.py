"""What the commands print: tables for people, one JSON object a line for programs."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

PIPE_COLUMNS = 2_000


def print_json(value: Mapping[str, Any], *, ascii_only: bool = False) -> None:
    """One object on one line; times in RFC 3339 UTC.

    `ascii_only` is for what strangers have written: no character of theirs reaches a terminal.
    """
    print(json.dumps(value, ensure_ascii=ascii_only, default=_encode), flush=True)


def rfc3339(when: datetime) -> str:
    """A time as programs read it: `2026-11-24T14:03:00Z`."""
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def for_people(when: datetime) -> str:
    """A time as people read it: `2026-11-24 14:03`, UTC."""
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def print_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str | Text]],
    *,
    title: str = "",
    empty: str,
    whole: Collection[str] = (),
) -> None:
    """A table, or the sentence `empty` where there are no rows.

    The columns in `whole` are not broken on a narrow terminal. In a pipe nothing is: there a row
    is a line.
    """
    table = Table(title=title or None, title_justify="left", header_style="bold", box=None)
    for column in columns:
        # A heading may be the name of a folder, which is no markup.
        table.add_column(Text(harmless(column)), overflow="fold", no_wrap=column in whole)
    count = 0
    for row in rows:
        count += 1
        table.add_row(*(Text(harmless(c)) if isinstance(c, str) else c for c in row))
    console = Console(width=None if sys.stdout.isatty() else PIPE_COLUMNS)
    if count:
        console.print(table)
    else:
        console.print(empty, markup=False)


def harmless(text: str) -> str:
    """Text from outside, fit for a terminal: control and formatting characters made visible."""
    if text.isprintable():  # almost all of it, and quickly told
        return text
    return "".join(
        c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs") else "\ufffd"
        for c in text
    )


def in_one_line(text: str) -> str:
    """Text from outside, fit for one line of a terminal: line ends are made visible too."""
    return harmless(text).replace("\n", "\N{REPLACEMENT CHARACTER}")


def complain(message: str) -> None:
    """Tells a mistake or a warning: one line on stderr, whatever stands in `message`."""
    print(in_one_line(f"optoutd: {message}"), file=sys.stderr)


def _encode(value: object) -> str:
    if isinstance(value, datetime):
        return rfc3339(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
