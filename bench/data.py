"""How fast a large store is exported, verified, copied, searched and cleared of old rows.

    python -m bench.data [ROWS]

Makes a store of ROWS suppressions, requests, events, mails and ledger rows (1,000,000 unless told
otherwise) in a temporary folder, and runs the commands on it, each as a process of its own.
"""

import hashlib
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from daemon.stores import audit
from daemon.stores.sqlite import SqliteStore

NOW = datetime.now(UTC)
STAMP = "%Y-%m-%d %H:%M:%S.%f"
COMMAND = Path(sys.executable).with_name("optoutd")
CONFIG = """
[store]
url = "sqlite:///s.db"
[smtp]
host = "smtp.example.com"
[company]
name = "Example"
postal_address = "1 Example Street"
phone = "+1 555 0100"
[[mailbox]]
name = "support"
role = "support"
address = "support@example.com"
host = "imap.example.com"
username = "support"
password_file = "support.password"
"""


def at(number: int, rows: int) -> str:
    """Moments over the last year, one after the other."""
    return (NOW - timedelta(days=365) * (1 - number / rows)).strftime(STAMP)


def digest(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def key(number: int) -> str:
    return f"customer-{number:08d}@mail-{number % 1000}.example"


def fill(path: Path, rows: int) -> None:
    SqliteStore(path, access="own", now=NOW).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous = OFF")

    def insert(table: str, columns: str, values: Iterator[tuple[Any, ...]]) -> None:
        marks = ", ".join("?" for _ in columns.split(","))
        connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)
        connection.commit()

    numbers = range(rows)
    insert(
        "suppression",
        "address_key, list_name, address_written, since, reference",
        ((key(n), "*", key(n).title(), at(n, rows), f"O-{n:06d}") for n in numbers),
    )
    insert(
        "request",
        "reference, kind, state, address_key, address_written, channel, mailbox, received_at,"
        " due_at, language, proof, reason, origin_digest, wanted_end, updated_at",
        (
            (f"O-{n:06d}", "opt_out", "effective", key(n), key(n).title(), "mail", "support",
             at(n, rows), at(n, rows), "en", "unproven", "asked-by-mail", digest(n), "",
             at(n, rows))
            for n in numbers
        ),
    )  # fmt: skip
    insert(
        "outbox",
        "idempotency_key, message_id, recipient_written, recipient_key, envelope_from, raw,"
        " requests, secret_hash, mailbox, state, attempts, unknowns, next_at, queued_at, sent_at,"
        " response, error",
        (
            (f"reply:{n}", f"<{n}@x>", key(n), key(n), "", b"x" * 1000, f'["O-{n:06d}"]',
             digest(n), "support", "sent", 1, 0, at(n, rows), at(n, rows), at(n, rows),
             "250 OK", "")
            for n in numbers
        ),
    )  # fmt: skip
    words = json.dumps(
        [{"rule": "imperative", "words": "stop it", "part": "text", "start": 0, "end": 7}]
    )
    insert(
        "message",
        "mailbox, uid_validity, uid, digest, received_at, decided_at, disposition, reason,"
        " intents, evidence, filing, filed_at, requests, error",
        (
            ("support", 1, n + 1, digest(n), at(n, rows), at(n, rows),
             "act" if n % 10 == 0 else "leave", "r", "[]", words if n % 10 == 0 else "[]", "",
             at(n, rows), f'["O-{n:06d}"]' if n % 10 == 0 else "[]", "")
            for n in numbers
        ),
    )  # fmt: skip
    connection.close()
    store = SqliteStore(path, access="own", now=NOW)
    for start in range(0, rows, 10_000):
        told = [
            audit.Event(what="suppressed", reference=f"O-{n:06d}", detail={"list": "*"})
            for n in range(start, min(start + 10_000, rows))
        ]
        with store._writing() as transaction:  # noqa: SLF001 - the fastest way in
            audit.append(transaction, told, at=NOW)
    store.close()


def measure(name: str, config: Path, *words: str) -> None:
    began = time.perf_counter()
    done = subprocess.run(
        [COMMAND, "--config", config, *words], stdout=subprocess.DEVNULL, check=False
    )
    took = time.perf_counter() - began
    print(f"{name:<42} {took:7.1f} s   (exit status {done.returncode})", flush=True)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        config = folder / "optoutd.toml"
        config.write_text(CONFIG)
        fill(folder / "s.db", rows)
        size = (folder / "s.db").stat().st_size
        print(f"{rows:,} rows a table, {size / 1e6:,.0f} MB")
        measure("export --format csv", config, "export", "--format", "csv")
        hashed = ("export", "--format", "jsonl", "--hash", "sha256")
        measure("export --format jsonl --hash sha256", config, *hashed)
        measure("audit verify", config, "audit", "verify")
        measure("backup", config, "backup", str(folder / "copy.db"))
        measure("access", config, "access", key(rows // 2))
        measure("forget", config, "forget", key(rows // 2), "--yes")
        measure("retention --dry-run", config, "retention", "--dry-run")
        measure("retention", config, "retention")
        measure("suppressed", config, "suppressed", key(rows // 2))


if __name__ == "__main__":
    main()
