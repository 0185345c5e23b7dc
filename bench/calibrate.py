"""Fits the calibration: `python -m bench.calibrate [--check]`.

For each intent a line over the grounds of handlers/classify/grounds.py, as likely as can be
(logistic regression), written to config/model/calibration.tsv, and trees that add what a line
does not tell (grow_trees.py), to trees.tsv. They are fitted to what is found in the
messages of tests/corpus/fresh, which no phrase was made for. The models learn from these, too:
so they are trained anew without the half of them that they vote on.

It takes an hour, and tells what each threshold would act upon of these, by lines and trees that
were fitted to the other half. --check tells whether it gives the shipped files, and writes none.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from zlib import crc32

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.grow_trees import grow
from bench.score import Case
from bench.train_model import (
    FRESH,
    READ,
    TRAIN,
    Trainers,
    linear_model,
    read_messages,
    read_seen,
    ship,
)
from bench.train_model import OUT as MODEL
from bench.train_net import OUT as NET
from bench.train_net import Trainer as NetTrainer
from bench.train_net import times_of
from bench.votes import Sample, find_samples
from config import trees_file
from config.model_file import OFFSET, load_model, read_grounds
from config.packed import digest_of
from handlers.classify.confidence import Calibration, Thresholds
from handlers.classify.grounds import NAMES
from handlers.classify.linear import INTENTS
from handlers.classify.net import Net
from handlers.classify.shipped import calibration
from handlers.classify.standing import act_from

OUT = MODEL.parent / "calibration.tsv"
TREES = MODEL.parent / "trees.tsv"
# Fresh messages are a third of all: models that have learnt half of these know most.
FOLDS = 2
# Of grounds that all vary as much, the square of a slope costs half of this, as a logarithm of
# likelihood: so much has to be told by it.
PRIOR = 30.0
# Where Newton's steps have come to, nothing changes any more.
STEPS = 30
DIGITS = 4

Rows = npt.NDArray[np.float64]
THRESHOLDS = (0.8, 0.85, 0.9, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99)


def fit(samples: Sequence[Sample]) -> tuple[float, ...]:
    """Offset and slopes of the likeliest line, in the order of `NAMES`."""
    found = np.array([sample.grounds.values for sample in samples])
    asked = np.array([float(sample.asked) for sample in samples])
    means, spreads = found.mean(axis=0), found.std(axis=0)
    varies = spreads > 0
    spreads = np.where(varies, spreads, 1.0)
    rows = np.hstack([np.ones((len(found), 1)), (found - means) / spreads])
    line = _likeliest(rows, asked)
    slopes = np.where(varies, line[1:] / spreads, 0.0)
    offset = line[0] - float(slopes @ means)
    return tuple(round(float(value), DIGITS) + 0.0 for value in (offset, *slopes))


def _likeliest(rows: Rows, asked: Rows) -> Rows:
    prior = np.diag([1e-6, *[PRIOR] * (rows.shape[1] - 1)])
    line = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        likely = 1.0 / (1.0 + np.exp(-np.clip(rows @ line, -30.0, 30.0)))
        slope = rows.T @ (asked - likely) - prior @ line
        curve = (rows * (likely * (1.0 - likely))[:, None]).T @ rows + prior
        line = line + np.linalg.solve(curve, slope)
    return line


class Folds:
    """The fresh messages in parts, each heard by models that have not learnt from it."""

    def __init__(self, fresh: Sequence[Case], others: Sequence[Case]) -> None:
        cases = [*fresh, *others]
        self._fresh = fresh
        seen = list(read_seen(cases))
        self._trainers = Trainers(seen)
        self._net = NetTrainer(
            [(one.reading, one.asks) for one in seen], times=[times_of(case) for case in cases]
        )

    def votes(self, fold: int) -> list[Sample]:
        """What is found in one of `FOLDS` parts."""
        numbers = [i for i, case in enumerate(self._fresh) if fold_of(case["id"]) == fold]
        model = linear_model(self._trainers.trained(without=frozenset(numbers)))
        net = Net(self._net.trained(without=frozenset(numbers)))
        return list(find_samples([self._fresh[i] for i in numbers], model, net))


def fold_of(name: str) -> int:
    """The part that a message is in by its identifier, with those written as variations of it.

    These differ by the last letter ("de-c17a", "de-c17b").
    """
    return crc32(name.rstrip("abcde").encode()) % FOLDS


# What the processes that vote inherit: to send it to each would take longer than to vote.
_folds: list[Folds] = []


def _votes(fold: int) -> list[Sample]:
    return _folds[0].votes(fold)


def find_votes(fresh: Sequence[Case], others: Sequence[Case], *, jobs: int = 1) -> list[Sample]:
    """What is found in the messages of `fresh`, while the models also learn from `others`."""
    _folds[:] = [Folds(fresh, others)]
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as pool:
        parts = pool.map(_votes, range(FOLDS))
        shown = track(parts, "Voting", total=FOLDS, disable=not sys.stderr.isatty())
        return [sample for part in shown for sample in part]


def calibrated(samples: Sequence[Sample]) -> tuple[str, str]:
    """The files of the lines and of the trees."""
    mine = {intent: [s for s in samples if s.intent is intent] for intent in INTENTS}
    lines = {intent: fit(those) for intent, those in mine.items()}
    rows = zip((OFFSET, *NAMES), *lines.values(), strict=True)
    text = "".join(f"{name}\t{one:g}\t{other:g}\n" for name, one, other in rows)
    fitted = calibration_of(text, "")
    trees = {
        intent.value: grow(those, [fitted.lines[intent].log_odds(s.grounds.values) for s in those])
        for intent, those in mine.items()
    }
    return text, trees_file.written(trees)


def calibration_of(lines: str, trees: str) -> Calibration:
    """The calibration that the files have."""
    found = trees_file.read_trees(trees)
    return calibration(replace(load_model(), grounds=read_grounds(lines), trees=found))


def made_from(data: bytes) -> str:
    """A digest of the lines, of the models, and of the messages that they are fitted to."""
    files = [MODEL, NET, *sorted(FRESH.glob("*.jsonl"))]
    return digest_of([data, *(path.read_bytes() for path in files)]).hex()


def trees_made_from(data: bytes) -> str:
    """A digest of the trees, of the lines that they add to, and of what these are made from."""
    lines = OUT.read_bytes()
    return digest_of([data, lines, bytes.fromhex(made_from(lines))]).hex()


def ship_both(lines: bytes, trees: bytes, *, check: bool) -> int:
    """Writes both files, or only compares: the exit status, 1 where either is another one."""
    changed = ship(OUT, lines, made_from(lines), check=check)
    return max(changed, ship(TREES, trees, trees_made_from(trees), check=check))


def held_out(samples: Sequence[Sample]) -> Iterator[tuple[float, Sample]]:
    """How sure lines and trees are of each sample that were fitted to the other parts."""
    for fold in range(FOLDS):
        fitted = calibration_of(*calibrated([s for s in samples if fold_of(s.id) != fold]))
        for sample in samples:
            if fold_of(sample.id) == fold:
                yield fitted.confidence(sample.intent, sample.grounds), sample


def by_threshold(found: Sequence[tuple[float, Sample]]) -> Table:
    """What is acted upon from each threshold on, and which part of what is asked for that is."""
    table = Table(title="fresh messages, by models, lines and trees that do not know them")
    for column in ("from", *(f"{name} {i.value}" for i in INTENTS for name in ("right", "found"))):
        table.add_column(column, justify="right")
    mine = {intent: [one for one in found if one[1].intent is intent] for intent in INTENTS}
    for threshold in THRESHOLDS:
        cells = []
        for intent in INTENTS:
            acted = [
                s.asked
                for sure, s in mine[intent]
                if s.standing and sure >= act_from(intent, s.standing, of_both(threshold))
            ]
            asked_for = sum(s.asked for _, s in mine[intent])
            cells += [f"{sum(acted)}/{len(acted)}", f"{sum(acted) / asked_for:.3f}"]
        table.add_row(f"{threshold:g}", *cells)
    return table


def of_both(threshold: float) -> Thresholds:
    """The same for both intents."""
    return Thresholds(act_on_opt_out=threshold, act_on_cancellation=threshold)


def main() -> int:
    """Fits lines and trees for the shipped models, and writes them."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--check", action="store_true", help="compare with the shipped files")
    parser.add_argument("--jobs", type=int, default=2, help="processes (2)")
    arguments = parser.parse_args()
    samples = find_votes(read_messages(FRESH), read_messages(TRAIN, READ), jobs=arguments.jobs)
    text, trees = calibrated(samples)
    Console().print(by_threshold([*held_out(samples)]))
    return ship_both(text.encode(), trees.encode(), check=arguments.check)


if __name__ == "__main__":
    sys.exit(main())
