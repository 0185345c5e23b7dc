"""The store of the web service, which goes on answering while the store cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from daemon.ports import Store


@dataclass(slots=True, kw_only=True)
class Keeper:
    """Opens the store when it is first needed, and tries again for each caller while it fails."""

    opened: Callable[[], Store]
    _store: Store | None = None
    _lock: Lock = field(default_factory=Lock, repr=False)

    def store(self) -> Store:
        """The store. Raises TemporaryFailure or PermanentFailure where it cannot be opened."""
        with self._lock:
            if self._store is None:
                self._store = self.opened()
            return self._store

    def close(self) -> None:
        """Lets go of it."""
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None
