"""How fast optoutd is: `python -m bench.speed [PART…] [--messages N] [--json] [--out FILE.json]`.

A private Dovecot, an SMTP sink that journals before it answers, SQLite and PostgreSQL on a real
disk, and mail as a support mailbox gets it (bench/mail.py). The parts, all unless some are named:

    throughput  a full mailbox end to end, 1 process and 2; beside it IMAPClient and mbsync
    readers     the same by 1 process, with 0, 1 and 2 others that read for it, on SQLite
    stages      where the processor's time goes
    latency     from delivery to the accepted reply, at an even pace
    mailboxes   what a fresh message costs beside many old ones in the mailbox
    ledgers     the same beside many rows in the ledger
    growth      both
    memory      whether it grows over ten times as many messages
    start       until the first poll; `classify` of one message
    standby     what a mailbox costs to which nothing comes
    plot        draws FILE.json of an earlier run: `plot FILE.json --out FILE.svg`

Everything else that the machine does makes it slower: ratios within one run say more than seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from bench.speed.goals import KINDS, compared
from bench.speed.parts import PARTS, TOGETHER
from bench.speed.place import a_place
from bench.speed.plot import draw
from bench.speed.report import show


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        prog="python -m bench.speed",
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help="all unless some are named")
    parser.add_argument("--messages", type=int, default=10_000, help="in the mailbox (10000)")
    parser.add_argument("--rounds", type=int, default=3, help="of each the median is told (3)")
    parser.add_argument(
        "--seconds", type=float, default=60, help="of the parts latency and standby (60)"
    )
    parser.add_argument(
        "--rows", type=int, nargs="+", metavar="N",
        help="sizes of the ledger, ascending (10000 1000000 10000000; a tenth of the last two"
        " with less than 10000 messages)",
    )  # fmt: skip
    parser.add_argument(
        "--fresh", type=int, help="messages that come beside the old ones (a tenth of --messages)"
    )
    parser.add_argument(
        "--stores", nargs="+", choices=KINDS, default=KINDS, help="which of them (both)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    parser.add_argument("--out", type=Path, help="where the JSON, or the plot, goes as well")
    arguments = parser.parse_args()
    if arguments.rows is None:
        large = 10 if arguments.messages >= 10_000 else 1
        arguments.rows = (10_000, 100_000 * large, 1_000_000 * large)
    if not 200 <= arguments.messages <= 100_000:
        parser.error("--messages: from 200 to 100000")
    arguments.fresh = arguments.fresh or max(200, arguments.messages // 10)
    if arguments.parts[:1] == ["plot"]:
        return arguments
    wanted = [one for name in arguments.parts for one in TOGETHER.get(name, (name,))]
    if strange := set(wanted) - set(PARTS):
        known = ", ".join((*PARTS, *TOGETHER, "plot"))
        parser.error(f"no such part: {', '.join(sorted(strange))}; there are {known}")
    arguments.parts = wanted or list(PARTS)
    return arguments


def _figures(arguments: argparse.Namespace) -> dict[str, Any]:
    console = Console(stderr=True)
    found: dict[str, Any] = {}
    machine: dict[str, Any] = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_before": os.getloadavg()[0],
    }
    with console.status("Starting the servers …") as status, a_place() as place:
        for name in arguments.parts:
            found |= PARTS[name](place, arguments, partial(_tell, status, name))
    machine["load_after"] = os.getloadavg()[0]
    date = datetime.now(UTC).date().isoformat()
    figures = {"date": date, "machine": machine, "messages": arguments.messages, **found}
    figures["goals"] = compared(figures)
    return figures


def _tell(status: Any, part: str, words: str) -> None:
    status.update(f"{part}: {words}")


def main() -> int:
    """Measures and prints."""
    arguments = _arguments()
    if arguments.parts[:1] == ["plot"]:
        figures = json.loads(Path(arguments.parts[1]).read_text())
        drawn = draw(figures)
        if arguments.out:
            arguments.out.write_text(drawn, encoding="utf-8")
        else:
            print(drawn)
        return 0
    figures = json.loads(json.dumps(_figures(arguments)))
    if arguments.out:
        arguments.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    if arguments.json:
        print(json.dumps(figures))
    else:
        show(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
