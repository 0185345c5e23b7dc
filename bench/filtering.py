"""How fast a list is filtered: `python -m bench.filtering [--addresses N] [--suppressed N]`.

Fills a store with so many suppressions, a few of them of people who were forgotten with
`--forgotten`, pipes a list of so many different addresses, every tenth of them suppressed, through
`optoutd filter --list tips`, and prints the seconds by the clock from the start of the command to
its end, the seconds that it had the processor, and the most memory that it held.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.headers import COMMAND, CONFIG
from daemon.stores import open_store
from handlers.pseudonym import pseudonym

GOAL_S = 5.0
DOMAINS = ("example.net", "garden.example", "post.example.org", "bakery.example")
FORGET_KEY = bytes(range(32))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--addresses", type=int, default=1_000_000)
    parser.add_argument("--suppressed", type=int, default=1_000_000)
    parser.add_argument("--forgotten", type=int, default=0)
    parser.add_argument("--sub-addresses", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "optoutd.toml").write_text(CONFIG)
        # Every tenth address of the list is suppressed; the other suppressions are of strangers.
        hit = range(0, options.addresses, 10)
        known = [address(n) for n in hit][: options.suppressed]
        others = (address(n) for n in range(options.addresses, 10**9))
        fill(folder, (*known, *(next(others) for _ in range(options.suppressed - len(known)))),
             options.forgotten)  # fmt: skip
        order = list(range(options.addresses))
        random.Random(1).shuffle(order)
        (folder / "list").write_text("".join(f"{address(n)}\n" for n in order))
        command: list[str | Path] = [
            COMMAND,
            "--config",
            "optoutd.toml",
            "filter",
            "--list",
            "tips",
        ]
        if options.sub_addresses:
            command.append("--sub-addresses")
        start = time.perf_counter()
        with (folder / "list").open("rb") as stdin, (folder / "allowed").open("wb") as stdout:
            memory_mb = run(command, stdin=stdin, stdout=stdout, cwd=folder)
        seconds = time.perf_counter() - start
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        allowed = set((folder / "allowed").read_text().split())
    wanted = {address(n) for n in range(options.addresses)} - set(known)
    if allowed != wanted:
        sys.exit(f"{len(allowed):,} addresses came through, {len(wanted):,} should have")
    figures = {
        "addresses": options.addresses,
        "suppressed": options.suppressed,
        "forgotten": options.forgotten,
        "seconds": round(seconds, 2),
        "processor_seconds": round(used.ru_utime + used.ru_stime, 2),
        "memory_mb": memory_mb,
        "goal_seconds": GOAL_S,
    }
    if options.json:
        print(json.dumps(figures))
    else:
        for what, value in figures.items():
            print(f"{what.replace('_', ' ')}: {value:,}")
    sys.exit(seconds > GOAL_S)


def run(command: list[str | Path], **options: Any) -> int:
    """Runs it to its end; the most memory that it held, in MB.

    What rusage says of a child includes the parent's memory at its birth.
    """
    most_kb = 0
    with subprocess.Popen(command, **options) as process:
        while process.poll() is None:
            status = Path(f"/proc/{process.pid}/status").read_text()
            found = re.search(r"VmHWM:\s+(\d+) kB", status)
            most_kb = max(most_kb, int(found[1]) if found else 0)
            time.sleep(0.05)
    if process.returncode:
        sys.exit(f"exit status {process.returncode}")
    return round(most_kb / 1024)


def address(number: int) -> str:
    return f"reader.{number}@{DOMAINS[number % 4]}"


def fill(folder: Path, keys: Iterable[str], forgotten: int) -> None:
    """Writes the suppressions past the program: it makes them one request at a time."""
    now = datetime.now(UTC)
    open_store("sqlite:///optoutd.db", access="own", base_dir=folder, now=now).close()
    connection = sqlite3.connect(folder / "optoutd.db")
    if forgotten:
        connection.execute("INSERT INTO meta VALUES ('forget_key', ?)", [FORGET_KEY.hex()])
    connection.executemany(
        "INSERT INTO suppression VALUES (?, '*', '', '2026-01-01 00:00:00', 'O-000000')",
        ((pseudonym(key, FORGET_KEY) if n < forgotten else key,) for n, key in enumerate(keys)),
    )
    connection.commit()
    connection.close()


if __name__ == "__main__":
    main()
