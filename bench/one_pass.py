"""One pass of `optoutd poll` over a mailbox: `python -m bench.one_pass [--messages N] [--json]`.

A private Dovecot with N messages of bench/mail.py, an SMTP server that takes the replies, a store
with synchronous=FULL. Beside it, in the same run, a bare download of the same mailbox with
IMAPClient, once as it comes and once with imaplib's debug formatting off: on a noisy machine the
ratio says more than the seconds. Each is done `--rounds` times, one after the other; medians are
printed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.mail import kind_of, make
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

SUPPORT = "support@shop.example"
COMMAND = Path(sys.executable).with_name("optoutd")
CONFIG = """\
[store]
url = "sqlite:///optoutd.db"
[smtp]
host = "127.0.0.1"
port = {smtp_port}
security = "none"
[company]
name = "GigaPros"
postal_address = "1 Harbour Road"
phone = "+1 555 0100"
[[mailbox]]
name = "support"
role = "support"
address = "{user}"
host = "127.0.0.1"
port = {imap_port}
security = "none"
username = "{user}"
password_file = "password"
backlog = "all"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round took, in seconds, and what it did; `cpu_s` is user and system time."""

    poll_s: float
    cpu_s: float
    download_s: float
    quiet_download_s: float
    replies: int
    acted: int


def one_round(messages: int) -> Round:
    """Fills a fresh mailbox, downloads it, and lets optoutd make one pass over it."""
    with (
        tempfile.TemporaryDirectory(prefix="optoutd-bench-") as name,
        Dovecot({SUPPORT: "secret"}) as imap,
        SmtpServer() as smtp,
    ):
        folder = Path(name)
        imap.seed(SUPPORT, messages, lambda number: make(number, SUPPORT))
        # Dovecot indexes the mailbox at the first look; nobody shall pay for that here.
        download(imap, quiet=True)
        plain_s, quiet_s = download(imap, quiet=False), download(imap, quiet=True)
        (folder / "password").write_text("secret\n")
        (folder / "password").chmod(0o600)
        config = folder / "optoutd.toml"
        config.write_text(
            CONFIG.format(smtp_port=smtp.port, imap_port=imap.imap_port, user=SUPPORT)
        )
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        done = subprocess.run(
            [COMMAND, "--config", config, "poll", "--json", "--timeout", "600"],
            capture_output=True, text=True, check=True,
            env={k: v for k, v in os.environ.items() if not k.startswith("OPTOUTD_")},
        )  # fmt: skip
        poll_s = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        report = json.loads(done.stdout.splitlines()[0])
        if report["seen"] != messages:
            raise SystemExit(f"{report['seen']} of {messages} messages were seen")
        return Round(
            poll_s=poll_s,
            cpu_s=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
            download_s=plain_s,
            quiet_download_s=quiet_s,
            replies=len(smtp.received),
            acted=report["act"],
        )


def download(imap: Dovecot, *, quiet: bool) -> float:
    """A bare download in batches of 200, in seconds; `quiet` without imaplib's formatting."""
    with imap.client(SUPPORT) as client:
        client.select_folder("INBOX", readonly=True)
        if quiet:
            client._imap.debug = 0  # noqa: SLF001 - what is measured is the cost of this attribute
        uids = client.search("ALL")
        started = time.perf_counter()
        for start in range(0, len(uids), 200):
            client.fetch(uids[start : start + 200], ["INTERNALDATE", "RFC822.SIZE", "BODY.PEEK[]"])
        return time.perf_counter() - started


def main() -> int:
    """Prints the medians."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--messages", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    arguments = parser.parse_args()
    console = Console(stderr=True)
    rounds = []
    for number in range(arguments.rounds):
        with console.status(f"Round {number + 1} of {arguments.rounds} …"):
            rounds.append(one_round(arguments.messages))
    middle = {
        name: statistics.median(getattr(one, name) for one in rounds)
        for name in Round.__dataclass_fields__
    }
    figures = {
        "messages": arguments.messages,
        "requests": sum(
            kind_of(n) in ("opt-out", "cancellation") for n in range(arguments.messages)
        ),
        "acted_on": middle["acted"],
        "replies": middle["replies"],
        "poll_s": round(middle["poll_s"], 2),
        "messages_a_second": round(arguments.messages / middle["poll_s"]),
        "cpu_ms_a_message": round(1000 * middle["cpu_s"] / arguments.messages, 2),
        "download_s": round(middle["download_s"], 3),
        "quiet_download_s": round(middle["quiet_download_s"], 3),
        "poll_over_quiet_download": round(middle["poll_s"] / middle["quiet_download_s"], 1),
    }
    if arguments.json:
        print(json.dumps(figures))
        return 0
    table = Table("measure", "median", box=None)
    for name, value in figures.items():
        table.add_row(name.replace("_", " "), f"{value}")
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
