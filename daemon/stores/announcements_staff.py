"""What staff see of announcements, and do to them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.ports import AnnouncementRow
from daemon.stores import audit
from daemon.stores.schema import announcement
from handlers.values import State

_later = announcement.alias("later")
_IS_LATER = sa.and_(
    _later.c.reference == announcement.c.reference,
    _later.c.receiver == announcement.c.receiver,
    _later.c.row > announcement.c.row,
)
# By a call, perhaps one that is on its way, or by a person.
_KNOWS_LATER = sa.exists().where(
    _IS_LATER, _later.c.state.in_(("sending", "told", "needs_person", "settled"))
)


def retry(connection: Connection, row: int, by: str, now: datetime) -> bool:
    """Due now, unless the receiver knows of something later, or is about to."""
    # Nobody begins with a later one meanwhile: what is taken just now is passed over.
    connection.execute(
        sa.select(_later.c.row)
        .join(announcement, _IS_LATER)
        .where(announcement.c.row == row)
        .with_for_update(of=_later)
    ).all()
    return _by_staff(
        connection,
        row,
        "announcement_retried",
        by,
        now,
        unless=_KNOWS_LATER,
        values={"state": "queued", "next_at": now, "retried_at": now, "ended_at": None},
    )


def settle_by_staff(connection: Connection, row: int, by: str, now: datetime) -> bool:
    """Done by hand, or dropped."""
    values = {"state": "settled", "ended_at": now}
    return _by_staff(connection, row, "announcement_settled", by, now, values=values)


def _by_staff(
    connection: Connection,
    row: int,
    what: str,
    by: str,
    now: datetime,
    *,
    values: dict[str, Any],
    unless: sa.ColumnElement[bool] | None = None,
) -> bool:
    held = one(connection, row)
    done = connection.execute(
        sa.update(announcement)
        .where(
            announcement.c.row == row,
            announcement.c.state.in_(("queued", "failed", "needs_person")),
            ~unless if unless is not None else sa.true(),
        )
        .values(values)
    )
    if held is None or not done.rowcount:
        return False
    detail = {"receiver": held.receiver, "by": by}
    audit.append(
        connection, [audit.Event(what=what, reference=held.reference, detail=detail)], at=now
    )
    return True


# looking -------------------------------------------------------------------------------------


def about(connection: Connection, reference: str) -> list[AnnouncementRow]:
    """All about one request."""
    return _seen(connection, sa.select(announcement).where(announcement.c.reference == reference))


def in_states(
    connection: Connection, states: Collection[str], limit: int
) -> list[AnnouncementRow]:
    """The newest in these states, oldest first."""
    newest = (
        sa.select(announcement)
        .where(announcement.c.state.in_(states))
        .order_by(announcement.c.row.desc())
        .limit(limit)
    )
    return _seen(connection, newest)


def one(connection: Connection, row: int) -> AnnouncementRow | None:
    """One of them."""
    found = _seen(connection, sa.select(announcement).where(announcement.c.row == row))
    return found[0] if found else None


def _seen(connection: Connection, query: sa.Select[Any]) -> list[AnnouncementRow]:
    rows = sorted(connection.execute(query), key=lambda row: row.row)
    return [
        AnnouncementRow(
            row=row.row,
            id=row.message_id,
            receiver=row.receiver,
            reference=row.reference,
            before=State(row.before) if row.before else None,
            after=State(row.after),
            changed_at=row.changed_at,
            state=row.state,
            attempts=row.attempts,
            next_at=row.next_at,
            ended_at=row.ended_at,
            note=row.note,
        )
        for row in rows
    ]
