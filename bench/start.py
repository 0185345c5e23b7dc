"""How long each command takes to start: `python -m bench.start [--rounds N] [--json]`.

A private Dovecot with one message in its mailbox, an SMTP server, and a store in SQLite that has
been used before. Each command is a process of its own; each round runs all of them one after the
other. Printed are medians: seconds by the clock, and seconds of processor time. `run` is timed
from its start until its log tells that the first poll is finished.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.delivered import CONFIG
from bench.judged import SUPPORT
from bench.mail import make
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

COMMAND = Path(sys.executable).with_name("optoutd")
LETTER = b"""\
From: Anna <anna@customer.example>
To: support@shop.example
Subject: newsletter
Date: Thu, 26 Nov 2026 08:00:00 +0000
Message-ID: <1@customer.example>

Please unsubscribe me from your newsletter.
"""
WAYS = {
    "--help": ("--help",),
    "classify": ("classify", "--json", "letter.eml"),
    "status": ("status", "--json"),
    "requests list": ("requests", "list", "--json"),
    "poll, nothing new": ("poll", "--json"),
}
RUN = "run, until the first poll is finished"
GOALS_S = {"classify": 0.6, RUN: 1.5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one process took, in seconds: by the clock, and of the processor."""

    clock_s: float
    cpu_s: float


def command(folder: Path, words: tuple[str, ...]) -> Taken:
    """One command, from its start to its end."""
    with _timed() as taken:
        subprocess.run(
            [COMMAND, *words], cwd=folder, env=_environ(), stdout=subprocess.DEVNULL, check=True
        )
    return taken()


def run(folder: Path, imap: Dovecot) -> Taken:
    """`optoutd run` until it has dealt with a new message; processor time includes its end."""
    imap.seed(SUPPORT, 1, lambda number: make(number, SUPPORT))
    before = _cpu_s()
    started = time.perf_counter()
    with subprocess.Popen(
        [COMMAND, "run"], cwd=folder, env=_environ(), stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if json.loads(line)["event"] == "poll_finished":
                break
        clock_s = time.perf_counter() - started
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
    return Taken(clock_s=clock_s, cpu_s=_cpu_s() - before)


@contextmanager
def _timed() -> Iterator[Callable[[], Taken]]:
    before, started = _cpu_s(), time.perf_counter()
    found: list[Taken] = []
    yield lambda: found[0]
    found.append(Taken(clock_s=time.perf_counter() - started, cpu_s=_cpu_s() - before))


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _environ() -> dict[str, str]:
    """Ours, without a configuration."""
    return {name: value for name, value in os.environ.items() if not name.startswith("OPTOUTD_")}


@contextmanager
def prepared() -> Iterator[tuple[Path, Dovecot]]:
    """A folder with a configuration and a store that was used, and the mail server."""
    with (
        tempfile.TemporaryDirectory(prefix="optoutd-bench-") as name,
        Dovecot({SUPPORT: "secret"}) as imap,
        SmtpServer() as smtp,
    ):
        folder = Path(name)
        imap.seed(SUPPORT, 1, lambda number: make(number, SUPPORT))
        (folder / "letter.eml").write_bytes(LETTER)
        (folder / "password").write_text("secret\n")
        (folder / "password").chmod(0o600)
        (folder / "optoutd.toml").write_text(
            CONFIG.format(smtp_port=smtp.port, imap_port=imap.imap_port, user=SUPPORT)
        )
        command(folder, ("poll", "--json"))
        yield folder, imap


def main() -> int:
    """Prints the medians."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    arguments = parser.parse_args()
    found: dict[str, list[Taken]] = {}
    with prepared() as (folder, imap):
        ways: dict[str, Callable[[], Taken]] = {
            name: partial(command, folder, words) for name, words in WAYS.items()
        }
        ways[RUN] = partial(run, folder, imap)
        for _ in range(arguments.rounds):
            for name, way in ways.items():
                found.setdefault(name, []).append(way())
    figures = {
        name: {
            "clock_s": round(statistics.median(one.clock_s for one in taken), 2),
            "cpu_s": round(statistics.median(one.cpu_s for one in taken), 2),
        }
        for name, taken in found.items()
    }
    if arguments.json:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        print(json.dumps({"at": at, "cores": os.cpu_count(), "starts": figures}))
        return 0
    table = Table("start", "seconds", "of the processor", "goal", box=None)
    for name, figure in figures.items():
        goal = f"<= {GOALS_S[name]}" if name in GOALS_S else ""
        table.add_row(name, f"{figure['clock_s']:.2f}", f"{figure['cpu_s']:.2f}", goal)
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
