"""A store in PostgreSQL: who is let in, what is made, and how processes share it."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from config.store_url import postgres_url
from daemon.errors import OptoutdError, PermanentFailure, TemporaryFailure
from daemon.ports import MAIL_STATES, Access
from daemon.stores import audit, schema
from daemon.stores.failures import failure_of
from daemon.stores.postgres import PostgresStore
from daemon.stores.postgres_failures import UnforeseenAnswerError
from handlers.values import State
from tests.contract.store_values import (
    ANNA,
    HOUR,
    NOW,
    WRITTEN,
    change,
    entry,
    mail,
    mark,
    ordinary,
    record,
    request,
    suppression,
    take_one,
)
from tests.servers.postgres import PASSWORD, Postgres

ACCESSES: tuple[Access, ...] = ("own", "write", "read")


def opened(url: str, *, access: Access = "own", **options: object) -> PostgresStore:
    return PostgresStore(postgres_url(url), access=access, now=NOW, **options)  # type: ignore[arg-type]


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.url(postgres.new_database())


@pytest.fixture
def empty(postgres: Postgres) -> str:
    """The name of a database with nothing in it."""
    return postgres.new_database(empty=True)


@pytest.fixture
def store(url: str) -> Iterator[PostgresStore]:
    made = opened(url)
    yield made
    made.close()


# what is told of it -------------------------------------------------------------------------


def test_a_server_that_may_lose_what_was_committed_is_told_of(store: PostgresStore) -> None:
    (note,) = (note for note in store.check() if "loss of power" in note)
    assert "fsync, full_page_writes, synchronous_commit off" in note


def test_its_backup_is_the_servers_own(store: PostgresStore, tmp_path: Path) -> None:
    with pytest.raises(PermanentFailure) as caught:
        store.backup(tmp_path / "copy", force=False)
    assert "pg_dump" in caught.value.cure
    assert list(tmp_path.iterdir()) == []


# who is let in ------------------------------------------------------------------------------


def test_the_password_is_asked_for_over_tcp(postgres: Postgres) -> None:
    url = postgres.tcp_url(postgres.new_database())
    opened(url, password=PASSWORD).close()
    for wrong in ("hunter3", None):
        with pytest.raises(PermanentFailure) as failure:
            opened(url, password=wrong)
        assert failure.value.setting == "store.password_file"
        assert "hunter" not in f"{failure.value} {failure.value.cure}"


def test_another_machine_has_to_prove_who_it_is(postgres: Postgres, tmp_path: Path) -> None:
    database = postgres.new_database()
    ours = postgres.root / "authority.pem"
    store = opened(
        postgres.tcp_url(database, f"?sslmode=verify-full&sslrootcert={ours}", host="localhost"),
        password=PASSWORD,
    )
    with store._reading() as connection:
        assert connection.exec_driver_sql(
            "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        ).scalar()
    store.close()
    with pytest.raises(PermanentFailure, match="certificate") as failure:
        opened(
            postgres.tcp_url(
                database, "?sslmode=verify-full&sslrootcert=system", host="localhost"
            ),
            password=PASSWORD,
        )
    assert failure.value.setting == "store.url"


def test_what_is_not_there_is_told_with_the_cure(postgres: Postgres, url: str) -> None:
    for wrong in (postgres.url("nowhere"), url.replace("optoutd@", "nobody@")):
        with pytest.raises(PermanentFailure, match="does not exist") as failure:
            opened(wrong)
        assert failure.value.setting == "store.url"
        assert "docs/store.md" in failure.value.cure


def test_a_server_that_is_down_is_waited_for() -> None:
    with pytest.raises(TemporaryFailure, match="cannot be reached") as failure:
        opened("postgresql+psycopg://optoutd@127.0.0.1:1/optoutd")
    assert failure.value.setting == "store.url"
    assert "\n" not in str(failure.value)


def test_a_role_that_may_make_no_tables_is_told(postgres: Postgres) -> None:
    database = postgres.new_database(empty=True)
    postgres.execute(f"ALTER DATABASE {database} OWNER TO postgres")
    with pytest.raises(PermanentFailure, match="permission denied") as failure:
        opened(postgres.url(database))
    assert "own the database" in failure.value.cure


def test_a_driver_that_is_missing_is_told_with_the_cure(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(PermanentFailure, match="driver") as failure:
        opened(url)
    assert "optoutd[postgres]" in failure.value.cure


# what is made -------------------------------------------------------------------------------


def test_a_migrated_store_equals_the_schema(store: PostgresStore) -> None:
    with store._reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


def test_a_migrated_store_has_the_very_indexes_of_the_schema(
    postgres: Postgres, empty: str, url: str
) -> None:
    # What the comparison above overlooks: conditions of indexes, and defaults.
    with engine_of(postgres, empty).begin() as connection:
        schema.metadata.create_all(connection)
    indexes = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
    columns = (
        "SELECT table_name, column_name, data_type, is_nullable, column_default"
        " FROM information_schema.columns WHERE table_schema = 'public'"
    )
    for query in (
        f"{indexes} AND tablename <> 'alembic_version'",
        # The view is the migrations' alone; test_store_asking.py asks it.
        f"{columns} AND table_name NOT IN ('alembic_version', 'no_marketing')",
    ):
        made, migrated = (set(postgres.execute(query, name)) for name in (empty, database(url)))
        assert made == migrated


def engine_of(postgres: Postgres, name: str) -> sa.Engine:
    """An engine past the store, each connection closed after its use."""
    return sa.create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(
            host=str(postgres.socket_folder), port=postgres.port, dbname=name, user="optoutd"
        ),
        poolclass=sa.NullPool,
    )


def database(url: str) -> str:
    return postgres_url(url).database


def test_processes_that_start_at_once_make_the_store_once(postgres: Postgres, empty: str) -> None:
    stores: list[PostgresStore] = []
    threads = [
        threading.Thread(target=lambda: stores.append(opened(postgres.url(empty))))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({made.log_key() for made in stores}) == 1
    for made in stores:
        made.close()
    assert len(stores) == 4


def test_a_migration_that_fails_leaves_nothing_of_itself(
    postgres: Postgres, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("daemon.stores.postgres.give_birth", fail)
        with pytest.raises(KeyboardInterrupt):
            opened(postgres.url(empty))
    query = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    assert postgres.execute(query, empty) == [(0,)]
    opened(postgres.url(empty)).close()


def test_a_migration_that_is_cut_off_leaves_nothing_of_itself(
    postgres: Postgres, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(connection: sa.Connection, _: object) -> None:
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        postgres.execute(f"SELECT pg_terminate_backend({pid}, 5000)")
        connection.exec_driver_sql("SELECT 1")

    with monkeypatch.context() as patched:
        patched.setattr("daemon.stores.postgres.give_birth", cut)
        with pytest.raises(TemporaryFailure):
            opened(postgres.url(empty))
    query = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    assert postgres.execute(query, empty) == [(0,)]
    opened(postgres.url(empty)).close()


def test_a_store_of_the_first_version_keeps_its_rows(postgres: Postgres, empty: str) -> None:
    config = Config()
    config.set_main_option("script_location", "daemon.stores:migrations")
    config.set_main_option("path_separator", "os")
    with engine_of(postgres, empty).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO request (reference, kind, state, address_key, address_written, channel,"
            " mailbox, received_at, due_at, language, proof, reason, origin_digest, wanted_end,"
            " updated_at) VALUES ('O-7K3M2Q', 'opt_out', 'effective', 'a@a.example',"
            " 'a@a.example', 'mail', 'support', now(), now(), 'en', 'proven', 'asked', 'd', '',"
            " now())"
        )
    store = opened(postgres.url(empty), access="write")
    (found,) = store.requests()
    assert (found.reference, found.note, found.taken_by) == ("O-7K3M2Q", "", "")
    store.close()


def test_a_store_of_a_newer_version_is_refused(postgres: Postgres) -> None:
    url = postgres.url(postgres.new_database(fresh=True))
    postgres.execute("UPDATE alembic_version SET version_num = '9999'", database(url))
    for access in ACCESSES:
        with pytest.raises(PermanentFailure, match="9999"):
            opened(url, access=access)


def test_the_database_of_another_program_is_left_as_it_is(postgres: Postgres, empty: str) -> None:
    postgres.execute("CREATE TABLE bookmark (title TEXT)", empty)
    for access in ACCESSES:
        with pytest.raises(PermanentFailure, match="another program"):
            opened(postgres.url(empty), access=access)


def test_a_reader_makes_nothing_and_writes_nothing(
    postgres: Postgres, empty: str, url: str
) -> None:
    with pytest.raises(PermanentFailure, match="empty") as failure:
        opened(postgres.url(empty), access="read")
    assert "optoutd poll" in failure.value.cure
    reader = opened(url, access="read")
    with pytest.raises(TemporaryFailure, match="read-only"):
        reader.set_mark("support", mark())
    assert reader.requests() == []
    reader.close()


# side by side -------------------------------------------------------------------------------


def test_readers_and_the_outbox_go_on_while_a_batch_is_decided_on(url: str) -> None:
    here, there = opened(url), opened(url)
    record(here, entry(1, mail(1, "O-1"), requests=(request(),)))
    with here.batch() as batch:
        batch.record([entry(2, requests=(request("O-2"),))], mark=mark(2), now=NOW)
        assert [r.reference for r in there.requests()] == ["O-1"]
        assert there.take_lease("cancel").is_ours
        there.put_off(take_one(there).row, until=NOW, error="busy")
    assert [r.reference for r in there.requests()] == ["O-2"]
    here.close()
    there.close()


def test_what_a_batch_has_recalled_is_changed_by_nobody_else(url: str) -> None:
    here, there = opened(url), opened(url, lock_timeout_s=0.1)
    record(here, entry(1, requests=(request("C-1"),)))
    confirm = change("C-1", State.AWAITING_CONFIRMATION, State.CONFIRMED)
    with here.batch() as batch:
        with pytest.raises(TemporaryFailure, match="55P03"):
            record(there, entry(2, changes=(confirm,), mailbox="cancel"))
        batch.record([entry(3, changes=(confirm,))], mark=mark(3), now=NOW)
    with pytest.raises(TemporaryFailure, match="moved on"):
        record(there, entry(2, changes=(confirm,), mailbox="cancel"))
    here.close()
    there.close()


def test_many_who_write_at_once_leave_one_whole_chain(url: str) -> None:
    stores = [opened(url) for _ in range(3)]
    failures: list[BaseException] = []

    def write(store: PostgresStore, mailbox: str) -> None:
        try:
            for uid in range(1, 16):
                made = request(f"C-{mailbox}-{uid}", address_key=f"{uid}@{mailbox}.example")
                sent = mail(hash((mailbox, uid)), made.reference)
                record(store, entry(uid, sent, mailbox=mailbox, requests=(made,)))
                for number, queued in enumerate(store.take_due(2, now=NOW)):
                    if number:
                        store.failed(queued.row, now=NOW, error="550 no such user")
                    else:
                        store.sent({queued.row: "250 OK"}, now=NOW)
                store.recover_outbox(now=NOW)
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [
        threading.Thread(target=write, args=(store, f"m{number}-{turn}"))
        for number, store in enumerate(stores)
        for turn in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert stores[0].counts()["message"] == 90
    assert stores[0].walk_audit().broken_at is None
    for store in stores:
        store.close()


@pytest.mark.parametrize("how", ["failed", "dropped"])
def test_a_question_given_up_beside_an_outcome_of_the_same_customer_is_no_deadlock(
    postgres: Postgres, url: str, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    store = opened(url)
    asks, tells = mail(1, "C-1", asks=True, secret_hash="1"), mail(2, "O-1", secret_hash="2")
    record(store, entry(1, asks, requests=(request("C-1"),)))
    record(store, entry(2, tells, requests=(request("O-1"),)))
    question, told = store.take_due(2, now=NOW)
    if how == "dropped":
        store.put_off(question.row, until=NOW + HOUR, error="451 busy")
    has_row, goes_on = threading.Event(), threading.Event()
    append = audit.append

    def slowly(connection: sa.Connection, events: Sequence[audit.Event], *, at: datetime) -> None:
        if any(event.what == "reply_sent" for event in events):
            has_row.set()
            while not goes_on.wait(0.02) and not waiting_for_a_lock(postgres, url):
                pass
        append(connection, events, at=at)
        if any(event.what in ("reply_failed", "reply_dropped") for event in events):
            goes_on.set()

    monkeypatch.setattr(audit, "append", slowly)
    failures: list[BaseException] = []

    def send() -> None:
        try:
            store.sent({told.row: "250 OK"}, now=NOW)
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)

    sending = threading.Thread(target=send)
    sending.start()
    has_row.wait(10)
    try:
        if how == "failed":
            store.failed(question.row, now=NOW, error="550 no such user")
        else:
            store.drop_mail(question.row, by="eve", now=NOW)
    finally:
        goes_on.set()
        sending.join()
    assert failures == []
    assert [row.state for row in store.mails(MAIL_STATES, limit=9)] == ["failed", "sent"]
    assert store.walk_audit().broken_at is None
    store.close()


def waiting_for_a_lock(postgres: Postgres, url: str) -> bool:
    return bool(
        postgres.execute(
            "SELECT 1 FROM pg_stat_activity"
            f" WHERE datname = '{database(url)}' AND wait_event_type = 'Lock'"
        )
    )


def test_a_changed_event_is_found(postgres: Postgres, url: str, store: PostgresStore) -> None:
    record(store, *(entry(uid, requests=(request(f"O-{uid}"),)) for uid in (1, 2, 3)))
    assert store.walk_audit().broken_at is None
    postgres.execute("UPDATE event SET at = at - interval '1 s' WHERE sequence = 2", database(url))
    assert store.walk_audit().broken_at == 2


# what goes wrong ----------------------------------------------------------------------------


def record_after(store: PostgresStore, event: Callable[[], None]) -> None:
    """A batch in the middle of which something happens."""
    with store.batch() as batch:
        event()
        batch.record([entry(3, requests=(request(),))], mark=mark(3), now=NOW)


def test_a_server_that_was_started_anew_is_used_again_by_itself() -> None:
    with Postgres() as server:
        store = opened(server.url(server.new_database(fresh=True)))
        record(store, ordinary(1))
        for end in (server.stop, server.kill):
            end()
            for attempt in (store.requests, store.renew_leases, store.next_due):
                with pytest.raises(TemporaryFailure):
                    attempt()
            server.start()
            record(store, ordinary(2))
        with pytest.raises(TemporaryFailure):
            record_after(store, server.stop)
        server.start()
        assert store.mark("support") == mark(2)
        server.stop()
        began = time.monotonic()
        store.close()
        assert time.monotonic() - began < 5


def test_a_connection_that_is_cut_in_a_batch_is_a_temporary_failure(
    postgres: Postgres, url: str, store: PostgresStore
) -> None:
    def cut() -> None:
        postgres.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{database(url)}'"
        )

    with pytest.raises(TemporaryFailure):
        record_after(store, cut)
    assert not any(store.counts().values())
    record(store, entry(1, requests=(request(),)))


def test_a_database_without_a_free_connection_is_waited_for(
    postgres: Postgres, url: str, store: PostgresStore
) -> None:
    record(store, ordinary(1))
    name = database(url)
    for limit, words, cure in (
        ("CONNECTION LIMIT 0", "too many connections", "max_connections"),
        ("ALLOW_CONNECTIONS false", "not currently accepting", ""),
    ):
        postgres.execute(f"ALTER DATABASE {name} {limit}")
        try:
            with pytest.raises(TemporaryFailure, match=words) as failure:
                opened(url)
        finally:
            postgres.execute(f"ALTER DATABASE {name} CONNECTION LIMIT -1 ALLOW_CONNECTIONS true")
        assert cure in failure.value.cure
    opened(url).close()


def test_a_server_that_takes_no_writes_is_left_for_the_one_that_does() -> None:
    with Postgres() as server:
        store = opened(server.url(server.new_database(fresh=True)))
        record(store, ordinary(1))
        server.stop()
        server.start(standby=True)
        assert store.mark("support") == mark(1)
        before = server.backends()
        for attempt in (lambda: record(store, ordinary(2)), store.renew_leases):
            with pytest.raises(TemporaryFailure, match="read-only") as failure:
                attempt()
            assert "primary" in failure.value.cure
        # After a failover the name may lead elsewhere: only a new connection finds out.
        assert store.mark("support") == mark(1)
        assert not before & server.backends()
        server.promote()
        record(store, ordinary(2))
        store.close()


def test_whoever_hangs_in_a_transaction_is_cut_off_by_the_server(store: PostgresStore) -> None:
    names = (
        "idle_in_transaction_session_timeout",
        "lock_timeout",
        "statement_timeout",
        "TimeZone",
    )
    with store._writing() as connection:
        shown = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in names]
    assert shown == ["30s", "30s", "1min", "UTC"]


def _of_same_origin() -> object:
    return request("O-2", origin_digest=request("O-1").origin_digest)


def _twice(store: PostgresStore) -> None:
    with store._writing() as connection:
        connection.execute(
            sa.insert(schema.suppression),
            [{"address_key": ANNA, "list_name": "*", "address_written": WRITTEN, "since": NOW,
              "reference": "O-1"}] * 2,
        )  # fmt: skip


def _execute(store: PostgresStore, statement: str) -> None:
    with store._writing() as connection:
        connection.exec_driver_sql(statement, {"a": ANNA})


BREAKS: dict[str, Callable[[PostgresStore], object]] = {
    "unique": lambda s: record(s, entry(2, requests=(request("O-1", origin_digest=""),))),
    "origin": lambda s: record(s, entry(2, requests=(_of_same_origin(),))),
    "primary key": _twice,
    "NUL": lambda s: record(s, entry(2, requests=(request("O-2", address_key=f"{ANNA}\0"),))),
    "too big": lambda s: record(s, entry(2**70, requests=(request("O-2"),))),
    "no number": lambda s: _execute(s, "SELECT CAST(%(a)s AS INTEGER)"),
    "no table": lambda s: _execute(s, f"SELECT '{ANNA}' FROM nowhere WHERE '' = %(a)s"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_no_failure_shows_an_address(store: PostgresStore, name: str) -> None:
    record(store, entry(1, requests=(request("O-1"),), suppress=(suppression(),)))
    with pytest.raises((OptoutdError, UnforeseenAnswerError)) as failure:
        BREAKS[name](store)
    error = failure.value
    shown = f"{error!r} {error.__cause__!r} {''.join(traceback.format_exception(error))}"
    for line in shown.splitlines():
        if "raise" not in line and "lambda" not in line:  # the lines of this very file
            assert ANNA not in line
            assert WRITTEN not in line
    assert store.counts()["message"] == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("08006", TemporaryFailure),
        ("23505", TemporaryFailure),
        ("40001", TemporaryFailure),
        ("40P01", TemporaryFailure),
        ("53100", TemporaryFailure),
        ("53300", TemporaryFailure),
        ("55P03", TemporaryFailure),
        ("57014", TemporaryFailure),
        ("57P01", TemporaryFailure),
        ("25P03", TemporaryFailure),
        ("25006", TemporaryFailure),
        ("28P01", PermanentFailure),
        ("3D000", PermanentFailure),
        ("42501", PermanentFailure),
        ("XX001", PermanentFailure),
        ("22P02", type(None)),
        ("42P01", type(None)),
    ],
)
def test_each_state_of_sql_is_of_one_kind(code: str, kind: type) -> None:
    cause = psycopg.errors.lookup(code)("its words: a@a.example")
    failure = failure_of(sa.exc.DBAPIError("SELECT", {}, cause))
    assert type(failure) is kind
    assert "a@a.example" not in str(failure)
