"""Every store that the contract suites run over, each behind the same two doors."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest

from daemon.ports import Store
from daemon.stores import open_store
from tests.contract.fake_store import FakeStore
from tests.contract.store_values import NOW
from tests.servers.postgres import shared_postgres

KINDS = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres), "fake")
# Those that several processes may own at once.
SHARED_KINDS = (pytest.param("postgres", marks=pytest.mark.postgres), "fake")

LEASE_S = 30.0


class Place(Protocol):
    """Where a store is, from one opening to the next."""

    def open(self) -> Store: ...


class SharedPlace(Place, Protocol):
    """A place that several processes may open at once; `pass_time` is for leases."""

    def pass_time(self, seconds: float) -> None: ...


class SqlitePlace:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self) -> Store:
        return open_store("sqlite:///s.db", access="own", base_dir=self._folder, now=NOW)


class PostgresPlace:
    def __init__(self) -> None:
        self._server = shared_postgres()
        self.database = self._server.new_database()

    def open(self) -> Store:
        url = self._server.url(self.database)
        return open_store(url, access="own", base_dir=Path(), now=NOW, lease_s=LEASE_S)

    def pass_time(self, seconds: float) -> None:
        self._server.execute(
            f"UPDATE lease SET until = until - interval '{seconds} seconds'", self.database
        )


class FakePlace:
    def __init__(self) -> None:
        self._store = FakeStore()

    def open(self) -> Store:
        self._store.reopen()
        return self._store


class SharedFakePlace:
    def __init__(self) -> None:
        self._first = FakeStore(lease_s=LEASE_S)
        self._opened = False

    def open(self) -> Store:
        if not self._opened:
            self._opened = True
            return self._first
        return self._first.beside()

    def pass_time(self, seconds: float) -> None:
        self._first.pass_time(seconds)


def place_of(kind: str, folder: Path) -> Place:
    if kind == "postgres":
        return PostgresPlace()
    return SqlitePlace(folder) if kind == "sqlite" else FakePlace()


def shared_place_of(kind: str) -> SharedPlace:
    return PostgresPlace() if kind == "postgres" else SharedFakePlace()
