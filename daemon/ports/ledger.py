"""The ledger: what was looked at, how far, and what follows from it in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handlers.dossier import Dossier
from handlers.memory import Asked, Memory
from handlers.values import (
    Decision,
    Disposition,
    Evidence,
    Filing,
    Intent,
    OutgoingMail,
    Request,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the ledger with all that follows from it; `error` where it was set aside.

    `mailbox` is the place where it was looked at (handlers/places.py). `flagged` says that our own
    review flag was on it already; `ends_review` says how earlier reviews of this message end with
    it, '' where they go on. `also` are other digests under which the ledger has it.

    With `shadow` nothing follows from it: the decision is only noted, as what would have been
    done. `message_id_hash` is the hex SHA-256 of its Message-ID, '' where it has none.

    Of a message that was set aside, `attempts` says how often it was tried, this time included,
    and `retry_at` when it is to be tried again, None for never.
    """

    mailbox: str
    uid_validity: int
    uid: int
    digest: str
    received_at: datetime
    decision: Decision
    outgoing: OutgoingMail | None = None
    error: str = ""
    copy_hash: str = ""
    flagged: bool = False
    ends_review: str = ""
    also: tuple[str, ...] = ()
    message_id_hash: str = ""
    shadow: bool = False
    attempts: int = 0
    retry_at: datetime | None = None

    @property
    def is_unread(self) -> bool:
        """Whether it was set aside, and not for a message that people have decided on already."""
        return bool(self.error) and self.decision.disposition is Disposition.REVIEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far a mailbox has been read; `uid_validity` is its numbering (daemon/numbering.py).

    `started_at` is the time of its very first start, or the one that `backlog` goes back to. Up to
    `backlog_uid` the folder held messages before that start or before it was renumbered: their
    INTERNALDATE may be that of a copying.
    """

    uid_validity: int
    uid: int
    started_at: datetime
    backlog_uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What staff have decided, with the mail that tells the customer of it, or None."""

    decision: Decision
    outgoing: OutgoingMail | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenTicket:
    """A ticket of the control panel that was taken, and the request that came of it."""

    number: str
    fingerprint: str
    reference: str


class Batch(Protocol):
    """One transaction over a batch of messages: what was recalled holds until it is committed."""

    def recall(self, asked: Asked, *, now: datetime) -> Memory:
        """What the store knows about the messages of the batch."""
        ...

    def record(self, entries: Sequence[Entry], *, mark: Mark, now: datetime) -> None:
        """Writes ledger, requests, suppressions, outbox and audit events, and the new mark.

        An entry whose (mailbox, UIDVALIDITY, UID) is already in the ledger is skipped whole.
        Of one with `shadow` only the row of the ledger is written, without references, and
        it never waits for being filed.
        """
        ...

    def record_again(self, entry: Entry, *, now: datetime) -> bool:
        """What came of one more try at a message that the ledger holds as set aside.

        With an `error` one more failure is noted, and nothing else. Without, the entry takes the
        place of what the ledger holds, and all follows from it as with `record`; whose flag is on
        the message stays as it is, and where the flag has to go, it waits for being filed.

        False, and nothing is written, where it does not wait for a retry any more, because people
        have dealt with it, or where another try has been made since.
        """
        ...

    def request(self, reference: str) -> Request | None:
        """One request, or None."""
        ...

    def repeated(self, references: Collection[str]) -> set[str]:
        """Those of these requests that were asked for once more since they were made."""
        ...

    def dossier(
        self, address_keys: Collection[str], origins: Collection[str] = (), *, now: datetime
    ) -> Dossier:
        """What is known about these addresses, and which requests have these origins."""
        ...

    def ticket(self, number: str) -> TakenTicket | None:
        """What the control panel has handed in with this number, or None."""
        ...

    def note_ticket(self, taken: TakenTicket, *, now: datetime) -> None:
        """Notes a ticket; its number must be new."""
        ...

    def carry_out(self, acts: Sequence[Act], *, by: str, now: datetime) -> None:
        """Writes what staff have decided: requests, suppressions, outbox and audit events.

        `by` stands in each event. A message held for a person is held no longer once none of the
        requests that it concerns is, if one of them has changed. A mail whose idempotency key is
        known is not queued again. Raises TemporaryFailure where a request has moved on.
        """
        ...

    def end_review(
        self, row: LedgerRow, *, resolution: str, by: str, reference: str = "", now: datetime
    ) -> None:
        """A person has dealt with a message that was held; `reference` is of what they made of it.

        Raises TemporaryFailure where it is not held any more.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """What the ledger holds of one message: no body, and no address of ordinary mail."""

    mailbox: str
    uid_validity: int
    uid: int
    digest: str
    received_at: datetime
    disposition: Disposition
    reason: str
    intents: tuple[Intent, ...]
    evidence: tuple[Evidence, ...]
    filing: Filing
    references: tuple[str, ...]
    filed_at: datetime | None
    error: str
    copy_hash: str = ""
    flagged: bool = False
    resolved_at: datetime | None = None
    resolution: str = ""
    message_id_hash: str = ""
    shadow: bool = False
    silence: str = ""
    decided_at: datetime | None = None
    attempts: int = 0
    retry_at: datetime | None = None
    by_itself: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InHand:
    """What was being read in a place, as it was noted before.

    `uid` is the message that `process` read alone, 0 where it read several. `is_over` says that
    this process has ended as it should, or is this one (`is_ours`). A fetch of the messages from
    `failed_uid` on has failed `failures` times, since `failing_since`; at the message `ended_uid`,
    `ends` processes have ended. The two have nothing to do with each other.
    """

    process: str
    uid_validity: int
    uid: int
    is_over: bool
    is_ours: bool = False
    failed_uid: int = 0
    failures: int = 0
    failing_since: datetime | None = None
    ended_uid: int = 0
    ends: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """How often in a row the fetch of the same messages has failed, and when it did first."""

    times: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReview:
    """A message that lies flagged for review, with the requests that it concerns as they are.

    `flagged` says that the flag is ours. Without `copy_hash` it is not known again in a folder.
    What waits `by_itself` goes on waiting, whatever becomes of its requests.
    """

    uid: int
    requests: tuple[Request, ...]
    decided_at: datetime
    resolved_at: datetime | None
    resolution: str
    flagged: bool
    copy_hash: str = ""
    by_itself: bool = False


# The UIDs of messages, ascending, each with the references of the requests that it concerns.
Unfiled = Mapping[int, tuple[str, ...]]


class LedgerStore(Protocol):
    """The part of `Store` that is about messages."""

    def mark(self, mailbox: str) -> Mark | None:
        """How far `mailbox` has been read, or None before its first start."""
        ...

    def set_mark(self, mailbox: str, mark: Mark) -> None:
        """Notes how far `mailbox` has been read without any message: the first start."""
        ...

    def batch(self) -> AbstractContextManager[Batch]:
        """A transaction that commits at the end of the `with`, or rolls back on an error."""
        ...

    def unfiled(self, mailbox: str, uid_validity: int) -> Mapping[Filing, Unfiled]:
        """The committed messages that have not been filed yet, by where they belong."""
        ...

    def filed(
        self, mailbox: str, uid_validity: int, uids: Sequence[int], *, now: datetime
    ) -> None:
        """Notes that the server has filed these; only on what is on review a flag is ours then."""
        ...

    def note_flags(
        self, place: str, uid_validity: int, uids: Sequence[int], *, ours: bool
    ) -> None:
        """Notes that the review flag on these is ours, before it is set; or is not after all."""
        ...

    def our_flags(self, place: str, uid_validity: int, uids: Sequence[int]) -> set[int]:
        """Those of the messages whose review flag is ours."""
        ...

    def open_reviews(self, place: str, uid_validity: int) -> Iterator[OpenReview]:
        """The messages that lie flagged for review in this place, by UID.

        They are read some at a time, each time as they are then: there may be many thousands.
        """
        ...

    def end_reviews(
        self, place: str, uid_validity: int, filings: Mapping[int, Filing], *, now: datetime
    ) -> None:
        """Notes that these reviews are over and our flags gone.

        Messages whose new filing is a folder are to be filed there.
        """
        ...

    def due_again(self, place: str, *, shadow: bool, limit: int, now: datetime) -> list[LedgerRow]:
        """Up to `limit` messages that were set aside and are to be tried again by now.

        Those first that have waited longest, of whatever UIDVALIDITY; not those that a person has
        dealt with. `shadow` says which are wanted: those looked at in shadow mode, or the others.
        """
        ...

    def end_retries(self, place: str, uid_validity: int, uids: Sequence[int]) -> None:
        """These are not tried again; their review goes on."""
        ...

    def in_hand(self, place: str) -> InHand | None:
        """What was noted last of the reading of this place, None if nothing ever was."""
        ...

    def take_in_hand(self, place: str, *, uid_validity: int, uid: int = 0) -> None:
        """Notes that this process reads here: the message `uid` alone, or several.

        What `record` or `record_again` has written is not in hand any more.
        """
        ...

    def fetch_failed(self, place: str, *, uid_validity: int, uid: int, now: datetime) -> Failing:
        """Notes that the server did not give the messages from `uid` on, and did not before."""
        ...

    def process_ended(self, place: str, *, uid_validity: int, uid: int) -> int:
        """Notes that a process ended while it read the message `uid` alone; how many did so."""
        ...

    def lying_in(
        self, account: Collection[str], copy_hashes: Collection[str]
    ) -> Mapping[str, Filing]:
        """Where the ledger has the messages with these hashes; NOWHERE: the inbox.

        `account` names the mailboxes that share one account, and so the folders in it.

        Unknown ones are left out, those of which it has two in different places, and those that
        are set aside until people have dealt with them.
        """
        ...

    def ledger(self, mailbox: str, limit: int = 1000) -> list[LedgerRow]:
        """The last `limit` messages looked at in `mailbox`, oldest first."""
        ...

    def highest(self, place: str, *, uid_validity: int, limit: int) -> list[LedgerRow]:
        """The `limit` messages with the highest UIDs looked at there, highest first."""
        ...

    def shadow_ledger(self, mailbox: str, since: datetime | None = None) -> list[LedgerRow]:
        """What was looked at in shadow mode in `mailbox`, by time of receipt.

        With `since`, what was received then or later.
        """
        ...

    def reviews(self) -> list[LedgerRow]:
        """The messages held for a person that nobody has dealt with, oldest first.

        Also those that wait as a request of theirs does.
        """
        ...

    def messages_about(self, reference: str) -> list[LedgerRow]:
        """The message that made a request, its copies, and those held because of it; by time."""
        ...
