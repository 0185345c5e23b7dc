"""One mailbox in the running daemon: polled on schedule, woken earlier by IDLE."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import monotonic
from typing import TypeVar

from daemon import events
from daemon.errors import PermanentFailure, StoreBusy, TemporaryFailure
from daemon.flow import PassReport, Route
from daemon.ports import Mailbox
from daemon.tracing import places

T = TypeVar("T")

# A refused login is not tried at every poll: servers lock accounts for that.
_LONGEST_REFUSAL_S = 600.0


@dataclass(slots=True, kw_only=True)
class Watch:
    """Runs the route for one mailbox. The connection belongs to one thread and one task at a time.

    `jitter` gives a number from 0 to 1, which spreads the retries of many mailboxes.
    """

    route: Route
    mailbox: Mailbox
    poll_seconds: float
    jitter: Callable[[], float]
    _thread: ThreadPoolExecutor = field(init=False)
    _in_use: asyncio.Lock = field(default_factory=asyncio.Lock)
    _working: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False
    _failures: int = 0
    _error: str = ""
    _retry_at: float = 0.0
    _known: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"mailbox-{self.mailbox.name}")

    async def poll(self, trigger: str = "schedule") -> PassReport | None:
        """One pass, as soon as the connection is free; None where it failed or was not due."""
        if self._stopping or monotonic() < self._retry_at:
            return None
        self.mailbox.interrupt()
        async with self._in_use:
            return await self._pass(trigger)

    async def scheduled(self) -> None:
        """The job of the schedule."""
        await self.poll()

    async def idle(self) -> None:
        """Waits for the server to tell of new mail, and polls then; until `stop`.

        While the mailbox fails, the schedule alone tries it again.
        """
        while True:
            await self._working.wait()
            if self._stopping:
                return
            async with self._in_use:
                news = await self._wait()
                if news and not self._stopping:
                    await self._pass("idle")
            # Lets a poll that interrupted us have the connection.
            await asyncio.sleep(0)

    async def file_copies(self) -> None:
        """Puts copies of replies that were just sent into the Sent folder."""
        if self._error:
            return
        async with self._in_use:
            try:
                await self._in_thread(self.route.file_copies)
            except (TemporaryFailure, PermanentFailure) as error:
                self._failed(error)

    async def stop(self) -> None:
        """Finishes the batch in hand and closes the connection."""
        self._stopping = True
        self._working.set()
        self.mailbox.interrupt()
        async with self._in_use:
            await self._in_thread(self.mailbox.close)
        self._thread.shutdown(wait=False)

    async def _pass(self, trigger: str) -> PassReport | None:
        started = monotonic()
        try:
            report = await self._in_thread(self.route.run)
        except (TemporaryFailure, PermanentFailure) as error:
            self._failed(error)
            return None
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the watch
            events.unexpected_error(where="poll", error=type(error).__name__, trace=places(error))
            self._failed(TemporaryFailure(type(error).__name__, part=self.mailbox.name))
            return None
        self._succeeded(report)
        events.poll_finished(
            mailbox=self.mailbox.name,
            trigger=trigger,
            seen=report.seen,
            counts=report.counts,
            duration_s=monotonic() - started,
        )
        return report

    async def _wait(self) -> bool:
        try:
            return await self._in_thread(lambda: self.mailbox.wait(self.poll_seconds))
        except (TemporaryFailure, PermanentFailure) as error:
            self._failed(error)
            return False

    def _succeeded(self, report: PassReport) -> None:
        if self._error:
            events.mailbox_recovered(mailbox=self.mailbox.name)
        self._error, self._failures, self._retry_at = "", 0, 0.0
        if self.mailbox.can_wait:
            self._working.set()
        selected = report.connected
        if selected is not None and (selected.uid_validity,) != self._known:
            self._known = (selected.uid_validity,)
            events.mailbox_connected(
                mailbox=self.mailbox.name,
                uid_validity=selected.uid_validity,
                messages=selected.messages,
            )

    def _failed(self, error: TemporaryFailure | PermanentFailure) -> None:
        """One alarm for one trouble; it is told again only when the trouble changes."""
        self._failures += 1
        if not self._stopping:
            self._working.clear()
        delay_s = 0.0
        if isinstance(error, PermanentFailure):
            longest_s = min(_LONGEST_REFUSAL_S, self.poll_seconds * 2**self._failures)
            delay_s = longest_s * (0.75 + self.jitter() / 2)
        self._retry_at = monotonic() + delay_s
        if str(error) != self._error:
            self._error = str(error)
            is_store = isinstance(error, StoreBusy) or error.part == "store"
            wait_s = max(delay_s, self.poll_seconds)
            if is_store:
                events.store_failed(error=str(error), retry_in_s=wait_s)
            else:
                events.mailbox_failed(
                    mailbox=self.mailbox.name,
                    error=str(error),
                    temporary=isinstance(error, TemporaryFailure),
                    retry_in_s=wait_s,
                )

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
