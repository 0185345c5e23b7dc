"""What is erased is nowhere in the files of the store: their bytes are looked at."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.ports import Entry
from daemon.stores import sqlite_traces
from daemon.stores.sqlite import SqliteStore
from daemon.stores.sqlite_traces import traces
from handlers.values import Evidence, State
from tests.contract.store_values import (
    HOUR,
    NOW,
    change,
    entry,
    mail,
    record,
    request,
    suppression,
)

PEOPLE = [f"person-{number:03d}@shop.example" for number in range(80)]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """People whose rows have been written, changed, and grown over pages."""
    path = tmp_path_factory.mktemp("filled") / "s.db"
    dice = random.Random(3)
    store = SqliteStore(path, access="own", now=NOW)
    for start in range(0, len(PEOPLE), 10):
        record(store, *(_entry(n, dice) for n in range(start, start + 10)))
    for queued in store.take_due(200, now=NOW):
        store.sent({queued.row: f"250 <{queued.mail.recipient.key}>"}, now=NOW)
    closed = [
        change(f"C-{number}", State.AWAITING_CONFIRMATION, State.REJECTED)
        for number in range(len(PEOPLE))
    ]
    record(store, entry(999, changes=tuple(closed)), now=NOW + HOUR)
    store.close()
    return path


def _entry(number: int, dice: random.Random) -> Entry:
    person, reference = PEOPLE[number], f"C-{number}"
    hers = {"address_key": person, "address_written": person.title()}
    made = request(reference, note=f"rang, {person}" + "x" * dice.randint(0, 300), **hers)
    sent = replace(
        mail(number, reference, to=person),
        raw=f"To: {person}\r\n\r\n{'y' * dice.randint(0, 9_000)}".encode(),
    )
    words = Evidence(rule="r", words=f"it is {person}", part="text", start=0, end=1)
    return entry(
        number + 1,
        sent,
        requests=(made,),
        suppress=(suppression(reference, **hers),),
        evidence=(words,),
    )


@pytest.fixture
def path(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(filled, tmp_path))


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(path, access="own", now=NOW)
    yield opened
    opened.close()


def grep(path: Path, word: str) -> int:
    """As somebody with the disk would look: every file of the folder, byte by byte."""
    every = b"".join(file.read_bytes().lower() for file in path.parent.iterdir())
    return every.count(word.encode())


def test_the_bytes_of_a_person_are_gone_from_every_file(store: SqliteStore, path: Path) -> None:
    for person in PEOPLE[10:40]:
        assert grep(path, person) > 5
        done = store.forget(person, by="kim", now=NOW)
        assert done.notes == (
            f"{path} and its log hold the address nowhere: every byte was looked at",
        )
        assert grep(path, person) == 0
    # The others have lost nothing, and those who were forgotten stay suppressed.
    assert [p for p in PEOPLE if store.suppression(p) is None] == []
    assert store.walk_audit().broken_at is None
    assert grep(path, PEOPLE[0]) > 5


def test_what_retention_lets_go_of_is_gone_from_every_file(store: SqliteStore, path: Path) -> None:
    later = NOW + 10_000 * HOUR
    store.expire("reply_bytes", before=later, limit=1_000, now=later)
    store.expire("evidence", before=later, limit=1_000, now=later)
    store.close()
    assert grep(path, f"to: {PEOPLE[3]}") == 0
    assert grep(path, f"it is {PEOPLE[3]}") == 0


def test_a_longer_address_that_holds_this_one_is_told(store: SqliteStore, path: Path) -> None:
    longer = f"not-{PEOPLE[7]}"
    hers = {"address_key": longer, "address_written": longer}
    record(store, entry(2_000, requests=(request("O-9", **hers),)))
    done = store.forget(PEOPLE[7], by="kim", now=NOW)
    assert "more places" in done.notes[0]
    assert grep(path, PEOPLE[7]) == grep(path, longer) > 0


def test_a_log_that_somebody_reads_is_told_and_not_taken_for_clean(
    store: SqliteStore, path: Path
) -> None:
    store._busy_timeout_s = 0.1
    reader = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM request").fetchone()
    done = store.forget(PEOPLE[1], by="kim", now=NOW)
    assert "is being read" in done.notes[0]
    reader.close()
    # Asked again, it holds, although nothing is left to erase.
    again = store.forget(PEOPLE[1], by="kim", now=NOW)
    assert again.nothing
    assert "nowhere" in again.notes[0]


def test_a_dry_run_says_nothing_of_the_files(store: SqliteStore) -> None:
    assert store.forget(PEOPLE[1], by="kim", now=NOW, dry_run=True).notes == ()


@pytest.mark.parametrize("before", range(20))
def test_a_word_across_two_pieces_of_a_file_is_counted_once(
    path: Path, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    monkeypatch.setattr(sqlite_traces, "_CHUNK_BYTES", 7)
    path.write_bytes(b"." * before + b"ANNA@x.example" + b"bo@y.example" + b"." * before)
    path.with_name("s.db-wal").write_bytes(b"anna@X.example")
    assert traces(path, {"anna@x.example"}) == 2
    assert traces(path, {"anna@x.example", "bo@y.example"}) == 3
    assert traces(path, {"kim@x.example"}) == 0
    assert traces(path, {""}) == 0


def test_a_word_is_found_as_json_writes_it(path: Path) -> None:
    path.write_bytes(rb'["it is j\u00fcrgen@x.example"]')
    assert traces(path, {"jürgen@x.example"}) == 1
