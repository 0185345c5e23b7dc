"""Each event of the log has a sentence for people."""

from __future__ import annotations

import re
from typing import Any

import pytest

from daemon.cli.log_words import SENTENCES, fields_of, in_words, references_of
from tests.unit.test_events import BARE, FULL, FUNCTIONS
from tests.unit.test_events import logged as line_of
from tests.unit.test_log_docs import logged as fields_logged

DISPOSITIONS = {"act", "review", "leave", "ignore"}


def test_each_event_has_a_sentence_and_no_other() -> None:
    assert set(FUNCTIONS) - set(SENTENCES) == set(), (
        "add a line for each of these to SENTENCES in daemon/cli/log_words.py"
    )
    assert set(SENTENCES) - set(FUNCTIONS) == set(), (
        "daemon/events has no such events: take them out of SENTENCES"
    )


@pytest.mark.parametrize("name", [n for n, s in SENTENCES.items() if isinstance(s, str)])
def test_a_sentence_names_only_fields_that_its_event_has(name: str) -> None:
    sentence = SENTENCES[name]
    assert isinstance(sentence, str)
    assert fields_of(sentence) <= fields_logged()[name][1]


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("values", [FULL, BARE], ids=["full", "bare"])
def test_an_event_is_told_in_one_readable_line(name: str, values: dict[Any, Any]) -> None:
    _, event = line_of(FUNCTIONS[name], values)
    told = in_words(event)
    assert told
    assert "\n" not in told
    assert not re.search(r"[{}\[\]]|None|  |: *$", told), told
    if values is FULL:
        assert "=" not in told, "a sentence was not filled: one of its fields is not logged"


def said(event: str, **fields: object) -> str:
    return in_words({"time": "2026-11-24T14:03:05Z", "level": "info", "event": event, **fields})


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (
            {"event": "reply_sent", "requests": ["O-7K3M2Q"], "attempt": 2,
             "recipient": "j***@example.com", "recipient_hash": "00ff"},
            "reply sent to j***@example.com about O-7K3M2Q (attempt 2)",
        ),
        (
            {"event": "reply_sent", "requests": ["O-1"], "attempt": 2, "recipient": "j***@a.net",
             "perhaps_twice": True},
            "reply sent to j***@a.net about O-1 (attempt 2), perhaps for the second time",
        ),
        (
            {"event": "message_decided", "uid": 1234, "disposition": "act", "reason": "opt-out",
             "intents": ["opt_out"], "requests": ["O-7K3M2Q"], "sender": "j***@example.com"},
            "message 1234 acted on opt-out: opt-out → O-7K3M2Q, from j***@example.com",
        ),
        (
            {"event": "message_decided", "uid": 5, "disposition": "leave", "reason": "ordinary"},
            "message 5 left alone: ordinary",
        ),
        (
            {"event": "poll_finished", "trigger": "idle", "seen": 3, "duration_s": 0.2,
             "act": 2, "review": 0, "leave": 1, "ignore": 0},
            "pass done in 0.2 s (idle): 3 new: 2 acted on, 1 left alone",
        ),
        (
            {"event": "reply_put_off", "requests": ["O-1"], "attempt": 1, "error": "451 later",
             "next_at": "2026-11-24T14:05:07.123Z"},
            "reply about O-1 put off until 2026-11-24 14:05 (attempt 1): 451 later",
        ),
        (
            {"event": "messages_filed", "folder": "review", "uids": [7]},
            "flagged for review: message 7",
        ),
    ],
)  # fmt: skip
def test_sentences(event: dict[str, object], told: str) -> None:
    assert in_words(event) == told


def test_an_event_without_a_sentence_is_told_by_its_fields() -> None:
    assert said("comet_seen", tail=True, size=3, seen_by=["a", "b"], sender_hash="ff") == (
        "comet seen: tail=true size=3 seen_by=a, b"
    )
    assert said("comet_seen") == "comet seen"


def test_an_event_of_another_version_whose_fields_differ_is_told_by_its_fields() -> None:
    assert said("reply_sent", to="somebody") == "reply sent: to=somebody"


def test_fields_that_look_like_a_sentence_are_told_as_they_are() -> None:
    assert said("idle_ended", error="{error} [x] {0}").endswith("mail: {error} [x] {0}")


def test_the_references_of_an_event() -> None:
    assert references_of({"request": "O-1"}) == ["O-1"]
    assert references_of({"requests": ["O-1", "C-2"]}) == ["O-1", "C-2"]
    assert references_of({"requests": 7}) == []
