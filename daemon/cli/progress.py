"""Progress of long work: on stderr, on a terminal alone, and gone when the work is done.

    for path in steps(paths, "Deciding"): …
    with doing("Looking at the store"): …
    with progress() as bars: …

In a pipe or a log nothing of it appears, and stdout is never touched.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress

T = TypeVar("T")

_QUICK = 200  # what has fewer steps is over before one wonders


def progress() -> Progress:
    """Bars for work of several parts; a context manager.

    What is printed meanwhile, on stdout or stderr, goes above them.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )


def steps(items: Sequence[T], what: str, *, quick: int = _QUICK) -> Iterator[T]:
    """The items one after the other, with a bar where there are `quick` of them or more."""
    if len(items) < quick:
        yield from items
        return
    with progress() as bars:
        yield from bars.track(items, description=what)


def doing(what: str) -> AbstractContextManager[object]:
    """Says what is being done, for work whose end nobody knows."""
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console
    from rich.markup import escape

    return Console(stderr=True).status(f"{escape(what)} …")
