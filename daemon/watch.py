"""One mailbox in the running daemon: polled on schedule, woken earlier by IDLE."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import TypeVar

from daemon import events
from daemon.errors import AskedToStop, LeaseLost, PermanentFailure, TemporaryFailure
from daemon.fare import Failure, Fare, is_of_the_store
from daemon.flow import PassReport, Route
from daemon.leases import MailboxLease
from daemon.liveness import WatchPulse
from daemon.ports import Lease, Mailbox, MailboxStatus
from daemon.server_alerts import ServerAlerts
from daemon.store_alarm import StoreAlarm
from daemon.tracing import places

T = TypeVar("T")

# Some servers end each IDLE at once, or greet it with news that are none: the pauses double.
_FIRST_REST_S = 0.5
_QUIET_S = 10.0  # an IDLE that lasted so long is as it should be
_MOST_DOUBLINGS = 10


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class Watch:
    """Runs the route for one mailbox. The connection belongs to one thread and one task at a time.

    It does so while it holds the `lease`, if there is one. `jitter` gives a number from 0 to 1,
    which spreads the retries of many mailboxes. No step of a pass takes longer than
    `longest_step_s`, unless its thread hangs. `changed` is called when a mailbox begins to fail,
    fails otherwise, or works again; `copies_wait` when a pass has left copies of replies.
    """

    route: Route
    mailbox: Mailbox
    poll_seconds: float
    jitter: Callable[[], float]
    longest_step_s: float = 1000.0
    now: Callable[[], datetime] = _utc_now
    changed: Callable[[], None] = lambda: None
    copies_wait: Callable[[], None] = lambda: None
    lease: MailboxLease | None = None
    alarm: StoreAlarm = field(default_factory=StoreAlarm)
    _thread: ThreadPoolExecutor = field(init=False)
    _in_use: asyncio.Lock = field(default_factory=asyncio.Lock)
    _working: asyncio.Event = field(default_factory=asyncio.Event)
    # Set while it works or fails, or is to stop: else nothing is to be done between the polls.
    _awake: asyncio.Event = field(default_factory=asyncio.Event)
    _turned: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _fruitless: int = 0
    _fare: Fare = field(default_factory=Fare)
    _alerts: ServerAlerts = field(default_factory=ServerAlerts)
    # For the watchdog, by the monotonic clock.
    _moved_at_s: float = field(default_factory=monotonic)
    _in_hand: bool = False

    def __post_init__(self) -> None:
        self.route.progress = self._progressed
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"mailbox-{self.mailbox.name}")

    async def poll(self, trigger: str = "schedule") -> PassReport | None:
        """One pass, as soon as the connection is free; None where it failed or was not due."""
        if not self._is_due():
            return None
        self.mailbox.interrupt()
        async with self._in_use:
            # While this waited, another pass may have been refused, or `stop` been called.
            return await self._pass(trigger) if self._is_due() else None

    async def scheduled(self) -> None:
        """The job of the schedule."""
        await self.poll()

    async def idle(self) -> None:
        """Waits for the server to tell of new mail, and polls then; until `stop`.

        While the mailbox fails, it is tried again between the polls, with pauses that grow.
        """
        while True:
            await self._awake.wait()
            if self._stopping.is_set():
                return
            if not self._working.is_set():
                await self._try_again()
                continue
            async with self._in_use:
                if self._working.is_set():  # a pass that we waited for may have failed
                    await self._wait_and_pass()
            # Lets a poll that interrupted us have the connection.
            await self._rest()

    async def file_copies(self) -> bool:
        """Puts some copies of replies that were sent into the Sent folder; whether more wait."""
        if self._fare.error or not self.is_ours:
            return False
        self.mailbox.interrupt()
        async with self._in_use:
            if self._fare.error or self._stopping.is_set():
                return False
            # A slow server may take longer for many copies than for polls that bring nothing.
            self._in_hand, self._moved_at_s = True, monotonic()
            try:
                return await self._in_thread(self.route.file_copies)
            except LeaseLost:
                self.lose()
            except (TemporaryFailure, PermanentFailure) as error:
                self._failed(error)
            except Exception as error:  # noqa: BLE001 - as for a pass
                await self._failed_unexpectedly("file-copies", error)
            finally:
                self._in_hand, self._moved_at_s = False, monotonic()
        return False

    @property
    def is_ours(self) -> bool:
        """Whether this process reads the mailbox, and no other."""
        return self.lease is None or self.lease.is_held

    async def take_over(self) -> None:
        """A pass where another process read the mailbox until now, and may be dead."""
        if not self.is_ours and not self._in_use.locked():
            await self.poll("takeover")

    async def take_lease(self) -> Lease | None:
        """Takes the lease alone; None where it is held already. Raises what the store does."""
        return None if self.lease is None else await self._in_thread(self.lease.take)

    def lose(self) -> None:
        """Another process has taken the mailbox over: this one stands by."""
        if self.lease is not None:
            self.lease.lose()
        self._waits(False)
        self.mailbox.interrupt()

    @contextlib.asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """Begins when what is in hand has ended; until its end nothing else begins."""
        self.mailbox.interrupt()
        async with self._in_use:
            # Others may still finish a batch: this one stands still for them, and is not stuck.
            self._in_hand, self._moved_at_s = True, monotonic()
            try:
                yield
            finally:
                self._in_hand, self._moved_at_s = False, monotonic()

    async def adopt(self, fresh: Watch) -> None:
        """Goes on as `fresh` would, which has done nothing yet; call it while paused.

        The connection is kept where the mailbox is the same. What failed is tried again at once.
        """
        if fresh.mailbox is not self.mailbox:
            self._waits(False)
            await self._in_thread(self.mailbox.close)
        self.mailbox, self.route = fresh.mailbox, fresh.route
        self.route.progress = self._progressed
        self.poll_seconds, self.longest_step_s = fresh.poll_seconds, fresh.longest_step_s
        self._fruitless = 0
        self._fare.try_at_once()
        self._turned.set()
        self._moved_at_s = monotonic()

    def dismiss(self) -> None:
        """Begins nothing any more; `stop` does the rest."""
        self._stopping.set()
        self._working.set()
        self._awake.set()
        self._turned.set()
        self.mailbox.interrupt()

    async def stop(self) -> None:
        """Finishes the batch in hand, closes the connection and gives the mailbox back."""
        self.dismiss()
        async with self._in_use:
            await self._in_thread(self.mailbox.close)
            if self.lease is not None:
                await self._in_thread(self.lease.release)
        self._thread.shutdown(wait=False)

    @property
    def waits_for_store(self) -> bool:
        """Whether the store has failed it, and nothing else has."""
        return self._fare.failure is not None and is_of_the_store(self._fare.failure)

    def status(self, process: str) -> MailboxStatus | None:
        """How it fares, in the words of the store; None before the first pass."""
        return self._fare.status(self.mailbox.name, process, idles=self._working.is_set())

    def pulse(self) -> WatchPulse:
        """How long ago it moved, for the watchdog."""
        return WatchPulse(
            name=self.mailbox.name,
            poll_seconds=self.poll_seconds,
            longest_step_s=self.longest_step_s,
            in_hand=self._in_hand,
            moved_at_s=self._moved_at_s,
            retry_at_s=self._fare.retry_at_s,
        )

    def _progressed(self, waiting: int) -> None:
        """Called in the mailbox's thread after each step of a pass."""
        self._fare.waiting, self._moved_at_s = waiting, monotonic()
        self._fare.polled_at = self.now()

    def _is_due(self) -> bool:
        return not self._stopping.is_set() and monotonic() >= self._fare.barred_until_s

    def _waits(self, works: bool) -> None:
        """Whether the mailbox is waited on for news from now on; not, once we are to stop."""
        if self._stopping.is_set():
            return
        self._turned.set()
        if works:
            self._working.set()
        else:
            self._working.clear()
        if works or self._fare.error:
            self._awake.set()
        else:
            self._awake.clear()

    async def _try_again(self) -> None:
        """A pass over a mailbox that fails, when its pause is over; a turn of things ends that."""
        left_s = max(self._fare.retry_at_s, self._fare.barred_until_s) - monotonic()
        if left_s <= 0:
            await self.poll("retry")
            return
        self._turned.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._turned.wait(), timeout=left_s)

    async def _pass(self, trigger: str) -> PassReport | None:
        started = monotonic()
        self._in_hand, self._moved_at_s = True, started
        try:
            report = await self._in_thread(self._run)
        except LeaseLost:
            report = None
            self.lose()
        except AskedToStop:
            return None
        except (TemporaryFailure, PermanentFailure) as error:
            self._failed(error)
            if not is_of_the_store(error):
                await self._hand_over_in_time()
            return None
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the watch
            await self._failed_unexpectedly("poll", error)
            return None
        finally:
            self._in_hand, self._moved_at_s = False, monotonic()
        if report is None:
            await self._stand_by()
            return None
        self._succeeded()
        events.poll_finished(
            mailbox=self.mailbox.name,
            trigger=trigger,
            seen=report.seen,
            counts=report.counts,
            duration_s=monotonic() - started,
        )
        if report.copies_wait:
            self.copies_wait()
        return report

    def _run(self) -> PassReport | None:
        """The pass in the mailbox's thread; None where another process reads the mailbox."""
        if self.lease is not None:
            self.lease.take()
        return self.route.run() if self.is_ours else None

    async def _stand_by(self) -> None:
        """No trouble, and no work: the other process has its own connection."""
        self.alarm.worked(self.part)
        self._fare.stand_by(now_s=monotonic())
        self._waits(False)
        await self._in_thread(self.mailbox.close)

    async def _hand_over_in_time(self) -> None:
        """Another process may have a way to the mail server where this one has none."""
        if self.lease is None or not self.is_ours or self._stopping.is_set():
            return
        fare, poll_seconds = self._fare, self.poll_seconds
        if not fare.is_hopeless(now_s=monotonic(), poll_seconds=poll_seconds):
            return
        lease, now = self.lease, self.now()
        head_start_s = await self._in_thread(lambda: lease.hand_over(now=now))
        if head_start_s:
            await self._in_thread(self.mailbox.close)
            fare.leave_to_another(head_start_s, now_s=monotonic(), poll_seconds=poll_seconds)

    async def _wait_and_pass(self) -> None:
        began = monotonic()
        news = await self._wait()
        lasted_s = monotonic() - began
        if not self.mailbox.can_wait and not self._stopping.is_set():
            # A server may cease to offer IDLE when it is connected anew.
            self._waits(False)
        if news and not self._stopping.is_set():
            report = await self._pass("idle")
            self._fruitless = 0 if report is not None and report.seen else self._fruitless + 1
        if lasted_s >= _QUIET_S:
            self._fruitless = 0

    async def _wait(self) -> bool:
        """Whether to make a pass: there is news, or the wait failed.

        Then the pass shows whether the mailbox works, and IDLE is no more than a doorbell.
        """
        try:
            return await self._in_thread(lambda: self.mailbox.wait(self.poll_seconds))
        except (TemporaryFailure, PermanentFailure) as error:
            events.idle_ended(mailbox=self.mailbox.name, error=str(error))
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the watch
            events.unexpected_error(where="idle", error=type(error).__name__, trace=places(error))
            await self._in_thread(self.mailbox.close)
        return True

    async def _rest(self) -> None:
        """A pause where IDLE has brought nothing but work, else none; `stop` ends it."""
        if not self._fruitless:
            await asyncio.sleep(0)
            return
        doublings = min(self._fruitless - 1, _MOST_DOUBLINGS)
        pause_s = min(self.poll_seconds, _FIRST_REST_S * 2**doublings)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), timeout=pause_s)

    def _succeeded(self) -> None:
        failed, told = self._fare.works(now=self.now())
        self.alarm.worked(self.part)
        if told:
            events.mailbox_recovered(mailbox=self.mailbox.name)
        if failed:
            self.changed()
        self._waits(self.mailbox.can_wait)

    def _failed(self, failure: Failure) -> None:
        """One alarm for one trouble; and one more where it turns out that a person is needed."""
        if self.is_ours:  # else it may fare well with the process that reads it
            self._fare.show(failure, now=self.now())
        setback = self._fare.failed(
            failure, now_s=monotonic(), poll_seconds=self.poll_seconds, jitter=self.jitter
        )
        self._waits(False)
        if is_of_the_store(failure):
            self.alarm.failed(self.part, failure, retry_in_s=setback.wait_s)
        else:
            self.alarm.leave(self.part)
        if setback.is_news:
            events.mailbox_failed(
                mailbox=self.mailbox.name,
                error=str(failure),
                temporary=isinstance(failure, TemporaryFailure),
                retry_in_s=setback.wait_s,
            )
        if setback.is_changed:
            self.changed()

    async def _failed_unexpectedly(self, where: str, error: Exception) -> None:
        """A mistake of ours: the connection may be in the middle of anything, so it is closed."""
        events.unexpected_error(where=where, error=type(error).__name__, trace=places(error))
        await self._in_thread(self.mailbox.close)
        self._failed(TemporaryFailure(type(error).__name__, part=self.mailbox.name))

    @property
    def part(self) -> str:
        """Its name among those that use the store."""
        return f"mailbox {self.mailbox.name}"

    async def _in_thread(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            alerts = self.mailbox.take_alerts()
            self._alerts.tell(self.mailbox.name, alerts, now_s=monotonic())
