"""What more messages would bring: `python -m bench.amount [--rounds 8] [--json]`.

Trains the network on an eighth, a quarter, half and all of the messages that it learns from, by
their cards, and tells how well each puts in order the messages of tests/corpus/dev, which nobody
learns from: the average precision, and how much of what is asked for it finds where 99 of 100 that
it finds are right. Those that were written to come close to a request are told apart. It takes
twice as long as training.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from bench.score import Case
from bench.train_model import CORPUS, FRESH, READ, TRAIN, Seen, read_messages, read_seen
from bench.train_net import PLAN, Trainer
from handlers.classify.linear import INTENTS
from handlers.classify.net import Layers, Net

DEV = CORPUS / "dev"
SHARES = (8, 4, 2, 1)  # one message in so many
RIGHT = 0.99
# Those of a card differ by the last letter ("de-c17a", "de-c17b").
_CONTRAST = re.compile(r"-c\d+[a-e]$")

Truths = npt.NDArray[np.float64]


def average_precision(votes: Truths, asked: Truths) -> float:
    """The mean, over all that is asked for, of which part is right down to there."""
    precision, right = _down_to(votes, asked)
    return float((precision * right).sum() / right.sum())


def found_at(votes: Truths, asked: Truths, least: float = RIGHT) -> float:
    """Which part of what is asked for is found, while at least `least` of what is found is."""
    precision, right = _down_to(votes, asked)
    enough = np.flatnonzero(precision >= least)
    return float(right[: enough[-1] + 1].sum() / right.sum()) if len(enough) else 0.0


def _down_to(votes: Truths, asked: Truths) -> tuple[Truths, Truths]:
    """From the highest vote down, which part is right up to each, and which are."""
    right = asked[np.argsort(-votes, kind="stable")]
    return np.cumsum(right) / np.arange(1, len(right) + 1), right


def left_out(cases: Sequence[Case], share: int) -> frozenset[int]:
    """The numbers of the messages that are not in a share, those of a card together."""
    cards = [crc32(case["id"].rstrip("abcde").encode()) for case in cases]
    return frozenset(number for number, card in enumerate(cards) if card % share)


def compare(layers: Layers, cases: Sequence[Case], seen: Sequence[Seen]) -> dict[str, Any]:
    """How well one network does, by intent, on contrasts and on all others."""
    net = Net(layers)
    votes = np.array([net.vote_on(one.reading) for one in seen])
    contrast = np.array([bool(_CONTRAST.search(case["id"])) for case in cases])
    found: dict[str, Any] = {}
    for number, intent in enumerate(INTENTS):
        asked = np.array([float(one.asks[number]) for one in seen])
        for name, chosen in (("others", ~contrast), ("contrasts", contrast)):
            told = votes[chosen, number], asked[chosen]
            found[f"{intent.value}, {name}"] = {
                "average_precision": average_precision(*told),
                "found": found_at(*told),
            }
    return found


def main() -> int:
    """Trains, compares, and prints a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--rounds", type=int, default=PLAN.rounds, help="through all messages")
    parser.add_argument("--json", action="store_true", help="for machines")
    arguments = parser.parse_args()
    learnt, unseen = read_messages(TRAIN, READ, FRESH), read_messages(DEV)
    readings = [(one.reading, one.asks) for one in read_seen(learnt)]
    trainer = Trainer(readings, replace(PLAN, rounds=arguments.rounds))
    told = list(read_seen(unseen))
    rows = []
    for share in SHARES:
        without = left_out(learnt, share)
        layers = trainer.trained(without=without, shown=sys.stderr.isatty())
        messages = len(learnt) - len(without)
        rows.append({"messages": messages, **compare(layers, unseen, told)})
        print(f"learnt from {messages:,}", file=sys.stderr)
    if arguments.json:
        print(json.dumps(rows))
        return 0
    table = Table(title="average precision, and what is found with 99 of 100 right, on dev")
    for column in rows[0]:
        table.add_column(column, justify="right")
    for row in rows:
        cells = [
            f"{one['average_precision']:.4f} {one['found']:.0%}"
            for name, one in row.items()
            if name != "messages"
        ]
        table.add_row(f"{row['messages']:,}", *cells)
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
