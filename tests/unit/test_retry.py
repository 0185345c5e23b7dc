from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.retry import (
    FEWEST_TRIES,
    FIRST_RETRY_S,
    GIVE_UP_AFTER_S,
    LONGEST_WAIT_S,
    READ_AGAIN_AFTER,
    SPREAD,
    next_attempt,
    next_reading,
)

QUEUED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LAST = QUEUED + timedelta(seconds=GIVE_UP_AFTER_S)

tries = st.integers(1, 10_000)
jitters = st.floats(0, 1, exclude_max=True)


def wait_s(after_tries: int, *, jitter: float = 0.5) -> float:
    until = next_attempt(after_tries, queued_at=QUEUED, now=QUEUED, jitter=jitter)
    assert until is not None
    return (until - QUEUED).total_seconds()


@pytest.mark.parametrize(
    ("after_tries", "seconds"),
    [(1, 2), (2, 4), (3, 8), (4, 16), (5, 32), (6, 64), (13, 8192), (14, 14_400), (15, 14_400)],
)
def test_each_wait_is_twice_the_one_before_up_to_four_hours(
    after_tries: int, seconds: float
) -> None:
    assert wait_s(after_tries) == seconds


@pytest.mark.parametrize(
    ("jitter", "seconds"), [(0.0, 8.0), (0.25, 9.0), (0.5, 10.0), (0.75, 11.0)]
)
def test_the_jitter_spreads_a_wait_by_a_fifth_to_either_side(
    jitter: float, seconds: float
) -> None:
    assert wait_s(3, jitter=jitter) == pytest.approx(seconds * 0.8)


@given(tries, jitters)
def test_no_wait_is_shorter_than_the_first_or_longer_than_the_longest(
    after_tries: int, jitter: float
) -> None:
    shortest, longest = FIRST_RETRY_S * (1 - SPREAD), LONGEST_WAIT_S * (1 + SPREAD)
    assert shortest <= wait_s(after_tries, jitter=jitter) <= longest


@given(tries, jitters, st.floats(0, GIVE_UP_AFTER_S, exclude_max=True))
def test_the_last_attempt_is_never_later_than_the_end_of_the_fifth_day(
    after_tries: int, jitter: float, age_s: float
) -> None:
    now = min(QUEUED + timedelta(seconds=age_s), LAST - timedelta(microseconds=1))
    until = next_attempt(after_tries, queued_at=QUEUED, now=now, jitter=jitter)
    assert until is not None
    assert now < until <= LAST


def test_the_last_attempt_falls_on_the_very_end() -> None:
    now = LAST - timedelta(seconds=1)
    assert next_attempt(20, queued_at=QUEUED, now=now, jitter=0.0) == LAST


@given(st.integers(FEWEST_TRIES, 10_000), jitters, st.floats(0, 10 * GIVE_UP_AFTER_S))
def test_after_five_days_a_mail_is_given_up(
    after_tries: int, jitter: float, later_s: float
) -> None:
    now = LAST + timedelta(seconds=later_s)
    assert next_attempt(after_tries, queued_at=QUEUED, now=now, jitter=jitter) is None


def test_what_was_hardly_tried_in_five_days_is_tried_for_an_hour_more() -> None:
    # Greylisting takes minutes, and a mail may have waited for days for us alone.
    now, attempts = LAST + timedelta(days=1), 1
    while (until := next_attempt(attempts, queued_at=QUEUED, now=now, jitter=0.5)) is not None:
        now, attempts = until, attempts + 1
    assert attempts == FEWEST_TRIES
    assert now - LAST > timedelta(days=1, hours=1)


def test_a_mail_is_tried_for_the_five_days_that_the_standard_wants() -> None:
    # RFC 5321 section 4.5.4.1: "the give-up time generally needs to be at least 4-5 days".
    now, attempts = QUEUED, 1
    while (until := next_attempt(attempts, queued_at=QUEUED, now=now, jitter=0.5)) is not None:
        now, attempts = until, attempts + 1
    assert now == LAST
    assert 40 < attempts < 50


def test_another_time_to_give_up_may_be_given() -> None:
    minute = timedelta(minutes=1)
    given_up = next_attempt(
        FEWEST_TRIES, queued_at=QUEUED, now=QUEUED + minute, jitter=0.5, give_up_after_s=60.0
    )
    assert given_up is None


def test_a_clock_that_was_set_back_only_prolongs_the_trying() -> None:
    now = QUEUED - timedelta(hours=1)
    assert next_attempt(1, queued_at=QUEUED, now=now, jitter=0.5) == now + timedelta(seconds=2)


def test_times_of_two_zones_are_compared_as_they_are() -> None:
    berlin = timezone(timedelta(hours=1))
    until = next_attempt(1, queued_at=QUEUED, now=QUEUED.astimezone(berlin), jitter=0.5)
    assert until == QUEUED + timedelta(seconds=2)


@pytest.mark.parametrize(("after_tries", "jitter"), [(0, 0.5), (-1, 0.5), (1, 1.0), (1, -0.1)])
def test_what_no_failed_try_gives_is_refused(after_tries: int, jitter: float) -> None:
    with pytest.raises(ValueError, match="not what a failed try gives"):
        next_attempt(after_tries, queued_at=QUEUED, now=QUEUED, jitter=jitter)


def test_a_time_without_its_zone_is_refused() -> None:
    naive = QUEUED.replace(tzinfo=None)
    with pytest.raises(ValueError, match="zone"):
        next_attempt(1, queued_at=naive, now=QUEUED, jitter=0.5)
    with pytest.raises(ValueError, match="zone"):
        next_attempt(1, queued_at=QUEUED, now=naive, jitter=0.5)


def test_a_message_is_read_three_times_more_each_later_than_the_one_before() -> None:
    waits = [next_reading(tries, now=QUEUED) for tries in (1, 2, 3, 4)]
    assert waits == [*(QUEUED + after for after in READ_AGAIN_AFTER), None]
    assert list(READ_AGAIN_AFTER) == sorted(set(READ_AGAIN_AFTER))


def test_what_was_never_tried_cannot_be_tried_again() -> None:
    with pytest.raises(ValueError, match="after 0 tries"):
        next_reading(0, now=QUEUED)
