"""Trains the network: `python -m bench.train_net [--check]`.

The weights of handlers/classify/net.py, from the messages that bench/train_model.py learns from:
steps down the slope (net_slopes.py) of the cross-entropy (Adam), over batches of messages of about
one length (net_batches.py), in an order drawn from a fixed seed. Words, phrases and what was found
of them are left out at random, so that none is relied on. One thread, and products as any x86
processor since 2013 takes them (bench/__init__.py): training again gives the same file. It takes
some half an hour.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from rich.progress import track

from bench.net_batches import Examples, Floats, Numbers, Plan, batch_of, batches
from bench.net_slopes import Slopes, find_slopes
from bench.score import Case
from bench.train_model import (
    CONFIG,
    FRESH,
    READ,
    TRAIN,
    made_from,
    read_messages,
    read_seen,
    ship,
)
from config.net_file import as_bytes
from handlers.classify.linear import INTENTS
from handlers.classify.net import FACTS, REACHES, Layers, Reading

SEED = 20_261_127
OUT = CONFIG / "model" / "net.npz"
PLAN = Plan()
_MEAN, _SQUARE, _TINY = 0.9, 0.999, 1e-8  # Adam's
_LONGEST_STEP = 1.0
# Of networks that learnt 4,200 of the whole mails beside all else, one that went over them three
# times a round had 0.986 and 0.989 on 2,080 others (average precision of opt-outs and of
# cancellations), one that went over them once 0.983 and 0.985; on others they were alike.
WHOLE_TIMES = 3
_WHOLE = re.compile(r"[a-z]{2}-[el]\d+")
# Small: a piece that nobody has written yet says next to nothing.
_OF_PIECES = 0.1


def times_of(case: Case) -> int:
    """How many times a round goes over a message: `WHOLE_TIMES` of a whole or an everyday mail.

    These ("de-l17", "de-e17") are what real mail looks like, and one in six of all.
    """
    return WHOLE_TIMES if _WHOLE.fullmatch(case["id"]) else 1


class Weights:
    """The weights, and Adam's means of their slopes and of the squares of these."""

    def __init__(self, names: int, plan: Plan, draw: np.random.Generator) -> None:
        def normal(*shape: int, spread: float) -> Floats:
            return (draw.standard_normal(shape) * spread).astype(np.float32)

        width, wide = plan.width, 2 * plan.width + FACTS
        self.values: dict[str, Floats] = {
            "pieces": normal(plan.pieces, plan.size, spread=_OF_PIECES),
            "marks": normal(names, plan.size, spread=0.1),
        }
        for number, size in enumerate((plan.size, *[width] * (len(REACHES) - 1))):
            self.values[f"look {number}"] = normal(3 * size, width, spread=math.sqrt(2 / 3 / size))
            self.values[f"offset {number}"] = np.zeros(width, np.float32)
        self.values["around"] = normal(2 * width, width, spread=math.sqrt(1 / width) / 2)
        self.values["hidden"] = normal(wide, width, spread=math.sqrt(2 / wide))
        self.values["hidden offset"] = np.zeros(width, np.float32)
        self.values["out"] = normal(width, len(INTENTS), spread=math.sqrt(1 / width))
        self.values["out offset"] = np.zeros(len(INTENTS), np.float32)
        self._means = {name: np.zeros_like(value) for name, value in self.values.items()}
        self._squares = {name: np.zeros_like(value) for name, value in self.values.items()}
        self._steps = 0

    def step(self, slopes: Slopes, rate: float, decay: float) -> None:
        """One step down; of the tables only the rows that there is a slope for move."""
        self._steps += 1
        norm = math.sqrt(sum(float(np.vdot(one, one)) for one in slopes.of_all.values()))
        shorter = np.float32(min(1.0, _LONGEST_STEP / (norm + 1e-6)))
        for name, slope in slopes.of_all.items():
            self.values[name] *= np.float32(1 - rate * decay)
            self._step(name, slice(None), slope * shorter, rate)
        for name, (rows, slope) in slopes.of_rows.items():
            self._step(name, rows, slope, rate)

    def _step(self, name: str, rows: Numbers | slice, slope: Floats, rate: float) -> None:
        mean = self._means[name][rows] * np.float32(_MEAN) + slope * np.float32(1 - _MEAN)
        square = self._squares[name][rows] * np.float32(_SQUARE)
        square = square + slope * slope * np.float32(1 - _SQUARE)
        self._means[name][rows], self._squares[name][rows] = mean, square
        paid = rate * math.sqrt(1 - _SQUARE**self._steps) / (1 - _MEAN**self._steps)
        self.values[name][rows] -= np.float32(paid) * mean / (np.sqrt(square) + np.float32(_TINY))

    def layers(self, names: Sequence[str]) -> Layers:
        """As the classifier takes them."""
        found: Mapping[str, Floats] = self.values
        scale = float(np.abs(found["pieces"]).max()) / 127
        return Layers.of(
            {
                **{name: value.astype(np.float32) for name, value in found.items()},
                "pieces": np.rint(found["pieces"] / np.float32(scale)).astype(np.int8),
                "scale": np.array(scale),
                "names": np.array(names),
            }
        )


class Trainer:
    """Trains networks on some of the messages.

    `times` says how many times a round goes over each of them, once where there is nothing.
    """

    def __init__(
        self,
        readings: Sequence[tuple[Reading, Sequence[bool]]],
        plan: Plan = PLAN,
        times: Sequence[int] = (),
    ) -> None:
        self._examples = Examples(readings, plan.pieces)
        self._plan = plan
        self._times = np.array(times or [1] * len(readings), np.intp)

    def trained(self, without: Collection[int] = (), *, shown: bool = False) -> Layers:
        """The network that learnt from all messages but for some by their numbers."""
        examples, plan = self._examples, self._plan
        draw = np.random.Generator(np.random.PCG64(SEED))
        weights = Weights(len(examples.names), plan, draw)
        numbers = np.array([i for i in range(len(examples.all)) if i not in without], np.intp)
        numbers = np.repeat(numbers, self._times[numbers])
        steps = [
            chosen
            for _ in range(plan.rounds)
            for chosen in batches(examples.all, numbers, plan, draw)
        ]
        for step, chosen in enumerate(track(steps, "Learning", disable=not shown)):
            batch = batch_of([examples.all[i] for i in chosen], plan, draw)
            slopes = find_slopes(batch, examples, weights.values, plan, draw)
            left = 1 - step / len(steps)
            rate = plan.rate * min(1.0, (step + 1) / plan.warm_steps) * left
            weights.step(slopes, rate, plan.decay)
        return weights.layers(examples.names)


def main() -> int:
    """Trains and writes the file."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--check", action="store_true", help="compare with the shipped file")
    arguments = parser.parse_args()
    cases = read_messages(TRAIN, READ, FRESH)
    readings = [(one.reading, one.asks) for one in read_seen(cases)]
    trainer = Trainer(readings, times=[times_of(case) for case in cases])
    layers = trainer.trained(shown=sys.stderr.isatty())
    data = as_bytes(layers.arrays())
    print(f"{len(cases)} messages, {len(data):,} bytes")
    return ship(OUT, data, made_from(data), check=arguments.check)


if __name__ == "__main__":
    sys.exit(main())
