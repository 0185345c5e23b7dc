"""Fits the calibration: `python -m bench.calibrate [--diagram FILE.svg] [FILE.jsonl…]`.

For each intent and each state of the rules (handlers/classify/confidence.py), a line over the
model's log-odds, fitted to messages that neither phrases nor model were made from: those of
tests/corpus/dev. Where there are few, a prior holds the line near what experience says. Without
FILE the lines are written to config/model/calibration.tsv; with FILE nothing is written, and the
table tells how well the shipped lines fit those messages.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.score import Case, read_cases, render
from config.model_file import load_model
from config.phrase_book import load_phrases
from handlers.classify import Classifier
from handlers.classify.confidence import State, clipped, state_of
from handlers.classify.linear import LinearModel
from handlers.parse import parse_message
from handlers.values import Intent, Role

ROOT = Path(__file__).parents[1]
DEV = ROOT / "tests" / "corpus" / "dev"
OUT = ROOT / "config" / "model" / "calibration.tsv"
# Offset and slope that a line starts from, and is held near to, as if by so many messages.
PRIOR = {
    State.CERTAIN: (4.0, 0.3),
    State.WEAK: (1.0, 0.6),
    State.DOUBTED: (-0.5, 0.6),
    State.VETOED: (-4.0, 0.6),
    State.NONE: (-3.5, 0.8),
}
PRIOR_WEIGHT = (1.0, 8.0)
STEPS = 3_000
RATE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One message and one intent: what rules and model say, and whether it is asked for."""

    intent: Intent
    state: State
    log_odds: float
    asked: bool


def read_samples(cases: Sequence[Case], model: LinearModel) -> list[Sample]:
    """A sample for each message and intent; machine mail is told by the screen."""
    classifier = Classifier(load_phrases())
    found = []
    for case in cases:
        if "automatic" in case["labels"]:
            continue
        message, role = parse_message(render(case)), Role(case["mailbox"])
        understood = classifier.understand(message)
        candidates = classifier.candidates(understood, role)
        vote = model.vote(understood, candidates, role)
        found += [
            Sample(
                intent=intent,
                state=state_of(intent, candidates),
                log_odds=clipped(vote.log_odds[intent]),
                asked=intent.value in case["labels"],
            )
            for intent in Intent
        ]
    return found


def fit(samples: Sequence[Sample], state: State) -> tuple[float, float]:
    """Offset and slope of the likeliest line, by steps along the gradient."""
    start = PRIOR[state]
    offset, slope = start
    count = max(1, len(samples))
    for _ in range(STEPS):
        by_offset = PRIOR_WEIGHT[0] * (start[0] - offset)
        by_slope = PRIOR_WEIGHT[1] * (start[1] - slope)
        for one in samples:
            odds = offset + slope * one.log_odds
            error = one.asked - 1.0 / (1.0 + math.exp(-odds))
            by_offset += error
            by_slope += error * one.log_odds
        offset += RATE * by_offset / (count + PRIOR_WEIGHT[0])
        slope = max(0.0, slope + RATE * by_slope / (20 * count + PRIOR_WEIGHT[1]))
    return round(offset, 3), round(slope, 3)


def main() -> int:
    """Fits the lines, or tells how well they fit."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.parse_args()
    file = load_model()
    model = LinearModel(bias=file.bias, pieces=file.pieces, signs=file.signs)
    samples = read_samples(read_cases(DEV), model)
    lines = []
    for intent in Intent:
        for state in State:
            mine = [s for s in samples if (s.intent, s.state) == (intent, state)]
            offset, slope = fit(mine, state)
            lines.append(f"{intent.value}\t{state.value}\t{offset}\t{slope}")
            print(f"{lines[-1]}\t{sum(s.asked for s in mine)} of {len(mine)} asked for")
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
