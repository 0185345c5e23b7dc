"""The log: what a line looks like, what it shows of people, and what it never shows."""

from __future__ import annotations

import hashlib
import hmac
import inspect
import json
import logging
import threading
import typing
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon import events
from handlers.address import Address, make_address
from handlers.classify.answers import Answer
from handlers.reading import Reading
from handlers.values import (
    Change,
    Decision,
    Disposition,
    Evidence,
    Finding,
    Headers,
    Intent,
    Message,
    OutgoingMail,
    Proof,
    RawMessage,
    ReplyPlan,
    Request,
    Screening,
    State,
    Suppression,
    Verdict,
)
from tests.unit.log_capture import KEY, captured_log

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def address(written: str = "Greta.Holm@Kunden.example", display: str = "Greta Holm") -> Address:
    made = make_address(written, display)
    assert made is not None
    return made


GRETA = address()
GRETAS_HASH = hmac.new(KEY, b"greta.holm@kunden.example", hashlib.sha256).hexdigest()[:16]

# A word that no line may hold, wherever it stood.
PRIVATE = "tulip-orchard"
SECRET = "ABCDEFGHIJKLMNOP"

EVIDENCE = Evidence(rule="imperative", words=f"stop {PRIVATE}", part="text", start=0, end=18)


def request() -> Request:
    return Request(
        reference="C-7K3M2Q",
        kind=Intent.CANCELLATION,
        state=State.AWAITING_CONFIRMATION,
        address_key=GRETA.key,
        address_written=GRETA.written,
        channel="mail",
        mailbox="cancel",
        received_at=NOON,
        due_at=NOON + timedelta(days=3),
        language="en",
        proof="unproven",
        reason="asked-by-mail",
        origin_digest=hashlib.sha256(b"origin").hexdigest(),
        wanted_end=f"after the {PRIVATE}",
    )


def message() -> Message:
    return Message(
        digest="0123456789abcdef" * 4,
        message_id=f"<{PRIVATE}@kunden.example>",
        in_reply_to=(f"<{SECRET}@shop.example>",),
        references=(f"<{SECRET}@shop.example>",),
        senders=(GRETA,),
        senders_readable=True,
        reply_to=(GRETA,),
        recipients=(address("cancel@shop.example"),),
        delivered_to=(),
        subject=f"About {PRIVATE}",
        date=NOON,
        headers=Headers([("Subject", f"About {PRIVATE}")]),
        content_type="text/plain",
        report_type="",
        new_text=f"Please stop {PRIVATE}",
        quoted_text=f"> {PRIVATE}",
        signature=PRIVATE,
        hidden_text=PRIVATE,
        language="en",
        secrets=(SECRET,),
        defects=(PRIVATE,),
    )


def reading() -> Reading:
    found = Finding(intent=Intent.CANCELLATION, confidence=0.98765, evidence=(EVIDENCE,))
    return Reading(
        raw=RawMessage(uid=41, raw=PRIVATE.encode(), size_bytes=99, internal_date=NOON),
        message=message(),
        screening=Screening(automatic=("list-id",), silent=("list-id",)),
        verdict=Verdict(certain=(found,), confidence=0.98765, against=(EVIDENCE,)),
        answer=Answer.UNCLEAR,
        proof=Proof.UNPROVEN,
        requester=GRETA,
        named=(address("old@kunden.example"),),
        secret_hashes=(hashlib.sha256(SECRET.encode()).hexdigest(),),
    )


def decision(disposition: Disposition = Disposition.ACT) -> Decision:
    suppression = Suppression(
        address_key=GRETA.key,
        address_written=GRETA.written,
        list_name="*",
        since=NOON,
        reference="O-1",
    )
    return Decision(
        disposition=disposition,
        reason="cancellation-asked",
        intents=(Intent.CANCELLATION,),
        evidence=(EVIDENCE, replace(EVIDENCE, rule="directive"), EVIDENCE),
        requests=(request(),),
        changes=(
            Change(reference="O-2", before=State.EFFECTIVE, after=State.UNDONE, reason="customer"),
        ),
        suppress=(suppression,),
        lift=(suppression,),
        reply=ReplyPlan(
            to=GRETA,
            situations=("cancellation_question",),
            language="en",
            references=("C-7K3M2Q",),
            secret=SECRET,
            wanted_end=PRIVATE,
        ),
        repeated=("C-7K3M2Q", "O-3"),
    )


def decided(disposition: Disposition = Disposition.ACT) -> dict[str, Any]:
    with captured_log() as log:
        events.message_decided(mailbox="cancel", reading=reading(), decision=decision(disposition))
    (event,) = log.events
    return event


# Every event ---------------------------------------------------------------------------------

FULL: dict[Any, Any] = {
    str: "a word",
    int: 7,
    float: 1.26,
    bool: True,
    datetime: NOON,
    datetime | None: NOON,
    Address: GRETA,
    Address | None: GRETA,
    tuple[str, ...]: ("O-1", "O-2"),
    Sequence[str]: ["O-1"],
    Sequence[int]: [4, 5],
    Mapping[str, int]: {"act": 1},
    Request: request(),
    Reading: reading(),
    Decision: decision(),
}
BARE: dict[Any, Any] = {
    **FULL,
    str: "",
    int: 0,
    float: 0.0,
    bool: False,
    Address | None: None,
    tuple[str, ...]: (),
    Sequence[str]: [],
    Sequence[int]: [],
    Mapping[str, int]: {},
    Decision: Decision(disposition=Disposition.LEAVE, reason="ordinary"),
}

FUNCTIONS: dict[str, Callable[..., None]] = {
    name: function
    for name, function in inspect.getmembers(events, inspect.isfunction)
    if function.__module__.startswith(events.__name__)
    and not name.startswith("_")
    and name != "configure"
}


def logged(function: Callable[..., None], values: Mapping[Any, Any]) -> tuple[str, dict[str, Any]]:
    """The line that `function` writes, raw and read."""
    hints = typing.get_type_hints(function)
    arguments = {name: values[kind] for name, kind in hints.items() if name != "return"}
    with captured_log() as log:
        function(**arguments)
    (line,) = log.text.splitlines()
    return line, json.loads(line)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_event_is_one_line_of_json_that_begins_with_time_level_and_name(name: str) -> None:
    _, event = logged(FUNCTIONS[name], FULL)
    assert list(event)[:3] == ["time", "level", "event"]
    assert event["event"] == name
    assert event["level"] in {"debug", "info", "warning", "error"}
    assert datetime.fromisoformat(event["time"]).utcoffset() == timedelta(0)
    assert event["time"].endswith("Z")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_event_leaves_out_what_would_be_empty(name: str) -> None:
    _, event = logged(FUNCTIONS[name], BARE)
    assert [field for field, value in event.items() if value in ("", [], {}, None)] == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_event_shows_an_address_a_secret_or_a_word_of_a_message(name: str) -> None:
    line, _ = logged(FUNCTIONS[name], FULL)
    told = [GRETA.key, GRETA.written, "Greta", "greta", "old@", PRIVATE, SECRET]
    told += [hashlib.sha256(SECRET.encode()).hexdigest(), request().origin_digest]
    assert [word for word in told if word in line] == []


def test_no_event_takes_a_mail_or_a_message_id_of_ours() -> None:
    # A reply's Message-ID and bytes hold the secret that confirms a cancellation.
    for function in FUNCTIONS.values():
        hints = typing.get_type_hints(function)
        assert "message_id" not in hints
        assert not {OutgoingMail, ReplyPlan, RawMessage, Message, bytes} & set(hints.values())


# Addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("masked", {"recipient": "g***@kunden.example", "recipient_hash": GRETAS_HASH}),
        ("hashed", {"recipient": GRETAS_HASH}),
        ("plain", {"recipient": "greta.holm@kunden.example"}),
    ],
    ids=["masked", "hashed", "plain"],
)
def test_an_address_appears_as_the_settings_say(show: str, expected: dict[str, str]) -> None:
    with captured_log(addresses=show) as log:
        events.reply_queued(requests=("O-1",), recipient=GRETA)
    (event,) = log.events
    fixed = {"time", "level", "event", "requests"}
    assert {name: value for name, value in event.items() if name not in fixed} == expected


def hash_of(recipient: Address, key: bytes = KEY) -> str:
    with captured_log(key=key) as log:
        events.reply_queued(requests=(), recipient=recipient)
    return str(log.events[0]["recipient_hash"])


def test_the_hash_is_that_of_the_key_and_cannot_be_made_without_the_stores() -> None:
    assert hash_of(address("GRETA.HOLM@kunden.EXAMPLE", "")) == hash_of(GRETA)
    assert hash_of(address("someone@kunden.example")) != hash_of(GRETA)
    assert hash_of(GRETA, key=bytes(32)) != hash_of(GRETA)


@given(local=st.from_regex(r"[a-zäöß0-9]{4,20}", fullmatch=True))
def test_a_masked_or_hashed_line_never_holds_the_local_part(local: str) -> None:
    for show in ("masked", "hashed"):
        with captured_log(addresses=show) as log:
            events.reply_queued(requests=(), recipient=address(f"{local}@w.example"))
        values = [value for name, value in log.events[0].items() if name == "recipient"]
        assert [value for value in values if local in value] == []


# What was decided ----------------------------------------------------------------------------


def test_a_decision_is_told_with_what_led_to_it() -> None:
    event = decided()
    del event["time"]
    assert event == {
        "level": "info",
        "event": "message_decided",
        "mailbox": "cancel",
        "uid": 41,
        "disposition": "act",
        "reason": "cancellation-asked",
        "intents": ["cancellation"],
        "confidence": 0.988,
        "rules": ["directive", "imperative"],
        "automatic": ["list-id"],
        "proof": "unproven",
        "language": "en",
        "requests": ["C-7K3M2Q", "O-2", "O-3"],
        "sender": "g***@kunden.example",
        "sender_hash": GRETAS_HASH,
        "digest": "0123456789abcdef",
    }


@pytest.mark.parametrize(
    ("disposition", "level", "tells_who"),
    [
        (Disposition.ACT, "info", True),
        (Disposition.REVIEW, "info", True),
        (Disposition.LEAVE, "debug", False),
        (Disposition.IGNORE, "info", False),
    ],
    ids=["act", "review", "leave", "ignore"],
)
def test_of_ordinary_and_automatic_mail_neither_sender_nor_digest_is_told(
    disposition: Disposition, level: str, tells_who: bool
) -> None:
    event = decided(disposition)
    assert event["level"] == level
    assert {"sender", "sender_hash", "digest"} & set(event) == (
        {"sender", "sender_hash", "digest"} if tells_who else set()
    )


@pytest.mark.parametrize(
    ("seen", "counts", "expected"),
    [
        (0, {}, ("debug", {"act": 0, "review": 0, "leave": 0, "ignore": 0})),
        (3, {"act": 1, "leave": 2}, ("info", {"act": 1, "review": 0, "leave": 2, "ignore": 0})),
    ],
    ids=["nothing-new", "something-new"],
)
def test_a_pass_tells_all_four_counts_and_is_news_only_with_new_mail(
    seen: int, counts: dict[str, int], expected: tuple[str, dict[str, int]]
) -> None:
    with captured_log() as log:
        events.poll_finished(
            mailbox="support", trigger="idle", seen=seen, counts=counts, duration_s=0.12345
        )
    (event,) = log.events
    names = [disposition.value for disposition in Disposition]
    assert (event["level"], {name: event[name] for name in names}) == expected
    assert event["duration_s"] == 0.123


# Times, levels, streams ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (NOON, "2026-03-01T12:00:00Z"),
        (NOON.replace(microsecond=250), "2026-03-01T12:00:00.000250Z"),
        (NOON.astimezone(timezone(timedelta(hours=5, minutes=30))), "2026-03-01T12:00:00Z"),
    ],
    ids=["utc", "fraction", "another-zone"],
)
def test_times_are_rfc_3339_in_utc(when: datetime, text: str) -> None:
    with captured_log() as log:
        events.reply_put_off(requests=("O-1",), attempt=1, error="busy", next_at=when)
    assert log.fields("reply_put_off", "next_at") == [text]


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("debug", ["copies_filed", "mailbox_recovered", "copies_failed", "filing_failed"]),
        ("info", ["mailbox_recovered", "copies_failed", "filing_failed"]),
        ("warning", ["copies_failed", "filing_failed"]),
        ("error", ["filing_failed"]),
    ],
    ids=["debug", "info", "warning", "error"],
)
def test_events_below_the_level_are_left_out(level: str, told: list[str]) -> None:
    with captured_log(level=level) as log:
        events.copies_filed(mailbox="support", messages=1)
        events.mailbox_recovered(mailbox="support")
        events.copies_failed(mailbox="support", error="no")
        events.filing_failed(mailbox="support", folder="F", error="no")
    assert log.names == told


@pytest.mark.parametrize(
    "words",
    ["a\nsecond line\r\n", "Grüße, жалоба, \u2028", "\udcff\x00\x1b[31m", '{"event": "forged"}'],
    ids=["line-ends", "letters", "surrogates-and-controls", "json"],
)
def test_whatever_words_a_server_says_a_line_is_one_of_ascii(words: str, tmp_path: Path) -> None:
    path = tmp_path / "log"
    with captured_log(), path.open("w", encoding="ascii") as stream:
        events.configure(stream=stream, level="info", addresses="plain", key=KEY)
        events.mailbox_failed(mailbox="support", error=words, temporary=True, retry_in_s=1)
    (line,) = path.read_bytes().splitlines()
    assert line.isascii()
    assert json.loads(line)["error"] == words


def test_a_value_that_nobody_foresaw_appears_by_its_type_alone() -> None:
    wrong: Any = ValueError(f"cannot read {PRIVATE}")
    with captured_log() as log:
        events.store_failed(error=wrong, retry_in_s=1)
        events.unexpected_error(where=wrong, error="E", trace=(wrong,))
    assert log.fields("store_failed", "error") == ["<ValueError>"]
    assert log.fields("unexpected_error", "trace") == [["<ValueError>"]]


def test_threads_never_mix_their_lines() -> None:
    def many(number: int) -> None:
        for uid in range(50):
            events.message_set_aside(
                mailbox=f"box-{number}", uid=uid, error="x" * 500, attempt=1, next_at=None
            )

    with captured_log() as log:
        threads = [threading.Thread(target=many, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    told = sorted((event["mailbox"], event["uid"]) for event in log.events)
    assert told == [(f"box-{number}", uid) for number in range(6) for uid in range(50)]


# Libraries -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severity", "told"),
    [("debug", False), ("info", False), ("warning", True), ("error", True), ("critical", True)],
)
def test_a_librarys_warning_is_told_without_its_words(severity: str, told: bool) -> None:
    library = logging.getLogger("some.library")
    with captured_log() as log:
        number = logging.getLevelNamesMapping()[severity.upper()]
        library.log(number, "cannot read %s", PRIVATE, exc_info=ValueError(PRIVATE))
    assert PRIVATE not in log.text
    found = [(event["library"], event["severity"]) for event in log.named("library_warning")]
    assert found == ([("some.library", severity)] if told else [])
    assert log.fields("library_warning", "level") == (["warning"] if told else [])


def test_a_warning_of_python_itself_becomes_a_line_without_its_words(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with captured_log() as log, warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"cannot read {PRIVATE}", UserWarning, stacklevel=1)
    assert log.fields("library_warning", "library") == ["py.warnings"]
    assert PRIVATE not in log.text
    assert capfd.readouterr().err == ""
