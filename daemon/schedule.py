"""When things happen. The only importer of apscheduler."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from daemon import events
from daemon.tracing import places

# A run that is skipped because the last one still works is no trouble: the next makes up for it.
logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)


# How often the clock is looked at.
_CLOCK_CHECK_S = 30.0


class _Every(IntervalTrigger):  # type: ignore[misc]  # the library has no types
    """Runs at one distance. Those that were missed are one run, of which the next is counted.

    The library would list each of them first: of a clock that leaps by years, gigabytes of them.
    """

    def get_next_fire_time(
        self, previous_fire_time: datetime | None, now: datetime
    ) -> datetime | None:
        """The next time after `now`, or the first one."""
        if previous_fire_time is None:
            return now
        interval: timedelta = self.interval
        missed = max((now - previous_fire_time) // interval, 0)
        return previous_fire_time + (missed + 1) * interval


class Schedule:
    """Repeats jobs in the event loop. A job never overlaps itself, and runs missed are caught up.

    Missed runs of one job become a single one, however late it is; a job that raises runs again
    at its next time.
    """

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._clock_check: asyncio.TimerHandle | None = None

    def every(
        self,
        seconds: float,
        name: str,
        job: Callable[[], Awaitable[None]],
        *,
        first_at: datetime,
    ) -> None:
        """Runs `job` at `first_at`, which is within `seconds` from now, and then every `seconds`.

        `name` stands in the log where the job raises; a job of the same name is replaced.
        """

        async def run() -> None:
            try:
                await job()
            except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the process
                events.unexpected_error(
                    where=name, error=type(error).__name__, trace=places(error)
                )

        self._scheduler.add_job(
            run,
            _Every(seconds=seconds, timezone=UTC),
            id=name,
            name=name,
            next_run_time=first_at,
            replace_existing=True,
        )

    def remove(self, name: str) -> None:
        """Runs the job of this name no more; one that runs goes on."""
        self._scheduler.remove_job(name)

    def soon(self, name: str) -> None:
        """Runs the job of this name now, and then at its usual distance; none after `stop`."""
        job = self._scheduler.get_job(name)
        if job is not None:
            job.modify(next_run_time=datetime.now(UTC))

    def start(self) -> None:
        """Begins; call it in the running event loop."""
        self._scheduler.start()
        self._check_clock()

    def stop(self) -> None:
        """Starts no job any more; a job that runs goes on, and whoever owns it waits for it."""
        if self._clock_check is not None:
            self._clock_check.cancel()
        self._scheduler.remove_all_jobs()
        if self._scheduler.running:
            self._scheduler.pause()

    def _check_clock(self) -> None:
        """Where the clock was set back, the jobs would not run until it comes round again."""
        now = datetime.now(UTC)
        for job in self._scheduler.get_jobs():
            if job.next_run_time - now > job.trigger.interval:
                job.modify(next_run_time=now)
        loop = asyncio.get_running_loop()
        self._clock_check = loop.call_later(_CLOCK_CHECK_S, self._check_clock)
