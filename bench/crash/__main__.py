"""Prints what the campaign found: `python -m bench.crash --runs 1000`.

A run is a daemon that is killed; ten of them make a round, with mailboxes and a store of its own,
at whose end the store, the folders and the customers' mailboxes are compared. Between the kills
customers answer, and staff drag and decide (stories.py). Every second kill or so falls upon a
server that restarts, answers 4xx, or cuts the connection. The exit status is 1 where anything was
confirmed unasked, lost, doubled, answered twice without being counted, or changed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench.crash.round import Report, Round
from bench.crash.world import World, world

RUNS_A_ROUND = 10


def main() -> int:
    """Plays the rounds and prints their sum."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--runs", type=int, default=1000, help="how many kills")
    parser.add_argument("--seed", type=int, default=1, help="that of the first round")
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--jobs", type=int, default=1, help="rounds at once")
    parser.add_argument("--without-move", action="store_true", help="a server without MOVE")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    arguments = parser.parse_args()
    rounds = max(1, arguments.runs // RUNS_A_ROUND)
    reports: list[Report] = []
    console = Console(stderr=True)
    with Progress(console=console, transient=True) as bars:
        bar = bars.add_task("kills", total=rounds * RUNS_A_ROUND)
        seeds: SimpleQueue[int] = SimpleQueue()
        for number in range(rounds):
            seeds.put(arguments.seed + number)

        def work() -> None:
            with world(arguments.store, moves=not arguments.without_move) as here:
                while not seeds.empty():
                    report = _round(here, seeds.get())
                    reports.append(report)
                    bars.advance(bar, RUNS_A_ROUND)
                    for fault in report.account.faults:
                        console.print(f"seed {report.seed}: {fault}", highlight=False)

        with ThreadPoolExecutor(arguments.jobs) as pool:
            for done in [pool.submit(work) for _ in range(arguments.jobs)]:
                done.result()
    _print(reports, arguments)
    return 1 if any(report.account.faults for report in reports) else 0


def _round(here: World, seed: int) -> Report:
    folder = Path(tempfile.mkdtemp(prefix=f"optoutd-crash-{seed}-"))
    report = Round(here, folder, seed=seed, runs=RUNS_A_ROUND).play()
    if not report.account.faults:
        _remove(folder)
    return report


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def _print(reports: list[Report], arguments: argparse.Namespace) -> None:
    kills: Counter[str] = sum((report.kills for report in reports), Counter())
    troubles: Counter[str] = sum((report.troubles for report in reports), Counter())
    deeds: Counter[str] = sum((report.deeds for report in reports), Counter())
    accounts = [report.account for report in reports]
    bad = sorted(report.seed for report in reports if report.account.faults)
    figures = {
        "store": arguments.store,
        "kills": kills.total() - kills["staff's command"],
        "commands_killed": kills["staff's command"],
        "letters": sum(report.letters for report in reports),
        "requests": sum(report.requests for report in reports),
        "answers_drags_commands": sum(report.deeds.total() for report in reports),
        "confirmed_unasked": sum(len(a.unasked) for a in accounts),
        "lost": sum(len(a.lost) for a in accounts),
        "recorded_twice": sum(len(a.doubled) for a in accounts),
        "answered_twice": sum(len(a.answered_twice) for a in accounts),
        "came_twice_as_the_same_mail_and_counted": sum(a.repeated for a in accounts),
        "outcome_unknown_and_not_repeated": sum(a.undecided for a in accounts),
        "overtaken_and_not_sent": sum(a.overtaken for a in accounts),
        "messages_changed": sum(len(a.changed) for a in accounts),
        "other_faults": sum(len(a.other) for a in accounts),
        "seeds_that_failed": bad,
    }
    if arguments.json:
        print(json.dumps({**figures, "kills_at": kills, "troubles": troubles, "deeds": deeds}))
        return
    console = Console()
    table = Table("measure", "value", box=None)
    for name, value in figures.items():
        table.add_row(name.replace("_", " "), str(value) if value != [] else "none")
    console.print(table)
    for title, counter in (("killed at", kills), ("meanwhile", troubles), ("deeds", deeds)):
        told = ", ".join(f"{name} {count}" for name, count in sorted(counter.items()))
        console.print(f"{title}: {told}", highlight=False)
    for seed in bad:
        console.print(
            f"again: python -m bench.crash --runs {RUNS_A_ROUND} --seed {seed}"
            f" --store {arguments.store}{' --without-move' if arguments.without_move else ''}",
            highlight=False,
        )


if __name__ == "__main__":
    sys.exit(main())
