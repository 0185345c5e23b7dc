"""Trains the linear model: `python -m bench.train_model [--out FILE]`.

Logistic regression over the features of handlers/classify/features.py, one output for each intent,
on the messages of tests/corpus/train alone: steps along the gradient that grow smaller with what a
weight has seen (AdaGrad), in an order drawn from a fixed seed, in plain Python, so that training
again gives the same file. Weights are rounded, and what is left out is too small to matter.

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
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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
MIN_SEEN = 2  # a feature of one message alone tells only which message it was
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


class Trainer:
    """One logistic regression; features are numbered in the order of their names."""

    def __init__(self, examples: Sequence[Example], output: int) -> None:
        seen = Counter(name for e in examples for name in {*_named(e)})
        names = sorted(name for name, count in seen.items() if count >= MIN_SEEN)
        self.names = ["", *names]  # the bias has no name
        number = {name: i for i, name in enumerate(self.names)}
        self.rows = [
            [(0, 1.0)]
            + [(number[name], value) for name, value in _named(e).items() if name in number]
            for e in examples
        ]
        self.wanted = [float(e.asks[output]) for e in examples]
        self.weights = [0.0] * len(self.names)
        self._squares = [1e-2] * len(self.names)

    def train(self, rounds: int = ROUNDS) -> None:
        """Goes over all examples so many times."""
        order = list(range(len(self.rows)))
        draw = random.Random(SEED)
        for _ in range(rounds):
            draw.shuffle(order)
            for row in order:
                self._step(self.rows[row], self.wanted[row])

    def _step(self, row: Sequence[tuple[int, float]], wanted: float) -> None:
        weights, squares = self.weights, self._squares
        odds = sum(weights[i] * value for i, value in row)
        error = wanted - 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, odds))))
        for i, value in row:
            slope = error * value - DECAY * weights[i]
            squares[i] += slope * slope
            weights[i] += RATE * slope / math.sqrt(squares[i])


def _named(example: Example) -> dict[str, float]:
    counts = Counter(example.pieces)
    found = {f"p\t{piece}": count * example.scale for piece, count in counts.items()}
    found.update((f"s\t{sign}", 1.0) for sign in example.signs)
    return found


def trained(examples: Sequence[Example]) -> str:
    """The file of the model: a line a feature, with its weights for both intents."""
    views = (examples, [example.plain for example in examples])
    table: dict[str, list[float]] = {}
    for output in range(len(INTENTS)):
        for view in views:
            trainer = Trainer(view, output)
            trainer.train()
            for name, weight in zip(trainer.names, trainer.weights, strict=True):
                table.setdefault(name, [0.0] * len(INTENTS))[output] += weight / len(views)
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
