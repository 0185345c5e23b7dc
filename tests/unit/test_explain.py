"""What `classify --explain` shows of a message."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.cli.explain import explain
from handlers.classify.shipped import shipped_classifier
from handlers.judge import judge
from handlers.values import RawMessage

HEAD = "From: Ann <ann@x.example>\nTo: support@shop.example\nSubject: My site\n\n"
NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


def shown(text: str, capsys: pytest.CaptureFixture[str], head: str = HEAD) -> str:
    raw = (head + text).encode()
    message = RawMessage(uid=1, raw=raw, size_bytes=len(raw), internal_date=NOW)
    explain(Path("letter.eml"), message, judge(raw, shipped_classifier(), now=NOW))
    return capsys.readouterr().out


def test_the_words_that_counted_are_marked_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    text = "I might cancel my hosting. Please take me off your mailing list.\n"
    out = shown(text, capsys)
    assert out.startswith("letter.eml: act (an opt-out), reason opt-out; language en,")
    assert "Please [[take me off your mailing list]]." in out
    assert "I [[might]] cancel" in out
    told = [line for line in out.splitlines() if "opt-out.remove-from-list" in line]
    assert len(told) == 1
    assert "asks for an opt-out" in told[0]
    assert "“take me off your mailing list”" in told[0]
    assert any("speaks against it" in line and "might" in line for line in out.splitlines())
    assert "All of it was read." in out


def test_what_was_not_read_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        "Thanks, works now.\n\nOn Mon, 3 Aug 2026 at 10:00, Shop <a@shop.example> wrote:\n"
        "> Click here to unsubscribe.\n"
    )
    out = shown(text, capsys)
    assert "Nothing in it asks for an opt-out or a cancellation." in out
    assert "quoted" in out.splitlines()[-1]


def test_nothing_in_a_message_acts_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown("Unsubscribe \x1b[2Jme from \u202eyour newsletter\n", capsys)
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_what_cannot_be_read_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    raw = (HEAD + "Please cancel my account.\n").encode()
    message = RawMessage(uid=1, raw=raw, size_bytes=len(raw), internal_date=NOW)
    judgement = replace(judge(raw, shipped_classifier(), now=NOW), message=None)
    explain(Path("letter.eml"), message, judgement)
    assert "It could not be read." in capsys.readouterr().out


def test_an_empty_message_asks_for_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown("\n", capsys, head="From: a@x.example\nTo: support@shop.example\n\n")
    assert out.startswith("letter.eml: leave, reason ordinary;")
