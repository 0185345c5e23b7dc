"""Messages in batches, as the network's training goes over them (train_net.py)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from handlers.classify.net import Reading, is_phrase, rows_of

Floats = npt.NDArray[np.floating[Any]]
Numbers = npt.NDArray[np.intp]

# Messages of about one length stand together within so many batches.
_SORTED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How large a network is, and how it is trained.

    `pieces` are the rows for pieces of words, `size` the numbers that a word is, `width` those of
    a word among its neighbours. A step is `rate` long at first, after `warm_steps` shorter ones,
    and nothing in the end; weights lose `decay` of it. `no_…` are the parts that are left out at
    random: of the words, of the phrases, of what is found on the way. `doubt` is how often a label
    is thought wrong. The values were found on a fifth of the fresh messages and of those written
    as variations of each other, by networks trained without these; more `width` and `rounds` are
    a little better still, and take longer (docs/classifier.md).
    """

    pieces: int = 1 << 16
    size: int = 48
    width: int = 128
    rounds: int = 6
    batch: int = 64
    rate: float = 3e-3
    warm_steps: int = 200
    decay: float = 1e-2
    no_word: float = 0.25
    no_phrase: float = 0.25
    no_finding: float = 0.3
    doubt: float = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What the network sees of a message, by the numbers of words and marks, and the truth."""

    words: Numbers
    places: Numbers
    marks: Numbers
    is_phrase: npt.NDArray[np.bool_]
    facts: Floats
    asks: Floats


class Examples:
    """All messages, with the words and marks that there are in them.

    `rows` are those of the pieces of all words one after the other; those of a word begin at
    `starts`, and are `counts` many.
    """

    def __init__(self, readings: Sequence[tuple[Reading, Sequence[bool]]], pieces: int) -> None:
        words: dict[str, int] = {}
        self.names = sorted({name for one, _ in readings for _, name in one.marks})
        numbers = {name: number for number, name in enumerate(self.names)}
        self.all = [
            Example(
                words=np.array([words.setdefault(w, len(words)) for w in one.words], np.intp),
                places=np.array([place for place, _ in one.marks], np.intp),
                marks=np.array([numbers[name] for _, name in one.marks], np.intp),
                is_phrase=np.array([is_phrase(name) for _, name in one.marks], bool),
                facts=np.array(one.facts, np.float32),
                asks=np.array(asks, np.float32),
            )
            for one, asks in readings
        ]
        rows = [rows_of(word, pieces) for word in words]
        self.rows = np.array([row for those in rows for row in those], np.intp)
        self.counts = np.array([len(those) for those in rows], np.intp)
        self.starts = np.cumsum(self.counts) - self.counts

    def pieces_of(self, words: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """The rows of the pieces of some words, where those of each begin, and how many."""
        counts = self.counts[words]
        starts = np.cumsum(counts) - counts
        shifts = np.repeat(self.starts[words] - starts, counts)
        return self.rows[np.arange(counts.sum()) + shifts], starts, counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some messages, each in a row of as many places as the longest has.

    `words` are the numbers of the words that were not left out, each once; at `places`, counted
    through all rows, stand those that `which` tells. `marks` stand at the places `marked`. `mask`
    is 1 where there is a word.
    """

    words: Numbers
    places: Numbers
    which: Numbers
    marked: Numbers
    marks: Numbers
    mask: Floats
    facts: Floats
    asks: Floats


def batch_of(examples: Sequence[Example], plan: Plan, draw: np.random.Generator) -> Batch:
    """A batch, from which words and phrases are left out at random."""
    longest = max(1, *(len(one.words) for one in examples))
    mask = np.zeros((len(examples), longest), np.float32)
    for row, one in zip(mask, examples, strict=True):
        row[: len(one.words)] = 1
    words = np.concatenate([one.words for one in examples])
    kept = draw.random(len(words)) >= plan.no_word
    chosen, which = np.unique(words[kept], return_inverse=True)
    marked = np.concatenate([one.places + i * longest for i, one in enumerate(examples)])
    marks = np.concatenate([one.marks for one in examples])
    is_phrase = np.concatenate([one.is_phrase for one in examples])
    # A word has all its phrases, or none.
    without = draw.random(mask.size) < plan.no_phrase
    known = ~(is_phrase & without[marked])
    return Batch(
        words=chosen,
        places=np.flatnonzero(mask)[kept],
        which=which,
        marked=marked[known],
        marks=marks[known],
        mask=mask,
        facts=np.array([one.facts for one in examples]),
        asks=np.array([one.asks for one in examples]),
    )


def batches(
    examples: Sequence[Example], numbers: Numbers, plan: Plan, draw: np.random.Generator
) -> Iterator[Numbers]:
    """The numbers of the examples of each batch, once through all of them."""
    order = draw.permutation(numbers)
    lengths = np.array([len(one.words) for one in examples])
    found: list[Numbers] = []
    for start in range(0, len(order), plan.batch * _SORTED):
        some = order[start : start + plan.batch * _SORTED]
        some = some[np.argsort(lengths[some], kind="stable")]
        found += [some[i : i + plan.batch] for i in range(0, len(some), plan.batch)]
    for i in draw.permutation(len(found)):
        yield found[i]
