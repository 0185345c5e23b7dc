"""A store with many rows, made by the database itself: as if the daemon had run for long.

Of a hundred messages in the ledger 45 made a request and were answered, 30 of them opt-outs; each
request has two events. All lie within the last weeks, so that nothing is overdue. The indexes are
dropped before and made again afterwards, which is ten times faster than to keep them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.speed.place import Place
from bench.speed.service import Store, postgres_store, sqlite_store
from daemon.stores import open_store

UID_VALIDITY = 1_700_000_000
_SPAN_S = 20 * 86_400

# `{hash}` another hex SHA-256 in each row, `{at}` a moment, `{key}` an address; `i` is the row.
_MESSAGE = """
'support', {validity}, i, {hash}, {at}, {at},
CASE WHEN i % 100 < 45 THEN 'act' WHEN i % 100 < 60 THEN 'ignore' ELSE 'leave' END,
CASE WHEN i % 100 < 45 THEN 'asked-by-mail' ELSE 'asks-for-nothing' END,
{json}'["opt_out"]'{end},
CASE WHEN i % 100 < 45 THEN {json}'[
  {{"rule": "imperative", "words": "stop it", "part": "text", "start": 0, "end": 7}}]'{end}
  ELSE {json}'[]'{end} END,
CASE WHEN i % 100 < 30 THEN 'Optoutd/Opt-outs' WHEN i % 100 < 45 THEN 'Optoutd/Cancellations'
  ELSE '' END,
{at}, {json}'[]'{end}, '', {hash}, {hash}"""
_REQUEST = """
'O-' || i, CASE WHEN i % 100 < 30 THEN 'opt_out' ELSE 'cancellation' END,
CASE WHEN i % 100 < 30 THEN 'effective' ELSE 'completed' END, {key}, {key}, 'mail', 'support',
{at}, {at}, 'en', 'proven', 'asked-by-mail', {hash}, '', {at}"""
_SUPPRESSION = "{key}, '*', {key}, {at}, 'O-' || i"
_OUTBOX = """
'reply:' || {hash}, '<' || i || '@shop.example>', {key}, {key}, '', {json}'[]'{end}, {hash},
'support', 'sent', 1, 0, {at}, {at}, {at}, '250 2.0.0 taken', '', {at}, {hash}, {key}"""
_EVENT = "i, {at}, 'request_recorded', 'O-' || i, {json}'{{}}'{end}, {hash}"
# By table: its columns, what is in them, and which of the numbers have a row there.
_ROWS = {
    "message": (
        """mailbox, uid_validity, uid, digest, received_at, decided_at, disposition, reason,
        intents, evidence, filing, filed_at, requests, error, message_id_hash, copy_hash""",
        _MESSAGE,
        "TRUE",
    ),
    "request": (
        """reference, kind, state, address_key, address_written, channel, mailbox, received_at,
        due_at, language, proof, reason, origin_digest, wanted_end, updated_at""",
        _REQUEST,
        "i % 100 < 45",
    ),
    "suppression": (
        "address_key, list_name, address_written, since, reference",
        _SUPPRESSION,
        "i % 100 < 30",
    ),
    "outbox": (
        """idempotency_key, message_id, recipient_written, recipient_key, envelope_from, requests,
        secret_hash, mailbox, state, attempts, unknowns, next_at, queued_at, sent_at, response,
        error, copied_at, thread, recipient_inbox""",
        _OUTBOX,
        "i % 100 < 45",
    ),
    "event": (
        "sequence, at, what, reference, detail, hash",
        _EVENT,
        "i <= {rows} * 9 / 10",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dialect:
    numbers: str
    hash: str
    at: str
    json: str
    end: str


_SQLITE = _Dialect(
    numbers="WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})",
    hash="lower(hex(randomblob(32)))",
    at="strftime('%Y-%m-%d %H:%M:%S.000000', 'now', '-' || (({rows} - i) * {span} / {rows})"
    " || ' seconds')",
    json="",
    end="",
)
_POSTGRES = _Dialect(
    numbers="WITH n(i) AS (SELECT generate_series(1::bigint, {rows}))",
    hash="encode(sha256((random()::text || i)::bytea), 'hex')",
    at="now() - make_interval(secs => ({rows} - i)::float8 * {span} / {rows})",
    json="(",
    end=")::json",
)
_KEY = "'customer-' || i || '@old-' || (i % 997) || '.example'"


def statements(dialect: _Dialect, rows: int) -> list[tuple[str, str]]:
    """Table and statement."""
    told = []
    for table, (columns, values, which) in _ROWS.items():
        moment = dialect.at.format(rows=rows, span=_SPAN_S)
        filled = values.format(
            validity=UID_VALIDITY, hash=dialect.hash, at=moment, key=_KEY, json=dialect.json,
            end=dialect.end,
        )  # fmt: skip
        numbers = dialect.numbers.format(rows=rows)
        condition = which.format(rows=rows)
        insert = f"INSERT INTO {table} ({columns})"
        told.append((table, f"{numbers} {insert} SELECT {filled} FROM n WHERE {condition}"))
    return told


def fill(place: Place, kind: str, rows: int, tell: Callable[[str], None]) -> Store:
    """A store with so many rows in its ledger, read up to the last of them."""
    if kind == "sqlite":
        path = place.new_folder("large") / "optoutd.db"
        store = sqlite_store(path)
        _fill_sqlite(path, rows, tell)
    else:
        database = place.postgres.new_database(fresh=True)
        store = postgres_store(place, database)
        _fill_postgres(place, database, rows, tell)
    now = datetime.now(UTC)
    ours = open_store(store.url, access="own", base_dir=place.folder, now=now)
    # It would begin at some moment of the first hour.
    ours.claim("retention", every=timedelta(hours=20), now=now)
    ours.close()
    return store


_MARK = (
    "INSERT INTO mailbox_mark (mailbox, uid_validity, uid, started_at, backlog_uid)"
    " VALUES ('support', {validity}, {rows}, '2026-01-01 00:00:00.000000{zone}', 0)"
)


def _fill_sqlite(path: Path, rows: int, tell: Callable[[str], None]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"):
            connection.execute(f"PRAGMA {pragma}")
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        for table, statement in statements(_SQLITE, rows):
            tell(f"{rows:,} messages, the table {table}")
            connection.execute(statement)
        connection.execute(_MARK.format(validity=UID_VALIDITY, rows=rows, zone=""))
        for name, sql in indexes:
            tell(f"{rows:,} messages, the index {name}")
            connection.execute(sql)
        connection.execute("PRAGMA journal_mode = WAL")


def _fill_postgres(place: Place, database: str, rows: int, tell: Callable[[str], None]) -> None:
    with closing(place.postgres.connect(database)) as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET maintenance_work_mem = '512MB'")
        indexes = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname"
            " NOT IN (SELECT conname FROM pg_constraint)"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f'DROP INDEX "{name}"'.encode())
        for table, statement in statements(_POSTGRES, rows):
            tell(f"{rows:,} messages, the table {table}")
            connection.execute(statement.encode())
        connection.execute(_MARK.format(validity=UID_VALIDITY, rows=rows, zone="+00").encode())
        for name, definition in indexes:
            tell(f"{rows:,} messages, the index {name}")
            connection.execute(definition.encode())
        tell(f"{rows:,} messages, VACUUM ANALYZE")
        connection.execute("VACUUM ANALYZE")
