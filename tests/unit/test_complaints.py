"""A mistake is told in one line of plain text, whatever a server or a person put into it."""

from __future__ import annotations

import pytest

from config.model_error import ModelError
from daemon.cli.failures import EXIT_FAILED, report
from daemon.cli.output import complain
from daemon.errors import PermanentFailure

HOSTILE = "NO \x1b[2J\x1b]0;owned\x07 first\nsecond\r\nthird \u202etxt\x9b31m"


def the_line(capsys: pytest.CaptureFixture[str]) -> str:
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.endswith("\n")
    line = told.err.removesuffix("\n")
    assert line.isprintable()
    return line


def test_a_complaint_is_one_printable_line(capsys: pytest.CaptureFixture[str]) -> None:
    complain(HOSTILE)
    line = the_line(capsys)
    assert line.startswith("optoutd: NO ")
    assert "second" in line


def test_a_damaged_model_is_one_line_with_what_cures_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert report(ModelError("net.npz: it is no file of arrays")) == EXIT_FAILED
    line = the_line(capsys)
    assert "net.npz: it is no file of arrays" in line
    assert "install optoutd again" in line


def test_the_words_of_a_server_do_nothing_to_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    error = PermanentFailure(f"support: login refused: {HOSTILE}", part="support", cure="ask\nit")
    assert report(error) == EXIT_FAILED
    assert "login refused: NO " in the_line(capsys)
