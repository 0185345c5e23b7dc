"""The files of the linear model: read as they are, and refused with the line that is wrong."""

from __future__ import annotations

import pytest

from config.model_file import ModelError, load_model, read_model

LINEAR = "b\t\t-1\t-2\np\t^stop$\t1.5\t0\ns\tmood.wish cancel.do\t0\t2\n"
LINES = "opt_out\tcertain\t4\t0.3\t0.2\t0.1\t-1\t0\t0\t0.5\n"


def test_weights_are_read_by_kind_and_name() -> None:
    found = read_model(LINEAR, LINES)
    assert found.bias == (-1.0, -2.0)
    assert found.pieces == {"^stop$": (1.5, 0.0)}
    assert found.signs == {"mood.wish cancel.do": (0.0, 2.0)}
    assert found.lines == {("opt_out", "certain"): (4.0, 0.3, 0.2, 0.1, -1.0, 0.0, 0.0, 0.5)}


@pytest.mark.parametrize(
    ("linear", "lines", "problem"),
    [
        ("b\t\t1\n", LINES, "linear.tsv: line 1 is not two names and two numbers"),
        (LINEAR + "x\ty\t1\t2\n", LINES, "linear.tsv: line 4 is of no known kind"),
        (LINEAR + "p\ty\tmany\t2\n", LINES, "linear.tsv: line 4 is not two names and two numbers"),
        ("p\ty\t1\t2\n", LINES, "linear.tsv: the bias is missing"),
        (LINEAR, "opt_out\n", "calibration.tsv: line 1 is not two names and 8 numbers"),
        (LINEAR, LINES + "opt_out\tweak\t4\n", "calibration.tsv: line 2 is not two names"),
    ],
)
def test_a_file_that_is_none_is_refused(linear: str, lines: str, problem: str) -> None:
    with pytest.raises(ModelError, match=problem):
        read_model(linear, lines)


def test_the_shipped_model_is_whole() -> None:
    found = load_model()
    assert len(found.lines) == 12
    assert all(slope >= 0 for line in found.lines.values() for slope in line[1:4])
    assert len(found.pieces) > 1_000
    assert len(found.signs) > 1_000
