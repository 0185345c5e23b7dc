"""`optoutd replies`: what an operator reads of the letters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import config.load
from config.reply_texts import SITUATIONS, TEMPLATE_NAMES, load_reply_texts
from daemon.cli.all_commands import app
from daemon.cli.replies import ChannelName
from handlers.reply_example import LETTERS, as_sent
from handlers.values import CHANNELS
from tests.unit.configs import GOOD

LANGUAGES = load_reply_texts(None).languages


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("OPTOUTD_CONFIG", raising=False)
    monkeypatch.setattr(config.load, "SYSTEM_CONFIG", tmp_path / "absent.toml")
    monkeypatch.chdir(tmp_path)


def replies(*words: str) -> Result:
    return CliRunner().invoke(app, ["replies", *words])


def objects(*words: str) -> list[dict[str, Any]]:
    done = replies(*words, "--json")
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def configured(folder: Path, language: str = "en") -> None:
    """A configuration with a German frame of the operator's own."""
    own = folder / "texts" / "de"
    own.mkdir(parents=True)
    (own / "frame.txt").write_text("Moin,\n\n{{ blocks }}\n\n{{ company_name }}\n")
    reply = f'[reply]\ntemplates = "texts"\nlanguage = "{language}"\n'
    (folder / "optoutd.toml").write_text(f"{GOOD}\n{reply}", encoding="utf-8")


def test_a_letter_is_shown_as_it_will_be_read() -> None:
    done = replies("preview", "cancellation_reminder")
    assert done.exit_code == 0
    assert "no configuration" in done.stderr
    assert done.stdout.startswith(
        "---- cancellation_reminder (en) ----\n\n"
        "Subject: Reminder: please confirm the cancellation of your account [C-9Z8Y7X]\n\n"
        "Hello,\n\nOn 2026-03-01 12:30 UTC we received a request to cancel your account and\n"
    )
    assert "Example Hosting" in done.stdout


def test_without_words_every_letter_is_shown() -> None:
    found = objects("preview")
    assert [row["situation"] for row in found] == ["+".join(blocks) for blocks in LETTERS]
    assert {name for blocks in LETTERS for name in blocks} == set(SITUATIONS)
    assert list(found[0]) == ["language", "situation", "channel", "subject", "text"]


def test_all_is_every_language() -> None:
    found = objects("preview", "opt_out_undone", "--all")
    assert [row["language"] for row in found] == list(LANGUAGES)
    assert len({row["text"] for row in found}) == len(LANGUAGES)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        pytest.param("opt-out-done", "opt_out_done", id="hyphens"),
        pytest.param(
            "cancellation_question+opt_out_done",
            "opt_out_done+cancellation_question",
            id="in their order",
        ),
        pytest.param("stop_everything", "opt_out_done+stop_everything", id="never alone"),
        pytest.param("opt_out_done+opt_out_done", "opt_out_done", id="twice"),
    ],
)
def test_a_letter_may_be_about_both(asked: str, shown: str) -> None:
    assert [row["situation"] for row in objects("preview", asked)] == [shown]


def test_the_channel_is_told() -> None:
    (by_phone,) = objects("preview", "opt_out_done", "--channel", "phone")
    assert "Thank you for your call of 2026-03-01 12:30 UTC." in by_phone["text"]
    assert not by_phone["subject"].startswith("Re:")
    (by_mail,) = objects("preview", "opt_out_done")
    assert by_mail["subject"] == "Re: Your message [O-7K3M2Q]"


def test_the_option_knows_every_channel() -> None:
    assert tuple(channel.value for channel in ChannelName) == CHANNELS


def test_the_company_and_the_templates_are_those_of_the_configuration(tmp_path: Path) -> None:
    configured(tmp_path)
    done = replies("preview", "opt_out_done", "--language", "de")
    assert "Moin,\n\nIhre Abmeldung" in done.stdout
    assert "Example Hosting" not in done.stdout
    assert done.stderr == ""


def test_the_language_is_the_configured_one(tmp_path: Path) -> None:
    configured(tmp_path, language="de")
    assert {row["language"] for row in objects("preview")} == {"de"}


def test_norwegian_may_be_named_by_its_written_forms() -> None:
    assert objects("preview", "opt_out_done", "--language", "nb-NO")[0]["language"] == "no"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("optout_done",), "there is no situation optout_done (did you mean opt_out_done?)"),
        (("frame",), "there is no situation frame"),
        (("--language", "dee"), "there are no templates in dee (did you mean de?)"),
        (("--language", "xx"), "there are no templates in xx; there are cs, da, "),
        (("--language", "de", "--all"), "--all is every language"),
    ],
)
def test_a_mistake_is_told_with_what_was_meant(words: tuple[str, ...], problem: str) -> None:
    done = replies("preview", *words)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"optoutd: {problem}")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_the_list_marks_the_operators_own(tmp_path: Path) -> None:
    assert "none is your own" in replies("list").stdout
    configured(tmp_path)
    shown = replies("list").stdout
    assert str(tmp_path / "texts" / "de" / "frame.txt") in shown
    (frame,) = (line.split() for line in shown.splitlines() if line.startswith("frame"))
    assert frame[1:] == ["*" if language == "de" else "+" for language in LANGUAGES]
    assert max(map(len, shown.split("\n\n")[0].splitlines())) <= 80
    rows = objects("list")
    assert len(rows) == len(LANGUAGES) * len(TEMPLATE_NAMES)
    assert [row["name"] for row in rows if row["own"]] == ["frame"]


def test_what_stops_everything_stands_below_an_opt_out() -> None:
    turned = as_sent(("cancellation_question", "stop_everything", "opt_out_already"))
    assert turned == ("opt_out_already", "stop_everything", "cancellation_question")
    assert as_sent(("stop_everything",)) == ("opt_out_done", "stop_everything")
