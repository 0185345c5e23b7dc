"""The outbox: what is to be delivered, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from handlers.values import (
    Change,
    OutgoingMail,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedMail:
    """A row of the outbox that is due: the mail and how often it was tried."""

    row: int
    mail: OutgoingMail
    attempts: int  # including this one
    unknowns: int  # how often its outcome was unknown
    queued_at: datetime
    span_began_at: datetime  # from then on it is tried for days: queued, or retried by staff


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCopy:
    """A reply that was accepted and is not yet in the Sent folder."""

    row: int
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRow:
    """A mail of the outbox as staff see it; `state` is one of MAIL_STATES.

    `taken_at` is when a process last began to deliver it.
    """

    row: int
    state: str
    recipient: str  # the key of the address
    references: tuple[str, ...]
    mailbox: str
    attempts: int
    unknowns: int  # of them, those of which nobody knows the outcome
    queued_at: datetime
    next_at: datetime
    taken_at: datetime | None
    sent_at: datetime | None
    error: str
    asks: bool  # whether it asks something of the customer


MAIL_STATES = ("queued", "sending", "sent", "failed", "unknown")


class OutboxStore(Protocol):
    """The part of `Store` that is about replies on their way."""

    def take_due(self, limit: int, *, now: datetime) -> list[QueuedMail]:
        """Up to `limit` mails that are due, marked as being sent by us, oldest first.

        No mail is given to two processes. One that is due later than any wait is long was put off
        by a clock that was ahead: it is due now.
        """
        ...

    def sent(self, responses: Mapping[int, str], *, now: datetime) -> None:
        """The server answered 250 to these, by row: it is responsible now.

        Of a mail that was taken from us as a dead process's, this counts until another takes it,
        also where it was given up since because what it tells is not so any more.
        """
        ...

    def put_off(self, row: int, *, until: datetime, error: str) -> None:
        """A temporary failure: to be tried again at `until`."""
        ...

    def hold(self, row: int, *, until: datetime, error: str = "") -> None:
        """Not tried after all, for `error` where there is one: the attempt does not count."""
        ...

    def failed(self, row: int, *, now: datetime, error: str) -> list[Change]:
        """A permanent failure: the mail is given up and its pending questions go to review.

        Returns the changes of these requests. One that people have paused is on review already,
        and stays there as one that nobody could be asked about.
        """
        ...

    def outcome_unknown(self, row: int, *, until: datetime | None, error: str) -> None:
        """It may have been accepted: tried once more at `until`, or never again if None."""
        ...

    def recover_outbox(self, *, now: datetime) -> int:
        """What a dead process was sending has an unknown outcome. Returns how many.

        Dead is who has given no sign of life for `lease_s`; where one process owns the store,
        everybody else. The mails are tried once more; those that were unknown before stay
        `unknown`.
        """
        ...

    def next_due(self) -> datetime | None:
        """When the next waiting mail is due, or None if none waits."""
        ...

    def sent_since(self, since: datetime, *, now: datetime) -> int:
        """How many mails were accepted since then, or are being sent by other processes.

        For the hourly cap, which is one for all of them. What was accepted more than five minutes
        after `now`, by a clock that was ahead, does not count before its time has come.
        """
        ...

    def copies_to_file(self, mailbox: str, limit: int) -> list[SentCopy]:
        """Accepted replies of `mailbox` that are not in its Sent folder yet."""
        ...

    def copied(self, rows: Sequence[int], *, now: datetime) -> None:
        """Notes that these are in the Sent folder."""
        ...

    def mails(self, states: Collection[str], *, limit: int) -> list[MailRow]:
        """The newest `limit` mails of the outbox in one of `states`, oldest first."""
        ...

    def mail(self, row: int) -> MailRow | None:
        """One mail of the outbox, or None."""
        ...

    def waiting(self) -> int:
        """How many mails are queued."""
        ...

    def perhaps_twice(self) -> int:
        """How many mails went out again after an outcome that nobody knows.

        Those are all that a customer may have got more than once.
        """
        ...

    def retry_mail(self, row: int, *, by: str, now: datetime) -> bool:
        """Makes a mail that is queued, failed or unknown due now, because `by` wants it.

        It is tried for as many days again as one that is new.
        False where there is none such, or its bytes are gone, or where it was given up and what
        it tells is not so any more: a request in it was undone, withdrawn or rejected since, or
        what it asks is answered.
        """
        ...

    def drop_mail(self, row: int, *, by: str, now: datetime) -> list[str] | None:
        """Gives up a mail that is queued, failed or unknown, because `by` wants it.

        Returns the references of its pending questions, which go to review, or stay there where
        people have paused them; None where there is no such mail.
        """
        ...
