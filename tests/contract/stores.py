"""Every store that the contract suites run over, each behind the same two doors."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from daemon.ports import Store
from daemon.stores import open_store
from tests.contract.fake_store import FakeStore
from tests.contract.store_values import NOW

KINDS = ("sqlite", "fake")


class Place(Protocol):
    """Where a store is, from one opening to the next."""

    def open(self) -> Store: ...


class SqlitePlace:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self) -> Store:
        return open_store("sqlite:///s.db", access="own", base_dir=self._folder, now=NOW)


class FakePlace:
    def __init__(self) -> None:
        self._store = FakeStore()

    def open(self) -> Store:
        self._store.reopen()
        return self._store


def place_of(kind: str, folder: Path) -> Place:
    return SqlitePlace(folder) if kind == "sqlite" else FakePlace()
