"""Cancellations whose question nobody got or nobody answered: to review, where people close them.

The audit's lock is the last that a transaction takes (advisory.py): so the events of the mail are
handed over, and written with those of its requests.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.stores import announcements_queue, audit, overtaken, requests
from daemon.stores.audit import Event
from daemon.stores.schema import outbox
from handlers.moved_back import is_paused_question
from handlers.values import Change, Intent, Request, State


def unanswered_in(connection: Connection, row: int) -> list[Request]:
    """The requests that a mail asks about, and whose answer is waited for.

    Or would be, had nobody paused them: those go on waiting when the pause ends, and would do so
    for the answer to a question that nobody got.
    """
    mail = connection.execute(
        sa.select(outbox.c.requests).where(outbox.c.row == row, outbox.c.asks)
    ).first()
    if mail is None:
        return []
    asked = requests.by_references(connection, mail.requests)
    return [asked[name] for name in mail.requests if name in asked and _waits(asked[name])]


def to_review(
    connection: Connection,
    asked: Iterable[Request],
    reason: str,
    now: datetime,
    *,
    before: Sequence[Event] = (),
) -> list[Change]:
    """Puts questions on review, or says why they stay there; writes `before` into the audit first.

    Returns what has changed.
    """
    changes = [
        Change(
            reference=each.reference,
            before=each.state,
            after=State.REVIEW,
            reason=reason,
        )
        for each in asked
    ]
    requests.apply(connection, changes, now)
    announcements_queue.queue_changes(connection, changes, now)
    dropped = overtaken.withdraw(connection, changes)
    told = [audit.request_changed(change, {}) for change in changes]
    audit.append(connection, [*before, *told, *dropped], at=now)
    return changes


def _waits(asked: Request) -> bool:
    is_pending = asked.kind is Intent.CANCELLATION and asked.state is State.AWAITING_CONFIRMATION
    return is_pending or is_paused_question(asked)
