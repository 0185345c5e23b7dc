"""What the commands print of strangers' words: nothing in it acts on a terminal or ends a line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from daemon.cli.output import as_json, harmless, in_one_line, print_table
from tests.hostile.fields import INJECTIONS
from tests.hostile.screen import acting
from tests.hostile.terminals import ESCAPES

ANYTHING = st.text(st.characters(), max_size=50) | st.sampled_from(
    [*ESCAPES.values(), *INJECTIONS]
)
COMMAND = Path(sys.executable).with_name("optoutd")


@given(ANYTHING)
@example("\ud800\udfff")
def test_what_is_harmless_does_not_act_and_keeps_its_length(text: str) -> None:
    assert acting(harmless(text).encode()) == set()
    assert len(harmless(text)) == len(text)
    assert "\n" not in in_one_line(text)


@given(ANYTHING)
@example("\ud800")
def test_json_is_one_line_that_does_not_act_and_is_read_as_it_was(text: str) -> None:
    line = as_json({text: [text, {"words": text}]})
    assert line.isprintable()
    assert line.splitlines() == [line]
    assert json.loads(line) == {text: [text, {"words": text}]}


def test_json_keeps_the_letters_of_every_language() -> None:
    assert as_json({"words": "Kündigung 解約 отписаться 🙂"}) == (
        '{"words": "Kündigung 解約 отписаться 🙂"}'
    )


@pytest.mark.parametrize("text", [*ESCAPES.values(), *INJECTIONS], ids=ascii)
def test_a_table_takes_no_word_for_markup_or_a_control(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_table(("subject",), [(text,)], empty="nothing")
    printed = capsys.readouterr().out
    assert acting(printed.encode()) == set()
    # Nothing is left out: what looks like markup, too, stands there as it is.
    assert "".join(printed.split()) == "subject" + "".join(harmless(text).split())


def test_a_table_of_no_rows_says_so_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("a",), [], empty="[bold]none[/]")
    assert capsys.readouterr().out == "[bold]none[/]\n"


def _classified(folder: Path, *words: str, encoding: str = "utf-8") -> str:
    done = subprocess.run(
        [COMMAND, "classify", *words],
        cwd=folder,
        capture_output=True,
        check=True,
        env={"PYTHONIOENCODING": encoding, "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
    )
    assert acting(done.stdout) == set()
    return done.stdout.decode("ascii" if encoding == "ascii" else "utf-8")


def test_a_terminal_that_is_not_in_unicode_and_a_file_of_any_name(tmp_path: Path) -> None:
    strange = "\udcff\x1b[2J\u202e.eml"  # an octet of no charset, as file systems take it
    (tmp_path / strange).write_text(
        "From: a@b.example\nTo: support@s.example\nContent-Type: text/plain; charset=utf-8\n\n"
        "Please remove\u200b me from your \u202emailing list.\n",
        encoding="utf-8",
    )
    for encoding in ("utf-8", "ascii"):
        printed = _classified(tmp_path, "--json", strange, encoding=encoding)
        assert json.loads(printed)["path"] == strange
        words = json.loads(printed)["evidence"][0]["words"]
        assert words == "remove\u200b me from your \u202emailing list"
    assert "opt_out" in _classified(tmp_path, strange, encoding="ascii")


def test_the_words_of_a_mistake_in_the_program_do_not_act() -> None:
    code = (
        "import sys; from daemon.cli.output import tell_of_mistake;"
        "sys.excepthook = tell_of_mistake; raise ValueError('\\x1b[2Jowned\\u202e\\x9b')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 1
    assert b"ValueError" in done.stderr
    assert acting(done.stderr) == set()
