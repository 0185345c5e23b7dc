"""A backup is whole, private, never over another file, and opens as the store that it was."""

from __future__ import annotations

import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.stores import sqlite_backup
from daemon.stores.sqlite import SqliteStore
from tests.contract.store_values import ANNA, NOW, entry, mail, ordinary, record, request
from tests.contract.store_values import suppression as suppressed
from tests.unit.store_limits import full_disk


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "s.db", access="own", now=NOW)
    record(opened, entry(1, mail(1, "O-1"), requests=(request(),), suppress=(suppressed(),)))
    yield opened
    opened.close()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder / "copy.db"


def test_a_backup_opens_as_the_store_that_it_was(store: SqliteStore, target: Path) -> None:
    made = store.backup(target, force=False)
    assert made.path == target
    assert made.size_bytes == target.stat().st_size
    assert made.newest == store.walk_audit().newest
    before = (store.counts(), store.requests(), store.ledger("support"), store.log_key())
    store.close()
    again = SqliteStore(target, access="own", now=NOW)
    assert (again.counts(), again.requests(), again.ledger("support"), again.log_key()) == before
    assert again.suppression(ANNA) == suppressed()
    assert again.walk_audit(ask=made.newest.sequence).hash_at == made.newest.hash
    again.close()


def test_it_is_one_file_for_its_owner_alone(store: SqliteStore, target: Path) -> None:
    store.backup(target, force=False)
    assert [file.name for file in target.parent.iterdir()] == ["copy.db"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    connection = sqlite3.connect(target)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()


def test_a_backup_never_takes_the_place_of_another_file_unasked(
    store: SqliteStore, target: Path
) -> None:
    target.write_text("precious")
    with pytest.raises(PermanentFailure, match="exists already") as failure:
        store.backup(target, force=False)
    assert "--force" in failure.value.cure
    assert target.read_text() == "precious"
    store.backup(target, force=True)
    assert target.read_bytes().startswith(b"SQLite format 3")
    assert [file.name for file in target.parent.iterdir()] == ["copy.db"]


@pytest.mark.parametrize("ending", ["", "-wal", "-shm", ".lock"])
def test_the_stores_own_files_are_refused_even_with_force(
    store: SqliteStore, tmp_path: Path, ending: str
) -> None:
    with pytest.raises(PermanentFailure, match="belongs to the store"):
        store.backup(tmp_path / "backups" / ".." / f"s.db{ending}", force=True)
    assert store.request("O-1") is not None


def test_a_folder_in_its_place_or_none_around_it_is_told(
    store: SqliteStore, tmp_path: Path
) -> None:
    with pytest.raises(PermanentFailure, match="is a folder"):
        store.backup(tmp_path, force=True)
    with pytest.raises(PermanentFailure, match="No such file") as failure:
        store.backup(tmp_path / "nowhere" / "copy.db", force=False)
    assert "folder" in failure.value.cure


def test_a_file_that_comes_in_the_meantime_is_not_lost(
    store: SqliteStore, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = sqlite_backup._verify

    def late(*given: object) -> None:
        verify(*given)  # type: ignore[arg-type]
        target.write_text("precious")

    monkeypatch.setattr(sqlite_backup, "_verify", late)
    with pytest.raises(PermanentFailure, match="exists already"):
        store.backup(target, force=False)
    assert target.read_text() == "precious"


@pytest.mark.parametrize(
    "harm",
    ["DELETE FROM event WHERE sequence = (SELECT max(sequence) FROM event)",
     "UPDATE alembic_version SET version_num = '0001'"],
    ids=["event", "version"],
)  # fmt: skip
def test_a_copy_that_differs_is_no_backup(
    store: SqliteStore, target: Path, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    verify = sqlite_backup._verify

    def after_harm(made: Path, *given: object) -> None:
        connection = sqlite3.connect(made)
        connection.execute(harm)
        connection.commit()
        connection.close()
        verify(made, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(sqlite_backup, "_verify", after_harm)
    with pytest.raises(TemporaryFailure, match="not what was copied"):
        store.backup(target, force=False)
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("at_bytes", [0, 4096, 300_000])
def test_a_copy_for_which_there_is_no_room_is_told_in_a_line_and_leaves_nothing(
    store: SqliteStore, target: Path, at_bytes: int
) -> None:
    record(store, *(ordinary(uid) for uid in range(1_000, 3_000)))
    with full_disk(at_bytes), pytest.raises(TemporaryFailure) as failure:
        store.backup(target, force=False)
    # Of the copy, not of the store: that may lie on another disk.
    assert str(failure.value).startswith(f"{target} cannot be written: ")
    assert f"free some space in {target.parent}" in failure.value.cure
    assert list(target.parent.iterdir()) == []
    store.backup(target, force=False)
    assert [file.name for file in target.parent.iterdir()] == ["copy.db"]


def test_others_write_meanwhile_and_the_copy_is_of_one_moment(
    store: SqliteStore, target: Path
) -> None:
    record(store, *(ordinary(uid) for uid in range(1_000, 9_000)))
    copying = threading.Event()
    written = threading.Event()

    def write() -> None:
        copying.wait(30)
        record(store, entry(2, requests=(request("O-2", address_key="b@b.example"),)))
        written.set()

    def tell(done: int, total: int) -> None:
        seen.append((done, total))
        copying.set()
        written.wait(30)

    seen: list[tuple[int, int]] = []
    writer = threading.Thread(target=write)
    writer.start()
    made = store.backup(target, force=False, progress=tell)
    writer.join()
    assert written.is_set()
    assert seen[-1][0] == seen[-1][1]
    copy = SqliteStore(target, access="read", now=NOW)
    assert copy.request("O-1") is not None
    assert (copy.request("O-2"), copy.walk_audit().newest) == (None, made.newest)
    copy.close()
    assert store.request("O-2") is not None
