"""The part of the port that is about the store's own data, over any SQL database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from daemon.errors import PermanentFailure
from daemon.ports.data import (
    AuditEvent,
    AuditReport,
    Backup,
    Detail,
    Expiring,
    Forgotten,
    Held,
    Overdue,
    Progress,
)
from daemon.stores import audit, disclosure, expiry, forgetting
from daemon.stores.failures import PART, SETTING
from daemon.stores.transactions import Transactions
from handlers.values import Request, Suppression

_EVENTS_AT_ONCE = 10_000

_UNTIL_VACUUM = (
    "the database server keeps old versions of changed rows in its files until VACUUM has passed,"
    " and in its archives for as long as you keep those"
)


class SqlData(Transactions):
    """Fulfils `daemon.ports.data.DataStore`, which says what the methods mean."""

    def overdue(self, what: Expiring, *, before: datetime) -> Overdue:
        """See `daemon.ports.data.DataStore`."""
        with self._reading() as connection:
            return expiry.overdue(connection, what, before)

    def expire(self, what: Expiring, *, before: datetime, limit: int, now: datetime) -> int:
        """See `daemon.ports.data.DataStore`."""
        with self._writing() as connection:
            return expiry.expire(connection, what, before, limit, now)

    def claim(self, task: str, *, every: timedelta, now: datetime) -> bool:
        """See `daemon.ports.data.DataStore`."""
        with self._writing() as connection:
            return expiry.claim(connection, task, every, now)

    def witness(
        self,
        what: str,
        *,
        by: str,
        now: datetime,
        references: Sequence[str] = (),
        detail: Detail | None = None,
    ) -> None:
        """See `daemon.ports.data.DataStore`."""
        told = audit.about_each(what, references, {"by": by, **(detail or {})})
        with self._writing() as connection:
            audit.append(connection, told, at=now)

    def walk_audit(self, *, ask: int = 0, progress: Progress | None = None) -> AuditReport:
        """See `daemon.ports.data.DataStore`. Steps of their own: nothing is held up meanwhile."""
        report = audit.at_the_beginning()
        while True:
            with self._reading() as connection:
                newest = audit.head(connection).sequence
                after = audit.walk(connection, report, ask=ask, limit=_EVENTS_AT_ONCE)
            if progress is not None:
                progress(after.events, max(newest, after.events))
            if after.events == report.events or after.broken_at is not None:
                return after
            report = after

    def audit_events(
        self, *, reference: str = "", since: datetime | None = None
    ) -> Iterator[AuditEvent]:
        """See `daemon.ports.data.DataStore`. One transaction, from the first to the last."""
        with self._reading() as connection:
            yield from audit.events(connection, reference=reference, since=since)

    def every_suppression(self) -> Iterator[Suppression]:
        """See `daemon.ports.data.DataStore`. One transaction, from the first row to the last."""
        with self._reading() as connection:
            yield from disclosure.every_suppression(connection)

    def every_request(self) -> Iterator[Request]:
        """See `daemon.ports.data.DataStore`. One transaction, from the first row to the last."""
        with self._reading() as connection:
            yield from disclosure.every_request(connection)

    def held_about(self, address_key: str) -> Held:
        """See `daemon.ports.data.DataStore`."""
        with self._reading() as connection:
            return disclosure.held_about(connection, address_key)

    def forget(
        self, address_key: str, *, by: str, now: datetime, dry_run: bool = False
    ) -> Forgotten:
        """See `daemon.ports.data.DataStore`."""
        # Reading the whole outbox, while others write.
        with self._reading() as connection:
            references = disclosure.references_of(connection, address_key)
            rows = disclosure.mails_about(connection, references)
        with self._reading() if dry_run else self._writing() as connection:
            found = forgetting.forget(
                connection, address_key, mail_rows=rows, by=by, now=now, dry_run=dry_run
            )
        return found if dry_run else replace(found, notes=(_UNTIL_VACUUM,))

    def backup(self, path: Path, *, force: bool, progress: Progress | None = None) -> Backup:
        """See `daemon.ports.data.DataStore`. No database but SQLite is copied by its clients."""
        del path, force, progress
        raise PermanentFailure(
            "the database server makes its own backups",
            part=PART,
            setting=SETTING,
            cure="run pg_dump --format=custom --file=FILE on the database that the setting names",
        )
