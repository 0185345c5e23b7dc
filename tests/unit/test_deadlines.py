"""Deadlines: what is open, how much of its time is over, and when that is an alarm."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.deadlines import ALARM_PERCENTS, alarm, is_late, is_open, percent_over
from handlers.states import CLOSED
from handlers.values import State
from tests.contract.store_values import HOUR, NOW, request

REQUEST = request("C-1", received_at=NOW, due_at=NOW + 10 * HOUR)
moments = st.timedeltas(timedelta(-1), timedelta(5)).map(lambda by: NOW + by)


def test_every_state_is_open_or_closed_or_in_effect() -> None:
    opened = {state for state in State if is_open(replace(REQUEST, state=state))}
    assert opened | CLOSED | {State.EFFECTIVE} == set(State)
    assert not opened & CLOSED


@pytest.mark.parametrize(
    ("hours", "percent", "told", "alarmed"),
    [
        (-1, 0, 0, 0),
        (4.99, 49, 0, 0),
        (5, 50, 0, 50),
        (5, 50, 50, 0),
        (8.9, 89, 50, 0),
        (9, 90, 50, 90),
        (9, 90, 0, 90),  # the daemon did not run at half of the time: one alarm, not two
        (9, 90, 90, 0),
        (10, 100, 90, 100),
        (99, 100, 0, 100),
        (99, 100, 100, 0),
    ],
)
def test_an_alarm_comes_once_at_each_mark(
    hours: float, percent: int, told: int, alarmed: int
) -> None:
    now = NOW + hours * HOUR
    asked = replace(REQUEST, alarmed_percent=told)
    assert percent_over(asked, now) == percent
    assert alarm(asked, now) == alarmed
    assert is_late(asked, now) is (percent == 100)


def test_what_has_no_open_deadline_raises_no_alarm() -> None:
    for state in (*CLOSED, State.EFFECTIVE):
        assert alarm(replace(REQUEST, state=state), NOW + 99 * HOUR) == 0


def test_a_request_that_was_due_at_its_receipt_is_late() -> None:
    assert alarm(replace(REQUEST, due_at=NOW), NOW) == 100


@given(st.lists(moments).map(sorted))
def test_whenever_one_looks_no_mark_is_told_twice(looks: list) -> None:  # type: ignore[type-arg]
    asked, told = REQUEST, []
    for now in looks:
        if percent := alarm(asked, now):
            told.append(percent)
            asked = replace(asked, alarmed_percent=percent)
    assert told == sorted(set(told))
    assert set(told) <= set(ALARM_PERCENTS)
    assert (100 in told) is bool(looks and looks[-1] >= REQUEST.due_at)
