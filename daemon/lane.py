"""The way to one receiver: what is due for it goes out, a few at a time, and nobody else waits.

A receiver that takes nothing is asked by one call at a time, ever more seldom; what waits for it
is not tried meanwhile. As soon as it takes something again, everything goes.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from daemon import events
from daemon.errors import (
    PermanentFailure,
    ReceiverGone,
    ReceiverUnreachable,
    TemporaryFailure,
)
from daemon.liveness import LanePulse
from daemon.noting import Notes
from daemon.ports import Outcome, Receiver, Store
from daemon.rounds import LONGEST_WAIT_S, Rounds
from daemon.store_alarm import StoreAlarm
from daemon.tracing import places
from daemon.way import Way
from handlers.announcement import Announcement
from handlers.retry import ANNOUNCE_FOR_S, LONGEST_PLAN, next_attempt

# What other processes queue is seen that soon; a look costs one read.
_LOOK_AGAIN_S = 5.0
# Another process is taking what is due.
_SHORT_WAIT_S = 1.0
# What a receiver has not answered by then at the end is told again by the next process.
_LAST_S = 2.0
# So long after it was cut off a call hangs, for nothing that waits ends it.
_CUT_OFF_S = 60.0
# Nothing but a log line is left to do for who has noted an outcome.
_ENDS_SOON_S = 5.0
_STILL_AT_IT = timedelta(minutes=1)
# Of all processes together, far more than there ever are.
_MOST_UNDER_WAY = 10_000


@dataclass(slots=True, kw_only=True)
class Lane:
    """Delivers what the receiver `name` is to be told. `now` and `jitter`: clock and dice.

    `longest_s` is what one telling takes at most; then it is cut off.
    """

    name: str
    receiver: Receiver
    connections: int
    longest_s: float
    store: Store
    alarm: StoreAlarm
    now: Callable[[], datetime]
    jitter: Callable[[], float]
    monotonic_s: Callable[[], float] = monotonic
    told: int = 0
    _notes: Notes = field(init=False)
    _rounds: Rounds = field(init=False)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)
    _rows: dict[int, asyncio.Task[None]] = field(default_factory=dict)  # those under way
    _may_have_taken: bool = False  # and does not know what
    _has_unnoted: bool = False  # something ended without its outcome in the store
    _way: Way = field(init=False)
    _calls: dict[int, float] = field(default_factory=dict)  # by row, and when they began

    def __post_init__(self) -> None:
        self._notes = Notes(self.alarm, part=self._part)
        self._way = Way(monotonic_s=self.monotonic_s, jitter=self.jitter)
        self._rounds = Rounds(
            part=self._part,
            where="receivers",
            alarm=self.alarm,
            look_again_s=_LOOK_AGAIN_S,
            monotonic_s=self.monotonic_s,
        )

    @property
    def _part(self) -> str:
        return f"receiver {self.name}"

    def wake(self) -> None:
        """Something may be due. Call it in the event loop's thread."""
        self._rounds.wake()

    def stop(self) -> None:
        """Lets `run` return: what is under way has a moment to end, and is told again later."""
        self._rounds.stop()

    def pulse(self) -> LanePulse:
        """How long ago it moved, for the watchdog; what waits for the store is no call."""
        return LanePulse(
            name=self.name,
            round_at_s=self._rounds.at_s,
            oldest_call_s=min(self._calls.values(), default=None),
            longest_call_s=self.longest_s + _CUT_OFF_S,
        )

    async def run(self) -> None:
        """Delivers until `stop`, and closes the receiver."""
        try:
            await self._rounds.go(self._round)
            if self._under_way:
                await asyncio.wait(set(self._under_way), timeout=_LAST_S)
        finally:
            await self._cut_off()
            await self.receiver.close()

    async def drain(self, timeout_s: float) -> None:
        """Delivers until nothing is due any more or `timeout_s` has passed.

        Raises TemporaryFailure or PermanentFailure where the store cannot be used.
        """
        try:
            await self._rounds.drain(
                self._round, is_idle=lambda: not self._under_way, timeout_s=timeout_s
            )
        finally:
            if self._under_way:
                await asyncio.wait(set(self._under_way), timeout=self.longest_s)
            await self._cut_off()

    # what is due -----------------------------------------------------------------------------

    async def _round(self) -> float | None:
        """Begins what is due, as far as there is room; in how many seconds to look again.

        None where nothing waits. The end of a telling wakes us earlier.
        """
        room = self._way.width(self.connections) - len(self._under_way)
        if room <= 0:
            return LONGEST_WAIT_S
        if (shut_s := self._way.shut_for_s()) > 0:
            return shut_s
        if self._may_have_taken or self._has_unnoted:
            self._has_unnoted = False
            await asyncio.to_thread(self._give_back)
            self._may_have_taken = False
        next_due = await asyncio.to_thread(self.store.next_announcement, self.name)
        if next_due is None:
            return None
        wait = next_due - self.now()
        # Where even the next one is further away than any plan, the clock was set back.
        if timedelta() < wait <= LONGEST_PLAN:
            return wait.total_seconds()
        # A connection that breaks while the database commits leaves open whether it has.
        self._may_have_taken = True
        taken = await asyncio.to_thread(
            self.store.take_announcements,
            self.name,
            room,
            now=self.now(),
            untried_first=self._way.untried_first,
        )
        self._may_have_taken = False
        if any(each.attempts > 1 for each in taken):
            self._way.untried_first = False
        for each in taken:
            if self._rounds.is_stopping:
                await self._notes.note(self.store.hold_announcement, each.row, until=self.now())
            elif await self._goes_on(each.row):
                # Another process took us for dead, and we are still at it.
                until = self.now() + _STILL_AT_IT
                await self._notes.note(self.store.hold_announcement, each.row, until=until)
            else:
                self._begin(each)
        return 0.0 if taken else _SHORT_WAIT_S

    def _give_back(self) -> None:
        """What was taken and is not under way waits again; the store leaves others' alone."""
        for row in self.store.announcements(["sending"], limit=_MOST_UNDER_WAY):
            if row.receiver == self.name and row.row not in self._rows:
                self.store.hold_announcement(row.row, until=self.now())

    async def _goes_on(self, row: int) -> bool:
        """Whether an earlier telling goes on, and is not at its end, with its outcome noted."""
        task = self._rows.get(row)
        if task is not None and row not in self._calls:
            await asyncio.wait({task}, timeout=_ENDS_SOON_S)
        return task is not None and not task.done()

    def _begin(self, announcement: Announcement) -> None:
        task = asyncio.create_task(self._tell(announcement), name=f"tell-{announcement.row}")
        self._under_way.add(task)
        self._rows[announcement.row] = task
        task.add_done_callback(partial(self._ended, announcement.row))

    def _ended(self, row: int, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if self._rows.get(row) is task:
            del self._rows[row]
        self._rounds.wake()
        if not task.cancelled() and (error := task.exception()):
            self._has_unnoted = True  # it is told again
            events.unexpected_error(
                where="receivers", error=type(error).__name__, trace=places(error)
            )

    # one telling -----------------------------------------------------------------------------

    async def _tell(self, announcement: Announcement) -> None:
        try:
            outcome = await self._outcome(announcement)
        except ReceiverGone as error:
            await self._gone(announcement, error)
        except PermanentFailure as error:
            await self._give_up(announcement, str(error))
        except TemporaryFailure as error:
            await self._not_yet(announcement, error)
        except asyncio.CancelledError:
            # We are leaving. Told or not, it has the same id when it is told again.
            with contextlib.suppress(TemporaryFailure, PermanentFailure):
                await asyncio.to_thread(
                    self.store.hold_announcement, announcement.row, until=self.now()
                )
            raise
        except TimeoutError:
            late = f"no end within {self.longest_s:g} s"
            await self._not_yet(announcement, ReceiverUnreachable(late, part=self._part))
        except Exception as error:  # noqa: BLE001 - a module of others may raise anything
            name = type(error).__name__
            events.unexpected_error(where=self._part, error=name, trace=places(error))
            failure = TemporaryFailure(f"unexpected {name}", part=self._part)
            await self._not_yet(announcement, failure)
        else:
            if outcome is not None:
                await self._taken(announcement, outcome)

    async def _outcome(self, announcement: Announcement) -> Outcome | None:
        """What comes of it; None where another process has it by now. Raises as the receiver."""
        outcome = await self._call(announcement)
        if outcome.state != "begin":
            return outcome
        # Before the call: whatever becomes of us, it is not taken for never made.
        begun = await self._notes.note(
            self.store.begin_announcement, announcement.row, now=self.now()
        )
        if begun is None:
            self._has_unnoted = True  # unless another process has it
            return None
        outcome = await self._call(begun)
        if outcome.state == "begin":
            raise ValueError("it begins what has begun")
        return outcome

    async def _call(self, announcement: Announcement) -> Outcome:
        self._calls[announcement.row] = self.monotonic_s()
        try:
            async with asyncio.timeout(self.longest_s):
                return await self.receiver.tell(announcement, now=self.now())
        finally:
            del self._calls[announcement.row]

    async def _taken(self, announcement: Announcement, outcome: Outcome) -> None:
        if outcome.state != "skipped":
            self._way.took()
        self._way.leave(announcement.row)
        known = await self._notes.note(
            self.store.announced, announcement.row, outcome, now=self.now()
        )
        about = _about(announcement)
        match outcome.state:
            case "told":
                self.told += 1
                events.announcement_told(**about, attempt=announcement.attempts)
            case "skipped":
                events.announcement_skipped(**about, note=outcome.note)
            case "needs_person":
                events.announcement_needs_person(**about, note=outcome.note)
        if (change := known.handed_over) is not None:
            events.request_changed(
                request=change.reference,
                before=change.before.value,
                after=change.after.value,
                reason=change.reason,
            )
        if known.failed_since is not None:
            after_s = (self.now() - known.failed_since).total_seconds()
            events.receiver_recovered(receiver=self.name, after_s=max(after_s, 0.0))

    async def _gone(self, announcement: Announcement, error: ReceiverGone) -> None:
        await self._notes.note(self.store.hold_announcement, announcement.row, until=self.now())
        now = self.now()
        if await self._notes.note(self.store.receiver_gone, self.name, error=str(error), now=now):
            events.receiver_gone(receiver=self.name, error=str(error))

    async def _give_up(self, announcement: Announcement, error: str) -> None:
        self._way.leave(announcement.row)
        await self._notes.note(
            self.store.announcement_failed, announcement.row, now=self.now(), note=error
        )
        events.announcement_failed(
            **_about(announcement), attempt=announcement.attempts, error=error
        )

    async def _not_yet(self, announcement: Announcement, error: TemporaryFailure) -> None:
        """What is the receiver's fault waits with all others; what may be its own, by itself."""
        is_whole = self._way.failed(announcement.row, error)
        until: datetime | None = self.now()
        if not isinstance(error, ReceiverUnreachable):
            until = next_attempt(
                announcement.attempts,
                queued_at=announcement.span_began_at,
                now=self.now(),
                jitter=self.jitter(),
                give_up_after_s=ANNOUNCE_FOR_S,
            )
        if until is None:
            await self._give_up(announcement, str(error))
            return
        await self._notes.note(
            self.store.put_announcement_off, announcement.row, until=until, note=str(error)
        )
        events.announcement_put_off(
            **_about(announcement),
            attempt=announcement.attempts,
            error=str(error),
            next_at=until,
        )
        if is_whole:
            await self._raise_alarm(error)

    async def _raise_alarm(self, error: TemporaryFailure) -> None:
        """Tells it once, over all processes and restarts: the store knows."""
        if not self._way.is_alarm():
            return
        now = self.now()
        if await self._notes.note(self.store.receiver_fails, self.name, error=str(error), now=now):
            events.receiver_failed(
                receiver=self.name, setting=error.setting, error=str(error), cure=error.cure
            )

    async def _cut_off(self) -> None:
        """What is under way still is to the next process as if it had not been told."""
        late = set(self._under_way)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


def _about(announcement: Announcement) -> dict[str, str]:
    return {
        "receiver": announcement.receiver,
        "request": announcement.request.reference,
        "change": announcement.type,
    }
