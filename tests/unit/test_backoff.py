"""When a mailbox that fails is tried again: soon, never all at once, and within two polls."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.backoff import pause_s
from daemon.errors import LoginRefused, PermanentFailure, TemporaryFailure, Unreachable

AWAY = Unreachable("cannot be reached", part="support")
FULL = TemporaryFailure("disk full", part="store")
LOST = TemporaryFailure("lost", part="support")
GONE = PermanentFailure("no such folder", part="support")
REFUSED = LoginRefused("refused", part="support")


@pytest.mark.parametrize(
    ("failure", "poll_seconds", "pauses_s"),
    [
        (AWAY, 60, [1, 2, 4, 8, 16, 32, 60, 60]),
        (AWAY, 1, [1, 1, 1]),
        (AWAY, 86_400, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]),
        (FULL, 60, [1, 2, 4, 8, 16, 32, 60, 60]),
        (LOST, 60, [60, 60, 60]),
        (GONE, 60, [60, 60, 60]),
        (GONE, 3600, [300, 300]),
        (REFUSED, 60, [120, 240, 480, 600, 600]),
        (REFUSED, 1, [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]),
    ],
)
def test_pauses_grow(
    failure: PermanentFailure | TemporaryFailure, poll_seconds: float, pauses_s: list[float]
) -> None:
    assert [
        pause_s(failure, times, poll_seconds=poll_seconds, jitter=0.5)
        for times in range(1, len(pauses_s) + 1)
    ] == pauses_s


def test_jitter_spreads_them_by_a_quarter() -> None:
    spread = [pause_s(AWAY, 99, poll_seconds=60, jitter=j) for j in (0.0, 0.5, 1.0)]
    assert spread == [45, 60, 75]


@given(
    failure=st.sampled_from([AWAY, FULL, LOST, GONE]),
    poll_seconds=st.floats(1, 86_400),
    # Of a poll interval, what an attempt takes until it has failed.
    attempt=st.floats(0, 0.75),
    back_after=st.floats(0, 50),
    jitter=st.lists(st.floats(0, 1), min_size=1),
)
def test_the_first_try_after_a_servers_return_comes_within_two_poll_intervals(
    failure: PermanentFailure | TemporaryFailure,
    poll_seconds: float,
    attempt: float,
    back_after: float,
    jitter: list[float],
) -> None:
    back_at_s, now_s, times = back_after * poll_seconds, 0.0, 0
    while now_s < back_at_s and times < 200:  # then the pauses are as long as they get
        times += 1
        now_s += attempt * poll_seconds
        now_s += pause_s(
            failure, times, poll_seconds=poll_seconds, jitter=jitter[times % len(jitter)]
        )
    assert now_s - back_at_s <= 2 * poll_seconds


@given(times=st.integers(1, 10**6), jitter=st.floats(0, 1))
def test_no_outage_is_too_long(times: int, jitter: float) -> None:
    for failure in (AWAY, FULL, LOST, GONE, REFUSED):
        assert 0 < pause_s(failure, times, poll_seconds=60, jitter=jitter) <= 750
