"""The shipped model is what training makes of the corpus and the phrases, to the last octet.

After a change of phrases or messages: `python -m bench.train_model && python -m bench.calibrate`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.calibrate import OUT as CALIBRATION
from bench.calibrate import calibrated, fit
from bench.score import markdown_rows, read_cases, score
from bench.train_model import OUT as MODEL
from bench.train_model import Example, Trainer, read_examples, trained
from bench.votes import FIRST_VOTES, Sample, read_lines, write_line
from config.model_file import load_model
from handlers.classify.confidence import State
from handlers.classify.grounds import Grounds
from handlers.classify.shipped import shipped_classifier
from handlers.values import Intent

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
MANUAL, TEST = ROOT / "docs" / "classifier.md", ROOT / "tests" / "corpus" / "test"
AGAIN = "run `python -m bench.train_model && python -m bench.calibrate`, and look at bench.score"


def differing(made: str, shipped: str) -> list[str]:
    """Some lines that differ: the files have 50,000."""
    return sorted(set(made.splitlines()) ^ set(shipped.splitlines()))[:6]


@pytest.mark.timeout(900)
def test_training_again_gives_the_shipped_model() -> None:
    differ = differing(trained(read_examples()), MODEL.read_text(encoding="utf-8"))
    assert differ == [], AGAIN


@pytest.mark.timeout(600)
def test_calibrating_again_gives_the_shipped_lines() -> None:
    made, _ = calibrated(load_model())
    differ = differing(made, CALIBRATION.read_text(encoding="utf-8"))
    assert differ == [], AGAIN


def test_the_manual_tells_how_well_the_shipped_classifier_decides() -> None:
    rows = markdown_rows(score(read_cases(TEST), shipped_classifier()))
    manual = MANUAL.read_text(encoding="utf-8").splitlines()
    wrong = [row for row in rows if row not in manual]
    assert wrong == [], "copy the rows of `python -m bench.score tests/corpus/test --markdown`"


def test_a_sign_of_requests_alone_speaks_for_them_and_one_of_others_against() -> None:
    examples = [
        Example(pieces=("^stop$",), signs=(sign,), asks=(asked, False))
        for sign, asked in (("wish", True), ("question", False))
        for _ in range(10)
    ]
    trainer = Trainer(examples)
    trainer.train()
    weights = dict(zip(trainer.names, trainer.weights[0].tolist(), strict=True))
    assert weights["s\twish"] > 0.5
    assert weights["s\tquestion"] < -0.5
    assert abs(weights["p\t^stop$"]) < weights["s\twish"]


def seen(asked: int, of: int, *, vote: float = 0.0, question: float = 0.0) -> list[Sample]:
    """So many findings alike, of which some are asked for."""
    return [
        Sample(
            id=str(number),
            intent=Intent.OPT_OUT,
            state=State.WEAK,
            grounds=Grounds(whole=vote, there=vote, about=vote, question=question),
            asked=number < asked,
        )
        for number in range(of)
    ]


def test_lines_follow_what_was_asked_for() -> None:
    likely, *_ = fit(seen(950, 1_000), State.WEAK)
    assert likely == pytest.approx(2.94, abs=0.05)  # ln 19
    offset, whole, there, about, *_ = fit(
        seen(500, 1_000, vote=-2) + seen(950, 1_000, vote=2), State.WEAK
    )
    assert offset + 2 * (whole + there + about) == pytest.approx(2.94, abs=0.1)
    assert offset - 2 * (whole + there + about) == pytest.approx(0.0, abs=0.1)
    *_, question, _, _, _ = fit(seen(950, 1_000) + seen(500, 1_000, question=1), State.WEAK)
    assert question == pytest.approx(-2.94, abs=0.2)


def test_no_vote_speaks_against_what_it_votes_for() -> None:
    line = fit(seen(95, 100, vote=-2) + seen(50, 100, vote=2), State.WEAK)
    assert line[1:4] == (0.0, 0.0, 0.0)


def test_first_votes_are_read_as_they_were_written() -> None:
    lines = FIRST_VOTES.read_text(encoding="utf-8").splitlines(keepends=True)
    assert list(map(write_line, read_lines(FIRST_VOTES))) == lines
