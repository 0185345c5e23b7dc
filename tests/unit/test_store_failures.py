"""What the database says, as temporary and permanent failures of the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.stores.failures import failure_of
from daemon.stores.sqlite import SqliteStore
from tests.contract.store_values import ANNA, NOW, WRITTEN, entry, mark, ordinary, record, request


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "s.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(path, access="own", now=NOW, busy_timeout_s=0.05)
    yield opened
    opened.close()


def test_a_store_that_somebody_else_writes_to_is_a_temporary_failure(
    store: SqliteStore, path: Path
) -> None:
    # An administrator's sqlite3, which knows nothing of our lock.
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(TemporaryFailure, match="locked") as failure:
        store.set_mark("support", mark(1))
    assert failure.value.part == "store"
    other.execute("ROLLBACK")
    other.close()
    store.set_mark("support", mark(1))
    assert store.mark("support") == mark(1)


def test_a_full_disk_is_a_temporary_failure_that_writes_nothing(store: SqliteStore) -> None:
    with store._reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(TemporaryFailure, match="full") as failure:
        record(store, *(ordinary(uid) for uid in range(1, 1001)))
    assert "space" in failure.value.cure
    assert store.counts()["message"] == 0
    with store._reading() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1000}")
    record(store, *(ordinary(uid) for uid in range(1, 1001)))
    assert store.counts()["message"] == 1000


def test_a_damaged_file_is_a_permanent_failure(path: Path) -> None:
    store = SqliteStore(path, access="own", now=NOW)
    for first in range(1, 2000, 100):
        record(store, *(ordinary(uid) for uid in range(first, first + 100)))
    store.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    with pytest.raises(PermanentFailure, match="malformed") as failure:
        SqliteStore(path, access="own", now=NOW).counts()
    assert failure.value.setting == "store.url"
    assert "backup" in failure.value.cure


def test_a_store_without_its_key_says_so(store: SqliteStore) -> None:
    with store._writing() as connection:
        connection.exec_driver_sql("DELETE FROM meta")
    with pytest.raises(PermanentFailure, match="key"):
        store.log_key()


def test_no_failure_shows_an_address(store: SqliteStore) -> None:
    made = request("O-1")
    record(store, entry(1, requests=(made,)))
    again = request("O-1", origin_digest="")
    with pytest.raises(TemporaryFailure, match=r"request\.reference") as failure:
        record(store, entry(2, requests=(again,)))
    shown = f"{failure.value!r} {failure.value.__cause__}"
    assert ANNA not in shown
    assert WRITTEN not in shown


def test_a_mistake_of_ours_is_no_failure_that_anybody_foresaw(store: SqliteStore) -> None:
    with pytest.raises(sa.exc.OperationalError, match="no such table"), store._reading() as c:
        c.exec_driver_sql("SELECT * FROM nowhere")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_BUSY, TemporaryFailure),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, TemporaryFailure),
        (sqlite3.SQLITE_IOERR_FSYNC, TemporaryFailure),
        (sqlite3.SQLITE_FULL, TemporaryFailure),
        (sqlite3.SQLITE_NOTADB, PermanentFailure),
        (sqlite3.SQLITE_READONLY_DIRECTORY, PermanentFailure),
        (sqlite3.SQLITE_CANTOPEN_ISDIR, PermanentFailure),
        (sqlite3.SQLITE_CORRUPT_INDEX, PermanentFailure),
        (sqlite3.SQLITE_ERROR, type(None)),
        (sqlite3.SQLITE_MISUSE, type(None)),
    ],
)
def test_each_code_of_sqlite_is_of_one_kind(code: int, kind: type) -> None:
    cause = sqlite3.OperationalError("its words")
    cause.sqlite_errorcode = code
    failure = failure_of(sa.exc.OperationalError("SELECT", {}, cause))
    assert type(failure) is kind
    assert failure is None or "its words" in str(failure)
