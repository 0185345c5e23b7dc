"""When things happen. The only importer of apscheduler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler


class Schedule:
    """Repeats jobs in the event loop. A job never overlaps itself, and runs missed are caught up.

    Missed runs of one job become a single one, however late it is.
    """

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def every(
        self,
        seconds: float,
        name: str,
        job: Callable[[], Awaitable[None]],
        *,
        first_at: datetime,
    ) -> None:
        """Runs `job` at `first_at` and then every `seconds`."""
        self._scheduler.add_job(
            job, "interval", seconds=seconds, id=name, name=name, next_run_time=first_at
        )

    def start(self) -> None:
        """Begins; call it in the running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Starts no job any more; a job that runs goes on, and whoever owns it waits for it."""
        self._scheduler.remove_all_jobs()
        if self._scheduler.running:
            self._scheduler.pause()
