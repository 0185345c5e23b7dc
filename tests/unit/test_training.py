"""The shipped model is what training makes of the corpus and the phrases, to the last octet.

After a change of phrases or messages: bench.train_model, bench.train_net and bench.calibrate.
To train all again takes minutes: here a digest tells whether the files were made from what there
is, and a small training that it gives the same again. All have `--check` for the rest.
"""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bench import calibrate, train_model, train_net
from bench.calibrate import find_votes, fit
from bench.score import Case, markdown_rows, read_cases, score
from bench.train_model import (
    OF_SIGNS,
    TRAIN,
    Example,
    Trainer,
    Trainers,
    read_digests,
    read_messages,
    read_seen,
)
from bench.votes import Sample
from config.model_file import written
from handlers.classify.grounds import NAMES, Grounds
from handlers.classify.shipped import shipped_classifier
from handlers.values import Intent

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
MANUAL, TEST = ROOT / "docs" / "classifier.md", ROOT / "tests" / "corpus" / "test"
AGAIN = "run bench.train_model, bench.train_net and bench.calibrate, and look at bench.score"


@pytest.mark.parametrize(
    ("path", "made_from"),
    [
        (train_model.OUT, train_model.made_from),
        (train_net.OUT, train_model.made_from),
        (calibrate.OUT, calibrate.made_from),
        (calibrate.TREES, calibrate.trees_made_from),
    ],
    ids=lambda one: one.name if isinstance(one, Path) else "",
)
def test_the_shipped_files_were_made_from_the_messages_and_phrases_that_there_are(
    path: Path, made_from: Callable[[bytes], str]
) -> None:
    assert read_digests()[path.name] == made_from(path.read_bytes()), AGAIN


def some_messages() -> list[Case]:
    return read_messages(TRAIN)[::40]


def test_training_again_gives_the_same_file_in_another_process() -> None:
    """Where names hash to other numbers, and sets have another order."""
    code = "from tests.unit.test_training import small_model; print(small_model(), end='')"
    again = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert again.stdout == small_model()
    assert again.stdout.count("\n") > 1_000


def small_model() -> str:
    """The file of a model of a few hundred messages."""
    return written(*Trainers(list(read_seen(some_messages()))).trained())


def test_what_is_held_back_is_not_learnt_from() -> None:
    cases = some_messages()
    lied_to = [
        {**case, "labels": ["cancellation"]} if number < 20 else case
        for number, case in enumerate(cases)
    ]
    without = frozenset(range(20))
    true, lied = (Trainers(list(read_seen(each))) for each in (cases, lied_to))
    assert written(*true.trained(without)) == written(*lied.trained(without))
    assert written(*true.trained()) != written(*lied.trained())


def test_each_fresh_message_is_voted_on_once_by_models_that_do_not_know_it() -> None:
    fresh, others = some_messages()[:40], some_messages()[40:]
    votes = find_votes(fresh, others, jobs=2)
    assert sorted((vote.id, vote.intent) for vote in votes) == sorted(
        (case["id"], intent) for case in fresh for intent in Intent
    )
    turned = [{**case, "labels": ["opt_out"]} if case is fresh[0] else case for case in fresh]
    again = find_votes(turned, others)
    mine = {vote.intent: vote.grounds for vote in votes if vote.id == fresh[0]["id"]}
    assert {v.intent: v.grounds for v in again if v.id == fresh[0]["id"]} == mine


@pytest.mark.parametrize("file", sorted(TEST.glob("*.jsonl")), ids=lambda file: file.stem)
def test_the_manual_tells_how_well_the_shipped_classifier_decides(file: Path) -> None:
    own, _ = markdown_rows(score(read_cases(file), shipped_classifier()))
    assert own in told_rows(), (
        "copy the rows of `python -m bench.score tests/corpus/test --markdown`"
    )


def test_the_manual_tells_what_all_languages_come_to() -> None:
    *languages, all_of_them = told_rows()
    columns = zip(*(row.strip("| ").split(" | ")[1:] for row in languages), strict=True)
    sums = [[map(int, cell.split("/")) for cell in column if cell != "–"] for column in columns]
    told = ["/".join(str(sum(one)) for one in zip(*column, strict=True)) for column in sums]
    assert all_of_them == f"| all | {' | '.join(told)} |"


def told_rows() -> list[str]:
    """The rows of the manual's table, the last of which is of all languages."""
    _, table = MANUAL.read_text(encoding="utf-8").split("tests/corpus/test --markdown`", 1)
    rows = [line for line in table.split("By rules alone")[0].splitlines() if "|" in line]
    assert len(rows) == 3 + len([*TEST.glob("*.jsonl")])
    return rows[2:]


def test_a_sign_of_requests_alone_speaks_for_them_and_one_of_others_against() -> None:
    examples = [
        Example(parts={"stop": 1.0, sign: 1.0}, message=("role cancel",), asks=(asked, False))
        for sign, asked in (("wish", True), ("question", False))
        for _ in range(10)
    ]
    trainer = Trainer(examples, OF_SIGNS)
    trainer.train()
    model = trainer.model()
    assert model.parts["wish"][0] > 0.3
    assert model.parts["question"][0] < -0.3
    assert abs(model.parts.get("stop", (0.0, 0.0))[0]) < model.parts["wish"][0]
    assert all(pair[1] < 0 for pair in (*model.parts.values(), *model.message.values()))


def test_a_feature_of_too_few_messages_is_none() -> None:
    examples = [
        Example(parts={"often": 1.0, f"once {number}": 1.0}, message=(), asks=(True, False))
        for number in range(10)
    ]
    trainer = Trainer(examples, OF_SIGNS)
    trainer.train()
    assert {*trainer.model().parts} == {"often"}


def seen(asked: int, of: int, *, vote: float = 0.0, question: float = 0.0) -> list[Sample]:
    """So many findings alike, of which some are asked for."""
    return [
        Sample(
            id=str(number),
            intent=Intent.OPT_OUT,
            grounds=Grounds(words=vote, question=question),
            asked=number < asked,
        )
        for number in range(of)
    ]


def line_of(samples: list[Sample]) -> dict[str, float]:
    return dict(zip(("offset", *NAMES), fit(samples), strict=True))


def test_lines_follow_what_was_asked_for() -> None:
    assert line_of(seen(950, 1_000))["offset"] == pytest.approx(math.log(19), abs=0.01)
    line = line_of(seen(5_000, 10_000, vote=-2) + seen(9_500, 10_000, vote=2))
    assert line["offset"] + 2 * line["words"] == pytest.approx(math.log(19), abs=0.1)
    assert line["offset"] - 2 * line["words"] == pytest.approx(0.0, abs=0.1)
    line = line_of(seen(9_500, 10_000) + seen(5_000, 10_000, question=1))
    assert line["offset"] == pytest.approx(math.log(19), abs=0.1)
    assert line["question"] == pytest.approx(-math.log(19), abs=0.1)
    assert line["signs"] == 0.0  # which never varied


def test_what_few_messages_tell_counts_for_little() -> None:
    few = line_of(seen(5, 10, vote=-2) + seen(10, 10, vote=2))["words"]
    many = line_of(seen(500, 1_000, vote=-2) + seen(1_000, 1_000, vote=2))["words"]
    assert 0 < few < many / 2
