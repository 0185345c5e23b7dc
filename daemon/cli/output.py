"""What the commands print: tables for people, one JSON object a line for programs."""

from __future__ import annotations

import io
import json
import sys
import traceback
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

PIPE_COLUMNS = 2_000

# Controls, what is invisible or turns the direction, private use, half characters, and the ends of
# lines and paragraphs that are not "\n".
_ACTING = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def print_json(value: Mapping[str, Any], *, ascii_only: bool = False) -> None:
    """One object on one line; times in RFC 3339 UTC.

    `ascii_only` is for what strangers have written: no character of theirs reaches a terminal.
    """
    # Where the terminal is not in UTF-8, the rest of Unicode has no other form.
    told = (
        as_json(value) if not ascii_only and _is_unicode() else json.dumps(value, default=_encode)
    )
    print(told, flush=True)


def as_json(value: Mapping[str, Any], *, default: Callable[[object], str] | None = None) -> str:
    """One line of JSON with nothing in it that a terminal or a reader of lines would act on.

    What cannot be printed (controls, what is invisible or turns the direction, half characters)
    stands as its escape: a program reads the same value. `default` gives what is no JSON a form.
    """
    text = json.dumps(value, ensure_ascii=False, default=default or _encode)
    if text.isprintable():  # almost all of it, and quickly told
        return text
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


def forgive_encodings() -> None:
    r"""Lets nothing that a stranger wrote end a command: what has no form here stands as \x…."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _is_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")


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
        c if c == "\n" or unicodedata.category(c) not in _ACTING else "\N{REPLACEMENT CHARACTER}"
        for c in text
    )


def in_one_line(text: str) -> str:
    """Text from outside, fit for one line of a terminal: line ends are made visible too."""
    return harmless(text).replace("\n", "\N{REPLACEMENT CHARACTER}")


def complain(message: str) -> None:
    """Tells a mistake or a warning: one line on stderr, whatever stands in `message`."""
    print(in_one_line(f"optoutd: {message}"), file=sys.stderr)


def tell_of_mistake(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """What `sys.excepthook` is for: the traceback of a mistake in the program, made harmless.

    The words of an exception may be those of a message.
    """
    text = "".join(traceback.format_exception(kind, error, trace))
    print(harmless(text.replace("\t", " ")), end="", file=sys.stderr)


def _encode(value: object) -> str:
    if isinstance(value, datetime):
        return rfc3339(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
