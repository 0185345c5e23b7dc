"""What deciding costs: `python -m bench.decide [--json]`.

A fresh process imports and loads the shipped classifier, decides each message of tests/corpus/dev
while every language is made ready and the caches fill, then each of tests/corpus/test (parsing
excluded), then texts that are hostile: five megabytes of one thing. Printed are seconds of
processor time to load, microseconds a message of both, the resident memory with every language in
use, and seconds of the slowest text.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

CORPUS = Path(__file__).parents[1] / "tests" / "corpus"
HUGE = 5_000_000
HOSTILE = (
    "a",
    "cancel it. ",
    "stop newsletter\n",
    "stop, ",
    "cancel the account and the newsletter, ",
    "取消",
    "解約してください",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What was measured, beside what the product promises."""

    load_s: float
    first_us: float
    decide_us: float
    slowest_text_s: float
    slowest_text: str
    memory_mb: float


GOALS = {"load_s": 1.0, "decide_us": 1_000, "slowest_text_s": 1.0, "memory_mb": 150}


def measure() -> Cost:
    """Measures in this process, which must not have read anything yet."""
    start = time.process_time()
    from handlers.classify.shipped import shipped_classifier

    classifier = shipped_classifier()
    load_s = time.process_time() - start
    gc.freeze()  # as the daemon does, so that no walk through all phrases falls among messages
    from bench.score import read_cases, render
    from handlers.parse import parse_message
    from handlers.values import Role

    spent = {}
    for part in ("dev", "test"):
        count, spent_s = 0, 0.0
        # A language at a time: what is measured is the classifier, and not its messages.
        for file in sorted((CORPUS / part).glob("*.jsonl")):
            for case in read_cases(file):
                letter, role = parse_message(render(case)), Role(case["mailbox"])
                start = time.process_time()
                classifier.read(letter, role=role)
                spent_s += time.process_time() - start
                count += 1
        spent[part] = spent_s / count * 1e6
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    plain = parse_message(b"From: a@b.example\r\n\r\nhi")
    times = {}
    for unit in HOSTILE:
        letter = replace(plain, new_text=unit * (HUGE // len(unit)))
        start = time.process_time()
        classifier.read(letter, role=Role.SUPPORT)
        times[unit] = time.process_time() - start
    slowest = max(times, key=lambda unit: times[unit])
    return Cost(
        load_s=round(load_s, 2),
        first_us=round(spent["dev"]),
        decide_us=round(spent["test"]),
        slowest_text_s=round(times[slowest], 2),
        slowest_text=slowest.strip(),
        memory_mb=round(memory, 1),
    )


def main() -> int:
    """Measures in a process of its own, and prints."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        print(json.dumps(asdict(measure())))
        return 0
    done = subprocess.run(
        [sys.executable, "-m", "bench.decide", "--here"], stdout=subprocess.PIPE, check=True
    )
    cost = json.loads(done.stdout)
    if arguments.json:
        print(json.dumps(cost))
        return 0
    table = Table("measure", "seen", "goal", title="What deciding costs")
    for name, value in cost.items():
        table.add_row(name, str(value), f"< {GOALS[name]}" if name in GOALS else "")
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
