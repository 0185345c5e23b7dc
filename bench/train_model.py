"""Trains the linear model: `python -m bench.train_model [--out FILE]`.

Logistic regression over the features of handlers/classify/features.py, one output for each intent,
on the messages of tests/corpus/train alone: steps along the gradient that grow smaller with what a
weight has seen (AdaGrad), in an order drawn from a fixed seed. Every sum is taken from left to
right, so that training again gives the same file on every machine. Weights are rounded, and what
is left out is too small to matter.

The weights are the mean of two trainings. One sees all; the other not the phrases of clauses:
these fit the messages that they were made for better than any other mail, and where they explain
all there is, nothing is learnt from the words. On 1,525 messages that neither phrases nor model
had seen, the mean tells right from wrong among what the rules are certain of better than either.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.progress import track

from bench.score import read_cases, render
from config.phrase_book import load_stored
from handlers.classify import Classifier
from handlers.classify.features import OF_MESSAGE, pieces_of, signs, texts
from handlers.classify.linear import INTENTS, scale_of
from handlers.parse import parse_message
from handlers.values import Role

SEED = 20_261_125
ROUNDS = 12
RATE = 0.25
# What every weight loses a little of at each step, so that rare features stay small.
DECAY = 2e-5
MIN_SEEN = 5  # of fewer messages a feature tells only which they are
MIN_WEIGHT = 0.02
BIAS = "b\t"
TRAIN = Path(__file__).parents[1] / "tests" / "corpus" / "train"
OUT = Path(__file__).parents[1] / "config" / "model" / "linear.tsv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A message: its pieces with how they count together, its signs, and what it asks for."""

    pieces: tuple[str, ...]
    signs: tuple[str, ...]
    asks: tuple[bool, ...]

    @property
    def plain(self) -> Example:
        """The same without the phrases of its clauses."""
        signs = tuple(sign for sign in self.signs if sign in OF_MESSAGE)
        return Example(pieces=self.pieces, signs=signs, asks=self.asks)

    @property
    def scale(self) -> float:
        """What a piece's weight is multiplied with."""
        return scale_of(len(self.pieces))


def read_examples(folder: Path = TRAIN) -> list[Example]:
    """The messages of a folder as the model sees them; machine mail is no example."""
    classifier = Classifier(load_stored())
    found = []
    cases = [case for case in read_cases(folder) if "automatic" not in case["labels"]]
    for case in track(cases, "Reading", disable=not sys.stderr.isatty()):
        message, role = parse_message(render(case)), Role(case["mailbox"])
        understood = classifier.understand(message)
        found.append(
            Example(
                pieces=tuple(part for text in texts(understood.words) for part in pieces_of(text)),
                signs=tuple(sorted(signs(understood.best, role))),
                asks=tuple(intent.value in case["labels"] for intent in INTENTS),
            )
        )
    return found


Numbers = npt.NDArray[np.intp]
Values = npt.NDArray[np.float64]


class Trainer:
    """A logistic regression for each intent; features are numbered in the order of their names."""

    def __init__(self, examples: Sequence[Example]) -> None:
        seen = Counter(name for e in examples for name in {*_named(e)})
        names = sorted(name for name, count in seen.items() if count >= MIN_SEEN)
        self.names = ["", *names]  # the bias has no name
        number = {name: i for i, name in enumerate(self.names)}
        self._rows = [_row(_named(e), number) for e in examples]
        self._wanted = [tuple(map(float, e.asks)) for e in examples]
        self.weights = np.zeros((len(INTENTS), len(self.names)))
        self._squares = np.full_like(self.weights, 1e-2)

    def train(self, rounds: int = ROUNDS) -> None:
        """Goes over all examples so many times."""
        order = list(range(len(self._rows)))
        draw = random.Random(SEED)
        for _ in range(rounds):
            draw.shuffle(order)
            for row in order:
                for output, wanted in enumerate(self._wanted[row]):
                    self._step(output, *self._rows[row], wanted)

    def _step(self, output: int, numbers: Numbers, values: Values, wanted: float) -> None:
        """One step for the features of one example, none of which is among `numbers` twice."""
        weights = self.weights[output][numbers]
        # Added one after the other: a sum in pairs is another one on each kind of processor.
        odds = float(np.add.accumulate(weights * values)[-1])
        error = wanted - 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, odds))))
        slopes = error * values - DECAY * weights
        squares = self._squares[output][numbers] + slopes * slopes
        self._squares[output][numbers] = squares
        self.weights[output][numbers] = weights + RATE * slopes / np.sqrt(squares)


def _row(named: Mapping[str, float], number: Mapping[str, int]) -> tuple[Numbers, Values]:
    """The numbers of the features that have one, the bias before them, and their values."""
    known = {number[name]: value for name, value in named.items() if name in number}
    return np.array([0, *known], np.intp), np.array([1.0, *known.values()])


def _named(example: Example) -> dict[str, float]:
    counts = Counter(example.pieces)
    found = {f"p\t{piece}": count * example.scale for piece, count in counts.items()}
    found.update((f"s\t{sign}", 1.0) for sign in example.signs)
    return found


def trained(examples: Sequence[Example]) -> str:
    """The file of the model: a line a feature, with its weights for both intents."""
    views = (examples, [example.plain for example in examples])
    table: dict[str, list[float]] = {}
    for view in views:
        trainer = Trainer(view)
        trainer.train()
        for name, *weights in zip(trainer.names, *trainer.weights.tolist(), strict=True):
            sums = table.setdefault(name, [0.0] * len(INTENTS))
            sums[:] = [a + b / len(views) for a, b in zip(sums, weights, strict=True)]
    for weights in table.values():
        weights[:] = [round(weight, 2) for weight in weights]
    lines = [
        f"{name or BIAS}\t{weights[0]:g}\t{weights[1]:g}"
        for name, weights in sorted(table.items())
        if not name or max(map(abs, weights)) >= MIN_WEIGHT
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Trains and writes the file."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    examples = read_examples()
    text = trained(examples)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(text, encoding="utf-8")
    print(f"{len(examples)} messages, {text.count(chr(10)):,} weights, {len(text):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
