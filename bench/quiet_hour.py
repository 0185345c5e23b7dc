"""What an hour without mail costs: `python -m bench.quiet_hour [--minutes 60] [--json]`.

The real command over two mailboxes of a private Dovecot, with the shipped settings. Told are the
logins after the first one of each mailbox (the goal is one an hour), the polls, the processor
time and the resident memory at the end; then a message comes, and how soon it is answered.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from tests.acceptance.company import Company
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

SUPPORT, CANCEL = "support@shop.example", "cancel@shop.example"
POLL_SECONDS = 60.0  # as shipped
_MINUTE_S = 60.0
_CLOCK_TICKS = 100  # a second, in /proc


def quiet(minutes: float) -> dict[str, float]:
    """Leaves the daemon alone for so long."""
    with (
        tempfile.TemporaryDirectory(prefix="optoutd-bench-") as folder,
        Dovecot({SUPPORT: "secret", CANCEL: "secret"}) as dovecot,
        SmtpServer() as smtp,
    ):
        company = Company(Path(folder), dovecot, smtp, support=SUPPORT, cancel=CANCEL)
        company.write_config(poll_seconds=POLL_SECONDS, extra='[log]\nlevel = "debug"\n')
        with company.daemon() as daemon:
            daemon.wait_for("poll_finished", 2)
            logins = {user: dovecot.logins(user) for user in (SUPPORT, CANCEL)}
            polls, cpu_s = len(daemon.events("poll_finished")), _cpu_s(daemon.process.pid)
            _wait(minutes)
            more = {user: dovecot.logins(user) - before for user, before in logins.items()}
            found = {
                "minutes": minutes,
                "logins_of_support": more[SUPPORT],
                "logins_of_cancel": more[CANCEL],
                "polls": len(daemon.events("poll_finished")) - polls,
                "cpu_s": round(_cpu_s(daemon.process.pid) - cpu_s, 2),
                "memory_mb": _memory_mb(daemon.process.pid),
            }
            began_s = time.monotonic()
            company.write_to(SUPPORT, "anna@elsewhere.example", "Hello", "Please unsubscribe me.")
            daemon.wait_for("reply_sent")
            return found | {"answered_after_s": round(time.monotonic() - began_s, 2)}


def _wait(minutes: float) -> None:
    with Progress(console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task("quiet", total=minutes)
        until_s = time.monotonic() + minutes * _MINUTE_S
        while (left_s := until_s - time.monotonic()) > 0:
            time.sleep(min(5.0, left_s))
            bars.update(bar, completed=minutes - left_s / _MINUTE_S)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS


def _memory_mb(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return round(int(found[1]) / 1024, 1) if found else 0.0


def main() -> int:
    """Prints the figures; 1 where a mailbox was logged into more than once an hour."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    arguments = parser.parse_args()
    found = quiet(arguments.minutes)
    if arguments.json:
        print(json.dumps(found))
    else:
        table = Table("measure", "value", box=None)
        for name, value in found.items():
            table.add_row(name.replace("_", " "), str(value))
        Console().print(table)
    most = max(found["logins_of_support"], found["logins_of_cancel"])
    return 1 if most > max(1.0, arguments.minutes / 60) else 0


if __name__ == "__main__":
    sys.exit(main())
