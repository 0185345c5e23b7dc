"""Training the network: its slopes are the slopes, and training again gives the same file."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.net_batches import Examples, Floats, Plan, batch_of
from bench.net_slopes import find_slopes
from bench.train_net import Trainer, Weights, times_of
from config.net_file import as_bytes
from handlers.classify.net import ASKED, REACHES, Layers, Net, Reading, rows_of

ROOT = Path(__file__).parents[2]
SMALL = Plan(pieces=64, size=5, width=6, no_word=0, no_phrase=0, no_finding=0)
FIRST, SECOND = (1.0, 0.0, 0.0, 1.0, 0.0), (0.0, 1.0, 0.0, 1.0, 0.0)
SOME = [
    (
        Reading(["end", "my", "plan", "now"], [(0, "in a"), (1, "in a"), (1, ASKED)], FIRST),
        (True, False),
    ),
    (Reading(["no", "plan"], [(1, "in a")], SECOND), (False, True)),
    (Reading([], [], SECOND), (False, False)),
]


def test_slopes_are_what_small_differences_tell() -> None:
    examples, draw = Examples(SOME, SMALL.pieces), np.random.Generator(np.random.PCG64(1))
    weights = Weights(len(examples.names), SMALL, draw)
    values: dict[str, Floats] = {k: v.astype(np.float64) for k, v in weights.values.items()}
    batch = batch_of(examples.all, SMALL, draw)
    slopes, of_rows = find_slopes(batch, examples, values, SMALL, draw)
    for name, (rows, slope) in of_rows.items():
        slopes[name] = np.zeros_like(values[name])
        slopes[name][rows] = slope
    assert {*slopes} == {*values}
    for name, value in values.items():
        for place in draw.integers(0, value.size, 30).tolist():
            found = difference(values, name, place)
            assert found == pytest.approx(slopes[name].flat[place], abs=1e-6, rel=1e-3), name


def difference(values: dict[str, Floats], name: str, place: int) -> float:
    told, step = [], 1e-5
    for by in (step, -2 * step):
        values[name].flat[place] += by
        told.append(cross_entropy(values))
    values[name].flat[place] += step
    return (told[0] - told[1]) / (2 * step)


def cross_entropy(values: dict[str, Floats]) -> float:
    """By another way than training takes: a message at a time, a word at a time."""
    total, names = 0.0, Examples(SOME, SMALL.pieces).names
    for reading, asks in SOME:
        rows = [
            values["pieces"][rows_of(word, SMALL.pieces)].mean(axis=0)
            + sum(values["marks"][names.index(m)] for at, m in reading.marks if at == place)
            for place, word in enumerate(reading.words)
        ]
        for number, reach in enumerate(REACHES):
            rows = looked(values, rows, number, reach)
        none = np.zeros(SMALL.width)
        found = [np.max(rows, axis=0), np.mean(rows, axis=0)] if rows else [none, none]
        told = np.concatenate([*found, reading.facts])
        hidden = np.maximum(told @ values["hidden"] + values["hidden offset"], 0)
        for odds, asked in zip(hidden @ values["out"] + values["out offset"], asks, strict=True):
            likely = 1 / (1 + math.exp(-odds))
            wanted = asked * (1 - 2 * SMALL.doubt) + SMALL.doubt
            total -= wanted * math.log(likely) + (1 - wanted) * math.log(1 - likely)
    return total / (2 * len(SOME))


def looked(values: dict[str, Floats], rows: list[Floats], number: int, reach: int) -> list[Floats]:
    found: list[Floats] = []
    for place, row in enumerate(rows):
        there = [
            rows[at] if 0 <= at < len(rows) else np.zeros_like(row)
            for at in (place - reach, place, place + reach)
        ]
        said = np.concatenate(there) @ values[f"look {number}"] + values[f"offset {number}"]
        if number == len(REACHES) - 1:
            summary = np.concatenate([np.mean(rows, axis=0), np.max(rows, axis=0)])
            said = said + summary @ values["around"]
        found.append(np.maximum(said, 0) + (row if number else 0))
    return found


ORDERED = [
    (Reading(words.split(), [], FIRST), (False, asked))
    for words, asked in [
        ("end it do not wait", True), ("do not end it wait", False),
        ("close it do not wait", True), ("do not close it wait", False),
    ]
]  # fmt: skip


def trained(rounds: int = 2) -> Layers:
    plan = Plan(pieces=512, size=8, width=8, rounds=rounds)
    return Trainer(ORDERED * 50, plan).trained()


def test_it_learns_what_only_the_order_tells() -> None:
    net = Net(trained(rounds=60))
    for reading, (_, asked) in ORDERED:
        assert (net.vote_on(reading)[1] > 0) is asked


def test_training_again_gives_the_same_file_in_another_process() -> None:
    code = (
        "import sys; from tests.unit.test_net_training import as_bytes, trained; "
        "sys.stdout.buffer.write(as_bytes(trained().arrays()))"
    )
    one, other = (
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
        for _ in range(2)
    )
    assert one.stdout == other.stdout
    assert one.stdout


def test_what_is_left_out_teaches_nothing() -> None:
    plan, some = Plan(pieces=512, size=8, width=8, rounds=2), ORDERED * 20
    odd = (Reading(["odd"], [], FIRST), (True, True))
    without = Trainer([*some, odd], plan).trained(without=[len(some)])
    assert as_bytes(without.arrays()) == as_bytes(Trainer(some, plan).trained().arrays())
    assert as_bytes(without.arrays()) != as_bytes(Trainer([*some, odd], plan).trained().arrays())


def test_words_phrases_and_findings_are_left_out_at_random() -> None:
    examples, draw = Examples(SOME * 200, 64), np.random.Generator(np.random.PCG64(1))
    batch = batch_of(examples.all, Plan(no_word=0.5, no_phrase=0.5), draw)
    words, phrases = batch.mask.sum(), 3 * 200
    assert 0.4 * words < len(batch.places) < 0.6 * words
    kept = [examples.names[mark] for mark in batch.marks]
    assert 0.4 * phrases < kept.count("in a") < 0.6 * phrases
    assert kept.count(ASKED) == 200


def test_what_counts_more_is_gone_over_more_often() -> None:
    plan = replace(SMALL, rounds=2)
    some = ORDERED[:4]
    once = Trainer([*some, some[-1]], plan).trained()
    twice = Trainer(some, plan, times=[1, 1, 1, 2]).trained()
    assert as_bytes(twice.arrays()) == as_bytes(once.arrays())
    names = ("de-l17", "de-e17", "de-p17a", "ls-4")
    assert [times_of({"id": name}) for name in names] == [3, 3, 1, 1]
