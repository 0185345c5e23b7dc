"""The slopes of the network's error by each of its weights (train_net.py): forward, and back."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from bench.net_batches import Batch, Examples, Floats, Numbers, Plan
from handlers.classify.net import REACHES, beside

Values = Mapping[str, Floats]
LeftOut = Callable[[Floats], Floats]


class Slopes(NamedTuple):
    """Those of the weights by name, and those of the rows of tables that were looked at."""

    of_all: dict[str, Floats]
    of_rows: dict[str, tuple[Numbers, Floats]]


class _Looked(NamedTuple):
    """What the three steps of `REACHES` made of a batch, kept for the way back."""

    left_out: list[Floats]
    beside: list[Floats]
    active: list[Floats]
    found: Floats
    summary: Floats
    top: Numbers  # where the greatest of the summary stand


def find_slopes(
    batch: Batch, examples: Examples, values: Values, plan: Plan, draw: np.random.Generator
) -> Slopes:
    """The slopes of the mean cross-entropy of a batch.

    What is found on the way is left out at random, and what stays counts as much more.
    """

    def left_out(like: Floats) -> Floats:
        kept = draw.random(like.shape, np.float32) >= plan.no_finding
        return kept * np.float32(1 / (1 - plan.no_finding))

    rows, starts, counts = examples.pieces_of(batch.words)
    shares = counts[:, None].astype(np.float32)
    seen = _seen(batch, values, (rows, starts), shares)
    looked = _look(seen, batch, values, left_out)
    mask, length = batch.mask[:, :, None], _lengths(batch)
    # What all of it tells.
    top = looked.found.argmax(axis=1)
    told = np.concatenate(
        [_greatest(looked.found, top), looked.found.sum(axis=1) / length, batch.facts], axis=1
    )
    of_told = left_out(told)
    told = told * of_told
    hidden = told @ values["hidden"] + values["hidden offset"]
    of_hidden = left_out(hidden) * (hidden > 0)
    hidden = hidden * of_hidden
    odds = hidden @ values["out"] + values["out offset"]
    # And back.
    slopes: dict[str, Floats] = {}
    back = _off_by(odds, batch.asks, plan.doubt)
    slopes["out"], slopes["out offset"] = hidden.T @ back, back.sum(axis=0)
    back = (back @ values["out"].T) * of_hidden
    slopes["hidden"], slopes["hidden offset"] = told.T @ back, back.sum(axis=0)
    back = (back @ values["hidden"].T) * of_told
    width = looked.found.shape[2]
    over = _spread(back[:, :width], top, looked.found.shape[1])
    over += (back[:, width : 2 * width] / length)[:, None] * mask
    flat = _look_back(over, looked, batch, values, slopes)
    _, of_words = summed(batch.which, flat[batch.places])
    pieces = np.repeat(of_words / shares, counts, axis=0)
    return Slopes(
        of_all=slopes,
        of_rows={
            "marks": summed(batch.marks, flat[batch.marked]),
            "pieces": summed(rows, pieces),
        },
    )


def _seen(batch: Batch, values: Values, pieces: tuple[Numbers, Numbers], shares: Floats) -> Floats:
    """A row of numbers for each place: what the word says, and what is marked there."""
    rows, starts = pieces
    size = values["pieces"].shape[1]
    seen = np.zeros((batch.mask.size, size), np.float32)
    if len(rows):
        sums = np.add.reduceat(values["pieces"][rows], starts, axis=0)
        seen[batch.places] = (sums / shares)[batch.which]
    places, marks = summed(batch.marked, values["marks"][batch.marks])
    seen[places] += marks
    return seen.reshape(*batch.mask.shape, size)


def _look(seen: Floats, batch: Batch, values: Values, left_out: LeftOut) -> _Looked:
    mask = batch.mask[:, :, None]
    kept = [left_out(seen)]
    given, found = seen * kept[0], np.zeros(0)
    summary, top = np.zeros(0), np.zeros(0, np.intp)
    all_beside: list[Floats] = []
    all_active: list[Floats] = []
    for number, reach in enumerate(REACHES):
        around = beside(given, reach)
        there = around @ values[f"look {number}"] + values[f"offset {number}"]
        if _is_last(number):
            top = found.argmax(axis=1)
            mean = found.sum(axis=1) / _lengths(batch)
            summary = np.concatenate([mean, _greatest(found, top)], axis=1)
            there = there + (summary @ values["around"])[:, None]
        active = (there > 0) * mask
        found = there * active + (found if number else 0)
        all_beside.append(around)
        all_active.append(active)
        if not _is_last(number):
            kept.append(left_out(found))
            given = found * kept[-1]
    return _Looked(kept, all_beside, all_active, found, summary, top)


def _look_back(
    over: Floats, looked: _Looked, batch: Batch, values: Values, slopes: dict[str, Floats]
) -> Floats:
    """Adds the slopes by the three steps, and gives those by what is seen, a row a place."""
    mask, width = batch.mask[:, :, None], over.shape[2]
    for number in reversed(range(len(REACHES))):
        there = over * looked.active[number]
        flat = there.reshape(-1, width)
        slopes[f"look {number}"] = looked.beside[number].reshape(len(flat), -1).T @ flat
        slopes[f"offset {number}"] = flat.sum(axis=0)
        given = _beside_back(there @ values[f"look {number}"].T, REACHES[number])
        given *= looked.left_out[number]
        # The first step adds to nothing.
        over = over + given if number else given
        if _is_last(number):
            of_summary = there.sum(axis=1)
            slopes["around"] = looked.summary.T @ of_summary
            back = of_summary @ values["around"].T
            over += (back[:, :width] / _lengths(batch))[:, None] * mask
            over += _spread(back[:, width:], looked.top, over.shape[1])
    return over.reshape(-1, over.shape[2])


def _off_by(odds: Floats, asks: Floats, doubt: float) -> Floats:
    """The slopes by the log-odds: how far each is off, as a part of all of them."""
    likely = [[_logistic(one) for one in row] for row in odds.tolist()]
    wanted = asks * (1 - 2 * doubt) + doubt
    off: Floats = (np.array(likely) - wanted) / odds.size
    return off.astype(np.float32)


def _logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def _lengths(batch: Batch) -> Floats:
    found: Floats = np.maximum(batch.mask.sum(axis=1), 1)[:, None]
    return found


def _is_last(number: int) -> bool:
    return number == len(REACHES) - 1


def _greatest(rows: Floats, places: Numbers) -> Floats:
    found: Floats = np.take_along_axis(rows, places[:, None], axis=1)[:, 0]
    return found


def _spread(slopes: Floats, places: Numbers, count: int) -> Floats:
    """The slopes of the greatest at the places where these stand."""
    found = np.zeros((len(slopes), count, slopes.shape[1]), np.float32)
    np.put_along_axis(found, places[:, None], slopes[:, None], axis=1)
    return found


def _beside_back(slopes: Floats, reach: int) -> Floats:
    """The slopes by each place, of those by it and by its place beside others."""
    size = slopes.shape[2] // 3
    before, there, behind = (slopes[:, :, i * size : (i + 1) * size] for i in range(3))
    found = there.copy()
    if slopes.shape[1] > reach:
        found[:, :-reach] += before[:, reach:]
        found[:, reach:] += behind[:, :-reach]
    return found


def summed(numbers: Numbers, rows: Floats) -> tuple[Numbers, Floats]:
    """The numbers that there are, each once, and the sum of the rows of each."""
    if not len(numbers):
        return numbers, rows
    order = np.argsort(numbers, kind="stable")
    found, starts = np.unique(numbers[order], return_index=True)
    return found, np.add.reduceat(rows[order], starts, axis=0)
