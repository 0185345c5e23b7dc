"""The migrations make what schema.py says, whole or not at all, and go no way back."""

from __future__ import annotations

import itertools
import os
import signal
import sqlite3
import subprocess
import sys
import unicodedata
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.ports import Access
from daemon.stores import schema
from daemon.stores.sqlite import SqliteStore
from handlers.pseudonym import pseudonym
from tests.contract.store_values import NOW, entry, record, request, suppression
from tests.unit.store_limits import full_disk

# What the first version had made, dumped from it.
FIRST_VERSION = Path(__file__).parent / "store_0001.sql"
# And one of the second, with messages that were set aside.
SECOND_VERSION = Path(__file__).parent / "store_0002.sql"
# And one of the third: a message of which a fetch failed fourteen times, and which is in hand.
THIRD_VERSION = Path(__file__).parent / "store_0003.sql"
# And one of the fourth.
FOURTH_VERSION = Path(__file__).parent / "store_0004.sql"
JOSE, RENE = "jos\u00e9@shop.example", "ren\u00e9@shop.example"
ACCESSES: tuple[Access, ...] = ("own", "write", "read")


def opened(path: Path, *, access: Access = "own") -> SqliteStore:
    return SqliteStore(path, access=access, now=NOW)


def set_version(path: Path, version: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = ?", [version])
    connection.commit()
    connection.close()


def test_a_migrated_store_equals_the_schema(tmp_path: Path) -> None:
    store = opened(tmp_path / "s.db")
    with store._reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, schema.metadata)
    store.close()
    assert differences == []


def test_a_migrated_store_has_the_very_statements_of_the_schema(tmp_path: Path) -> None:
    # What the comparison above overlooks: conditions of indexes, and keys.
    migrated = tmp_path / "migrated.db"
    opened(migrated).close()
    made = tmp_path / "made.db"
    store = opened(made)
    with store._writing() as connection:
        schema.metadata.drop_all(connection)
        schema.metadata.create_all(connection)
    store.close()
    assert tables(migrated) == tables(made)
    assert indexes(migrated) == indexes(made)


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Each table's columns by name; their order is that in which they came."""
    connection = sqlite3.connect(path)
    names = [n for (n,) in connection.execute("SELECT name FROM sqlite_schema WHERE type='table'")]
    found = {
        name: sorted(row[1:] for row in connection.execute(f"PRAGMA table_xinfo({name})"))
        for name in names
    }
    connection.close()
    return found


def indexes(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT coalesce(sql, name) FROM sqlite_schema WHERE type='index'"
    ).fetchall()
    connection.close()
    return {" ".join(text.split()) for (text,) in rows}


def statements(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
    connection.close()
    return {" ".join(sql.split()) for (sql,) in rows}


def test_the_version_of_the_schema_is_that_of_the_last_migration() -> None:
    config = Config()
    config.set_main_option("script_location", "daemon.stores:migrations")
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [schema.VERSION]


def test_a_store_of_the_first_version_keeps_its_rows(tmp_path: Path) -> None:
    path = of_the_first_version(tmp_path / "s.db")
    store = opened(path, access="write")
    (found,) = store.requests()
    assert (found.reference, found.note, found.taken_by) == ("O-7K3M2Q", "", "")
    assert store.walk_audit().broken_at is None
    store.close()
    made = tmp_path / "made.db"
    opened(made).close()
    assert tables(path) == tables(made)


def test_what_an_older_version_set_aside_is_tried_again_unless_people_have_seen_to_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "s.db"
    second = sqlite3.connect(path)
    second.executescript(SECOND_VERSION.read_text(encoding="utf-8"))
    second.close()
    store = opened(path)
    due = store.due_again("support", shadow=False, limit=10, now=NOW)
    assert [(row.uid, row.attempts) for row in due] == [(2, 1)]
    (found,) = store.requests()
    assert found.reference == "O-1"
    assert store.walk_audit().broken_at is None
    store.close()


def test_fetches_that_failed_under_an_older_version_are_no_ends_of_processes(
    tmp_path: Path,
) -> None:
    path = tmp_path / "s.db"
    third = sqlite3.connect(path)
    third.executescript(THIRD_VERSION.read_text(encoding="utf-8"))
    third.close()
    store = opened(path)
    held = store.in_hand("support")
    assert held is not None
    assert (held.uid, held.failed_uid, held.failures, held.ends) == (2, 2, 14, 0)
    assert store.process_ended("support", uid_validity=held.uid_validity, uid=2) == 1
    (waits,) = store.take_due(1, now=NOW + timedelta(hours=1))
    assert waits.span_began_at == waits.queued_at == NOW
    assert store.walk_audit().broken_at is None
    store.close()
    made = tmp_path / "made.db"
    opened(made).close()
    assert tables(path) == tables(made)


def test_a_store_of_the_fourth_version_can_be_asked_by_sql_without_its_forgotten(
    tmp_path: Path,
) -> None:
    path = tmp_path / "s.db"
    fourth = sqlite3.connect(path)
    fourth.executescript(FOURTH_VERSION.read_text(encoding="utf-8"))
    row = "INSERT INTO suppression VALUES (?, 'tips', '', '2026-01-01 00:00:00', 'O-1')"
    fourth.executemany(row, [["anna@shop.example"], ["hash:00"]])
    fourth.commit()
    opened(path).close()
    asked = fourth.execute("SELECT address, list, request FROM no_marketing").fetchall()
    fourth.close()
    assert asked == [("anna@shop.example", "tips", "O-1")]
    made = tmp_path / "made.db"
    opened(made).close()
    assert tables(path) == tables(made)
    assert indexes(path) == indexes(made)


def test_a_question_of_an_older_version_is_known_by_its_sender(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    second = sqlite3.connect(path)
    second.executescript(SECOND_VERSION.read_text(encoding="utf-8"))
    columns = [name for _, name, *_ in second.execute("PRAGMA table_info(outbox)")]
    changed = {"row": "2", "idempotency_key": "'q'", "envelope_from": "'support@shop.example'"}
    taken = ", ".join(changed.get(name, name) for name in columns)
    second.execute(f"INSERT INTO outbox SELECT {taken} FROM outbox")
    second.commit()
    second.close()
    store = opened(path)
    asking = {queued.row: queued.mail.asks for queued in store.take_due(9, now=NOW)}
    assert asking == {1: False, 2: True}
    store.close()


def test_who_opted_out_under_another_form_of_an_accent_stays_out(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    store = opened(path)
    opt_out(store, "O-1", JOSE)
    opt_out(store, "O-2", RENE)
    store.forget(RENE, by="kim", now=NOW)
    store.close()
    connection = sqlite3.connect(path)
    (text,) = connection.execute("SELECT value FROM meta WHERE name='forget_key'").fetchone()
    secret = bytes.fromhex(text)
    was = pseudonym(apart(RENE), secret), pseudonym(RENE, secret)
    for table in ("request", "suppression"):
        for new, old in ((apart(JOSE), JOSE), was):
            statement = f"UPDATE {table} SET address_key = ? WHERE address_key = ?"
            assert connection.execute(statement, [new, old]).rowcount == 1
    connection.commit()
    connection.close()
    set_version(path, "0010")

    store = opened(path, access="write")
    assert store.suppressed_among({JOSE, RENE}, "*", sub_addresses=False) == {JOSE, RENE}
    assert store.suppression(JOSE, "*") is not None
    assert store.suppression(RENE, "*") is not None
    store.close()


def test_both_forms_of_one_address_become_one_row(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    store = opened(path)
    opt_out(store, "O-1", JOSE)
    opt_out(store, "O-2", RENE)
    store.close()
    connection = sqlite3.connect(path)
    for table in ("request", "suppression"):
        statement = f"UPDATE {table} SET address_key = ? WHERE address_key = ?"
        connection.execute(statement, [apart(JOSE), RENE])
    connection.execute("UPDATE request SET origin_digest = 'd'")
    connection.commit()
    connection.close()
    set_version(path, "0010")

    store = opened(path, access="write")
    assert [each.address_key for each in store.requests()] == [JOSE]
    assert store.suppression(JOSE, "*") is not None
    store.close()


def opt_out(store: SqliteStore, reference: str, key: str) -> None:
    made = request(reference, address_key=key)
    record(
        store,
        entry(
            int(reference[2:]),
            requests=(made,),
            suppress=(suppression(reference, address_key=key),),
        ),
    )


def apart(address_key: str) -> str:
    """The other form, in which macOS writes it."""
    return unicodedata.normalize("NFD", address_key)


def test_a_store_of_a_newer_version_is_refused_with_both_versions(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    opened(path).close()
    set_version(path, "9999")
    for access in ACCESSES:
        with pytest.raises(PermanentFailure, match="9999") as failure:
            opened(path, access=access)
        assert schema.VERSION in str(failure.value)
        assert failure.value.setting == "store.url"
        assert failure.value.cure
    set_version(path, schema.VERSION)
    opened(path).close()


def test_a_migration_that_fails_leaves_nothing_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s.db"

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("daemon.stores.sqlite.give_birth", fail)
        with pytest.raises(KeyboardInterrupt):
            opened(path)
    assert statements(path) == set()
    opened(path).close()
    opened(path, access="read").close()


def of_the_first_version(path: Path) -> Path:
    first = sqlite3.connect(path)
    for statement in FIRST_VERSION.read_text(encoding="utf-8").split(";\n"):
        first.execute(statement)
    first.commit()
    first.close()
    return path


def version_of(path: Path) -> str:
    connection = sqlite3.connect(path)
    ((version,),) = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    connection.close()
    return str(version)


def is_whole(path: Path) -> None:
    """An open brings it up to date, with all that it held."""
    store = opened(path)
    (found,) = store.requests()
    assert found.reference == "O-7K3M2Q"
    assert store.walk_audit().broken_at is None
    store.close()
    assert version_of(path) == schema.VERSION


def killed_at(path: Path, statement: int) -> bool:
    """Opens the store in a process that is killed at a statement; whether it came so far."""
    child = os.fork()
    if child == 0:
        seen = itertools.count(1)

        def die(*_: object) -> None:
            if next(seen) == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            sa.event.listen(sa.engine.Engine, "after_cursor_execute", die)
            opened(path)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def test_a_process_that_is_killed_in_a_migration_leaves_the_old_store(tmp_path: Path) -> None:
    steps = 0
    for statement in itertools.count(3, 5):
        path = of_the_first_version(tmp_path / f"{statement}.db")
        if not killed_at(path, statement):
            break
        steps += 1
        assert version_of(path) == "0001"
        is_whole(path)
    assert steps > 5


def test_a_disk_that_is_full_in_a_migration_leaves_the_old_store(tmp_path: Path) -> None:
    for pages in (0, 4, 16):
        path = of_the_first_version(tmp_path / f"{pages}.db")
        with full_disk(pages * 4096), pytest.raises(TemporaryFailure) as failure:
            opened(path)
        assert "space" in failure.value.cure
        assert version_of(path) == "0001"
        is_whole(path)


def test_a_store_that_is_up_to_date_is_opened_without_alembic(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    opened(path).close()
    script = (
        "import sys; from pathlib import Path; from daemon.stores import open_store;"
        "from tests.contract.store_values import NOW;"
        "[open_store('sqlite:///s.db', access=e, base_dir=Path(sys.argv[1]), now=NOW).close()"
        " for e in ('own', 'write', 'read')];"
        "sys.exit('alembic' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True)


def test_what_looks_at_no_store_loads_no_database() -> None:
    script = "import sys, daemon.stores; sys.exit('sqlalchemy' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)
