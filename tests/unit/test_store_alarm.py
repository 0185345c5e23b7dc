"""One trouble of the store is one alarm, whoever meets it, and one line at its end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.store_alarm import StoreAlarm
from tests.unit.log_capture import LogCapture, captured_log

CUT = TemporaryFailure("terminating connection", part="store")
REFUSED = TemporaryFailure("connection refused", part="store")
FULL = TemporaryFailure("disk is full", part="store", cure="free some space")
READ_ONLY = PermanentFailure("attempt to write", part="store")


@pytest.fixture
def log() -> Iterator[LogCapture]:
    with captured_log() as captured:
        yield captured


def meet(alarm: StoreAlarm, *met: tuple[str, TemporaryFailure | PermanentFailure]) -> None:
    for part, error in met:
        alarm.failed(part, error, retry_in_s=5)


def test_many_parts_and_many_words_are_one_alarm(log: LogCapture) -> None:
    alarm = StoreAlarm()
    meet(alarm, ("a", CUT), ("b", REFUSED), ("a", REFUSED), ("a", REFUSED))
    assert [(e["event"], e["error"]) for e in log.events] == [("store_failed", str(CUT))]


def test_it_is_over_when_all_that_met_it_work_and_then_begins_anew(log: LogCapture) -> None:
    alarm = StoreAlarm()
    meet(alarm, ("a", FULL), ("b", FULL))
    alarm.worked("a")
    alarm.worked("c")
    assert log.names == ["store_failed"]
    alarm.worked("b")
    alarm.worked("b")
    assert log.names == ["store_failed", "store_recovered"]
    meet(alarm, ("b", FULL))
    assert log.names == ["store_failed", "store_recovered", "store_failed"]


def test_what_needs_another_cure_is_told_once_too(log: LogCapture) -> None:
    alarm = StoreAlarm()
    meet(alarm, ("a", CUT), ("a", FULL), ("a", READ_ONLY), ("a", CUT), ("b", FULL))
    assert log.fields("store_failed", "error") == [str(CUT), str(FULL), str(READ_ONLY)]
    assert log.fields("store_failed", "cure") == [None, "free some space", None]


def test_who_leaves_is_not_waited_for_and_ends_nothing(log: LogCapture) -> None:
    alarm = StoreAlarm()
    meet(alarm, ("a", FULL))
    assert alarm.is_met_by("a")
    alarm.leave("a")
    assert not alarm.is_met_by("a")
    assert log.names == ["store_failed"]
    alarm.worked("b")
    assert log.names == ["store_failed", "store_recovered"]
