"""The part of the port that is about replies on their way, over any SQL database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from daemon.ports import (
    MailRow,
    QueuedMail,
    SentCopy,
)
from daemon.stores import (
    outbox_rows,
    outbox_staff,
)
from daemon.stores.transactions import Transactions
from handlers.values import Change


class SqlOutbox(Transactions):
    """Fulfils `daemon.ports.outbox.OutboxStore`, which says what the methods mean."""

    def take_due(self, limit: int, *, now: datetime) -> list[QueuedMail]:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            return outbox_rows.take_due(connection, limit, now, self.process)

    def sent(self, responses: Mapping[int, str], *, now: datetime) -> None:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            outbox_rows.set_sent(connection, responses, now, self.process)

    def put_off(self, row: int, *, until: datetime, error: str) -> None:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            outbox_rows.requeue(connection, row, until, error, self.process)

    def hold(self, row: int, *, until: datetime, error: str = "") -> None:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            outbox_rows.hold(connection, row, until, error, self.process)

    def failed(self, row: int, *, now: datetime, error: str) -> list[Change]:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            return outbox_rows.set_failed(connection, row, now, error, self.process)

    def outcome_unknown(self, row: int, *, until: datetime | None, error: str) -> None:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            outbox_rows.set_unknown(connection, row, until, error, self.process)

    def recover_outbox(self, *, now: datetime) -> int:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            return outbox_rows.recover(connection, now, self._alive(connection))

    def next_due(self) -> datetime | None:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return outbox_rows.next_due(connection)

    def sent_since(self, since: datetime, *, now: datetime) -> int:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return outbox_rows.sent_since(connection, since, now, self.process)

    def copies_to_file(self, mailbox: str, limit: int) -> list[SentCopy]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return outbox_rows.copies_to_file(connection, mailbox, limit)

    def copied(self, rows: Sequence[int], *, now: datetime) -> None:
        """See `daemon.ports.Store`."""
        # Without a fence: it lies in the folder, whoever reads the mailbox by now.
        with self._noting() as connection:
            outbox_rows.set_copied(connection, rows, now)

    def mails(self, states: Collection[str], *, limit: int) -> list[MailRow]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return outbox_staff.listed(connection, states, limit)

    def mail(self, row: int) -> MailRow | None:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return outbox_staff.one(connection, row)

    def waiting(self) -> int:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return outbox_staff.waiting(connection)

    def perhaps_twice(self) -> int:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return outbox_staff.perhaps_twice(connection)

    def retry_mail(self, row: int, *, by: str, now: datetime) -> bool:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            return outbox_staff.retry(connection, row, by, now)

    def drop_mail(self, row: int, *, by: str, now: datetime) -> list[str] | None:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            return outbox_staff.drop(connection, row, by, now)
