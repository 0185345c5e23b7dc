"""The chain of the audit: whole as it grows, and broken wherever somebody has touched it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.ports import Access
from daemon.stores import sql_data
from daemon.stores.sqlite import SqliteStore
from tests.contract.store_values import (
    ANNA,
    HOUR,
    NOW,
    WRITTEN,
    entry,
    mail,
    record,
    request,
    suppression,
    take_one,
)

EVENTS = 6


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "s.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    """A store with six events of one cancellation and one opt-out."""
    opened = SqliteStore(path, access="own", now=NOW)
    record(opened, entry(1, mail(1, "C-1", asks=True), requests=(request("C-1"),)))
    opened.failed(take_one(opened).row, now=NOW + HOUR, error=f"550 {WRITTEN}")
    record(opened, entry(2, requests=(request("O-1"),), suppress=(suppression(),)))
    assert opened.counts()["event"] == EVENTS
    yield opened
    opened.close()


def touch(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    assert connection.execute(statement).rowcount == 1
    connection.commit()
    connection.close()


def test_an_empty_audit_is_whole(path: Path) -> None:
    empty = SqliteStore(path, access="own", now=NOW)
    assert empty.walk_audit().broken_at is None
    empty.close()


def test_the_audit_of_a_store_is_whole(store: SqliteStore) -> None:
    assert store.walk_audit().broken_at is None


def test_the_audit_is_whole_for_readers_and_after_opening_anew(
    store: SqliteStore, path: Path
) -> None:
    store.close()
    accesses: tuple[Access, ...] = ("read", "write", "own")
    for access in accesses:
        again = SqliteStore(path, access=access, now=NOW)
        assert again.walk_audit().broken_at is None
        again.close()


@pytest.mark.parametrize("sequence", [1, 3, EVENTS])
@pytest.mark.parametrize(
    "what",
    [
        "what = 'request_repeated'",
        "reference = 'O-9'",
        "at = '2020-01-01 00:00:00.000000'",
        "at = 'yesterday'",
        """detail = '{"list":"weekly"}'""",
        "detail = 'not json'",
        "detail = x'5b'",
        "detail = 7",
        "hash = lower(hex(zeroblob(32)))",
        "sequence = 99",
    ],
)
def test_a_changed_event_is_found(
    store: SqliteStore, path: Path, sequence: int, what: str
) -> None:
    touch(path, f"UPDATE event SET {what} WHERE sequence = {sequence}")
    assert store.walk_audit().broken_at == sequence


@pytest.mark.parametrize("at_once", [1, 2, EVENTS, 1_000])
@pytest.mark.parametrize("sequence", [1, 2, 3, EVENTS])
def test_a_walk_in_steps_finds_the_same(
    store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int, sequence: int
) -> None:
    monkeypatch.setattr(sql_data, "_EVENTS_AT_ONCE", at_once)
    whole = store.walk_audit(ask=sequence)
    assert (whole.events, whole.broken_at) == (EVENTS, None)
    assert len(whole.hash_at) == 64
    touch(path, f"UPDATE event SET what = 'x' WHERE sequence = {sequence}")
    broken = store.walk_audit(ask=sequence)
    assert (broken.events, broken.broken_at) == (sequence - 1, sequence)
    assert broken.hash_at == ""
    assert broken.newest.sequence == sequence - 1


@pytest.mark.parametrize("sequence", range(1, EVENTS))
def test_a_removed_event_is_found(store: SqliteStore, path: Path, sequence: int) -> None:
    touch(path, f"DELETE FROM event WHERE sequence = {sequence}")
    assert store.walk_audit().broken_at == sequence


def test_an_event_that_was_put_in_is_found(store: SqliteStore, path: Path) -> None:
    touch(
        path,
        "INSERT INTO event SELECT sequence + 1, at, what, reference, detail, hash"
        f" FROM event WHERE sequence = {EVENTS}",
    )
    assert store.walk_audit().broken_at == EVENTS + 1


def test_the_newest_hash_is_told_so_that_the_end_can_be_proven(
    store: SqliteStore, path: Path
) -> None:
    connection = sqlite3.connect(path)
    query = "SELECT hash FROM event ORDER BY sequence DESC LIMIT 1"
    (newest,) = connection.execute(query).fetchone()
    connection.close()
    assert any(newest in note for note in store.check())


def test_the_audit_holds_no_address(store: SqliteStore, path: Path) -> None:
    connection = sqlite3.connect(path)
    events = str(connection.execute("SELECT * FROM event").fetchall())
    connection.close()
    assert "C-1" in events
    for personal in (ANNA, WRITTEN, "shop.example"):
        assert personal not in events
