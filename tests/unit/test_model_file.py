"""The files of the models: read as they are, and refused with the line that is wrong."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from config.model_error import ModelError
from config.model_file import Model, load_model, read_model, written
from handlers.classify.grounds import NAMES
from handlers.classify.shipped import calibration
from handlers.values import Intent

LINEAR = (
    "wb\t-1\t-2\t\nwp\t1.5\t0\t^stop$\tno ads\nwm\t0\t1\trole cancel\n"
    "sb\t-3\t-4\t\nsc\t0\t2\tmood.wish cancel.do\nsm\t0\t0.5\trole cancel\n"
)
LINES = "offset\t-1\t-2\nwords\t0.3\t0.2\n"


def test_weights_are_read_by_kind_and_name() -> None:
    found = read_model(LINEAR.splitlines(keepends=True), LINES)
    assert (found.words.bias, found.signs.bias) == ((-1.0, -2.0), (-3.0, -4.0))
    pieces = found.words.pieces
    assert pieces.weights_of(["^stop$", "no ads", "stop"]).tolist() == [[1.5, 0], [1.5, 0], [0, 0]]
    assert found.words.message == {"role cancel": (0.0, 1.0)}
    assert found.signs.parts == {"mood.wish cancel.do": (0.0, 2.0)}
    assert found.signs.message == {"role cancel": (0.0, 0.5)}
    assert found.grounds == {"offset": (-1.0, -2.0), "words": (0.3, 0.2)}


def test_what_is_written_is_read_as_it_was() -> None:
    found = read_model(LINEAR.splitlines(keepends=True), LINES)
    pieces = {"^stop$": (1.5, 0.0), "no ads": (1.5, 0.0)}
    words = Model(bias=found.words.bias, parts=pieces, message=found.words.message)
    assert written(words, found.signs) == LINEAR


@pytest.mark.parametrize(
    ("linear", "lines", "problem"),
    [
        ("wb\t1\n", LINES, "linear.tsv: line 1 has not two numbers"),
        (LINEAR + "x\t1\t2\ty\n", LINES, "linear.tsv: line 7 is of no known kind"),
        (LINEAR + "wp\tmany\t2\ty\n", LINES, "linear.tsv: line 7 has not two numbers"),
        (LINEAR + "wp\t1\t2\n", LINES, "linear.tsv: line 7 has no names"),
        ("sb\t1\t2\t\n", LINES, "linear.tsv: the bias by words is missing"),
        ("wb\t1\t2\t\n", LINES, "linear.tsv: the bias by signs is missing"),
        (LINEAR, "words\t1\t2\n", "calibration.tsv: the offset is missing"),
        (LINEAR, "offset\n", "calibration.tsv: line 1 is not a name and two numbers"),
        (LINEAR, "offset\tnan\t1\n", "calibration.tsv: line 1 is not a name and two numbers"),
        (LINEAR, LINES + "signs\t4\n", "calibration.tsv: line 3 is not a name and two numbers"),
    ],
)
def test_a_file_that_is_none_is_refused(linear: str, lines: str, problem: str) -> None:
    with pytest.raises(ModelError, match=problem):
        read_model(linear.splitlines(keepends=True), lines)


def test_a_file_that_is_missing_or_no_text_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("config.model_file.resources.files", lambda _: tmp_path)
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "calibration.tsv").write_text(LINES)
    load_model.cache_clear()
    with pytest.raises(ModelError, match=r"linear\.tsv: the file is missing"):
        load_model()
    (tmp_path / "model" / "linear.tsv").write_bytes(b"wb\t\xff")
    with pytest.raises(ModelError, match=r"linear\.tsv or calibration\.tsv: it is no text"):
        load_model()


def test_a_calibration_is_of_all_grounds_and_of_nothing_else() -> None:
    shipped = load_model()
    less = {name: pair for name, pair in shipped.grounds.items() if name != "signs"}
    for grounds in (less, {**shipped.grounds, "weather": (1.0, 1.0)}):
        with pytest.raises(ModelError, match="not of the grounds"):
            calibration(replace(shipped, grounds=grounds))


def test_the_shipped_model_is_whole() -> None:
    found = load_model()
    assert {*calibration(found).lines} == {*Intent}
    assert len(found.grounds) == len(NAMES) + 1
    for count in (len(found.words.pieces), len(found.signs.parts)):
        assert count > 1_000
    for model in (found.words, found.signs):
        assert "role cancel" in model.message


def test_numpy_is_not_loaded_before_the_models_are() -> None:
    # Of the commands most read no message.
    code = "import sys, handlers.classify; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
