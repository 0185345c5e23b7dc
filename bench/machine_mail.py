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
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.put_in import addressed, as_a_person, with_request
from bench.score import REQUESTS, read_cases, render
from config.phrase_book import load_phrases
from handlers.case import Policy
from handlers.classify import Classifier
from handlers.decide import decide
from handlers.memory import Known
from handlers.reading import Desk, make_case, read_message
from handlers.screen import Ourselves
from handlers.values import RawMessage, Role, Tokens

DOMAIN = "shop.example"
SUPPORT = f"support@{DOMAIN}"
WAYS = ("as it came", "to us", "asking")
WORDS = ("Please unsubscribe me from the newsletter.", "Please cancel my account.")
_TOKENS = Tokens(
    opt_out_reference="O-000000",
    cancellation_reference="C-000000",
    named_references=(),
    secret="A" * 16,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one message in one version; `error` where it could not be read."""

    kind: str
    name: str
    way: str
    seconds: float
    disposition: str = ""
    found: bool = False  # whether a request was read in it
    answered: bool = False
    silent: tuple[str, ...] = ()
    error: str = ""

    @property
    def may_reply(self) -> bool:
        """Whether nothing of the screen speaks against an answer."""
        return not self.error and not self.silent


class Judge:
    """Decides on messages as the daemon does, for one mailbox and with an empty store."""

    def __init__(self) -> None:
        self.us = Ourselves(
            addresses=frozenset({SUPPORT, f"cancel@{DOMAIN}"}), domains=frozenset({DOMAIN})
        )
        self.desk = Desk(
            mailbox="support",
            role=Role.SUPPORT,
            us=self.us,
            trusted_authserv_id=f"mx.{DOMAIN}",
            classifier=Classifier(load_phrases()),
        )
        self.now = datetime.now(UTC)
        self(
            b"From: a@b.example\r\n\r\nfirst\r\n", kind="", name="", way=""
        )  # what is lazy is made

    def __call__(self, raw: bytes, *, kind: str, name: str, way: str) -> Outcome:
        """The outcome for one message."""
        message = RawMessage(uid=1, raw=raw, size_bytes=len(raw), internal_date=self.now)
        began = time.perf_counter()
        try:
            reading = read_message(message, self.desk)
            case = make_case(
                reading, self.desk, known=Known(), tokens=_TOKENS, now=self.now, refilled=False
            )
            decision = decide(case, Policy(us=self.us))
        except Exception as error:  # noqa: BLE001 - counted: the goal is that there is none
            seconds = time.perf_counter() - began
            words = f"{type(error).__name__}: {error}"[:200]
            return Outcome(kind=kind, name=name, way=way, seconds=seconds, error=words)
        return Outcome(
            kind=kind,
            name=name,
            way=way,
            seconds=time.perf_counter() - began,
            disposition=decision.disposition.value,
            found=bool(reading.verdict.certain),
            answered=decision.reply is not None,
            silent=reading.screening.silent,
        )


def messages(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The messages of a folder and of those below it, with their names."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()


def asking(raw: bytes) -> bytes | None:
    """The message with one of WORDS put in: which one, its length tells."""
    return with_request(raw, WORDS[len(raw) % len(WORDS)])


def versions(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The three versions of a message; two where it has no text to put a request into."""
    to_us = addressed(raw, SUPPORT)
    asks = asking(to_us)
    yield from ((WAYS[0], raw), (WAYS[1], to_us))
    if asks is not None:
        yield WAYS[2], asks


def of_machines(judge: Judge, folders: Iterable[Path]) -> Iterator[Outcome]:
    for folder in folders:
        for name, raw in messages(folder):
            for way, version in versions(raw):
                yield judge(version, kind=folder.name, name=name, way=way)


def of_people(judge: Judge, folders: Iterable[Path], corpora: Iterable[Path]) -> Iterator[Outcome]:
    for folder in folders:
        for name, raw in messages(folder):
            version = asking(addressed(as_a_person(raw), SUPPORT))
            if version is not None:
                yield judge(version, kind=folder.name, name=name, way=WAYS[2])
    for corpus in corpora:
        for number, case in enumerate(read_cases(corpus)):
            if "automatic" in case["labels"]:
                continue
            raw = addressed(render(case, number), SUPPORT)
            if not set(case["labels"]) & set(REQUESTS):
                raw = asking(raw) or raw
            yield judge(raw, kind=corpus.stem, name=case["id"], way=WAYS[2])


def figures(outcomes: list[Outcome]) -> dict[str, Any]:
    """The figures of one kind."""
    by_way = {way: [o for o in outcomes if o.way == way] for way in WAYS}
    asks = by_way["asking"]
    silenced = [o for o in asks if o.silent]
    times = [o.seconds for o in outcomes]
    return {
        "messages": len(by_way["as it came"]) or len(asks),
        "answered": {way: sum(o.answered for o in by_way[way]) for way in WAYS},
        "dispositions": {
            way: dict(Counter(o.disposition for o in by_way[way] if not o.error)) for way in WAYS
        },
        "asking": len(asks),
        "request_not_found": sum(not o.found for o in asks if not o.error),
        "may_reply": sum(o.may_reply for o in asks),
        "by_one_sign_alone": dict(
            Counter(o.silent[0] for o in silenced if len(o.silent) == 1).most_common()
        ),
        "first_reasons": dict(Counter(o.silent[0] for o in silenced).most_common()),
        "signs": dict(Counter(name for o in asks for name in o.silent).most_common()),
        "errors": sum(bool(o.error) for o in outcomes),
        "mean_ms": round(1000 * sum(times) / len(times), 2) if times else 0.0,
        "worst_ms": round(1000 * max(times), 1) if times else 0.0,
    }


def by_kind(outcomes: list[Outcome]) -> dict[str, dict[str, Any]]:
    kinds = defaultdict(list)
    for outcome in outcomes:
        kinds[outcome.kind].append(outcome)
    return {kind: figures(group) for kind, group in kinds.items()}


def misses(machines: list[Outcome], people: list[Outcome]) -> dict[str, list[str]]:
    """File names: machines that may be answered, people who may not, what could not be read."""
    return {
        "machines that may be answered": [
            f"{o.kind}/{o.name}" for o in machines if o.way == "asking" and o.may_reply
        ],
        "people left unanswered": [
            f"{o.kind}/{o.name}: {', '.join(o.silent)}" for o in people if o.silent
        ],
        "could not be read": sorted(
            {f"{o.kind}/{o.name}: {o.error}" for o in (*machines, *people) if o.error}
        ),
    }


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


def reasons_table(machines: list[Outcome]) -> Table:
    told = figures(machines)
    made = Table("condition", box=None, title="which sign silenced them", title_justify="left")
    for name in ("holds for", "told as the reason", "alone"):
        made.add_column(name, justify="right")
    for name, count in told["signs"].items():
        cells = (count, told["first_reasons"].get(name, 0), told["by_one_sign_alone"].get(name, 0))
        made.add_row(name, *(str(cell) for cell in cells))
    return made


def main() -> int:
    """Prints the tables."""
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
    for name, files in missed.items():
        console.print(f"{name}: {len(files)}")
        for file in files if arguments.misses else ():
            console.print(f"  {file}", markup=False, highlight=False, soft_wrap=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
