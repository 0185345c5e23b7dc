"""Opening a store: who may, what is made, and what is said where it cannot be."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.errors import PermanentFailure, StoreBusy, TemporaryFailure
from daemon.stores import OPENERS, open_store
from daemon.stores.sqlite import SqliteStore
from tests.contract.store_values import (
    ANNA,
    NOW,
    entry,
    mark,
    ordinary,
    record,
    request,
    suppression,
)
from tests.unit.store_limits import full_disk

DAY = timedelta(days=1)


def writer(path: Path) -> SqliteStore:
    return SqliteStore(path, access="own", now=NOW)


def reader(path: Path) -> SqliteStore:
    return SqliteStore(path, access="read", now=NOW)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "s.db"


# urls ---------------------------------------------------------------------------------------


def test_a_relative_path_starts_at_the_given_folder(tmp_path: Path) -> None:
    open_store("sqlite:///a.db", access="own", base_dir=tmp_path, now=NOW).close()
    assert (tmp_path / "a.db").exists()


def test_an_absolute_path_has_four_slashes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    assert url.startswith("sqlite:////")
    open_store(url, access="own", base_dir=Path("/nowhere"), now=NOW).close()
    assert (tmp_path / "a.db").exists()


@pytest.mark.parametrize("name", ["a b.db", "50%20.db", "a?mode=memory.db", "a#b.db", "é.db"])
def test_a_name_is_taken_as_it_is(tmp_path: Path, name: str) -> None:
    open_store(f"sqlite:///{name}", access="own", base_dir=tmp_path, now=NOW).close()
    open_store(f"sqlite:///{name}", access="read", base_dir=tmp_path, now=NOW).close()
    assert {
        found.name.removesuffix("-wal").removesuffix("-shm") for found in tmp_path.iterdir()
    } == {
        name,
        f"{name}.lock",
    }


def test_an_unknown_kind_of_store_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(PermanentFailure) as failure:
        open_store("mysql://db/x", access="own", base_dir=tmp_path, now=NOW)
    assert failure.value.setting == "store.url"
    assert all(scheme in failure.value.cure for scheme in OPENERS)


# what is made -------------------------------------------------------------------------------


def test_nobody_else_can_read_a_new_store(path: Path) -> None:
    before = os.umask(0)
    try:
        store = writer(path)
        record(store, entry(1))
        modes = {f.name: stat.S_IMODE(f.stat().st_mode) for f in path.parent.iterdir()}
        store.close()
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(("s.db", "s.db-wal", "s.db-shm", "s.db.lock"), 0o600)


def test_check_tells_of_a_store_that_others_can_read(path: Path) -> None:
    store = writer(path)
    assert not any("chmod" in note for note in store.check())
    path.chmod(0o644)
    assert any("0644" in note and "chmod 600" in note for note in store.check())
    store.close()


def test_a_commit_survives_the_loss_of_power(path: Path) -> None:
    store = writer(path)
    with store._writing() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    store.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_each_store_has_a_key_of_its_own(tmp_path: Path) -> None:
    keys = set()
    for name in ("a.db", "b.db"):
        store = writer(tmp_path / name)
        keys.add(store.log_key())
        store.close()
    assert len(keys) == 2


# who may ------------------------------------------------------------------------------------


def test_a_second_writer_is_told_who_holds_the_store(path: Path) -> None:
    store = writer(path)
    with pytest.raises(StoreBusy, match=f"process {os.getpid()}") as failure:
        writer(path)
    assert failure.value.part == "store"
    store.close()
    writer(path).close()


def test_a_store_that_could_not_be_opened_is_not_held(path: Path) -> None:
    path.write_bytes(b"not a database, for it is too talkative" * 100)
    for _ in range(2):
        with pytest.raises(PermanentFailure):
            writer(path)


def test_a_reader_reads_while_a_writer_is_in_the_middle_of_a_batch(path: Path) -> None:
    store = writer(path)
    record(store, entry(1, requests=(request(),), suppress=(suppression(),)))
    with store.batch() as batch:
        batch.record([entry(2, requests=(request("O-2"),))], mark=mark(), now=NOW)
        looking = reader(path)
        assert [found.reference for found in looking.requests()] == ["O-1"]
        assert looking.suppression(ANNA) is not None
    assert [found.reference for found in looking.requests()] == ["O-2"]
    looking.close()
    store.close()


def test_a_writer_reads_while_a_batch_is_open(path: Path) -> None:
    store = writer(path)
    with store.batch() as batch:
        batch.record([entry(1)], mark=mark(), now=NOW)
        assert store.next_due() is None
        assert store.counts()["message"] == 0
    assert store.counts()["message"] == 1
    store.close()


def test_what_a_batch_has_recalled_cannot_be_changed_by_others(path: Path) -> None:
    store = writer(path)
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    with store.batch(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()
    store.close()


def test_a_reader_writes_nothing(path: Path) -> None:
    writer(path).close()
    store = reader(path)
    with pytest.raises(PermanentFailure, match="readonly") as failure:
        store.set_mark("support", mark())
    assert failure.value.setting == "store.url"
    store.close()


def test_a_reader_makes_no_store_and_says_what_does(path: Path) -> None:
    with pytest.raises(PermanentFailure, match="does not exist yet") as failure:
        reader(path)
    assert "optoutd poll" in failure.value.cure
    assert list(path.parent.iterdir()) == []


def test_a_reader_finds_a_store_in_the_making_empty(path: Path) -> None:
    path.touch()
    with pytest.raises(PermanentFailure, match="empty") as failure:
        reader(path)
    assert "optoutd poll" in failure.value.cure


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    path.touch()
    writer(path).close()
    reader(path).close()


_HOLD = """
import sys
from pathlib import Path
from daemon.stores.sqlite import SqliteStore
from tests.contract.store_values import NOW, entry, mark, record, request

store = SqliteStore(Path(sys.argv[1]), access="own", now=NOW)
record(store, entry(1, requests=(request("O-1"),)))
with store.batch() as batch:
    batch.record([entry(2, requests=(request("O-2"),))], mark=mark(2), now=NOW)
    print("in the middle", flush=True)
    sys.stdin.read()
"""


def test_a_process_that_is_killed_in_a_batch_leaves_whole_batches_and_no_lock(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"in the middle\n"
        with pytest.raises(StoreBusy, match=f"process {process.pid}"):
            writer(path)
        process.send_signal(signal.SIGKILL)
    # The reader comes first, to what the process has left behind.
    for store in (reader(path), writer(path)):
        assert [found.reference for found in store.requests()] == ["O-1"]
        assert store.walk_audit().broken_at is None
        store.close()


# what is no store ---------------------------------------------------------------------------


@pytest.mark.parametrize("is_new", [True, False])
def test_on_a_full_disk_nothing_is_opened_and_nothing_lost(path: Path, is_new: bool) -> None:
    if not is_new:
        store = SqliteStore(path, access="own", now=NOW)
        record(store, ordinary(1))
        store.close()
    for access in ("own", "write"):
        with full_disk(0), pytest.raises(TemporaryFailure) as failure:
            SqliteStore(path, access=access, now=NOW)
        assert "space" in failure.value.cure
    store = SqliteStore(path, access="own", now=NOW)
    assert store.counts()["message"] == (0 if is_new else 1)
    store.close()


def test_a_file_that_is_no_database_is_left_as_it_is(path: Path) -> None:
    path.write_text("my diary\n" * 1000)
    for open_it in (writer, reader):
        with pytest.raises(PermanentFailure, match="not a database") as failure:
            open_it(path)
        assert failure.value.setting == "store.url"
    assert path.read_text() == "my diary\n" * 1000


def test_the_database_of_another_program_is_left_as_it_is(path: Path) -> None:
    foreign = sqlite3.connect(path)
    foreign.execute("CREATE TABLE bookmark (title TEXT)")
    foreign.commit()
    foreign.close()
    before = path.read_bytes()
    for open_it in (writer, reader):
        with pytest.raises(PermanentFailure, match="another program"):
            open_it(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("open_it", [writer, reader])
def test_a_folder_is_no_store(tmp_path: Path, open_it: Callable[[Path], SqliteStore]) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(PermanentFailure, match="is a folder") as failure:
        open_it(tmp_path / "folder")
    assert failure.value.setting == "store.url"


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(PermanentFailure, match="No such file") as failure:
        writer(tmp_path / "missing" / "s.db")
    assert "folder" in failure.value.cure


def test_a_lock_file_is_not_looked_for_elsewhere(path: Path) -> None:
    (path.parent / "s.db.lock").symlink_to(path.parent / "elsewhere")
    with pytest.raises(PermanentFailure, match="lock"):
        writer(path)
    assert not (path.parent / "elsewhere").exists()
