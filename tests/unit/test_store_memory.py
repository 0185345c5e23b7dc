"""What is looked at again and again is read some at a time, however much of it there is."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from daemon.stores import requests
from daemon.stores.sqlite import SqliteStore
from handlers.values import Disposition, Filing
from tests.contract.store_values import NOW, UID_VALIDITY, entry, record, request

OPEN = 4_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "s.db", access="own", now=NOW)
    with opened._writing() as connection:
        requests.add(connection, [request(f"C-{n}") for n in range(OPEN)], NOW)
    yield opened
    opened.close()


def peak_bytes(use: Callable[[], object]) -> int:
    """The most that Python has taken at one moment, the second time it is done."""
    use()
    tracemalloc.start()
    try:
        use()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_looking_for_alarms_takes_no_more_memory_the_more_requests_are_open(
    store: SqliteStore,
) -> None:
    assert len(store.open_requests()) == OPEN
    all_of_them = peak_bytes(store.open_requests)
    assert peak_bytes(lambda: store.requests_to_alarm(now=NOW)) < all_of_them / 2


def test_looking_for_reviews_that_are_over_takes_no_more_memory_the_more_are_open(
    store: SqliteStore,
) -> None:
    held = [entry(n, disposition=Disposition.REVIEW, filing=Filing.REVIEW) for n in range(1, OPEN)]
    record(store, *held)
    store.filed("support", UID_VALIDITY, range(1, OPEN), now=NOW)

    def look() -> int:
        return sum(1 for _ in store.open_reviews("support", UID_VALIDITY))

    assert look() == OPEN - 1
    all_of_them = peak_bytes(lambda: [*store.open_reviews("support", UID_VALIDITY)])
    assert peak_bytes(look) < all_of_them / 2
