"""Where requests are kept. To add a kind of store, add its module, and its scheme to OPENERS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from config.store_url import POSTGRES, SQLITE, postgres_url
from daemon.errors import PermanentFailure
from daemon.ports import Access, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a store is opened: `now` is aware; password and lease are PostgreSQL's alone."""

    access: Access
    base_dir: Path
    now: datetime
    password: str | None = field(default=None, repr=False)
    lease_s: float = 30.0


def _sqlite(url: str, opening: Opening) -> Store:
    # What classifies a file, or prints its help, need not load a database.
    from daemon.stores.sqlite import SqliteStore

    path = opening.base_dir.absolute() / url.removeprefix(SQLITE)
    return SqliteStore(path, access=opening.access, now=opening.now)


def _postgres(url: str, opening: Opening) -> Store:
    from daemon.stores.postgres import PostgresStore

    return PostgresStore(
        postgres_url(url),
        access=opening.access,
        now=opening.now,
        password=opening.password,
        lease_s=opening.lease_s,
    )


OPENERS: dict[str, Callable[[str, Opening], Store]] = {
    SQLITE: _sqlite,
    POSTGRES: _postgres,
}


def open_store(
    url: str,
    *,
    access: Access,
    base_dir: Path,
    now: datetime,
    password: str | None = None,
    lease_s: float = 30.0,
) -> Store:
    """The store at `url`; relative paths start at `base_dir`, `now` is aware.

    Those who own or write also make a store that is missing and bring an old one up to date;
    with SQLite one process owns it at a time. Others write beside it or read, whoever owns it.

    Raises StoreBusy, PermanentFailure or TemporaryFailure.
    """
    for scheme, opener in OPENERS.items():
        if url.startswith(scheme):
            opening = Opening(
                access=access, base_dir=base_dir, now=now, password=password, lease_s=lease_s
            )
            return opener(url, opening)
    raise PermanentFailure(
        "there is no store of this kind",
        part="store",
        setting="store.url",
        cure=f"let it start with {' or '.join(OPENERS)}",
    )


__all__ = ["OPENERS", "open_store"]
