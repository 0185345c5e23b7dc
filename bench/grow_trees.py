"""Grows the trees of the calibration (handlers/classify/trees.py).

Each is grown on what the line and the trees before it leave unsaid: gradient boosting of the
logistic loss by its first two slopes (Friedman 2001, "Greedy function approximation"; Chen and
Guestrin 2016, "XGBoost"). More of a vote on all, or on what tells most, never makes the intent
less likely to them (`FOR_IT`; the line weighs as it was fitted): a question about one is asked
only where yes adds no less than no, and what is asked below keeps to either side of the middle.
Draws from a fixed seed, and sums in a fixed order: growing again gives the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.votes import Sample
from config.trees_file import QUESTIONS, Tree
from handlers.classify.grounds import NAMES

SEED = 20_261_127
# More of these never makes the intent less likely.
FOR_IT = frozenset(
    {"net", "clear"}
    | {
        f"{span}{model}"
        for span in ("", "clause_", "there_", "about_", "most_", "most_about_")
        for model in ("words", "signs")
    }
)

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How trees are grown.

    Each adds `rate` of what would be likeliest, where the square of an answer costs half of
    `prior`; it sees `rows` of the samples and `grounds` of the grounds, drawn anew, tells
    apart `bins` values of each, and leaves `least` samples on either side of a question.
    """

    trees: int = 200
    rate: float = 0.06
    prior: float = 5.0
    rows: float = 0.8
    grounds: float = 0.6
    bins: int = 64
    least: int = 40


PLAN = Plan()
_LEAST_GAIN = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    """Samples that gave the same answers so far; what is added for them lies within limits.

    `drawn` are those of `rows` that the tree is grown on.
    """

    rows: Numbers = field(repr=False)
    drawn: Numbers = field(repr=False)
    least: float = -math.inf
    most: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class _Split:
    """A question, whether a ground is in a bin behind one; and what no and yes would add."""

    ground: int
    bin: int
    no: float
    yes: float


def grow(samples: Sequence[Sample], log_odds: Sequence[float], plan: Plan = PLAN) -> list[Tree]:
    """Trees that say what a line, with its `log_odds` of each sample, leaves unsaid."""
    values = np.array([sample.grounds.values for sample in samples])
    asked = np.array([float(sample.asked) for sample in samples])
    return Grower(values, plan).grown(asked, np.array(log_odds))


class Grower:
    """Grows trees over the same grounds, a column each, in the order of `NAMES`."""

    def __init__(self, values: Floats, plan: Plan = PLAN) -> None:
        self._plan = plan
        self._edges = [_edges(column, plan.bins) for column in values.T]
        found = [
            np.searchsorted(edges, column)
            for edges, column in zip(self._edges, values.T, strict=True)
        ]
        self._bins = np.stack(found, axis=1)
        self._up = np.array([name in FOR_IT for name in NAMES])

    def grown(self, asked: Floats, log_odds: Floats) -> list[Tree]:
        """The trees for what is asked, where a line says `log_odds`."""
        draw = np.random.Generator(np.random.PCG64(SEED))
        return list(self._grown(asked, log_odds.copy(), draw))

    def _grown(self, asked: Floats, log_odds: Floats, draw: np.random.Generator) -> Iterator[Tree]:
        count, grounds = self._bins.shape
        for _ in range(self._plan.trees):
            # numpy's own differs by the processor.
            likely = 1.0 / (1.0 + np.array([*map(math.exp, (-log_odds).tolist())]))
            self._slope, self._curve = asked - likely, likely * (1.0 - likely)
            self._seen = _drawn(grounds, self._plan.grounds, draw)
            questions: list[tuple[str, float] | None] = [None] * QUESTIONS
            answers: list[float] = []
            root = _Node(rows=np.arange(count), drawn=_drawn(count, self._plan.rows, draw))
            self._ask(root, 0, questions, answers, log_odds)
            yield Tree(questions=tuple(questions), answers=tuple(answers))

    def _ask(
        self,
        node: _Node,
        place: int,
        questions: list[tuple[str, float] | None],
        answers: list[float],
        log_odds: Floats,
    ) -> None:
        """Fills in what stands at a place of a tree and below, and adds the answers."""
        if place >= QUESTIONS:
            value = _short(self._plan.rate * float(self._answers(node, *self._sums(node))))
            answers.append(value)
            log_odds[node.rows] += value
            return
        split = self._split(node)
        no = yes = node
        if split is None:  # all of them go where no leads
            yes = replace(node, rows=node.rows[:0], drawn=node.drawn[:0])
        else:
            questions[place] = NAMES[split.ground], float(self._edges[split.ground][split.bin])
            no, yes = self._parted(node, split)
        self._ask(no, 2 * place + 1, questions, answers, log_odds)
        self._ask(yes, 2 * place + 2, questions, answers, log_odds)

    def _parted(self, node: _Node, split: _Split) -> tuple[_Node, _Node]:
        bins = self._bins[:, split.ground]
        parts = []
        for side in (bins[node.rows] <= split.bin, bins[node.rows] > split.bin):
            rows = node.rows[side]
            parts.append(replace(node, rows=rows, drawn=np.intersect1d(rows, node.drawn, True)))
        no, yes = parts
        if self._up[split.ground]:
            middle = (split.no + split.yes) / 2
            no, yes = replace(no, most=middle), replace(yes, least=middle)
        return no, yes

    def _sums(self, node: _Node) -> tuple[float, float]:
        return float(self._slope[node.drawn].sum()), float(self._curve[node.drawn].sum())

    def _answers(self, node: _Node, slope: Any, curve: Any) -> Any:
        """What is likeliest for the sums of slopes and curves, within the limits of a node."""
        return np.clip(slope / (curve + self._plan.prior), node.least, node.most)

    def _gain(self, node: _Node, slope: Any, curve: Any) -> Any:
        """How much likelier the answers make it, up to a factor."""
        value = self._answers(node, slope, curve)
        return 2.0 * value * slope - value * value * (curve + self._plan.prior)

    def _split(self, node: _Node) -> _Split | None:
        """The question that tells most, of those that leave enough on either side."""
        size = self._plan.bins
        if len(node.drawn) < 2 * self._plan.least:
            return None
        places = self._bins[np.ix_(node.drawn, self._seen)] + np.arange(len(self._seen)) * size
        shape = len(self._seen), size
        counts, slopes, curves = (
            np.bincount(places.ravel(), weight, math.prod(shape)).reshape(shape).cumsum(axis=1)
            for weight in (
                None,
                np.repeat(self._slope[node.drawn], len(self._seen)),
                np.repeat(self._curve[node.drawn], len(self._seen)),
            )
        )
        slope, curve = self._sums(node)
        no = self._answers(node, slopes, curves)
        yes = self._answers(node, slope - slopes, curve - curves)
        gain = self._gain(node, slopes, curves) + self._gain(node, slope - slopes, curve - curves)
        enough = np.minimum(counts, len(node.drawn) - counts) >= self._plan.least
        falls = self._up[self._seen][:, None] & (yes < no)
        # Grounds that part the samples alike gain the same, but for the order of adding.
        gain = np.where(enough & ~falls, gain - self._gain(node, slope, curve), 0.0).round(6)
        number, last = divmod(int(gain.argmax()), size)
        if gain[number, last] <= _LEAST_GAIN:
            return None
        return _Split(
            ground=int(self._seen[number]),
            bin=last,
            no=float(no[number, last]),
            yes=float(yes[number, last]),
        )


def _edges(values: Floats, bins: int) -> Floats:
    """Up to `bins` less one numbers that part some values into about as many each.

    Each has six digits, as the file has it: it is these that part the values.
    """
    found = np.unique(values)
    between = (found[1:] + found[:-1]) / 2
    if len(between) >= bins:
        quantiles = np.quantile(values, np.arange(1, bins) / bins)
        between = between[np.unique(np.searchsorted(between, quantiles).clip(0, len(between) - 1))]
    return np.unique([_short(float(one)) for one in between])


def _drawn(count: int, part: float, draw: np.random.Generator) -> Numbers:
    return np.sort(draw.permutation(count)[: round(count * part)])


def _short(value: float) -> float:
    """As the file has it."""
    return float(f"{value:g}")
