"""The table `message`, and how far each mailbox has been read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.ports import Entry, LedgerRow, Mark, Unfiled
from daemon.stores.rows import chunks, ledger_row, message_values
from daemon.stores.schema import mailbox_mark, message
from handlers.values import Disposition, Filing

_REVIEW = Disposition.REVIEW.value


def mark_of(connection: Connection, mailbox: str) -> Mark | None:
    """How far `mailbox` has been read."""
    row = connection.execute(
        sa.select(mailbox_mark).where(mailbox_mark.c.mailbox == mailbox)
    ).first()
    if row is None:
        return None
    return Mark(
        uid_validity=row.uid_validity,
        uid=row.uid,
        started_at=row.started_at,
        backlog_uid=row.backlog_uid,
    )


def set_mark(connection: Connection, mailbox: str, mark: Mark) -> None:
    """Notes how far `mailbox` has been read."""
    values = {
        "uid_validity": mark.uid_validity,
        "uid": mark.uid,
        "started_at": mark.started_at,
        "backlog_uid": mark.backlog_uid,
    }
    updated = connection.execute(
        sa.update(mailbox_mark).where(mailbox_mark.c.mailbox == mailbox).values(values)
    )
    if not updated.rowcount:
        connection.execute(sa.insert(mailbox_mark).values(mailbox=mailbox, **values))


def unknown_of(connection: Connection, entries: Sequence[Entry]) -> list[Entry]:
    """The entries that the ledger does not hold yet, each once."""
    uids: dict[tuple[str, int], set[int]] = {}
    for entry in entries:
        uids.setdefault((entry.mailbox, entry.uid_validity), set()).add(entry.uid)
    known = set[tuple[str, int, int]]()
    for (mailbox, uid_validity), wanted in uids.items():
        for some in chunks(wanted):
            found = connection.scalars(
                sa.select(message.c.uid).where(
                    message.c.mailbox == mailbox,
                    message.c.uid_validity == uid_validity,
                    message.c.uid.in_(some),
                )
            )
            known |= {(mailbox, uid_validity, uid) for uid in found}
    new = []
    for entry in entries:
        key = (entry.mailbox, entry.uid_validity, entry.uid)
        if key not in known:
            known.add(key)
            new.append(entry)
    return new


def add(connection: Connection, entries: Sequence[Entry], now: datetime) -> None:
    """Writes the entries, none of which the ledger holds."""
    if entries:
        connection.execute(sa.insert(message), [message_values(e, now) for e in entries])


def unfiled(connection: Connection, mailbox: str, uid_validity: int) -> Mapping[Filing, Unfiled]:
    """What waits for being filed, by where it belongs."""
    rows = connection.execute(
        sa.select(message.c.filing, message.c.uid, message.c.requests)
        .where(
            message.c.mailbox == mailbox,
            message.c.uid_validity == uid_validity,
            message.c.filed_at.is_(None),
        )
        .order_by(message.c.uid)
    )
    waiting: dict[Filing, dict[int, tuple[str, ...]]] = {}
    for row in rows:
        waiting.setdefault(Filing(row.filing), {})[row.uid] = tuple(row.requests)
    return waiting


def set_filed(
    connection: Connection,
    mailbox: str,
    uid_validity: int,
    uids: Sequence[int],
    now: datetime,
) -> None:
    """Notes that messages were filed; the time of those filed before stays.

    Only what is on review keeps a flag of ours.
    """
    for some in chunks(uids):
        connection.execute(
            sa.update(message)
            .where(
                message.c.mailbox == mailbox,
                message.c.uid_validity == uid_validity,
                message.c.uid.in_(some),
                message.c.filed_at.is_(None),
            )
            .values(
                filed_at=now,
                flagged=sa.and_(message.c.flagged, message.c.filing == Filing.REVIEW.value),
            )
        )


def held(connection: Connection) -> list[LedgerRow]:
    """The messages held for a person that nobody has dealt with, oldest first."""
    rows = connection.execute(
        sa.select(message)
        .where(
            message.c.disposition == _REVIEW,
            message.c.resolved_at.is_(None),
            message.c.shadow.is_(sa.false()),  # decided on for comparison: nothing is held
        )
        .order_by(message.c.received_at, message.c.mailbox, message.c.uid_validity, message.c.uid)
    )
    return [ledger_row(row) for row in rows]


def about(connection: Connection, reference: str, origin: str) -> list[LedgerRow]:
    """The messages with the digest `origin`, and those held that concern `reference`."""
    ways = [message.c.disposition == _REVIEW]
    if origin:
        ways.append(message.c.digest == origin)
    found = {
        (row.mailbox, row.uid_validity, row.uid): row
        for way in ways
        for row in connection.execute(sa.select(message).where(way))
        if reference in row.requests or (origin and row.digest == origin)
    }
    ordered = sorted(found.items(), key=lambda item: (item[1].received_at, item[0]))
    return [ledger_row(row) for _, row in ordered]


def end_review(
    connection: Connection,
    row: LedgerRow,
    *,
    resolution: str,
    reference: str,
    now: datetime,
) -> bool:
    """Notes that a person has dealt with a held message; False where it is not held any more."""
    concerned = dict.fromkeys([*row.references, *([reference] if reference else [])])
    done = connection.execute(
        sa.update(message)
        .where(
            message.c.mailbox == row.mailbox,
            message.c.uid_validity == row.uid_validity,
            message.c.uid == row.uid,
            message.c.disposition == _REVIEW,
            message.c.resolved_at.is_(None),
        )
        .values(resolved_at=now, resolution=resolution, requests=list(concerned), retry_at=None)
    )
    return done.rowcount > 0


def highest(connection: Connection, place: str, uid_validity: int, limit: int) -> list[LedgerRow]:
    """The messages with the highest UIDs looked at there, highest first."""
    rows = connection.execute(
        sa.select(message)
        .where(
            message.c.mailbox == place,
            message.c.uid_validity == uid_validity,
        )
        .order_by(message.c.uid.desc())
        .limit(limit)
    )
    return [ledger_row(row) for row in rows]


def last(connection: Connection, mailbox: str, limit: int) -> list[LedgerRow]:
    """The last `limit` messages looked at in `mailbox`, oldest first."""
    rows = connection.execute(
        sa.select(message)
        .where(message.c.mailbox == mailbox)
        .order_by(message.c.decided_at.desc(), message.c.uid_validity.desc(), message.c.uid.desc())
        .limit(limit)
    ).all()
    return [ledger_row(row) for row in reversed(rows)]
