"""The port `Store` over any SQL database: each method one transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.identity import process_name
from daemon.ports import (
    Act,
    Batch,
    Entry,
    Figures,
    Lease,
    LedgerRow,
    MailboxStatus,
    MailRow,
    Mark,
    OpenReview,
    Process,
    Question,
    QueuedMail,
    SentCopy,
    Unfiled,
)
from daemon.stores import (
    audit,
    figures,
    ledger,
    looks,
    outbox_rows,
    outbox_staff,
    recording,
    reminders,
    requests,
    reviews,
    standing,
    token_keys,
)
from daemon.stores.failures import PART, SETTING, told_apart
from daemon.stores.schema import event, message, meta, outbox, request, suppression
from daemon.stores.sql_data import SqlData
from handlers.dossier import Dossier
from handlers.memory import Asked, Memory
from handlers.values import Decision, Filing, OutgoingMail, Request, State, Suppression

# Longer than any batch takes to be decided on; who waits longer waits for something that hangs.
LOCK_TIMEOUT_S = 30.0


class SqlBatch:
    """One transaction over a batch of messages; `fence` is `SqlStore._fence`."""

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

    def request(self, reference: str) -> Request | None:
        """See `daemon.ports.Batch`."""
        return requests.find(self._connection, reference)

    def dossier(
        self, address_keys: Collection[str], origins: Collection[str] = (), *, now: datetime
    ) -> Dossier:
        """See `daemon.ports.Batch`."""
        return recording.dossier(self._connection, address_keys, origins, now)

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


class SqlStore(SqlData):
    """Fulfils `daemon.ports.Store`, which says what the methods mean.

    `reading` and `writing` begin transactions: consistent reads, and writes that keep other
    writers out from the start. Within the process, writers queue at a lock of their own; that is
    fair, where a database makes them poll.

    What decides on what it has read is `_writing`. What only notes something about rows that are
    this process's own is `_noting`, and need not wait for those who decide, where the database
    can do several things at once.
    """

    lease_s: float | None = None
    # How long closing waits for a transaction under way.
    close_timeout_s = LOCK_TIMEOUT_S

    def __init__(self, reading: Engine, writing: Engine) -> None:
        self._reading_engine = reading
        self._writing_engine = writing
        self._writers = threading.Lock()
        self._is_closed = False
        self.process = process_name()

    # leases ----------------------------------------------------------------------------------

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

    def _fence(self, connection: Connection, mailbox: str) -> None:
        """Raises LeaseLost where another process has taken `mailbox` from this one.

        Last in a transaction: until its end the lease stays as it is.
        """

    def _alive(self, connection: Connection) -> Collection[str]:  # noqa: ARG002 - for the others
        """The processes that may be sending mail."""
        return {self.process}

    # the ledger ------------------------------------------------------------------------------

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

    def note_flags(self, place: str, uid_validity: int, uids: Sequence[int]) -> None:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            reviews.note_flags(connection, place, uid_validity, uids)

    def our_flags(self, place: str, uid_validity: int, uids: Sequence[int]) -> set[int]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return reviews.our_flags(connection, place, uid_validity, uids)

    def open_reviews(self, place: str, uid_validity: int) -> list[OpenReview]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return reviews.open_reviews(connection, place, uid_validity)

    def end_reviews(
        self, place: str, uid_validity: int, filings: Mapping[int, Filing], *, now: datetime
    ) -> None:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            reviews.end_reviews(connection, place, uid_validity, filings, now)

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

    def shadow_ledger(self, mailbox: str, since: datetime | None = None) -> list[LedgerRow]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return figures.shadow_rows(connection, mailbox, since)

    def figures(self, since: datetime, until: datetime) -> Figures:
        """See `daemon.ports.Store`. Passes over the whole ledger."""
        with self._reading() as connection:
            return figures.figures(connection, since, until)

    # requests and suppressions ---------------------------------------------------------------

    def requests(self) -> list[Request]:
        """See `daemon.ports.Store`. The newest is the one that was recorded last."""
        with self._reading() as connection:
            return requests.newest_of_all(connection)

    def request(self, reference: str) -> Request | None:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return requests.find(connection, reference)

    def references(self, beginning: str, limit: int) -> list[str]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return requests.references(connection, beginning, limit)

    def requests_in(self, *states: State) -> list[Request]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return requests.of_states(connection, states)

    def reviews(self) -> list[LedgerRow]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return ledger.held(connection)

    def messages_about(self, reference: str) -> list[LedgerRow]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            found = requests.find(connection, reference)
            return ledger.about(connection, reference, found.origin_digest if found else "")

    def dossier(
        self, address_keys: Collection[str], origins: Collection[str] = (), *, now: datetime
    ) -> Dossier:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return recording.dossier(connection, address_keys, origins, now)

    def carry_out(
        self, decision: Decision, outgoing: OutgoingMail | None, *, by: str, now: datetime
    ) -> None:
        """See `daemon.ports.Store`."""
        with self.batch() as batch:
            batch.carry_out([Act(decision=decision, outgoing=outgoing)], by=by, now=now)

    def history(self, reference: str) -> list[tuple[datetime, str, str]]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return audit.history(connection, reference)

    def suppression(self, address_key: str, list_name: str = "*") -> Suppression | None:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return requests.suppressed(connection, address_key, list_name)

    def expire_questions(self, *, asked_before: datetime, now: datetime) -> list[str]:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            late = requests.questions_before(connection, asked_before)
            return outbox_rows.to_review(connection, late, "question-unanswered", now)

    # the outbox ------------------------------------------------------------------------------

    def take_due(self, limit: int, *, now: datetime) -> list[QueuedMail]:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            return outbox_rows.take_due(connection, limit, now, self.process)

    def sent(self, row: int, *, now: datetime, response: str) -> None:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            outbox_rows.set_sent(connection, row, now, response, self.process)

    def put_off(self, row: int, *, until: datetime, error: str) -> None:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            outbox_rows.requeue(connection, row, until, error, self.process)

    def hold(self, row: int, *, until: datetime) -> None:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            outbox_rows.hold(connection, row, until, self.process)

    def failed(self, row: int, *, now: datetime, error: str) -> list[str]:
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

    def sent_since(self, since: datetime) -> int:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return outbox_rows.sent_since(connection, since, self.process)

    def copies_to_file(self, mailbox: str, limit: int) -> list[SentCopy]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return outbox_rows.copies_to_file(connection, mailbox, limit)

    def copied(self, rows: Sequence[int], *, now: datetime) -> None:
        """See `daemon.ports.Store`."""
        with self._noting() as connection:
            outbox_rows.set_copied(connection, rows, now)

    # deadlines and reminders -----------------------------------------------------------------

    def questions_to_remind(self, *, asked_before: datetime, limit: int) -> list[Question]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return reminders.to_remind(connection, asked_before, limit)

    def remind(
        self, reference: str, mail: OutgoingMail, *, replies_per_day: int, now: datetime
    ) -> bool:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            return reminders.remind(connection, reference, mail, replies_per_day, now)

    def open_requests(self) -> list[Request]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return reminders.open_requests(connection)

    def note_alarms(self, percents: Mapping[str, int]) -> list[str]:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            return reminders.note_alarms(connection, percents)

    # what is at work, and what staff see of it -----------------------------------------------

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

    def retry_mail(self, row: int, *, by: str, now: datetime) -> bool:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            return outbox_staff.retry(connection, row, by, now)

    def drop_mail(self, row: int, *, by: str, now: datetime) -> list[str] | None:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            return outbox_staff.drop(connection, row, by, now)

    # the store itself ------------------------------------------------------------------------

    def log_key(self) -> bytes:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            key = connection.scalar(sa.select(meta.c.value).where(meta.c.name == "log_key"))
        if key is None:
            raise PermanentFailure(
                "the store has lost its key for the log",
                part=PART,
                setting=SETTING,
                cure="restore it from a backup",
            )
        return bytes.fromhex(key)

    def token_keys(self) -> Mapping[int, bytes]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return token_keys.all_of(connection)

    def token_key(self, *, now: datetime) -> tuple[int, bytes]:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            return token_keys.newest(connection, now)

    def check(self) -> list[str]:
        """See `daemon.ports.Store`. What it writes, it takes away again."""
        with self._writing() as connection:
            connection.execute(sa.delete(meta).where(meta.c.name == "check"))
            connection.execute(sa.insert(meta).values(name="check", value=""))
        with self._writing() as connection:
            connection.execute(sa.delete(meta).where(meta.c.name == "check"))
            newest = audit.head(connection)
        held = ", ".join(f"{name} {count}" for name, count in self.counts().items() if count)
        notes = [f"can be written to; {held or 'empty'}"]
        if newest.sequence:
            notes.append(f"audit: the newest event is {newest.sequence}:{newest.hash}")
        return notes

    def counts(self) -> Mapping[str, int]:
        """See `daemon.ports.Store`. The keys: a table, or a table, a dot and a state."""
        with self._reading() as connection:
            counted = {
                "message": _rows(connection, message),
                "suppression": _rows(connection, suppression),
                "event": _rows(connection, event),
            }
            for table in (request, outbox):
                states = connection.execute(
                    sa.select(table.c.state, sa.func.count())
                    .group_by(table.c.state)
                    .order_by(table.c.state)
                )
                counted |= {f"{table.name}.{state}": count for state, count in states}
            return counted

    def verify_audit(self) -> int | None:
        """The sequence of the first event that breaks the chain of hashes, or None."""
        with self._reading() as connection:
            return audit.verify(connection)

    def close(self) -> None:
        """See `daemon.ports.Store`. Waits for a transaction under way; twice does no harm."""
        has_turn = self._writers.acquire(timeout=self.close_timeout_s)
        try:
            self._is_closed = True
            self._reading_engine.dispose()
        finally:
            if has_turn:
                self._writers.release()

    # transactions ----------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        self._refuse_if_closed()
        with told_apart(), self._reading_engine.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if not self._writers.acquire(timeout=LOCK_TIMEOUT_S):
            raise TemporaryFailure("the store is busy with another transaction", part=PART)
        try:
            self._refuse_if_closed()
            with told_apart(), self._writing_engine.begin() as connection:
                yield connection
        finally:
            self._writers.release()

    @contextmanager
    def _noting(self) -> Iterator[Connection]:
        """A transaction about rows of this process's own; here it is one like the others."""
        with self._writing() as connection:
            yield connection

    def _refuse_if_closed(self) -> None:
        # The lock is gone by then: another process may be at work with the store.
        if self._is_closed:
            raise TemporaryFailure("the store is closed", part=PART)


def _rows(connection: Connection, table: sa.Table) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
