"""Hostile and broken mail against the daemon: `python -m bench.hostile [--json]`.

Each family of tests/hostile/ goes by LMTP into a mailbox of a private Dovecot, with people's
opt-outs and cancellations between the messages, and `optoutd run` reads it with a store of its
own. Printed is what became of it: messages that have a row in the ledger and lie where they
belong, people who were honoured and answered once, seconds of the pass, and the most memory that
the daemon and its children took. `--family` runs one alone, `--together` all in one mailbox.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.acceptance.company import Company, until
from tests.hostile import CASES, Case
from tests.hostile.campaign import Sent, deliver, problems, rewritten
from tests.hostile.memory import PeakMemory
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

GOAL_MB = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one family; `peak_mb` is the daemon's, `children_mb` of its largest child."""

    family: str
    messages: int
    survived: int
    people: int
    honoured: int
    pass_s: float
    peak_mb: float
    children_mb: float
    rewritten: int  # by Dovecot: bytes that IMAP cannot give, such as NUL
    other_ways: int  # Dovecot refused them by LMTP
    problems: tuple[str, ...]


def run(family: str, cases: Sequence[Case], *, message_bytes: int) -> Outcome:
    """Delivers the cases to a fresh mailbox and lets the daemon read it."""
    support, cancel = "support@shop.example", "cancel@shop.example"
    with (
        tempfile.TemporaryDirectory(prefix="optoutd-bench-") as name,
        Dovecot({support: "secret", cancel: "secret"}) as dovecot,
        SmtpServer() as smtp,
    ):
        folder = Path(name)
        company = Company(folder, dovecot, smtp, support=support, cancel=cancel)
        company.write_config(extra=f"[limits]\nmessage_bytes = {message_bytes}")
        sent = deliver(dovecot, support, cases)
        changed = rewritten(sent, dovecot.folder(support))
        with company.daemon() as daemon, PeakMemory(daemon.process.pid) as memory:
            until(
                lambda: sum(e["seen"] for e in daemon.events("poll_finished")) >= len(sent),
                lambda: f"the pass does not end:\n{daemon.log[-2_000:]}",
                patience_s=600,
            )
            until(
                lambda: len(daemon.events("reply_sent")) >= len(daemon.events("reply_queued")),
                lambda: f"the outbox does not empty:\n{daemon.log[-2_000:]}",
            )
            passes = daemon.events("poll_finished")
            log = daemon.events()
        found = problems(sent, folder / "store/optoutd.db", dovecot, support, smtp.received)
        found += [f"{e['event']}: {e}" for e in log if e["event"] == "unexpected_error"]
    people = [one for one in sent if one.case is None]
    return Outcome(
        family=family,
        messages=len(cases),
        survived=len(cases) - _concerned(found, [one for one in sent if one.case]),
        people=len(people),
        honoured=len(people) - _concerned(found, people),
        pass_s=round(sum(e["duration_s"] for e in passes), 2),
        peak_mb=round(memory.own_mb, 1),
        children_mb=round(memory.children_mb, 1),
        rewritten=len(changed),
        other_ways=sum(one.way != "LMTP" for one in sent),
        problems=tuple(found),
    )


def _concerned(found: Sequence[str], sent: Sequence[Sent]) -> int:
    """How many of the messages a problem is told of."""
    names = {one.case.title if one.case else one.who for one in sent}
    return sum(any(name in line for line in found) for name in names)


def main() -> int:
    """Prints a line a family; 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    families = list(dict.fromkeys(case.family for case in CASES))
    parser.add_argument("--family", choices=families, help="only this one")
    parser.add_argument("--together", action="store_true", help="all in one mailbox")
    parser.add_argument(
        "--message-bytes", type=int, default=1_048_576, help="limits.message_bytes"
    )
    parser.add_argument("--json", action="store_true", help="a JSON object a line")
    arguments = parser.parse_args()
    chosen = [case for case in CASES if arguments.family in (None, case.family)]
    if arguments.together:
        groups = {"all": chosen}
    else:
        groups = {name: [c for c in chosen if c.family == name] for name in families}
    outcomes = []
    console = Console(stderr=True)
    for name, cases in groups.items():
        if not cases:
            continue
        with console.status(f"{name} …"):
            outcomes.append(run(name, cases, message_bytes=arguments.message_bytes))
        if arguments.json:
            print(json.dumps(asdict(outcomes[-1])), flush=True)
    if not arguments.json:
        _print(outcomes)
    too_much = any(max(o.peak_mb, o.children_mb) > GOAL_MB for o in outcomes)
    return int(too_much or any(outcome.problems for outcome in outcomes))


def _print(outcomes: Sequence[Outcome]) -> None:
    table = Table(box=None)
    for column in ("family", "messages", "survived", "people", "honoured and answered once",
                   "pass s", "peak MB", "child MB"):  # fmt: skip
        table.add_column(column, justify="left" if column == "family" else "right")
    whole = replace(
        outcomes[0],
        family="all",
        **{
            name: sum(getattr(each, name) for each in outcomes)
            for name in ("messages", "survived", "people", "honoured", "rewritten", "other_ways")
        },
        pass_s=round(sum(each.pass_s for each in outcomes), 2),
        peak_mb=max(each.peak_mb for each in outcomes),
        children_mb=max(each.children_mb for each in outcomes),
    )
    for each in (*outcomes, whole):
        table.add_row(
            each.family, f"{each.messages}", f"{each.survived}", f"{each.people}",
            f"{each.honoured}", f"{each.pass_s}", f"{each.peak_mb}", f"{each.children_mb}",
        )  # fmt: skip
    Console().print(table)
    print(f"Dovecot gives out {whole.rewritten} otherwise than they came, and refused "
          f"{whole.other_ways} by LMTP.")  # fmt: skip
    for outcome in outcomes:
        for line in outcome.problems:
            print(line)


if __name__ == "__main__":
    sys.exit(main())
