"""Trains the linear models: `python -m bench.train_model [--check]`.

Two logistic regressions for each intent over the features of handlers/classify/features.py, one by
the words and one by the signs of clauses, both beside the signs of the message, on the messages of
tests/corpus/train, tests/corpus/read and tests/corpus/fresh: steps along the gradient that grow
smaller with what a weight has seen (AdaGrad), in an order drawn from a fixed seed. Every sum is
taken from left to right, so that training again gives the same file on every machine. It takes
some four minutes; --check tells whether it gives the shipped file, and writes nothing.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.progress import track

from bench.score import Case, read_cases, render
from config.model_file import Model, Weights, WordModel, written
from config.packed import digest_of
from config.phrase_book import load_stored
from handlers.classify import Classifier
from handlers.classify.features import (
    own_sentences,
    pieces_of,
    shape_of,
    signs_of,
    signs_of_message,
)
from handlers.classify.linear import INTENTS, LinearModel, scale_of
from handlers.classify.net import Reading, read
from handlers.parse import parse_message
from handlers.values import Role

SEED = 20_261_125
MIN_SEEN = 10  # of fewer messages a feature tells only which they are
CORPUS = Path(__file__).parents[1] / "tests" / "corpus"
# Messages that the phrases have to decide rightly, others that were read to make phrases, and such
# as nobody has read for that.
TRAIN, READ, FRESH = CORPUS / "train", CORPUS / "read", CORPUS / "fresh"
CONFIG = Path(__file__).parents[1] / "config"
PHRASES = CONFIG / "phrases"
OUT = CONFIG / "model" / "linear.tsv"
# By these a test tells whether a file is out of date.
MADE_FROM = CONFIG / "model" / "made-from.tsv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What a model sees of a message: parts, whose values are all the same, and signs of all."""

    parts: Mapping[str, float]
    message: Sequence[str]
    asks: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long the steps are, how many times all examples are gone over, and the decay.

    By that every weight loses a little at each step, so that rare features stay small. In the end
    they are rounded to so many decimals.
    """

    rate: float
    rounds: int
    decay: float
    digits: int


# Found on half of the fresh messages, by models trained on the other half. Signs are few and each
# is seen often: with longer steps they fit what was last.
OF_WORDS = Pace(rate=0.5, rounds=12, decay=2e-4, digits=1)
OF_SIGNS = Pace(rate=0.1, rounds=6, decay=2e-5, digits=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message as each of the linear models sees it, and as the network reads it."""

    words: Example
    signs: Example
    reading: Reading

    @property
    def asks(self) -> tuple[bool, ...]:
        """Whether it asks for each intent."""
        return self.words.asks


def read_seen(cases: Sequence[Case]) -> Iterator[Seen]:
    """The messages as the models see them."""
    classifier = Classifier(load_stored())
    for case in track(cases, "Reading", disable=not sys.stderr.isatty()):
        parsed, role = parse_message(render(case)), Role(case["mailbox"])
        understood = classifier.understand(parsed)
        best = understood.best
        pieces = Counter(part for text in understood.texts.chosen() for part in pieces_of(text))
        scale = scale_of(pieces.total())
        signs = {sign for one in own_sentences(best) for sign in signs_of(shape_of(one))}
        message = sorted(signs_of_message(best, role))
        asks = tuple(intent.value in case["labels"] for intent in INTENTS)
        yield Seen(
            words=Example(
                parts={piece: count * scale for piece, count in pieces.items()},
                message=message,
                asks=asks,
            ),
            signs=Example(parts=dict.fromkeys(sorted(signs), 1.0), message=message, asks=asks),
            reading=read(understood, role),
        )


def read_messages(*folders: Path) -> list[Case]:
    """Those of some folders; machine mail is no example of what people ask for."""
    cases = (case for folder in folders for case in read_cases(folder))
    return [case for case in cases if "automatic" not in case["labels"]]


Numbers = npt.NDArray[np.intp]
Values = npt.NDArray[np.float64]


class Trainer:
    """A logistic regression for each intent; features are numbered in the order of their names.

    A feature is a part or a sign of the message, told apart by the first of the pair.
    """

    def __init__(self, examples: Sequence[Example], pace: Pace) -> None:
        self._pace = pace
        seen = Counter(name for example in examples for name in _named(example))
        names = sorted(name for name, count in seen.items() if count >= MIN_SEEN)
        self.names = [(False, ""), *names]  # the bias has no name
        number = {name: i for i, name in enumerate(self.names)}
        self._rows = [_row(_named(example), number) for example in examples]
        self._wanted = [np.array(example.asks, np.float64) for example in examples]
        self._start()

    def _start(self) -> None:
        self.weights = np.zeros((len(INTENTS), len(self.names)))
        self._squares = np.full_like(self.weights, 1e-2)

    def train(self, without: Collection[int] = ()) -> None:
        """Starts anew, and learns from all examples but for some by their numbers."""
        self._start()
        order = [i for i in range(len(self._rows)) if i not in without]
        draw = random.Random(SEED)
        for _ in range(self._pace.rounds):
            draw.shuffle(order)
            for row in order:
                self._step(*self._rows[row], self._wanted[row])

    def model(self) -> Model:
        """What was learnt, rounded; what is nothing then is left out."""
        digits = self._pace.digits
        rounded = [
            (round(float(one), digits) + 0.0, round(float(other), digits) + 0.0)
            for one, other in self.weights.T
        ]
        parts: dict[str, Weights] = {}
        message: dict[str, Weights] = {}
        for (is_part, name), pair in zip(self.names[1:], rounded[1:], strict=True):
            if any(pair):
                (parts if is_part else message)[name] = pair
        return Model(bias=rounded[0], parts=parts, message=message)

    def _step(self, numbers: Numbers, values: Values, wanted: Values) -> None:
        """One step for the features of one example, none of which is among `numbers` twice."""
        weights = self.weights[:, numbers]
        # Added one after the other: a sum in pairs is another one on each kind of processor.
        odds = np.add.accumulate(weights * values, axis=1)[:, -1]
        likely = [1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, one)))) for one in odds.tolist()]
        slopes = (wanted - likely)[:, None] * values - self._pace.decay * weights
        squares = self._squares[:, numbers] + slopes * slopes
        self._squares[:, numbers] = squares
        self.weights[:, numbers] = weights + self._pace.rate * slopes / np.sqrt(squares)


def _row(
    named: Mapping[tuple[bool, str], float], number: Mapping[tuple[bool, str], int]
) -> tuple[Numbers, Values]:
    """The numbers of the features that have one, the bias before them, and their values."""
    known = {number[name]: value for name, value in named.items() if name in number}
    return np.array([0, *known], np.intp), np.array([1.0, *known.values()])


def _named(example: Example) -> dict[tuple[bool, str], float]:
    found = {(True, part): value for part, value in example.parts.items()}
    found.update(((False, sign), 1.0) for sign in example.message)
    return found


class Trainers:
    """Both models' trainers, over the same messages."""

    def __init__(self, seen: Sequence[Seen]) -> None:
        self._words = Trainer([one.words for one in seen], OF_WORDS)
        self._signs = Trainer([one.signs for one in seen], OF_SIGNS)

    def trained(self, without: Collection[int] = ()) -> tuple[Model, Model]:
        """The models by words and by signs that learnt from all but some of the messages."""
        for trainer in (self._words, self._signs):
            trainer.train(without=without)
        return self._words.model(), self._signs.model()


def linear_model(models: tuple[Model, Model]) -> LinearModel:
    """Both together, as the classifier takes them."""
    words, signs = models
    return LinearModel(words=WordModel.of(words), signs=signs)


def main() -> int:
    """Trains and writes the file."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--check", action="store_true", help="compare with the shipped file")
    arguments = parser.parse_args()
    cases = read_messages(TRAIN, READ, FRESH)
    words, signs = Trainers(list(read_seen(cases))).trained()
    text = written(words, signs)
    names = sum(len(model.parts) + len(model.message) for model in (words, signs))
    print(f"{len(cases)} messages, {names:,} features, {len(text):,} bytes")
    data = text.encode()
    return ship(OUT, data, made_from(data), check=arguments.check)


def made_from(data: bytes) -> str:
    """A digest of the file and of all that it is made from: messages and phrases."""
    messages = (path for folder in (TRAIN, READ, FRESH) for path in sorted(folder.glob("*.jsonl")))
    files = [*messages, *sorted(PHRASES.glob("*.toml"))]
    return digest_of([data, *(path.read_bytes() for path in files)]).hex()


def ship(path: Path, data: bytes, digest: str, *, check: bool) -> int:
    """Writes a file of the model, and what it was made from; or only compares.

    Returns the exit status: 1 where the shipped file is another one.
    """
    if check:
        same = path.read_bytes() == data
        print(f"{path.name} is {'the same' if same else 'ANOTHER ONE'}")
        return int(not same)
    path.write_bytes(data)
    digests = {**read_digests(), path.name: digest}
    lines = (f"{name}\t{digest}\n" for name, digest in sorted(digests.items()))
    MADE_FROM.write_text("".join(lines), encoding="utf-8")
    return 0


def read_digests() -> dict[str, str]:
    """What each file of the model was made from when it was."""
    if not MADE_FROM.exists():
        return {}
    lines = MADE_FROM.read_text(encoding="utf-8").splitlines()
    return {name: digest for name, _, digest in (line.partition("\t") for line in lines)}


if __name__ == "__main__":
    sys.exit(main())
