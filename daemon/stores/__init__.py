"""Where requests are kept. To add a kind of store, add its module, and its scheme to OPENERS."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Protocol

from daemon.errors import PermanentFailure
from daemon.ports import Access, Store


class Opener(Protocol):
    """Opens the store at `place`, which is what stands behind the scheme of its URL."""

    def __call__(self, place: str, *, access: Access, base_dir: Path, now: datetime) -> Store:
        """As `open_store`."""
        ...


def _sqlite(place: str, *, access: Access, base_dir: Path, now: datetime) -> Store:
    # What classifies a file, or prints its help, need not load a database.
    from daemon.stores.sqlite import SqliteStore

    return SqliteStore(base_dir.absolute() / place, access=access, now=now)


OPENERS: dict[str, Opener] = {
    "sqlite:///": _sqlite,
}


def open_store(url: str, *, access: Access, base_dir: Path, now: datetime) -> Store:
    """The store at `url`; relative paths start at `base_dir`, `now` is aware.

    Those who own or write also make a store that is missing and bring an old one up to date;
    with SQLite one process owns it at a time. Others write beside it or read, whoever owns it.

    Raises StoreBusy, PermanentFailure or TemporaryFailure.
    """
    for scheme, opener in OPENERS.items():
        if url.startswith(scheme):
            return opener(url.removeprefix(scheme), access=access, base_dir=base_dir, now=now)
    raise PermanentFailure(
        "there is no store of this kind",
        part="store",
        setting="store.url",
        cure=f"let it start with {' or '.join(OPENERS)}",
    )


__all__ = ["OPENERS", "open_store"]
