"""Fits the calibration: `python -m bench.calibrate`.

For each intent and each state of the rules (handlers/classify/confidence.py), a line over the
model's log-odds, fitted to messages that neither phrases nor model were made from: those of
tests/corpus/dev. Where there are few, a prior holds the line near what experience says. The lines
are written to config/model/calibration.tsv.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.score import Case, read_cases, render
from config.model_file import ModelFile, load_model
from config.phrase_book import load_stored
from handlers.classify import Classifier
from handlers.classify.confidence import State, clipped, state_of
from handlers.classify.linear import LinearModel
from handlers.classify.relevance import comes_near
from handlers.parse import parse_message
from handlers.values import Intent, Role

ROOT = Path(__file__).parents[1]
DEV = ROOT / "tests" / "corpus" / "dev"
OUT = ROOT / "config" / "model" / "calibration.tsv"
# Offset and slope as fitted to 2,325 of these and other messages when no phrase had been made with
# any of them in sight. By now some were read by those who make phrases, and a line fitted to them
# alone promises too much of mail that nobody has seen: the mean of both is kept.
UNSEEN = {
    (Intent.OPT_OUT, State.CERTAIN): (1.897, 0.58),
    (Intent.OPT_OUT, State.WEAK): (1.197, 0.5),
    (Intent.OPT_OUT, State.DOUBTED): (-0.309, 0.66),
    (Intent.OPT_OUT, State.VETOED): (-2.446, 0.461),
    (Intent.OPT_OUT, State.NONE): (0.473, 0.822),
    (Intent.OPT_OUT, State.SILENT): (-0.147, 0.784),
    (Intent.CANCELLATION, State.CERTAIN): (1.789, 0.429),
    (Intent.CANCELLATION, State.WEAK): (0.415, 0.485),
    (Intent.CANCELLATION, State.DOUBTED): (0.077, 0.486),
    (Intent.CANCELLATION, State.VETOED): (-1.952, 0.797),
    (Intent.CANCELLATION, State.NONE): (-0.056, 0.822),
    (Intent.CANCELLATION, State.SILENT): (-0.165, 0.699),
}
PRIOR = {
    State.CERTAIN: (4.0, 0.3),
    State.WEAK: (1.0, 0.6),
    State.DOUBTED: (-0.5, 0.6),
    State.VETOED: (-4.0, 0.6),
    State.NONE: (-2.0, 0.8),
    State.SILENT: (-4.0, 0.5),
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
    classifier = Classifier(load_stored())
    found = []
    for case in cases:
        if "automatic" in case["labels"]:
            continue
        message, role = parse_message(render(case)), Role(case["mailbox"])
        understood = classifier.understand(message)
        candidates = classifier.candidates(understood, role)
        vote = model.vote(understood, role)
        found += [
            Sample(
                intent=intent,
                state=state_of(intent, candidates, comes_near(intent, understood, role)),
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


def calibrated(file: ModelFile) -> tuple[str, list[str]]:
    """The file of the lines for a model, and for people what each was fitted to."""
    model = LinearModel(bias=file.bias, pieces=file.pieces, signs=file.signs)
    samples = read_samples(read_cases(DEV), model)
    lines, seen = [], []
    for intent in Intent:
        for state in State:
            mine = [s for s in samples if (s.intent, s.state) == (intent, state)]
            fitted = fit(mine, state)
            unseen = UNSEEN.get((intent, state), fitted)
            offset, slope = (round(sum(pair) / 2, 3) for pair in zip(fitted, unseen, strict=True))
            lines.append(f"{intent.value}\t{state.value}\t{offset}\t{slope}\n")
            asked = sum(s.asked for s in mine)
            seen.append(f"{lines[-1].strip()}\t{asked} of {len(mine)} asked for")
    return "".join(lines), seen


def main() -> int:
    """Fits the lines to what the shipped model says, and writes them."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.parse_args()
    text, seen = calibrated(load_model())
    print("\n".join(seen))
    OUT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
