"""Delivers the mail of the outbox in its own loop: an SMTP outage never holds up reading.

As many mails are in delivery at once as there are connections. One that takes long keeps its own
connection busy, and no other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import ParamSpec, TypeVar

import stamina

from daemon import events
from daemon.errors import (
    CourierMisconfigured,
    OutcomeUnknown,
    PermanentFailure,
    SenderDeferred,
    TemporaryFailure,
)
from daemon.liveness import OutboxPulse
from daemon.ports import Accepted, Courier, QueuedMail, Store
from daemon.store_alarm import StoreAlarm
from daemon.tracing import places
from handlers.retry import LONGEST_PLAN, next_attempt

P = ParamSpec("P")
T = TypeVar("T")

_CAP_WINDOW = timedelta(hours=1)
_CAP_PAUSE_S = 60.0
_LONGEST_WAIT_S = 60.0
# What staff have queued, retried or dropped beside us is seen that soon; a look costs one read.
_LOOK_AGAIN_S = 10.0
_STORE_PAUSE_S = 5.0
_PART = "outbox"
# As long as a courier may take for one mail, each step of it up to its limit.
_FINISH_S = 300.0
# A second unknown outcome is final: the third mail of the same words would help nobody.
_MAX_UNKNOWNS = 1
# Where the fault is ours, waits grow to that after 10 tries, 17 minutes: a person who has mended
# it shall not wait for four hours to see that.
_LONGEST_TRIES_OF_OURS = 10
# Of all processes together, far more than there ever are.
_MOST_IN_DELIVERY = 10_000
# What a server refuses before it has seen any mail, so that the next mail would fare no better.
_AT_THE_DOOR = frozenset({"smtp.host", "smtp.security", "smtp.password_file"})


@dataclass(slots=True, kw_only=True)
class Outbox:
    """The loop between store and courier. `now` and `jitter` are the clock and the dice.

    Those in `mail_sent` are called with the name of the mailbox whose reply was accepted.
    """

    store: Store
    courier: Courier
    connections: int
    replies_per_hour: int
    now: Callable[[], datetime]
    jitter: Callable[[], float]
    mail_sent: list[Callable[[str], None]] = field(default_factory=list)
    longest_delivery_s: float = 600.0  # what the courier's own time limits add up to
    alarm: StoreAlarm = field(default_factory=StoreAlarm)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _in_delivery: set[asyncio.Task[None]] = field(default_factory=set)
    _rows: set[int] = field(default_factory=set)  # those in delivery
    _may_have_taken: bool = False  # and does not know what
    _sent: int = 0
    _refusals: int = 0  # at the door, in a row
    _barred_until: datetime | None = None
    # What was told last, so that one trouble is one alarm; "" once it is over.
    _told_of_courier: str = ""
    _told_of_cap: bool = False
    _told_of_half_at: datetime | None = None
    # For the watchdog, by the monotonic clock: the last round, and what is with the courier.
    _round_at_s: float = field(default_factory=monotonic)
    _with_courier: dict[int, float] = field(default_factory=dict)

    def wake(self) -> None:
        """New mail may be due. Call it in the event loop's thread."""
        self._wake.set()

    def stop(self) -> None:
        """Finishes what is in delivery, takes nothing more, and lets `run` return."""
        self._stop.set()
        self._wake.set()

    def use(self, courier: Courier, *, connections: int, longest_delivery_s: float) -> None:
        """Delivers through another courier from the next mail on; what is in delivery goes on.

        What was refused before is tried again at once: the new one may be the cure.
        """
        self.courier, self.connections = courier, connections
        self.longest_delivery_s = longest_delivery_s
        self._refusals, self._barred_until, self._told_of_courier = 0, None, ""
        self.wake()

    async def in_delivery_ended(self) -> None:
        """Waits for the end of what is in delivery now."""
        if self._in_delivery:
            await asyncio.wait(set(self._in_delivery))

    def pulse(self) -> OutboxPulse:
        """How long ago it moved, for the watchdog."""
        return OutboxPulse(
            round_at_s=self._round_at_s,
            oldest_delivery_s=min(self._with_courier.values(), default=None),
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
            while not self._stop.is_set():
                self._wake.clear()
                self._round_at_s = monotonic()
                pause_s = await self._round_or_pause()
                if pause_s > 0 and not self._stop.is_set():
                    await self._sleep(pause_s)
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
        sent_before = self._sent
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        try:
            while (left_s := deadline - loop.time()) > 0 and not self._stop.is_set():
                self._wake.clear()
                pause_s = await self._round()
                if not self._in_delivery and (pause_s is None or pause_s > left_s):
                    break
                await self._sleep(left_s if pause_s is None else min(pause_s, left_s))
        finally:
            await self._finish(_FINISH_S)
        return self._sent - sent_before

    # what is due -----------------------------------------------------------------------------

    async def _round_or_pause(self) -> float:
        """One round; whatever fails in it is waited for, the process goes on."""
        try:
            pause_s = await self._round()
        except (TemporaryFailure, PermanentFailure) as error:
            self.alarm.failed(_PART, error, retry_in_s=_STORE_PAUSE_S)
            return _STORE_PAUSE_S
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the loop
            events.unexpected_error(
                where="outbox", error=type(error).__name__, trace=places(error)
            )
            return _LONGEST_WAIT_S
        self.alarm.worked(_PART)
        return _LOOK_AGAIN_S if pause_s is None else min(pause_s, _LOOK_AGAIN_S)

    async def _round(self) -> float | None:
        """Begins to deliver what is due, as far as there is room.

        Returns in how many seconds to look again, None if nothing waits. The end of a delivery
        wakes us earlier.
        """
        if self._may_have_taken:
            await asyncio.to_thread(self._give_back)
            self._may_have_taken = False
        next_due = await asyncio.to_thread(self.store.next_due)
        if next_due is None:
            return None
        pause = next_due - self.now()
        # Where even the next one is further away than any plan, the clock was set back.
        if timedelta() < pause <= LONGEST_PLAN:
            return pause.total_seconds()
        room, pause_s = await self._room()
        if room <= 0:
            return pause_s
        # A connection that breaks while the database commits leaves open whether it has.
        self._may_have_taken = True
        due = await asyncio.to_thread(self.store.take_due, room, now=self.now())
        self._may_have_taken = False
        for queued in due:
            if self._stop.is_set():
                # Asked to stop while the store was: an attempt that never began does not count.
                await self._noted(self.store.hold, queued.row, until=self.now())
            else:
                self._begin(queued)
        return 0.0 if due else 1.0

    def _give_back(self) -> None:
        """What was taken and never came here waits again; the store leaves others' mails alone."""
        for mail in self.store.mails(["sending"], limit=_MOST_IN_DELIVERY):
            if mail.row not in self._rows:
                self.store.hold(mail.row, until=self.now())

    async def _room(self) -> tuple[int, float]:
        """How many may be taken now, and how long to wait where that is none."""
        now = self.now()
        # After a refusal at the door one mail goes ahead and finds out.
        free = (1 if self._refusals else self.connections) - len(self._in_delivery)
        if free <= 0:
            return 0, _LONGEST_WAIT_S
        if self._barred_until is not None and now < self._barred_until:
            return 0, (self._barred_until - now).total_seconds()
        if not self.replies_per_hour:
            return free, 0.0
        sent = await asyncio.to_thread(self.store.sent_since, now - _CAP_WINDOW)
        self._tell_of_half(sent, now)
        left = self.replies_per_hour - sent - len(self._in_delivery)
        if left <= 0:
            if sent >= self.replies_per_hour and not self._told_of_cap:
                self._told_of_cap = True
                events.replies_held(waiting_s=_CAP_PAUSE_S, cap_per_hour=self.replies_per_hour)
            return 0, _CAP_PAUSE_S
        self._told_of_cap = False
        return min(free, left), 0.0

    def _tell_of_half(self, sent: int, now: datetime) -> None:
        """Once an hour: who hears of it may find out why before replies have to wait."""
        told_at = self._told_of_half_at
        if sent * 2 < self.replies_per_hour or (told_at and now - told_at < _CAP_WINDOW):
            return
        self._told_of_half_at = now
        events.replies_near_cap(sent=sent, cap_per_hour=self.replies_per_hour)

    # one delivery ----------------------------------------------------------------------------

    def _begin(self, queued: QueuedMail) -> None:
        task = asyncio.create_task(self._deliver(queued), name=f"mail-{queued.row}")
        self._in_delivery.add(task)
        self._rows.add(queued.row)
        task.add_done_callback(lambda _: self._rows.discard(queued.row))
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._in_delivery.discard(task)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()):
            events.unexpected_error(
                where="outbox", error=type(error).__name__, trace=places(error)
            )

    async def _deliver(self, queued: QueuedMail) -> None:
        """Delivers one mail and notes the outcome."""
        mail = queued.mail
        try:
            accepted = await self._hand_over(queued)
        except OutcomeUnknown as error:
            await self._unknown(queued, str(error))
        except (CourierMisconfigured, SenderDeferred) as error:
            # What is put off may pass by itself; after so many tries it has not.
            if not isinstance(error, SenderDeferred) or queued.attempts >= _LONGEST_TRIES_OF_OURS:
                self._misconfigured(error)
            await self._put_off(queued, str(error), self._later_of_ours(queued.attempts))
        except TemporaryFailure as error:
            until = self._later(queued.attempts, queued.queued_at)
            if until is None:
                await self._give_up(queued, str(error))
            else:
                await self._put_off(queued, str(error), until)
        except PermanentFailure as error:
            await self._give_up(queued, str(error))
        except Exception as error:  # noqa: BLE001 - one mail must not keep the others from going
            name = type(error).__name__
            events.unexpected_error(where="deliver", error=name, trace=places(error))
            await self._unknown(queued, f"unexpected {name}")
        else:
            self._sent += 1
            self._refusals, self._barred_until, self._told_of_courier = 0, None, ""
            await self._noted(
                self.store.sent, queued.row, now=self.now(), response=accepted.response
            )
            events.reply_sent(
                requests=mail.references,
                attempt=queued.attempts,
                response=accepted.response,
                recipient=mail.recipient,
            )
            for tell in self.mail_sent:
                tell(mail.mailbox)

    async def _hand_over(self, queued: QueuedMail) -> Accepted:
        self._with_courier[queued.row] = monotonic()
        try:
            return await self.courier.deliver(queued.mail)
        finally:
            # To note the outcome may take longer: the store's troubles are no courier's.
            del self._with_courier[queued.row]

    def _misconfigured(self, error: CourierMisconfigured | SenderDeferred) -> None:
        if str(error) != self._told_of_courier:
            self._told_of_courier = str(error)
            events.courier_misconfigured(setting=error.setting, error=str(error))
        barred = self._barred_until is not None and self.now() < self._barred_until
        if error.setting in _AT_THE_DOOR and not barred:
            # A login that is refused once for each waiting mail gets the account locked.
            self._refusals += 1
            self._barred_until = self._later_of_ours(self._refusals)

    async def _put_off(self, queued: QueuedMail, error: str, until: datetime) -> None:
        await self._noted(self.store.put_off, queued.row, until=until, error=error)
        events.reply_put_off(
            requests=queued.mail.references, attempt=queued.attempts, error=error, next_at=until
        )

    async def _give_up(self, queued: QueuedMail, error: str) -> None:
        review = await self._noted(self.store.failed, queued.row, now=self.now(), error=error)
        events.reply_failed(requests=queued.mail.references, attempt=queued.attempts, error=error)
        for reference in review:
            events.request_changed(
                request=reference,
                before="awaiting_confirmation",
                after="review",
                reason="question-undeliverable",
            )

    async def _unknown(self, queued: QueuedMail, error: str) -> None:
        again = queued.unknowns < _MAX_UNKNOWNS
        until = self._later_of_ours(queued.attempts) if again else None
        await self._noted(self.store.outcome_unknown, queued.row, until=until, error=error)
        events.reply_outcome_unknown(
            requests=queued.mail.references, attempt=queued.attempts, error=error, again=again
        )

    def _later(self, tries: int, queued_at: datetime) -> datetime | None:
        return next_attempt(tries, now=self.now(), queued_at=queued_at, jitter=self.jitter())

    def _later_of_ours(self, tries: int) -> datetime:
        """When to try again what is never given up for its age."""
        now = self.now()
        return self._later(min(tries, _LONGEST_TRIES_OF_OURS), now) or now

    # waiting ---------------------------------------------------------------------------------

    async def _noted(self, note: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls a method of the store that notes an outcome, again while the store fails.

        Without end, be it a full disk or a file that nobody may write to: an outcome that is
        never noted is a second mail after the next start.
        """
        # Each note for itself: one that was written says nothing of the others.
        part = f"{_PART} {args[:1]}"
        async for attempt in stamina.retry_context(
            on=(TemporaryFailure, PermanentFailure),
            attempts=None,
            timeout=None,
            wait_initial=0.1,
            wait_max=_STORE_PAUSE_S,
            wait_jitter=0.1,
        ):
            with attempt:
                try:
                    noted = await asyncio.to_thread(note, *args, **kwargs)
                except (TemporaryFailure, PermanentFailure) as error:
                    self.alarm.failed(part, error, retry_in_s=attempt.next_wait)
                    raise
                self.alarm.worked(part)
                return noted
        raise AssertionError("the last attempt has returned or raised")

    async def _finish(self, timeout_s: float | None) -> None:
        """Waits for what is in delivery, and cuts it off after `timeout_s`."""
        if self._in_delivery:
            _, late = await asyncio.wait(self._in_delivery, timeout=timeout_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), timeout=seconds)
        except TimeoutError:
            return
