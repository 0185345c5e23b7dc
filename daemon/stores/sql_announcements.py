"""The part of the port that is about announcements, over any SQL database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from daemon.ports import Acknowledged, AnnouncementRow, Audience, Outcome, ReceiverStatus
from daemon.stores import (
    announcements,
    announcements_staff,
    receivers,
    replaying,
    returning,
)
from daemon.stores.transactions import Transactions
from handlers.announcement import Announcement


class SqlAnnouncements(Transactions):
    """Fulfils `daemon.ports.announcements.AnnouncementStore`, which says what they mean."""

    def use_receivers(self, audiences: Sequence[Audience], *, now: datetime) -> None:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            returned = receivers.use(connection, audiences, now)
            returning.catch_up(connection, returned, now)

    def receivers(self) -> list[ReceiverStatus]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return receivers.all_of(connection)

    def take_announcements(
        self, receiver: str, limit: int, *, now: datetime
    ) -> list[Announcement]:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            return announcements.take(connection, receiver, limit, now, self.process)

    def next_announcement(self, receiver: str) -> datetime | None:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return announcements.next_due(connection, receiver)

    def announced(self, row: int, outcome: Outcome, *, now: datetime) -> Acknowledged:
        """See `daemon.ports.Store`."""
        # Who changes a request decides on it, and nobody else does meanwhile.
        transaction = self._writing if outcome.hands_over else self._noting
        with transaction() as connection:
            return announcements.settle(connection, row, outcome, now, self.process)

    def begin_announcement(self, row: int, *, now: datetime) -> Announcement | None:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            return announcements.begin(connection, row, now, self.process)

    def put_announcement_off(self, row: int, *, until: datetime, note: str) -> None:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            announcements.put_off(connection, row, until, note, self.process)

    def hold_announcement(self, row: int, *, until: datetime) -> None:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            announcements.hold(connection, row, until, self.process)

    def announcement_failed(self, row: int, *, now: datetime, note: str) -> None:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            announcements.fail(connection, row, now, note, self.process)

    def receiver_fails(self, name: str, *, error: str, now: datetime) -> bool:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            return receivers.fails(connection, name, error, now)

    def receiver_gone(self, name: str, *, error: str, now: datetime) -> bool:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            return receivers.gone(connection, name, error, now)

    def recover_announcements(self, *, now: datetime) -> int:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            return announcements.recover(connection, now, self._alive(connection))

    def announcements_about(self, reference: str) -> list[AnnouncementRow]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return announcements_staff.about(connection, reference)

    def announcements(self, states: Collection[str], *, limit: int) -> list[AnnouncementRow]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return announcements_staff.in_states(connection, states, limit)

    def announcement(self, row: int) -> AnnouncementRow | None:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return announcements_staff.one(connection, row)

    def retry_announcement(self, row: int, *, by: str, now: datetime) -> bool:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            return announcements_staff.retry(connection, row, by, now)

    def settle_announcement(self, row: int, *, by: str, now: datetime) -> bool:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            return announcements_staff.settle_by_staff(connection, row, by, now)

    def resume_receiver(self, name: str, *, by: str, now: datetime) -> bool:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            return receivers.resume(connection, name, by, now)

    def replay_to(
        self, name: str, *, since: datetime, by: str, now: datetime, dry_run: bool = False
    ) -> int | None:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            return replaying.replay(connection, name, since, by, now, dry_run=dry_run)
