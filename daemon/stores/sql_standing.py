"""The part of the port that is about processes and mailboxes, over any SQL database."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy.engine import Connection

from daemon.ports import (
    Lease,
    MailboxStatus,
    Process,
)
from daemon.stores import (
    standing,
)
from daemon.stores.transactions import Transactions


class SqlStanding(Transactions):
    """Fulfils `daemon.ports.standing.StandingStore`, which says what the methods mean.

    Here who owns the store owns every mailbox.
    """

    def take_lease(self, mailbox: str) -> Lease:
        """See `daemon.ports.Store`. Here who owns the store owns every mailbox."""
        self._refuse_if_closed()
        return Lease(
            mailbox=mailbox, holder=self.process, is_ours=True, fence=0, left_s=float("inf")
        )

    def renew_leases(self) -> list[str]:
        """See `daemon.ports.Store`."""
        self._refuse_if_closed()
        return []

    def release_lease(self, mailbox: str) -> None:
        """See `daemon.ports.Store`."""

    def beat(self, process: Process, mailboxes: Sequence[MailboxStatus]) -> None:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            standing.beat(connection, process, mailboxes)

    def processes(self) -> list[Process]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return standing.processes(connection)

    def mailbox_statuses(self) -> list[MailboxStatus]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return standing.statuses(connection)

    def _fence(self, connection: Connection, mailbox: str) -> None:
        """Nobody else can have taken it."""

    def _alive(self, connection: Connection) -> Collection[str]:  # noqa: ARG002 - for the others
        """The processes that may be sending mail."""
        return {self.process}
