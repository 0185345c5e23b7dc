"""Delivers the mail of the outbox in its own loop: an SMTP outage never holds up reading."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from daemon import events
from daemon.errors import (
    CourierMisconfigured,
    OutcomeUnknown,
    PermanentFailure,
    TemporaryFailure,
)
from daemon.ports import Courier, QueuedMail, Store
from handlers.retry import next_attempt

_CAP_WINDOW = timedelta(hours=1)
_CAP_PAUSE_S = 60.0
_LONGEST_WAIT_S = 60.0
# A second unknown outcome is final: the third mail of the same words would help nobody.
_MAX_UNKNOWNS = 1


@dataclass(slots=True, kw_only=True)
class Outbox:
    """The loop between store and courier. `now` and `jitter` are the clock and the dice."""

    store: Store
    courier: Courier
    connections: int
    replies_per_hour: int
    now: Callable[[], datetime]
    jitter: Callable[[], float]
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """New mail may be due. Call it in the event loop's thread."""
        self._wake.set()

    def stop(self) -> None:
        """Finishes what is in delivery, takes nothing more, and lets `run` return."""
        self._stop.set()
        self._wake.set()

    async def recover(self) -> None:
        """At the start: what a dead process was delivering has an unknown outcome."""
        unknown = await asyncio.to_thread(self.store.recover_outbox, now=self.now())
        if unknown:
            events.outbox_recovered(unknown=unknown)

    async def run(self) -> None:
        """Delivers until `stop`."""
        while not self._stop.is_set():
            self._wake.clear()
            pause_s = await self._round_or_pause()
            if pause_s > 0 and not self._stop.is_set():
                await self._sleep(pause_s)

    async def drain(self, timeout_s: float) -> int:
        """Delivers until nothing waits or `timeout_s` has passed; returns how many were sent."""
        sent = 0
        deadline = asyncio.get_running_loop().time() + timeout_s
        while (left_s := deadline - asyncio.get_running_loop().time()) > 0:
            delivered, pause_s = await self._round()
            sent += delivered
            if pause_s is None or pause_s > left_s:
                break
            await asyncio.sleep(pause_s)
        return sent

    async def _round_or_pause(self) -> float:
        """One round; a store that cannot be used is waited for, the process goes on."""
        try:
            _, pause_s = await self._round()
        except TemporaryFailure as error:
            pause_s = 5.0
            events.store_failed(error=str(error), retry_in_s=pause_s)
        return _LONGEST_WAIT_S if pause_s is None else min(pause_s, _LONGEST_WAIT_S)

    async def _round(self) -> tuple[int, float | None]:
        """Delivers what is due now.

        Returns how many were sent and in how many seconds the next is due, None if none waits.
        """
        limit, pause_s = await self._room()
        if not limit:
            return 0, pause_s
        due = await asyncio.to_thread(self.store.take_due, limit, now=self.now())
        results = await asyncio.gather(*(self._deliver(mail) for mail in due))
        next_due = await asyncio.to_thread(self.store.next_due)
        if next_due is None:
            return sum(results), None
        return sum(results), max(0.0, (next_due - self.now()).total_seconds())

    async def _room(self) -> tuple[int, float]:
        """How many may be sent now, and how long to wait where that is none."""
        if not self.replies_per_hour:
            return self.connections, 0.0
        since = self.now() - _CAP_WINDOW
        sent = await asyncio.to_thread(self.store.sent_since, since)
        room = min(self.connections, self.replies_per_hour - sent)
        if room <= 0:
            events.replies_held(waiting_s=_CAP_PAUSE_S, cap_per_hour=self.replies_per_hour)
            return 0, _CAP_PAUSE_S
        return room, 0.0

    async def _deliver(self, queued: QueuedMail) -> bool:
        """Delivers one mail and notes the outcome; whether it was accepted."""
        mail = queued.mail
        try:
            accepted = await self.courier.deliver(mail)
        except OutcomeUnknown as error:
            await self._unknown(queued, str(error))
        except CourierMisconfigured as error:
            events.courier_misconfigured(setting=error.setting, error=str(error))
            await self._put_off(queued, str(error), give_up=False)
        except TemporaryFailure as error:
            await self._put_off(queued, str(error), give_up=True)
        except PermanentFailure as error:
            await self._give_up(queued, str(error))
        else:
            await asyncio.to_thread(
                self.store.sent, queued.row, now=self.now(), response=accepted.response
            )
            events.reply_sent(
                requests=mail.references,
                message_id=mail.message_id,
                attempt=queued.attempts,
                response=accepted.response,
                recipient=mail.recipient,
            )
            return True
        return False

    async def _put_off(self, queued: QueuedMail, error: str, *, give_up: bool) -> None:
        """To be tried again; `give_up` is false where it is our own fault and not the mail's."""
        now = self.now()
        queued_at = queued.queued_at if give_up else now
        until = next_attempt(queued.attempts, now=now, queued_at=queued_at, jitter=self.jitter())
        if until is None:
            await self._give_up(queued, error)
            return
        await asyncio.to_thread(self.store.put_off, queued.row, until=until, error=error)
        events.reply_put_off(
            requests=queued.mail.references, attempt=queued.attempts, error=error, next_at=until
        )

    async def _give_up(self, queued: QueuedMail, error: str) -> None:
        review = await asyncio.to_thread(
            self.store.failed, queued.row, now=self.now(), error=error
        )
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
        until = (
            next_attempt(
                queued.attempts, now=self.now(), queued_at=self.now(), jitter=self.jitter()
            )
            if again
            else None
        )
        await asyncio.to_thread(self.store.outcome_unknown, queued.row, until=until, error=error)
        events.reply_outcome_unknown(
            requests=queued.mail.references, attempt=queued.attempts, error=error, again=again
        )

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), timeout=seconds)
        except TimeoutError:
            return
