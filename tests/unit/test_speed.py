"""What the measurements of speed stand on; the speed itself no test asserts."""

import re
import smtplib
import threading
from collections import Counter
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from bench.mail import ATTACHMENT_SHARE, SHARES, kind_of, make, sender_of
from bench.speed.clock import Clock
from bench.speed.goals import compared
from bench.speed.plot import draw
from bench.speed.sink import running_sink
from bench.speed.staged import functions
from bench.speed.stages import ORDER
from handlers.parse import parse_message

TO = "support@shop.example"
MESSAGES = [make(number, TO) for number in range(300)]


def test_a_message_is_the_same_at_each_call_and_like_no_other() -> None:
    assert MESSAGES[7] == make(7, TO)
    parsed = [parse_message(raw) for raw in MESSAGES]
    assert len({one.digest for one in parsed}) == len({one.message_id for one in parsed}) == 300
    assert [one.sender.key for one in parsed if one.sender] == [sender_of(n) for n in range(300)]


def test_a_message_is_as_rfc_5322_has_it() -> None:
    for raw in MESSAGES:
        message = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
        parts = list(message.walk())
        assert not [defect for part in parts for defect in part.defects]
        assert not [d for part in parts for _, v in part.items() for d in v.defects]
        assert max(map(len, raw.split(b"\r\n"))) < 998
        assert b"\n" not in raw.replace(b"\r\n", b"")


def test_the_mail_is_mixed_as_told() -> None:
    assert Counter(map(kind_of, range(1000))) == {k: 10 * share for k, share in SHARES.items()}
    kinds = Counter(message_from_bytes(raw).get_content_type() for raw in MESSAGES)
    assert kinds.keys() == {"text/plain", "text/html", "multipart/alternative", "multipart/mixed"}
    with_files = sum(b"Content-Disposition: attachment" in raw for raw in MESSAGES)
    assert 0 < with_files < 3 * ATTACHMENT_SHARE * len(MESSAGES)


def test_every_stage_is_still_in_the_product() -> None:
    assert {stage for stage, _, _ in functions()} == {*ORDER} - {"reply", "other threads"}


def test_a_stage_within_a_stage_is_not_counted_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("bench.speed.clock.thread_time", lambda: now[0])
    clock = Clock()

    def work(seconds: float) -> None:
        now[0] += seconds

    inner = clock.timed("inner", lambda: work(5.0))
    with clock.stage("outer"):
        work(1.0)
        inner()
        work(2.0)
    thread = threading.Thread(target=inner)
    thread.start()
    thread.join()
    totals = clock.totals()
    assert {name: (one.cpu_s, one.calls) for name, one in totals.items()} == {
        "outer": (3.0, 1),
        "inner": (10.0, 2),
    }


def test_the_sink_has_journaled_what_it_answers_250_to(tmp_path: Path) -> None:
    mail = b"In-Reply-To: <question@elsewhere.example>\r\nSubject: done\r\n\r\n.a dot\r\n"
    with running_sink(tmp_path / "sink") as sink:
        with smtplib.SMTP("127.0.0.1", sink.port, timeout=10) as smtp:
            for _ in range(3):
                smtp.sendmail("", ["customer@elsewhere.example"], mail)
                assert (tmp_path / "sink" / "journal").read_bytes().endswith(b"..a dot\r\n")
        assert [to for _, to in sink.accepted()] == ["<question@elsewhere.example>"] * 3
        assert sink.count() == 3


FIGURES = {
    "date": "2026-11-26",
    "machine": {"cores": 2, "python": "3.11"},
    "throughput": {
        "messages": 1000,
        "variants": {
            "optoutd, sqlite, 1 proc.": {"messages_a_second": 900.0, "cpu_ms_a_message": 0.5},
            "optoutd, sqlite, 2 proc.": {"messages_a_second": 1800.0, "cpu_ms_a_message": 0.5},
            "mbsync, FSync yes": {"messages_a_second": 1000.0, "cpu_ms_a_message": 0.3},
        },
    },
    "latency": {"p50_s": 0.6, "p99_s": 3.0, "took_s": [0.6, 0.7, 3.0]},
}


def test_what_was_not_measured_has_no_goal_beside_it() -> None:
    told = {one["measure"]: (one["ratio"], one["is_met"]) for one in compared(FIGURES)}
    assert told == {
        "1 process against mbsync with FSync yes, sqlite": (0.9, False),
        "2 processes against 1, sqlite": (pytest.approx(2.0 / 1.7), True),
        "processor time a message, all included, sqlite": (0.5, True),
        "delivery to reply accepted, p50": (pytest.approx(0.6 / 0.7), True),
        "delivery to reply accepted, p99": (2.0, False),
    }


def test_the_plot_shows_what_was_measured() -> None:
    drawn = draw(FIGURES)
    assert drawn.count("<g ") == 2
    assert {"900", "1,800"} <= set(re.findall(r">([\d,]+)<", drawn))
