"""The shipped model is what training makes of the corpus and the phrases, to the last octet.

After a change of phrases or messages: `python -m bench.train_model && python -m bench.calibrate`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.calibrate import OUT as CALIBRATION
from bench.calibrate import Sample as Seen
from bench.calibrate import calibrated, fit
from bench.score import markdown_rows, read_cases, score
from bench.train_model import OUT as MODEL
from bench.train_model import Example, Trainer, read_examples, trained
from config.model_file import load_model
from handlers.classify.confidence import State
from handlers.classify.shipped import shipped_classifier
from handlers.values import Intent

ROOT = Path(__file__).parents[2]
MANUAL, TEST = ROOT / "docs" / "classifier.md", ROOT / "tests" / "corpus" / "test"
AGAIN = "run `python -m bench.train_model && python -m bench.calibrate`, and look at bench.score"


def differing(made: str, shipped: str) -> list[str]:
    """Some lines that differ: the files have 50,000."""
    return sorted(set(made.splitlines()) ^ set(shipped.splitlines()))[:6]


@pytest.mark.timeout(300)
def test_training_again_gives_the_shipped_model() -> None:
    differ = differing(trained(read_examples()), MODEL.read_text(encoding="utf-8"))
    assert differ == [], AGAIN


@pytest.mark.timeout(120)
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
    trainer = Trainer(examples, 0)
    trainer.train()
    weights = dict(zip(trainer.names, trainer.weights, strict=True))
    assert weights["s\twish"] > 0.5
    assert weights["s\tquestion"] < -0.5
    assert abs(weights["p\t^stop$"]) < weights["s\twish"]


@pytest.mark.parametrize("intent", Intent)
def test_lines_follow_what_was_asked_for(intent: Intent) -> None:
    def seen(odds: float, asked: int, of: int) -> list[Seen]:
        return [
            Seen(intent=intent, state=State.WEAK, log_odds=odds, asked=i < asked)
            for i in range(of)
        ]

    likely, slope = fit(seen(-2, 50, 100) + seen(2, 95, 100), State.WEAK)
    unlikely, _ = fit(seen(-2, 5, 100) + seen(2, 50, 100), State.WEAK)
    assert slope > 0
    assert likely > unlikely
