"""One delivery: a mail to the courier, and a note of what became of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from daemon import events
from daemon.door import LONGEST_TRIES_OF_OURS, Door, is_at_the_door
from daemon.errors import (
    CourierMisconfigured,
    CourierUnreachable,
    OutcomeUnknown,
    PerhapsOfRecipient,
    PermanentFailure,
    RelayRefused,
    SenderDeferred,
    TemporaryFailure,
)
from daemon.noting import Notes, SentNotes
from daemon.ports import Accepted, Courier, QueuedMail, Store
from daemon.ports.courier import NotHandedOver
from daemon.tracing import places
from daemon.unnoted import Outcome
from handlers.retry import next_attempt

# A second unknown outcome is final: the third mail of the same words would help nobody.
_MAX_UNKNOWNS = 1
# Longer than a mail is with a server nearby, and no more than a tenth of that with others.
_COME_BACK_S = 0.004
# What was accepted is noted as such so many times before it is noted as unknown.
_MOST_TRIES_AS_SENT = 3
# Longer than a mail waits for its next attempt where the fault is ours.
_QUIET = timedelta(minutes=25)


@dataclass(slots=True, kw_only=True)
class Delivery:
    """How mails are delivered, as many at once as there are calls of `deliver`.

    `now` and `jitter` are the clock and the dice, `sent` is how many were accepted so far. `wake`
    is called when others may go that had to wait.
    """

    store: Store
    courier: Courier
    door: Door
    notes: Notes
    now: Callable[[], datetime]
    jitter: Callable[[], float]
    mail_sent: list[Callable[[str], None]]
    wake: Callable[[], None]
    sent: int = 0
    # By the monotonic clock: when that mail began which was begun last of those that were taken,
    # by envelope sender; and when a mail was refused first, by row.
    _taken_of: dict[str, float] = field(default_factory=dict)
    _refused_at: dict[int, float] = field(default_factory=dict)
    _outcomes: dict[int, Outcome] = field(default_factory=dict)  # that are not noted yet, by row
    _with_courier: dict[int, float] = field(default_factory=dict)  # since when, by row
    _all_came_back: asyncio.Event = field(default_factory=asyncio.Event)
    _sent_notes: SentNotes = field(init=False)

    def __post_init__(self) -> None:
        self._sent_notes = SentNotes(self.store, self.notes, self.now, self._others_come_back)

    def use(self, courier: Courier) -> None:
        """Delivers through another courier from the next mail on; it may be the cure."""
        self.courier = courier
        self.door.forget()
        self._refused_at.clear()

    @property
    def oldest_s(self) -> float | None:
        """Since when a mail has been with the courier, by the monotonic clock."""
        return min(self._with_courier.values(), default=None)

    async def deliver(self, queued: QueuedMail) -> None:
        """Delivers one mail and notes the outcome.

        Where that ends with an error that nobody foresees, `unnoted` knows the outcome.
        """
        self._outcomes[queued.row] = Outcome(queued=queued)
        await self._deliver(queued)
        del self._outcomes[queued.row]

    def unnoted(self, row: int) -> Outcome | None:
        """What is known of a delivery whose outcome was not noted; asked once."""
        return self._outcomes.pop(row, None)

    async def note_again(self, outcome: Outcome) -> None:
        """Notes an outcome that was not noted. Raises whatever the store raises.

        What cannot be noted as accepted becomes unknown for good: it is not to be sent again.
        """
        queued, error = outcome.queued, "a mistake in optoutd kept its outcome from being noted"
        if outcome.response is not None and outcome.tries < _MOST_TRIES_AS_SENT:
            responses = {queued.row: outcome.response}
            await asyncio.to_thread(self.store.sent, responses, now=self.now())
            self._tell_sent(queued, outcome.response)
        elif outcome.may_be_taken:
            again = outcome.response is None and queued.unknowns < _MAX_UNKNOWNS
            until = self._later_of_ours(queued.attempts) if again else None
            await asyncio.to_thread(
                self.store.outcome_unknown, queued.row, until=until, error=error
            )
            self._tell_unknown(queued, error, again=again)
        else:
            until = self._later_of_ours(queued.attempts)
            await asyncio.to_thread(self.store.put_off, queued.row, until=until, error=error)
            self._tell_put_off(queued, error, until)

    async def _deliver(self, queued: QueuedMail) -> None:
        try:
            accepted = await self._hand_over(queued)
        except NotHandedOver:
            # Without this note its outcome would be unknown to the next process. Once only, for we
            # are leaving.
            with contextlib.suppress(TemporaryFailure, PermanentFailure):
                await asyncio.to_thread(self.store.hold, queued.row, until=self.now())
            raise
        except (OutcomeUnknown, TemporaryFailure, PermanentFailure) as error:
            if is_at_the_door(error):
                await self._turned_away(queued, error)
                return
            self._let_in()
            await self._not_accepted(queued, error)
        except Exception as error:  # noqa: BLE001 - one mail must not keep the others from going
            name = type(error).__name__
            events.unexpected_error(where="deliver", error=name, trace=places(error))
            await self._unknown(queued, f"unexpected {name}")
        else:
            self._let_in()
            # What a server takes of one sender says nothing of the other.
            self._refused_at.pop(queued.row, None)
            self.door.alarm.works(_sender(queued))
            await self._accepted(queued, accepted)

    async def _hand_over(self, queued: QueuedMail) -> Accepted:
        self._with_courier[queued.row] = began_s = monotonic()
        self._all_came_back.clear()
        try:
            accepted = await self.courier.deliver(queued.mail, speaks=self._let_in)
            before_s = self._taken_of.get(sender := queued.mail.envelope_from, began_s)
            self._taken_of[sender] = max(began_s, before_s)
            return accepted
        finally:
            # To note the outcome may take longer: the store's troubles are no courier's.
            del self._with_courier[queued.row]
            if not self._with_courier:
                self._all_came_back.set()

    async def _others_come_back(self) -> None:
        """Waits for the mails that are with the courier beside one that was accepted; not long."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._all_came_back.wait(), timeout=_COME_BACK_S)

    def _let_in(self) -> None:
        """The server speaks: those who wait for that need not wait for what it says in the end."""
        if self.door.let_in():
            self.wake()

    async def _accepted(self, queued: QueuedMail, accepted: Accepted) -> None:
        self.sent += 1
        self._outcomes[queued.row] = Outcome(
            queued=queued, response=accepted.response, may_be_taken=True
        )
        await self._sent_notes.note(queued.row, accepted.response)
        self._tell_sent(queued, accepted.response)

    def _tell_sent(self, queued: QueuedMail, response: str) -> None:
        mail = queued.mail
        events.reply_sent(
            requests=mail.references,
            attempt=queued.attempts,
            response=response,
            recipient=mail.recipient,
            perhaps_twice=queued.unknowns > 0,
        )
        for tell in self.mail_sent:
            tell(mail.mailbox)

    async def _turned_away(
        self, queued: QueuedMail, error: CourierUnreachable | CourierMisconfigured
    ) -> None:
        """The server has not looked at the mail: it waits for the door, and was not tried.

        However old, it is given up here only where it was tried often before.
        """
        until = self.door.turn_away(error)
        tried = queued.attempts - 1
        too_old = tried > 0 and self._later(tried, queued.span_began_at) is None
        if isinstance(error, CourierUnreachable) and too_old:
            await self._give_up(queued, str(error))
        else:
            await self.notes.note(self.store.hold, queued.row, until=until, error=str(error))

    async def _not_accepted(
        self, queued: QueuedMail, error: OutcomeUnknown | TemporaryFailure | PermanentFailure
    ) -> None:
        match error:
            case OutcomeUnknown():
                await self._unknown(queued, str(error))
            case PerhapsOfRecipient():
                await self._perhaps_of_recipient(error, queued)
            case CourierMisconfigured():
                await self._of_ours(error, queued)
            case SenderDeferred() if not self._takes_others(error, queued):
                await self._of_ours(error, queued)
            case TemporaryFailure() if until := self._later(queued.attempts, queued.span_began_at):
                await self._put_off(queued, str(error), until)
            case _:
                await self._give_up(queued, str(error))

    async def _perhaps_of_recipient(self, error: PerhapsOfRecipient, queued: QueuedMail) -> None:
        """A refusal of us or of the recipient; the second one, right after the first, tells which.

        Where no other is taken either, it is ours; for a relay, though, only for five days.
        """
        is_first = queued.row not in self._refused_at
        is_over = isinstance(error, RelayRefused) and not self._later(
            queued.attempts, queued.span_began_at
        )
        if self._takes_others(error, queued):
            self.door.alarm.works(_sender(queued))  # where it was taken for ours before
            await self._give_up(queued, str(error))
        elif is_over:
            await self._give_up(queued, str(error))
        elif is_first:
            await self._put_off(queued, str(error), self._later_of_ours(1))
        else:
            await self._of_ours(error, queued)

    def _takes_others(
        self, error: PerhapsOfRecipient | SenderDeferred, queued: QueuedMail
    ) -> bool:
        """Whether it takes others that are alike, begun after it had first refused this one."""
        refused_s = self._refused_at.setdefault(queued.row, monotonic())
        relays = isinstance(error, RelayRefused)  # whoever the sender is
        senders = list(self._taken_of) if relays else [queued.mail.envelope_from]
        return any(self._taken_of.get(sender, 0.0) > refused_s for sender in senders)

    async def _of_ours(
        self, error: CourierMisconfigured | SenderDeferred, queued: QueuedMail
    ) -> None:
        # What is put off may pass by itself; after so many tries it has not.
        if not isinstance(error, SenderDeferred) or queued.attempts >= LONGEST_TRIES_OF_OURS:
            self.door.alarm.failed(_sender(queued), error, quiet=_QUIET)
        await self._put_off(queued, str(error), self._later_of_ours(queued.attempts))

    async def _put_off(self, queued: QueuedMail, error: str, until: datetime) -> None:
        await self.notes.note(self.store.put_off, queued.row, until=until, error=error)
        self._tell_put_off(queued, error, until)

    def _tell_put_off(self, queued: QueuedMail, error: str, until: datetime) -> None:
        events.reply_put_off(
            requests=queued.mail.references, attempt=queued.attempts, error=error, next_at=until
        )

    async def _give_up(self, queued: QueuedMail, error: str) -> None:
        self._refused_at.pop(queued.row, None)
        review = await self.notes.note(self.store.failed, queued.row, now=self.now(), error=error)
        events.reply_failed(requests=queued.mail.references, attempt=queued.attempts, error=error)
        for change in review:
            events.request_changed(
                request=change.reference,
                before=change.before.value,
                after=change.after.value,
                reason=change.reason,
            )

    async def _unknown(self, queued: QueuedMail, error: str) -> None:
        self._outcomes[queued.row] = Outcome(queued=queued, may_be_taken=True)
        again = queued.unknowns < _MAX_UNKNOWNS
        until = self._later_of_ours(queued.attempts) if again else None
        await self.notes.note(self.store.outcome_unknown, queued.row, until=until, error=error)
        self._tell_unknown(queued, error, again=again)

    def _tell_unknown(self, queued: QueuedMail, error: str, *, again: bool) -> None:
        events.reply_outcome_unknown(
            requests=queued.mail.references, attempt=queued.attempts, error=error, again=again
        )

    def _later(self, tries: int, since: datetime) -> datetime | None:
        return next_attempt(tries, now=self.now(), queued_at=since, jitter=self.jitter())

    def _later_of_ours(self, tries: int) -> datetime:
        """When to try again what is never given up for its age."""
        now = self.now()
        return self._later(min(tries, LONGEST_TRIES_OF_OURS), now) or now


def _sender(queued: QueuedMail) -> str:
    return f"<{queued.mail.envelope_from}>"
