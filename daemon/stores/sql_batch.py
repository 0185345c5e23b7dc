"""The port `Batch` over any SQL database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy.engine import Connection

from daemon.ports import (
    Act,
    Entry,
    LedgerRow,
    Mark,
    TakenTicket,
)
from daemon.stores import (
    audit,
    recording,
    requests,
    tickets,
)
from handlers.dossier import Dossier
from handlers.memory import Asked, Memory
from handlers.values import Request


class SqlBatch:
    """One transaction over a batch of messages; `fence` is that of the store."""

    def __init__(self, connection: Connection, fence: Callable[[Connection, str], None]) -> None:
        self._connection = connection
        self._fence = fence

    def recall(self, asked: Asked, *, now: datetime) -> Memory:
        """See `daemon.ports.Batch`."""
        return recording.recall(self._connection, asked, now)

    def record(self, entries: Sequence[Entry], *, mark: Mark, now: datetime) -> None:
        """See `daemon.ports.Batch`. Without entries nothing says whose mark it is: not set."""
        recording.record(self._connection, entries, mark, now)
        for mailbox in {entry.mailbox for entry in entries}:
            self._fence(self._connection, mailbox)

    def record_again(self, entry: Entry, *, now: datetime) -> bool:
        """See `daemon.ports.Batch`."""
        done = recording.record_again(self._connection, entry, now)
        self._fence(self._connection, entry.mailbox)
        return done

    def request(self, reference: str) -> Request | None:
        """See `daemon.ports.Batch`."""
        return requests.find(self._connection, reference)

    def repeated(self, references: Collection[str]) -> set[str]:
        """See `daemon.ports.Batch`."""
        return audit.repeated(self._connection, references)

    def dossier(
        self, address_keys: Collection[str], origins: Collection[str] = (), *, now: datetime
    ) -> Dossier:
        """See `daemon.ports.Batch`."""
        return recording.dossier(self._connection, address_keys, origins, now)

    def ticket(self, number: str) -> TakenTicket | None:
        """See `daemon.ports.Batch`."""
        return tickets.find(self._connection, number)

    def note_ticket(self, taken: TakenTicket, *, now: datetime) -> None:
        """See `daemon.ports.Batch`."""
        tickets.add(self._connection, taken, now)

    def carry_out(self, acts: Sequence[Act], *, by: str, now: datetime) -> None:
        """See `daemon.ports.Batch`."""
        recording.record_acts(self._connection, acts, by, now)

    def end_review(
        self, row: LedgerRow, *, resolution: str, by: str, reference: str = "", now: datetime
    ) -> None:
        """See `daemon.ports.Batch`."""
        recording.end_review(
            self._connection, row, resolution=resolution, by=by, reference=reference, now=now
        )
