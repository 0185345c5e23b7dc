"""Who would be answered of real machine mail: `python -m bench.machine_mail DIR… [--people DIR…]`.

Each DIR holds one kind of machine mail, a message a file (bounces/, vacation/, lists/, …); none of
it is in this project, and bench/COLLECTING.md tells where it can be had. Every message takes the
way of the daemon up to the decision, with a store that knows nothing, in three versions:

- as it came, to whomever it was sent;
- to us: our address in To and Delivered-To, so that it is screened on its merits;
- asking: to us, with a request as the first line of its text, so that nothing but the screen
  stands between it and an answer. A message of which `may_reply` says yes is a miss.

`--people` names folders of people's mail: what lists wrote into it is taken out, it is put to us,
and it asks; whoever may not be answered is a miss. `--corpus` takes labelled messages
(bench/score.py) the same way. `--any` names folders of mail of which nothing is asked but that it
is read. `--dovecot` delivers everything into a private Dovecot between people's requests, runs
the real command and counts the mails that leave.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.judged import Judge, Outcome, by_kind, figures, misses, of_machines, of_people

FACTS = (
    "Return-Path at all", "null Return-Path", "multipart/report", "Auto-Submitted",
    "none of these three", "Precedence", "list fields", "daemon in From", "no From",
    "In-Reply-To or References", "an opt-out is read",
)  # fmt: skip

# Of each sort of miss; all of them are in the JSON.
MAX_NAMED = 50


def table(title: str, kinds: dict[str, dict[str, Any]]) -> Table:
    made = Table("kind", title=title, box=None, title_justify="left")
    columns = ("messages", "answered as it came", "answered to us", "asking", "may be answered",
               "by one sign", "errors", "mean ms", "worst ms")  # fmt: skip
    for name in columns:
        made.add_column(name, justify="right")
    for kind, told in kinds.items():
        cells = (
            told["messages"], told["answered"]["as it came"], told["answered"]["to us"],
            told["asking"], told["may_reply"], sum(told["by_one_sign_alone"].values()),
            told["errors"], told["mean_ms"], told["worst_ms"],
        )  # fmt: skip
        made.add_row(kind, *(str(cell) for cell in cells))
    return made


def facts_table(kinds: dict[str, dict[str, Any]]) -> Table:
    made = Table("of each kind as it came", box=None, title="shares", title_justify="left")
    for kind, told in kinds.items():
        made.add_column(f"{kind} ({told['messages']})", justify="right")
    for fact in FACTS:
        shares = (told["facts"].get(fact, 0) / told["messages"] for told in kinds.values())
        made.add_row(fact, *(f"{share:.0%}" for share in shares))
    return made


def reasons_table(machines: list[Outcome]) -> Table:
    told = figures(machines)
    made = Table("condition", box=None, title="which sign silenced them", title_justify="left")
    for name in ("holds for", "told as the reason", "alone"):
        made.add_column(name, justify="right")
    for name, count in told["signs"].items():
        cells = (count, told["first_reasons"].get(name, 0), told["by_one_sign_alone"].get(name, 0))
        made.add_row(name, *(str(cell) for cell in cells))
    return made


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folders", nargs="*", type=Path, metavar="DIR")
    parser.add_argument("--people", nargs="+", type=Path, default=[], metavar="DIR")
    parser.add_argument("--corpus", nargs="+", type=Path, default=[], metavar="FILE.jsonl")
    parser.add_argument("--any", nargs="+", type=Path, default=[], metavar="DIR", dest="any_mail")
    parser.add_argument("--misses", action="store_true", help="name the files of all misses")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    parser.add_argument("--dovecot", action="store_true", help="deliver it to the real command")
    arguments = parser.parse_args()
    given = [*arguments.folders, *arguments.people, *arguments.any_mail]
    if not given and not arguments.corpus:
        parser.error("name at least one folder of mail; bench/COLLECTING.md tells where to get it")
    for folder in given:
        if not folder.is_dir():
            parser.error(f"{folder} is no folder")
    return arguments


def main() -> int:
    """Prints the tables."""
    arguments = read_arguments()
    if arguments.dovecot:
        from bench.delivered import deliver

        return deliver(arguments.folders, arguments.any_mail, as_json=arguments.json)
    console = Console(width=None if sys.stdout.isatty() else 150)
    progress = Console(stderr=True)
    judge = Judge()

    def done(outcomes: Iterator[Outcome], what: str) -> list[Outcome]:
        return list(track(outcomes, what, console=progress, transient=True))

    machines = done(of_machines(judge, arguments.folders), "machines")
    people = done(of_people(judge, arguments.people, arguments.corpus), "people")
    others = done(of_machines(judge, arguments.any_mail), "any mail")
    missed = misses(machines, people)
    missed["could not be read"] += misses(others, [])["could not be read"]
    groups = {"machines": machines, "people": people, "any mail": others}
    if arguments.json:
        told = {name: by_kind(group) for name, group in groups.items()}
        print(json.dumps({**told, "misses": missed}))
        return 0
    for name, group in groups.items():
        if group:
            console.print(table(name, by_kind(group)), "")
    if machines:
        console.print(reasons_table(machines), "")
        console.print(facts_table(by_kind(machines)), "")
    for name, files in missed.items():
        console.print(f"{name}: {len(files)}")
        for file in files[:MAX_NAMED] if arguments.misses else ():
            console.print(f"  {file}", markup=False, highlight=False, soft_wrap=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
