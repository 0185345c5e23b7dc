"""Deadlines and reminders: columns of `request` that keep each alarm and each reminder at one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.ports import Question
from daemon.stores import audit, outbox_rows, requests
from daemon.stores.rows import AnyRow, request_of
from daemon.stores.schema import outbox, request
from handlers.address import Address
from handlers.deadlines import LATE, OPEN_STATES, alarm
from handlers.inbox import inbox_key
from handlers.values import OutgoingMail, Request

_REPLY_WINDOW = timedelta(hours=24)
# Of open requests, which may be tens of thousands.
_ROWS_AT_ONCE = 200


def open_requests(connection: Connection) -> list[Request]:
    """All requests whose deadline is open, those due first first."""
    rows = connection.execute(
        sa.select(request)
        .where(request.c.state.in_([state.value for state in OPEN_STATES]))
        .order_by(request.c.due_at, request.c.row)
    )
    return [request_of(row) for row in rows]


def to_alarm(connection: Connection, now: datetime) -> list[Request]:
    """The requests that an alarm is due for, those due first first."""
    rows = connection.execute(
        # Without an order: a database would sort all of them in its memory for it.
        sa.select(request).where(
            request.c.state.in_([state.value for state in OPEN_STATES]),
            request.c.alarmed_percent < LATE,
        ),
        execution_options={"yield_per": _ROWS_AT_ONCE},
    )
    due = [one for row in rows if alarm(one := request_of(row), now)]
    return sorted(due, key=lambda one: one.due_at)


def note_alarms(connection: Connection, percents: Mapping[str, int]) -> list[str]:
    """Notes alarms; those that were not noted so far."""
    news = []
    for reference, percent in percents.items():
        done = connection.execute(
            sa.update(request)
            .where(request.c.reference == reference, request.c.alarmed_percent < percent)
            .values(alarmed_percent=percent)
        )
        if done.rowcount:
            news.append(reference)
    return news


def to_remind(connection: Connection, asked_before: datetime, limit: int) -> list[Question]:
    """Questions that were asked before then, and of which nobody was reminded."""
    query = (
        sa.select(request)
        .where(
            requests.is_question(),
            request.c.updated_at < asked_before,
            request.c.reminded_at.is_(None),
        )
        .order_by(request.c.updated_at, request.c.row)
    )
    found: list[Question] = []
    with connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE}) as rows:
        for row in rows:
            if len(found) == limit:
                break
            asked = request_of(row)
            mail = _asking(connection, asked)
            if mail is not None and _is_out(mail, asked_before):
                to = Address(written=mail.recipient_written, key=mail.recipient_key)
                found.append(
                    Question(request=asked, recipient=to, raw=mail.raw, thread=mail.thread)
                )
    return found


def remind(
    connection: Connection,
    reference: str,
    mail: OutgoingMail,
    replies_per_day: int,
    now: datetime,
) -> bool:
    """Queues the one reminder of a question, if the customer may be written to now."""
    key = mail.recipient.key
    queued = outbox_rows.queued_since(connection, [key], now - _REPLY_WINDOW, now)
    if queued.get(inbox_key(key), 0) >= replies_per_day:
        return False
    done = connection.execute(
        sa.update(request)
        .where(
            request.c.reference == reference,
            requests.is_question(),
            request.c.reminded_at.is_(None),
        )
        .values(reminded_at=now)
    )
    if not done.rowcount:
        return False
    outbox_rows.add(connection, outbox_rows.unqueued(connection, [mail]), now)
    audit.append(connection, audit.about_each("reply_queued", mail.references, {}), at=now)
    return True


def _asking(connection: Connection, asked: Request) -> AnyRow | None:
    """The newest mail to the customer that asks about this request."""
    rows = connection.execute(
        sa.select(outbox)
        .where(outbox.c.recipient_key == asked.address_key, outbox.c.asks)
        .order_by(outbox.c.row.desc())
    )
    return next((row for row in rows if asked.reference in row.requests), None)


def _is_out(mail: AnyRow, before: datetime) -> bool:
    """Whether it left before then, as far as anybody knows; its words have to be there still."""
    left_at = {"sent": mail.sent_at, "unknown": mail.queued_at}.get(mail.state)
    return mail.raw is not None and left_at is not None and left_at < before
