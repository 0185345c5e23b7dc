"""The part of the port that is about messages, over any SQL database."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from daemon.ports import (
    Batch,
    Failing,
    InHand,
    LedgerRow,
    Mark,
    OpenReview,
    Unfiled,
)
from daemon.stores import (
    figures,
    ledger,
    looks,
    requests,
    retries,
    reviews,
)
from daemon.stores.sql_batch import SqlBatch
from daemon.stores.transactions import Transactions
from handlers.values import Filing

# Of what lies flagged for review, which may be many thousands.
_REVIEWS_AT_ONCE = 200


class SqlLedger(Transactions):
    """Fulfils `daemon.ports.ledger.LedgerStore`, which says what the methods mean."""

    def mark(self, mailbox: str) -> Mark | None:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return ledger.mark_of(connection, mailbox)

    def set_mark(self, mailbox: str, mark: Mark) -> None:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            ledger.set_mark(connection, mailbox, mark)
            self._fence(connection, mailbox)

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """See `daemon.ports.Store`. Other writers wait until it is over."""
        with self._writing() as connection:
            yield SqlBatch(connection, self._fence)

    def unfiled(self, mailbox: str, uid_validity: int) -> Mapping[Filing, Unfiled]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return ledger.unfiled(connection, mailbox, uid_validity)

    def filed(
        self, mailbox: str, uid_validity: int, uids: Sequence[int], *, now: datetime
    ) -> None:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            ledger.set_filed(connection, mailbox, uid_validity, uids, now)
            self._fence(connection, mailbox)

    def note_flags(
        self, place: str, uid_validity: int, uids: Sequence[int], *, ours: bool
    ) -> None:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            reviews.note_flags(connection, place, uid_validity, uids, ours=ours)
            self._fence(connection, place)

    def our_flags(self, place: str, uid_validity: int, uids: Sequence[int]) -> set[int]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return reviews.our_flags(connection, place, uid_validity, uids)

    def open_reviews(self, place: str, uid_validity: int) -> Iterator[OpenReview]:
        """See `daemon.ports.Store`."""
        above, are_there = 0, True
        while are_there:
            with self._reading() as connection:
                some = reviews.open_reviews(
                    connection, place, uid_validity, above=above, limit=_REVIEWS_AT_ONCE
                )
            yield from some
            above, are_there = some[-1].uid if some else 0, len(some) == _REVIEWS_AT_ONCE

    def end_reviews(
        self, place: str, uid_validity: int, filings: Mapping[int, Filing], *, now: datetime
    ) -> None:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            reviews.end_reviews(connection, place, uid_validity, filings, now)
            self._fence(connection, place)

    def due_again(self, place: str, *, shadow: bool, limit: int, now: datetime) -> list[LedgerRow]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return retries.due_again(connection, place, shadow=shadow, limit=limit, now=now)

    def end_retries(self, place: str, uid_validity: int, uids: Sequence[int]) -> None:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            retries.end_retries(connection, place, uid_validity, uids)
            self._fence(connection, place)

    def in_hand(self, place: str) -> InHand | None:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return retries.find_in_hand(connection, place, self.process)

    def take_in_hand(self, place: str, *, uid_validity: int, uid: int = 0) -> None:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            retries.take_in_hand(
                connection, place, uid_validity=uid_validity, uid=uid, ourselves=self.process
            )
            self._fence(connection, place)

    def fetch_failed(self, place: str, *, uid_validity: int, uid: int, now: datetime) -> Failing:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            failing = retries.fetch_failed(
                connection,
                place,
                uid_validity=uid_validity,
                uid=uid,
                ourselves=self.process,
                now=now,
            )
            self._fence(connection, place)
            return failing

    def process_ended(self, place: str, *, uid_validity: int, uid: int) -> int:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            ends = retries.process_ended(
                connection, place, uid_validity=uid_validity, uid=uid, ourselves=self.process
            )
            self._fence(connection, place)
            return ends

    def lying_in(
        self, account: Collection[str], copy_hashes: Collection[str]
    ) -> Mapping[str, Filing]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return looks.lying_in(connection, account, copy_hashes)

    def ledger(self, mailbox: str, limit: int = 1000) -> list[LedgerRow]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return ledger.last(connection, mailbox, limit)

    def highest(self, place: str, *, uid_validity: int, limit: int) -> list[LedgerRow]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return ledger.highest(connection, place, uid_validity, limit)

    def shadow_ledger(self, mailbox: str, since: datetime | None = None) -> list[LedgerRow]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return figures.shadow_rows(connection, mailbox, since)

    def reviews(self) -> list[LedgerRow]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return ledger.held(connection)

    def messages_about(self, reference: str) -> list[LedgerRow]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            found = requests.find(connection, reference)
            return ledger.about(connection, reference, found.origin_digest if found else "")
