"""Fits the calibration: `python -m bench.calibrate`.

For each intent and each state of the rules (handlers/classify/confidence.py), a line over the
votes and signs of handlers/classify/grounds.py, as likely as can be (logistic regression), written
to config/model/calibration.tsv. It is fitted to what was found in messages that neither phrases
nor model were made from: those of tests/corpus/dev as they are found now, and the first votes on
messages that have been learnt from since (bench/votes.py). Where there are few, a prior holds the
line near what experience says; no vote ever speaks against what it votes for.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from bench.score import read_cases
from bench.votes import FIRST_VOTES, Sample, find_samples, read_lines
from config.model_file import ModelFile, load_model
from handlers.classify.confidence import State
from handlers.classify.linear import LinearModel
from handlers.values import Intent

ROOT = Path(__file__).parents[1]
DEV = ROOT / "tests" / "corpus" / "dev"
OUT = ROOT / "config" / "model" / "calibration.tsv"
# The offset to start from; every vote starts with the same slope, a sign with none.
PRIOR = {
    State.CERTAIN: 3.0,
    State.WEAK: 0.5,
    State.DOUBTED: -0.5,
    State.VETOED: -2.0,
    State.NONE: -1.0,
    State.SILENT: -1.0,
}
PRIOR_SLOPE = 0.2
VOTES, SIGNS = 3, 4
# How much of the evidence the prior is worth: of the offset, of a vote, of a sign. Votes are up to
# six and signs one at the most, and where either changes much, much is told.
PRIOR_WEIGHT = (1.0, *[60.0] * VOTES, *[2.0] * SIGNS)
# Where Newton's steps have come to, nothing changes any more.
STEPS = 30


def fit(samples: Sequence[Sample], state: State) -> tuple[float, ...]:
    """Offset and slopes of the likeliest line; a vote's that would be negative is none."""
    start = (PRIOR[state], *[PRIOR_SLOPE] * VOTES, *[0.0] * SIGNS)
    rows = [((1.0, *sample.grounds.values), float(sample.asked)) for sample in samples]
    held: set[int] = set()
    while True:
        line = _likeliest(rows, start, held)
        wrong = {i for i in range(1, 1 + VOTES) if line[i] < 0}
        if not wrong:
            return tuple(round(value, 3) + 0.0 for value in line)
        held |= wrong


Row = tuple[tuple[float, ...], float]


def _likeliest(rows: Sequence[Row], start: Sequence[float], held: Collection[int]) -> list[float]:
    """Newton's steps; the slopes of the numbers `held` stay 0."""
    line = [0.0 if i in held else value for i, value in enumerate(start)]
    free = [i for i in range(len(line)) if i not in held]
    for _ in range(STEPS):
        slope = [PRIOR_WEIGHT[i] * (start[i] - line[i]) for i in free]
        curve = [[PRIOR_WEIGHT[i] if i == j else 0.0 for j in free] for i in free]
        for values, asked in rows:
            odds = sum(a * b for a, b in zip(line, values, strict=True))
            likely = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, odds))))
            spread = likely * (1.0 - likely)
            mine = [values[i] for i in free]
            for row, value in enumerate(mine):
                if value:
                    slope[row] += (asked - likely) * value
                    scaled = spread * value
                    into = curve[row]
                    for column, other in enumerate(mine):
                        into[column] += scaled * other
        for i, step in zip(free, _solved(curve, slope), strict=True):
            line[i] += step
    return line


def _solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """What the matrix, which is positive definite, turns into `right` (elimination)."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i, pivot in enumerate(rows):
        for below in rows[i + 1 :]:
            factor = below[i] / pivot[i]
            for column in range(i, len(pivot)):
                below[column] -= factor * pivot[column]
    found = [0.0] * len(rows)
    for i in reversed(range(len(rows))):
        known = sum(rows[i][j] * found[j] for j in range(i + 1, len(rows)))
        found[i] = (rows[i][-1] - known) / rows[i][i]
    return found


def calibrated(file: ModelFile) -> tuple[str, list[str]]:
    """The file of the lines for a model, and for people what each was fitted to."""
    model = LinearModel(bias=file.bias, pieces=file.pieces, signs=file.signs)
    samples = find_samples(read_cases(DEV), model) + read_lines(FIRST_VOTES)
    lines, seen = [], []
    for intent in Intent:
        for state in State:
            mine = [s for s in samples if (s.intent, s.state) == (intent, state)]
            numbers = "\t".join(f"{value:g}" for value in fit(mine, state))
            lines.append(f"{intent.value}\t{state.value}\t{numbers}\n")
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
