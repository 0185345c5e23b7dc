"""Trees beside the calibration's line: how they are kept, asked, and grown."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.grow_trees import FOR_IT, PLAN, grow
from bench.votes import Sample
from config.model_error import ModelError
from config.model_file import load_model
from config.trees_file import ANSWERS, QUESTIONS, Tree, load_trees, read_trees, written
from handlers.classify.grounds import MAX_LOG_ODDS, NAMES, Grounds
from handlers.classify.shipped import calibration
from handlers.classify.trees import Trees
from handlers.values import Intent

QUICK = replace(PLAN, trees=40, rate=0.3)
NUMBERS = st.integers(-9, 9).map(float)
# Whose sums are the same in whatever order.
SIXTEENTHS = st.integers(-16, 16).map(lambda number: number / 16)
QUESTION = st.none() | st.tuples(st.sampled_from(NAMES[:4]), NUMBERS)
TREE = st.builds(
    Tree,
    questions=st.tuples(*[QUESTION] * QUESTIONS),
    answers=st.tuples(*[SIXTEENTHS] * ANSWERS),
)
VALUES = st.tuples(*[NUMBERS] * len(NAMES))


# kept -----------------------------------------------------------------------------------------


@given(
    trees=st.dictionaries(st.sampled_from(["opt_out", "cancellation"]), st.lists(TREE, min_size=1))
)
def test_what_is_written_is_read_again(trees: Mapping[str, list[Tree]]) -> None:
    assert read_trees(written(trees)) == trees


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        (lambda cells: cells[:-1], "line 2 has not 7 questions and 8 answers"),
        (
            lambda cells: [*cells[:-1], "much"],
            "line 2 has what is neither a question nor a number",
        ),
        (lambda cells: [cells[0], "net", *cells[2:]], "line 2 has what is neither"),
        (lambda cells: [cells[0], "net>", *cells[2:]], "line 2 has what is neither"),
        (lambda cells: [cells[0], "net>inf", *cells[2:]], "line 2 has what is neither"),
        *(
            (lambda cells, wrong=wrong: [*cells[:-1], wrong], "line 2 has what is neither")
            for wrong in ("nan", "inf", "1e400", "-1.1")
        ),
    ],
)
def test_what_is_no_tree_is_told_by_its_line(change: object, mistake: str) -> None:
    assert callable(change)
    right = written({"opt_out": [Tree(questions=(None,) * QUESTIONS, answers=(0.0,) * ANSWERS)]})
    wrong = "\t".join(change(right.removesuffix("\n").split("\t")))
    with pytest.raises(ModelError, match=f"^trees.tsv: {mistake}"):
        read_trees(f"{right}{wrong}\n")


def test_a_file_that_is_cut_in_its_last_number_is_told() -> None:
    right = written({"opt_out": [Tree(questions=(None,) * QUESTIONS, answers=(0.25,) * ANSWERS)]})
    with pytest.raises(ModelError, match=r"^trees\.tsv: its last line is cut"):
        read_trees(right.removesuffix("5\n"))


def test_a_file_that_is_missing_or_no_text_or_cut_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("config.trees_file.resources.files", lambda _: tmp_path)
    with pytest.raises(ModelError, match=r"trees\.tsv: the file is missing"):
        load_trees()
    (tmp_path / "model").mkdir()
    file = tmp_path / "model" / "trees.tsv"
    file.write_bytes(b"opt_out\t\xff")
    with pytest.raises(ModelError, match=r"trees\.tsv: it is no text"):
        load_trees()
    tree = Tree(questions=(None,) * QUESTIONS, answers=(0.0,) * ANSWERS)
    for trees in ({}, {"opt_out": [tree, tree], "cancellation": [tree]}):
        file.write_text(written(trees))
        with pytest.raises(ModelError, match="not as many trees for each intent, or none"):
            load_trees()


def test_trees_ask_about_grounds_of_intents_only() -> None:
    asks = Tree(questions=(("weather", 1.0), *[None] * 6), answers=(0.0,) * ANSWERS)
    with pytest.raises(ModelError, match="weather is none of the grounds"):
        Trees([asks])
    of_both = load_trees()
    for trees in ({"opt_out": of_both["opt_out"]}, {**of_both, "applause": []}):
        with pytest.raises(ModelError, match="not trees for each intent, and for nothing else"):
            calibration(replace(load_model(), trees=trees))


# asked ----------------------------------------------------------------------------------------


@given(trees=st.lists(TREE, max_size=5), values=VALUES)
def test_all_answers_are_added(trees: list[Tree], values: tuple[float, ...]) -> None:
    assert Trees(trees).log_odds(values) == math.fsum(walked(tree, values) for tree in trees)


def walked(tree: Tree, values: tuple[float, ...]) -> float:
    """What a tree answers, a question at a time."""
    place = 0
    while place < QUESTIONS:
        asked = tree.questions[place]
        yes = asked is not None and values[NAMES.index(asked[0])] > asked[1]
        place = 2 * place + 1 + int(yes)
    answer: float = tree.answers[place - QUESTIONS]
    return answer


@given(
    votes=st.lists(
        st.floats(-MAX_LOG_ODDS, MAX_LOG_ODDS), min_size=len(NAMES), max_size=len(NAMES)
    ),
    name=st.sampled_from(sorted(FOR_IT)),
    more=st.floats(0, 2 * MAX_LOG_ODDS),
    intent=st.sampled_from(Intent),
)
def test_more_of_a_vote_never_makes_it_less_likely_to_the_shipped_trees(
    votes: list[float], name: str, more: float, intent: Intent
) -> None:
    trees = calibration(load_model()).trees[intent]
    raised = [v + more if ground == name else v for ground, v in zip(NAMES, votes, strict=True)]
    assert trees.log_odds(raised) >= trees.log_odds(votes) - 1e-9


@pytest.mark.parametrize("intent", Intent)
def test_each_shipped_tree_is_held_to_it(intent: Intent) -> None:
    """Below a question about a vote no answer behind no is greater than one behind yes."""
    for tree in load_trees()[intent]:
        for place, asked in enumerate(tree.questions):
            if asked is not None and asked[0] in FOR_IT:
                no, yes = (answers_below(tree, 2 * place + side) for side in (1, 2))
                assert max(no) <= min(yes)


def answers_below(tree: Tree, place: int) -> list[float]:
    """What stands at a place or below it, but not where a question that is none would lead."""
    if place >= QUESTIONS:
        return [tree.answers[place - QUESTIONS]]
    sides = (1, 2) if tree.questions[place] is not None else (1,)
    return [value for side in sides for value in answers_below(tree, 2 * place + side)]


# grown ----------------------------------------------------------------------------------------


def sample(asked: bool, **grounds: float) -> Sample:
    return Sample(id="x", intent=Intent.OPT_OUT, grounds=Grounds(**grounds), asked=asked)


def test_they_tell_what_takes_two_grounds_together() -> None:
    # In cancel@ a question asks for nothing, and in support@ it does: no line tells that.
    corners = [(question, cancel) for question in (0.0, 1.0) for cancel in (0.0, 1.0)]
    samples = [
        sample(question != cancel, question=question, to_cancel=cancel)
        for question, cancel in corners
        for _ in range(200)
    ]
    trees = Trees(grow(samples, [0.0] * len(samples), QUICK))
    for question, cancel in corners:
        odds = trees.log_odds(Grounds(question=question, to_cancel=cancel).values)
        assert (odds > 2) == (question != cancel)
        assert abs(odds) > 2


def test_they_say_no_more_than_the_line_where_it_is_right() -> None:
    samples = [sample(number < 900, words=1.0) for number in range(1_000)]
    trees = Trees(grow(samples, [math.log(9)] * 1_000, QUICK))
    assert trees.log_odds(Grounds(words=1.0).values) == pytest.approx(0.0, abs=0.1)


@given(seed=st.integers(0, 2**32))
def test_a_vote_is_held_to_speak_for_the_intent(seed: int) -> None:
    draw = np.random.Generator(np.random.PCG64(seed))
    votes, answers = draw.normal(size=600), draw.integers(0, 2, 600)
    asked = draw.random(600) < 1 / (1 + np.exp(4 * votes * (answers - 0.3)))
    samples = [
        sample(bool(yes), net=float(vote), answers=float(answer))
        for yes, vote, answer in zip(asked, votes, answers, strict=True)
    ]
    trees = Trees(grow(samples, [0.0] * 600, replace(QUICK, trees=5)))
    for answer in (0.0, 1.0):
        told = [
            trees.log_odds(Grounds(net=float(vote), answers=answer).values)
            for vote in np.linspace(-3, 3, 50)
        ]
        assert told == sorted(told)


def test_too_few_messages_tell_nothing() -> None:
    few = [sample(number % 2 == 0, words=float(number % 2)) for number in range(PLAN.least)]
    (tree, *_) = grow(few, [0.0] * len(few), QUICK)
    assert {*tree.questions} == {None}


def test_growing_again_gives_the_same() -> None:
    samples = [
        sample(n % 7 < n % 3, words=n % 7, signs=n % 3, length=n % 11) for n in range(2_000)
    ]
    odds = [0.1 * (n % 5) for n in range(2_000)]
    assert grow(samples, odds, QUICK) == grow(samples, odds, QUICK)
    assert grow(samples, odds, QUICK) != grow(samples, odds, replace(QUICK, rows=0.5))
