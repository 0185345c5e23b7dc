"""The schedule, with the real library and real short intervals."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Self

import pytest

from daemon.schedule import Schedule
from tests.unit.log_capture import LogCapture

HOUR_S = 3600.0


def now() -> datetime:
    return datetime.now(UTC)


class Job:
    """A job that counts its runs, and takes as long as a test wants."""

    def __init__(self) -> None:
        self.begun = 0
        self.ended = 0
        self.most_at_once = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.faults: list[Exception] = []

    async def __call__(self) -> None:
        self.begun += 1
        self.most_at_once = max(self.most_at_once, self.begun - self.ended)
        try:
            await self.gate.wait()
            if self.faults:
                raise self.faults.pop()
        finally:
            self.ended += 1


@asynccontextmanager
async def started(schedule: Schedule) -> AsyncIterator[None]:
    schedule.start()
    try:
        yield
    finally:
        schedule.stop()
        await asyncio.sleep(0)


async def until(holds: Callable[[], bool], timeout_s: float = 10.0) -> None:
    """Waits until `holds` gives true."""
    async with asyncio.timeout(timeout_s):
        while not holds():  # noqa: ASYNC110 - what is waited for happens in a library
            await asyncio.sleep(0.002)


async def test_the_first_run_is_at_once_and_others_follow() -> None:
    job, rare, schedule = Job(), Job(), Schedule()
    schedule.every(0.05, "often", job, first_at=now())
    schedule.every(HOUR_S, "rare", rare, first_at=now())
    async with started(schedule):
        await until(lambda: job.ended >= 4)
    assert rare.ended == 1


async def test_nothing_runs_before_its_first_time() -> None:
    job, other, schedule = Job(), Job(), Schedule()
    schedule.every(HOUR_S, "later", job, first_at=now() + timedelta(minutes=5))
    schedule.every(0.05, "often", other, first_at=now())
    async with started(schedule):
        await until(lambda: other.ended >= 3)
    assert job.begun == 0


async def test_a_job_never_overlaps_itself_and_holds_up_no_other(log: LogCapture) -> None:
    slow, other, schedule = Job(), Job(), Schedule()
    slow.gate.clear()
    schedule.every(0.03, "slow", slow, first_at=now())
    schedule.every(0.03, "other", other, first_at=now())
    async with started(schedule):
        await until(lambda: other.ended >= 6)
        assert (slow.begun, slow.ended) == (1, 0)
        slow.gate.set()
        await until(lambda: slow.ended >= 3)
    assert slow.most_at_once == 1
    assert log.events == []  # that a run was skipped is no trouble, and so no warning


async def test_runs_that_were_missed_become_one() -> None:
    job, other, schedule = Job(), Job(), Schedule()
    # As after a machine has slept: ten hours late, ten runs.
    schedule.every(HOUR_S, "late", job, first_at=now() - timedelta(hours=10, minutes=1))
    schedule.every(0.03, "other", other, first_at=now())
    async with started(schedule):
        await until(lambda: other.ended >= 5)
    assert job.ended == 1


async def test_a_job_that_raises_is_told_without_words_and_runs_again(log: LogCapture) -> None:
    job, schedule = Job(), Schedule()
    job.faults = [KeyError("tulip-orchard")]
    schedule.every(0.03, "poll-support", job, first_at=now())
    async with started(schedule):
        await until(lambda: job.ended >= 3)
    (told,) = log.events
    assert (told["event"], told["where"]) == ("unexpected_error", "poll-support")
    assert told["error"] == "KeyError"
    assert "tulip-orchard" not in log.text


async def test_after_stop_no_run_begins_and_one_that_runs_goes_on() -> None:
    job, other, schedule = Job(), Job(), Schedule()
    job.gate.clear()
    schedule.every(0.02, "slow", job, first_at=now())
    schedule.every(0.02, "other", other, first_at=now())
    async with started(schedule):
        await until(lambda: job.begun == 1 and other.ended >= 2)
    before = other.begun
    await asyncio.sleep(0.1)
    assert other.begun == before
    assert (job.begun, job.ended) == (1, 0)
    job.gate.set()
    await until(lambda: job.ended == 1)
    await asyncio.sleep(0.1)
    assert job.begun == 1


async def test_a_schedule_that_never_began_can_be_stopped() -> None:
    job, schedule = Job(), Schedule()
    schedule.every(0.02, "never", job, first_at=now())
    schedule.stop()
    await asyncio.sleep(0.05)
    assert job.begun == 0


@pytest.mark.parametrize(
    ("set_back", "runs"),
    [(timedelta(hours=6), 2), (timedelta(0), 1)],
    ids=["set-back", "right"],
)
async def test_a_clock_that_was_set_back_does_not_hold_the_jobs_up(
    monkeypatch: pytest.MonkeyPatch, set_back: timedelta, runs: int
) -> None:
    monkeypatch.setattr("daemon.schedule._CLOCK_CHECK_S", 0.02)
    job, other, schedule = Job(), Job(), Schedule()
    schedule.every(HOUR_S, "hourly", job, first_at=now())
    schedule.every(0.05, "other", other, first_at=now())
    async with started(schedule):
        await until(lambda: job.ended == 1)
        # Seen from a clock that is six hours behind, the next run is in seven.
        planned = schedule._scheduler.get_job("hourly")
        planned.modify(next_run_time=planned.next_run_time + set_back)
        await until(lambda: other.ended >= 5)
    assert job.ended == runs


class Wall(datetime):
    """The clock on the wall, which somebody sets; it goes on from there."""

    ahead = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls.fromtimestamp(time.time() + cls.ahead.total_seconds(), tz)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> type[Wall]:
    """The clock of our schedule and of the library."""
    monkeypatch.setattr(Wall, "ahead", timedelta())
    monkeypatch.setattr("daemon.schedule._CLOCK_CHECK_S", 0.02)
    for module in ("daemon.schedule", "apscheduler.schedulers.base"):
        monkeypatch.setattr(f"{module}.datetime", Wall)
    return Wall


@pytest.mark.parametrize(
    "leap", [timedelta(hours=6), timedelta(hours=-25), timedelta(days=-20_000)]
)
async def test_a_clock_that_leaps_skips_no_poll_and_repeats_none(
    wall: type[Wall], leap: timedelta
) -> None:
    hourly, often, schedule = Job(), Job(), Schedule()
    schedule.every(HOUR_S, "hourly", hourly, first_at=now())
    schedule.every(0.05, "often", often, first_at=now())
    async with started(schedule):
        await until(lambda: hourly.ended == 1 and often.ended >= 2)
        wall.ahead = leap
        # What is due by the new time, or would not be for too long by it, runs once.
        await until(lambda: hourly.ended == 2)
        before = often.ended
        await until(lambda: often.ended >= before + 5)
        assert hourly.ended == 2
        assert often.ended < before + 100  # of the hundreds of thousands that it has missed
        wall.ahead = timedelta()
        await until(lambda: hourly.ended == 3)


@pytest.mark.parametrize("change", ["2026-03-29T01:00Z", "2026-10-25T01:00Z"])
async def test_summer_time_changes_nothing(
    wall: type[Wall], monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        wall.ahead = datetime.fromisoformat(change) - now() - timedelta(seconds=0.2)
        hourly, often, schedule = Job(), Job(), Schedule()
        schedule.every(HOUR_S, "hourly", hourly, first_at=wall.now(UTC))
        schedule.every(0.05, "often", often, first_at=wall.now(UTC))
        async with started(schedule):
            await until(lambda: wall.now(UTC) > datetime.fromisoformat(change))
            before = often.ended
            await until(lambda: often.ended >= before + 5)
        assert hourly.ended == 1
        assert often.ended < before + 100
    finally:
        monkeypatch.undo()
        time.tzset()


def test_skipped_runs_are_not_logged_by_the_library() -> None:
    assert logging.getLogger("apscheduler.scheduler").level == logging.ERROR


async def test_a_job_is_replaced_hurried_and_removed_by_its_name() -> None:
    schedule, first, second = Schedule(), Job(), Job()
    schedule.every(HOUR_S, "job", first, first_at=now() + timedelta(hours=1))
    async with started(schedule):
        schedule.soon("job")
        await until(lambda: first.ended == 1)
        schedule.every(HOUR_S, "job", second, first_at=now() + timedelta(hours=1))
        schedule.soon("job")
        await until(lambda: second.ended == 1)
        schedule.remove("job")
        schedule.soon("job")
        await asyncio.sleep(0.05)
    schedule.soon("job")
    assert (first.begun, second.begun) == (1, 1)
