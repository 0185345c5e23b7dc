"""The clock, and the store that the settings name: all that most commands need of the daemon."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from config.credentials import store_password
from config.settings import Settings
from daemon.ports import Access, Store
from daemon.stores import open_store


def utc_now() -> datetime:
    """The clock of everything that is not a test."""
    return datetime.now(UTC)


def make_store(settings: Settings, *, access: Access, now: datetime) -> Store:
    """The store. Raises StoreBusy, PermanentFailure, TemporaryFailure or ConfigError."""
    return open_store(
        settings.store.url,
        access=access,
        base_dir=Path.cwd(),
        now=now,
        password=store_password(settings),
        lease_s=settings.store.lease_seconds,
    )
