"""The tables `process` and `mailbox_status`: what is at work, and how it fares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.ports import MailboxStatus, Process
from daemon.stores.schema import mailbox_status, process

FORGET_AFTER = timedelta(days=7)
CLOCKS_DIFFER = timedelta(minutes=5)


def beat(connection: Connection, alive: Process, mailboxes: Sequence[MailboxStatus]) -> None:
    """Notes that a process is alive, and how its mailboxes fared.

    One that has stopped has: a beat that waited for the store while the last one was written,
    takes nothing back.
    """
    values = asdict(alive)
    ended = {"stopped_at": sa.func.coalesce(process.c.stopped_at, alive.stopped_at)}
    known = connection.execute(
        sa.update(process).where(process.c.name == alive.name).values({**values, **ended})
    )
    if not known.rowcount:
        connection.execute(sa.insert(process).values(values))
        connection.execute(
            sa.delete(process).where(process.c.beat_at < alive.beat_at - FORGET_AFTER)
        )
    for status in mailboxes:
        _note(connection, status, alive.beat_at)


def processes(connection: Connection) -> list[Process]:
    """All that are known, those first that began last."""
    rows = connection.execute(
        sa.select(process).order_by(process.c.started_at.desc(), process.c.name)
    )
    return [Process(**row._mapping) for row in rows]  # noqa: SLF001 - the library's public name


def statuses(connection: Connection) -> list[MailboxStatus]:
    """How each mailbox fared last, by name."""
    rows = connection.execute(sa.select(mailbox_status).order_by(mailbox_status.c.mailbox))
    return [MailboxStatus(**row._mapping) for row in rows]  # noqa: SLF001 - as above


def _note(connection: Connection, status: MailboxStatus, now: datetime) -> None:
    of_it = mailbox_status.c.mailbox == status.mailbox
    held = connection.execute(sa.select(mailbox_status).where(of_it)).first()
    values = asdict(status)
    if held is None:
        connection.execute(sa.insert(mailbox_status).values(values))
        return
    # Another process may have looked since. Ours has not, unless the clock was set back; and of no
    # process a look in the future counts, but for what the clocks of hosts differ by.
    is_later = status.polled_at < held.polled_at <= now + CLOCKS_DIFFER
    if is_later and held.process != status.process:
        return
    values["succeeded_at"] = status.succeeded_at or held.succeeded_at
    if status.error and held.error:
        # A restart does not end a failure.
        values["failing_since"] = held.failing_since
    connection.execute(sa.update(mailbox_status).where(of_it).values(values))
