"""The table `outbox` as staff see it, and what they may do to a mail that is not in delivery."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.ports import MailRow
from daemon.stores import audit, overtaken, questions, requests
from daemon.stores.rows import AnyRow
from daemon.stores.schema import outbox, request
from handlers.overtaken import OVERTAKEN, is_outdated

# What is being sent has an outcome soon, and what was sent cannot be called back.
_TO_BE_HAD = ("queued", "failed", "unknown")

_MAILS: sa.Select[Any] = sa.select(
    outbox.c.row,
    outbox.c.state,
    outbox.c.recipient_key,
    outbox.c.requests,
    outbox.c.mailbox,
    outbox.c.attempts,
    outbox.c.unknowns,
    outbox.c.queued_at,
    outbox.c.next_at,
    outbox.c.taken_at,
    outbox.c.sent_at,
    outbox.c.error,
    outbox.c.asks,
)


def listed(connection: Connection, states: Collection[str], limit: int) -> list[MailRow]:
    """The newest `limit` mails in one of `states`, oldest first."""
    rows = connection.execute(
        _MAILS.where(outbox.c.state.in_(states)).order_by(outbox.c.row.desc()).limit(limit)
    ).all()
    return [_mail_row(row) for row in reversed(rows)]


def one(connection: Connection, row: int) -> MailRow | None:
    """One mail, or None."""
    found = connection.execute(_MAILS.where(outbox.c.row == row)).first()
    return None if found is None else _mail_row(found)


def waiting(connection: Connection) -> int:
    """How many are queued."""
    count = connection.scalar(
        sa.select(sa.func.count()).select_from(outbox).where(outbox.c.state == "queued")
    )
    return count or 0


def perhaps_twice(connection: Connection, *where: sa.ColumnElement[bool]) -> int:
    """How many mails went out again after an outcome that nobody knows.

    Where the second one is unknown as well, both may have arrived.
    """
    again = sa.and_(outbox.c.unknowns > 0, sa.or_(outbox.c.state == "sent", outbox.c.unknowns > 1))
    count = connection.scalar(sa.select(sa.func.count()).select_from(outbox).where(again, *where))
    return count or 0


def retry(connection: Connection, row: int, by: str, now: datetime) -> bool:
    """Makes a mail due now; False where it cannot be sent any more, or is being sent."""
    if _is_outdated(connection, row):
        return False
    done = connection.execute(
        sa.update(outbox)
        .where(_to_be_had(row), outbox.c.raw.is_not(None))
        .values(state="queued", next_at=now, retried_at=now)
    )
    if not done.rowcount:
        return False
    told = audit.about_each("reply_retried", _references(connection, row), {"by": by})
    audit.append(connection, told, at=now)
    return True


def drop(connection: Connection, row: int, by: str, now: datetime) -> list[str] | None:
    """Gives a mail up; the references of its pending questions, now on review, or None."""
    done = connection.execute(
        sa.update(outbox)
        .where(_to_be_had(row))
        .values(state="failed", error=overtaken.error_at_last(f"dropped by {by}"))
    )
    if not done.rowcount:
        return None
    told = audit.about_each("reply_dropped", _references(connection, row), {"by": by})
    asked = questions.unanswered_in(connection, row)
    unasked = [each for each in asked if not _is_asked(connection, row, each.reference)]
    changes = questions.to_review(connection, unasked, "question-dropped", now, before=told)
    return [change.reference for change in changes]


def _is_outdated(connection: Connection, row: int) -> bool:
    """Whether it was given up, and tells what is not so any more."""
    mail = connection.execute(
        sa.select(outbox.c.requests, outbox.c.asks, outbox.c.queued_at, outbox.c.error).where(
            outbox.c.row == row, outbox.c.state != "queued"
        )
    ).first()
    if mail is None:
        return False
    about = requests.by_references(connection, mail.requests).values()
    return mail.error == OVERTAKEN or any(
        is_outdated(each, asks=mail.asks, queued_at=mail.queued_at) for each in about
    )


def _is_asked(connection: Connection, dropped: int, reference: str) -> bool:
    """Whether another mail asks the customer about it: what was dropped is its reminder, say."""
    rows = connection.execute(
        sa.select(outbox.c.requests)
        .join(request, request.c.address_key == outbox.c.recipient_key)
        .where(
            request.c.reference == reference,
            outbox.c.row != dropped,
            outbox.c.asks,
            outbox.c.state.in_(("queued", "sending", "sent")),
        )
    )
    return any(reference in row.requests for row in rows)


def _to_be_had(row: int) -> sa.ColumnElement[bool]:
    return sa.and_(outbox.c.row == row, outbox.c.state.in_(_TO_BE_HAD))


def _references(connection: Connection, row: int) -> list[str]:
    return connection.scalar(sa.select(outbox.c.requests).where(outbox.c.row == row)) or []


def _mail_row(row: AnyRow) -> MailRow:
    return MailRow(
        row=row.row,
        state=row.state,
        recipient=row.recipient_key,
        references=tuple(row.requests),
        mailbox=row.mailbox,
        attempts=row.attempts,
        unknowns=row.unknowns,
        queued_at=row.queued_at,
        next_at=row.next_at,
        taken_at=row.taken_at,
        sent_at=row.sent_at,
        error=row.error,
        asks=row.asks,
    )
