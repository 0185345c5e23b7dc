"""Delivers the mail of the outbox in its own loop: an SMTP outage never holds up reading.

As many mails are in delivery at once as there are connections. One that takes long keeps its own
connection busy, and no other.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import InitVar, dataclass, field
from datetime import datetime, timedelta
from functools import partial

from daemon import events
from daemon.courier_alarm import CourierAlarm
from daemon.delivery import Delivery
from daemon.door import Door
from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.hourly_cap import CAP_PAUSE_S, HourlyCap
from daemon.liveness import OutboxPulse
from daemon.noting import PART, Notes
from daemon.ports import Courier, QueuedMail, Store
from daemon.rounds import LONGEST_WAIT_S, Rounds
from daemon.store_alarm import StoreAlarm
from daemon.tracing import places
from daemon.unnoted import Unnoted
from handlers.retry import LONGEST_PLAN

# What staff have queued, retried or dropped beside us is seen that soon; a look costs one read.
_LOOK_AGAIN_S = 10.0
# A command has to end: what a server has not answered by then is cut off.
_FINISH_S = 300.0
_STILL_AT_IT = timedelta(minutes=1)
# Of all processes together, far more than there ever are.
_MOST_IN_DELIVERY = 10_000


@dataclass(slots=True, kw_only=True)
class Outbox:
    """The loop between store and courier. `now` and `jitter` are the clock and the dice.

    Those in `mail_sent` are called with the name of the mailbox whose reply was accepted.
    """

    store: Store
    courier: InitVar[Courier]
    connections: int
    replies_per_hour: int
    now: Callable[[], datetime]
    jitter: Callable[[], float]
    mail_sent: list[Callable[[str], None]] = field(default_factory=list)
    longest_delivery_s: float = 600.0  # what the courier's own time limits add up to
    alarm: StoreAlarm = field(default_factory=StoreAlarm)
    _rounds: Rounds = field(init=False)
    _in_delivery: set[asyncio.Task[None]] = field(default_factory=set)
    _rows: set[int] = field(default_factory=set)  # those in delivery
    _may_have_taken: bool = False  # and does not know what
    _more_is_due: bool = False  # as far as the last look tells, which found all that it asked for
    _unnoted: Unnoted = field(init=False)
    _notes: Notes = field(init=False)
    _door: Door = field(init=False)
    _cap: HourlyCap = field(init=False)
    _delivery: Delivery = field(init=False)

    def __post_init__(self, courier: Courier) -> None:
        self._rounds = Rounds(part=PART, where=PART, alarm=self.alarm, look_again_s=_LOOK_AGAIN_S)
        self._notes = Notes(self.alarm)
        self._door = Door(now=self.now, jitter=self.jitter, alarm=CourierAlarm(now=self.now))
        self._cap = HourlyCap(self.store)
        self._delivery = Delivery(
            store=self.store,
            courier=courier,
            door=self._door,
            notes=self._notes,
            now=self.now,
            jitter=self.jitter,
            mail_sent=self.mail_sent,
            wake=self.wake,
        )
        self._unnoted = Unnoted(self._delivery.note_again)

    def wake(self) -> None:
        """New mail may be due. Call it in the event loop's thread."""
        self._rounds.wake()

    def stop(self) -> None:
        """Finishes what is in delivery, takes nothing more, and lets `run` return."""
        self._rounds.stop()

    def use(self, courier: Courier, *, connections: int, longest_delivery_s: float) -> None:
        """Delivers through another courier from the next mail on; what is in delivery goes on.

        What was refused before is tried again at once: the new one may be the cure.
        """
        self.connections, self.longest_delivery_s = connections, longest_delivery_s
        self._delivery.use(courier)
        self.wake()

    async def in_delivery_ended(self) -> None:
        """Waits for the end of what is in delivery now."""
        if self._in_delivery:
            await asyncio.wait(set(self._in_delivery))

    def pulse(self) -> OutboxPulse:
        """How long ago it moved, for the watchdog."""
        return OutboxPulse(
            round_at_s=self._rounds.at_s,
            oldest_delivery_s=self._delivery.oldest_s,
            longest_delivery_s=self.longest_delivery_s,
        )

    async def recover(self) -> None:
        """At the start: what a dead process was delivering has an unknown outcome."""
        unknown = await asyncio.to_thread(self.store.recover_outbox, now=self.now())
        if unknown:
            events.outbox_recovered(unknown=unknown)

    async def run(self) -> None:
        """Delivers until `stop`; returns when what was in delivery has its outcome noted."""
        try:
            await self._rounds.go(self._round)
            await self._finish(None)
        except asyncio.CancelledError:
            for task in self._in_delivery:
                task.cancel()
            raise

    async def drain(self, timeout_s: float) -> int:
        """Delivers until nothing waits or `timeout_s` has passed; returns how many were sent.

        What is in delivery then is finished: cut off after its final dot, it would go out twice.
        Raises TemporaryFailure or PermanentFailure where the store cannot be used.
        """
        sent_before = self._delivery.sent
        try:
            await self._rounds.drain(
                self._round, is_idle=lambda: not self._in_delivery, timeout_s=timeout_s
            )
        finally:
            await self._finish(_FINISH_S)
        return self._delivery.sent - sent_before

    # what is due -----------------------------------------------------------------------------

    async def _round(self) -> float | None:
        """Begins to deliver what is due, as far as there is room.

        Returns in how many seconds to look again, None if nothing waits. The end of a delivery
        wakes us earlier.
        """
        await self._unnoted.note_due()
        self._door.alarm.look()
        if self._may_have_taken:
            await asyncio.to_thread(self._give_back)
            self._may_have_taken = False
        if not self._more_is_due:
            next_due = await asyncio.to_thread(self.store.next_due)
            if next_due is None:
                return None
            pause = next_due - self.now()
            # Where even the next one is further away than any plan, the clock was set back.
            if timedelta() < pause <= LONGEST_PLAN:
                return pause.total_seconds()
        room, pause_s = await self._room()
        if room <= 0:
            if not self._more_is_due or self._in_delivery:
                return pause_s
            self._more_is_due = False  # whether any waits at all is to be asked first
            return 0.0
        # A connection that breaks while the database commits leaves open whether it has.
        self._may_have_taken = True
        due = await asyncio.to_thread(self.store.take_due, room, now=self.now())
        self._may_have_taken = False
        self._cap.use_up(len(due))
        has_room = not self.replies_per_hour or self._cap.is_far_off
        looked_first, self._more_is_due = not self._more_is_due, len(due) == room and has_room
        for queued in due:
            if self._rounds.is_stopping:
                # Asked to stop while the store was: an attempt that never began does not count.
                await self._notes.note(self.store.hold, queued.row, until=self.now())
            elif queued.row in self._rows:
                # Another process took us for dead, and we are still at it.
                until = self.now() + _STILL_AT_IT
                await self._notes.note(self.store.hold, queued.row, until=until)
            else:
                self._begin(queued)
        return 1.0 if looked_first and not due else 0.0

    def _give_back(self) -> None:
        """What was taken and never came here waits again; the store leaves others' mails alone."""
        for mail in self.store.mails(["sending"], limit=_MOST_IN_DELIVERY):
            if mail.row not in self._rows | self._unnoted.rows:
                self.store.hold(mail.row, until=self.now())

    async def _room(self) -> tuple[int, float]:
        """How many may be taken now, and how long to wait where that is none."""
        free = self._door.room_for(self.connections - len(self._in_delivery))
        if free <= 0:
            return 0, LONGEST_WAIT_S
        if shut_for := self._door.shut_for():
            return 0, shut_for.total_seconds()
        if not self.replies_per_hour:
            return free, 0.0
        left = await self._cap.left(self.replies_per_hour, len(self._in_delivery), now=self.now())
        return (min(free, left), 0.0) if left > 0 else (0, CAP_PAUSE_S)

    def _begin(self, queued: QueuedMail) -> None:
        task = asyncio.create_task(self._delivery.deliver(queued), name=f"mail-{queued.row}")
        self._in_delivery.add(task)
        self._rows.add(queued.row)
        self._door.come(queued.row)
        task.add_done_callback(partial(self._ended, queued.row))

    def _ended(self, row: int, task: asyncio.Task[None]) -> None:
        self._in_delivery.discard(task)
        self._rows.discard(row)
        self._door.leave(row)
        self._rounds.wake()
        if not task.cancelled() and (error := task.exception()):
            if outcome := self._delivery.unnoted(row):
                self._unnoted.add(outcome)
            events.unexpected_error(
                where="outbox", error=type(error).__name__, trace=places(error)
            )

    # waiting ---------------------------------------------------------------------------------

    async def _finish(self, timeout_s: float | None) -> None:
        """Waits for what is in delivery, and cuts it off after `timeout_s`."""
        if self._in_delivery:
            _, late = await asyncio.wait(self._in_delivery, timeout=timeout_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        # What is not noted now is of unknown outcome to the next process.
        with contextlib.suppress(TemporaryFailure, PermanentFailure):
            await self._unnoted.note_due(at_once=True)
