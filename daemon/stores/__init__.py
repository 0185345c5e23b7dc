"""Where requests are kept. To add a kind of store, add its module, and its scheme to OPENERS."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Protocol

from daemon.errors import PermanentFailure
from daemon.ports import Store


class Opener(Protocol):
    """Opens the store at `place`, which is what stands behind the scheme of its URL."""

    def __call__(self, place: str, *, exclusive: bool, base_dir: Path, now: datetime) -> Store:
        """As `open_store`."""
        ...


def _sqlite(place: str, *, exclusive: bool, base_dir: Path, now: datetime) -> Store:
    # What classifies a file, or prints its help, need not load a database.
    from daemon.stores.sqlite import SqliteStore

    return SqliteStore(base_dir.absolute() / place, exclusive=exclusive, now=now)


OPENERS: dict[str, Opener] = {
    "sqlite:///": _sqlite,
}


def open_store(url: str, *, exclusive: bool, base_dir: Path, now: datetime) -> Store:
    """The store at `url`; relative paths start at `base_dir`, `now` is aware.

    `exclusive` is for those who write: one process at a time, which also makes a store that is
    missing and brings an old one up to date. Others read, whether or not somebody writes.

    Raises StoreBusy, PermanentFailure or TemporaryFailure.
    """
    for scheme, opener in OPENERS.items():
        if url.startswith(scheme):
            return opener(
                url.removeprefix(scheme), exclusive=exclusive, base_dir=base_dir, now=now
            )
    raise PermanentFailure(
        "there is no store of this kind",
        part="store",
        setting="store.url",
        cure=f"let it start with {' or '.join(OPENERS)}",
    )


__all__ = ["OPENERS", "open_store"]
