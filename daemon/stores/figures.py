"""What happened in a period, counted, and what shadow mode has noted: for `optoutd report`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.ports import Figures, LedgerRow, Spread
from daemon.stores import outbox_staff
from daemon.stores.rows import chunks, ledger_row
from daemon.stores.schema import event, message, outbox, request
from handlers.states import CLOSED
from handlers.values import Intent, State

# What a customer waits for, by kind; each time counts from the receipt of the request.
MILESTONES = (
    (Intent.OPT_OUT, State.EFFECTIVE),
    (Intent.CANCELLATION, State.CONFIRMED),
    (Intent.CANCELLATION, State.COMPLETED),
)
# A request in one of these needs nobody any more.
SETTLED = CLOSED | {State.EFFECTIVE}
ANSWER = "reply:"  # how the idempotency key of an answer begins; the message's digest follows


def figures(connection: Connection, since: datetime, until: datetime) -> Figures:
    """See `daemon.ports.Store.figures`."""
    live = sa.and_(_within(message.c.decided_at, since, until), message.c.shadow.is_(False))
    reached, done_late = _milestones(connection, since, until)
    waits = request.c.state.not_in([state.value for state in SETTLED])
    return Figures(
        since=since,
        until=until,
        messages=_counted(
            connection, live, message.c.mailbox, message.c.disposition, message.c.reason
        ),
        shadowed=_count(
            connection,
            message,
            _within(message.c.decided_at, since, until),
            message.c.shadow.is_(True),
        ),
        silences={
            name: count
            for (name,), count in _counted(
                connection, sa.and_(live, message.c.silence != ""), message.c.silence
            ).items()
        },
        requests=_counted(
            connection,
            _within(request.c.received_at, since, until),
            request.c.kind,
            request.c.channel,
            request.c.state,
        ),
        reached=reached,
        answered=_answered(connection, since, until),
        late=_counted(
            connection, sa.and_(waits, request.c.due_at < until), request.c.kind, request.c.state
        ),
        done_late=done_late,
        reviews_open=_count(connection, request, request.c.state == State.REVIEW.value),
        reviews_ended=_reviews_ended(connection, since, until),
        held_open=_count(
            connection,
            message,
            message.c.disposition == "review",
            message.c.shadow.is_(False),
            message.c.resolved_at.is_(None),
        ),
        held_ended=_count(connection, message, _within(message.c.resolved_at, since, until)),
        replies={
            state: count
            for (state,), count in _counted(
                connection, _within(outbox.c.queued_at, since, until), outbox.c.state
            ).items()
        },
        perhaps_twice=outbox_staff.perhaps_twice(
            connection, _within(outbox.c.queued_at, since, until)
        ),
    )


def shadow_rows(connection: Connection, mailbox: str, since: datetime | None) -> list[LedgerRow]:
    """What was looked at in shadow mode in `mailbox`, by time of receipt."""
    wanted = [message.c.mailbox == mailbox, message.c.shadow.is_(True)]
    if since is not None:
        wanted.append(message.c.received_at >= since)
    rows = connection.execute(
        sa.select(message)
        .where(*wanted)
        .order_by(message.c.received_at, message.c.uid_validity, message.c.uid)
    )
    return [ledger_row(row) for row in rows]


def _within(column: sa.Column[Any], since: datetime, until: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(column >= since, column < until)


def _counted(
    connection: Connection, where: sa.ColumnElement[bool], *by: sa.Column[Any]
) -> dict[tuple[str, ...], int]:
    rows = connection.execute(
        sa.select(*by, sa.func.count()).where(where).group_by(*by).order_by(*by)
    )
    return {tuple(row[:-1]): row[-1] for row in rows}


def _count(connection: Connection, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0


def _milestones(
    connection: Connection, since: datetime, until: datetime
) -> tuple[dict[tuple[str, str], Spread], dict[str, int]]:
    """How long it took to each milestone, and how many of each kind were done after their time."""
    rows = connection.execute(
        sa.select(
            request.c.reference,
            request.c.kind,
            request.c.received_at,
            request.c.due_at,
            event.c.at,
            event.c.detail,
        )
        .join(event, event.c.reference == request.c.reference)
        .where(
            _within(request.c.received_at, since, until),
            event.c.what.in_(("request_recorded", "request_changed")),
        )
        .order_by(event.c.sequence)
    )
    return milestones(
        (r.reference, r.kind, r.received_at, r.due_at, r.at, _state_in(r.detail)) for r in rows
    )


def milestones(
    steps: Iterable[tuple[str, str, datetime, datetime, datetime, str]],
) -> tuple[dict[tuple[str, str], Spread], dict[str, int]]:
    """From (reference, kind, received, due, when, state) in the order of events."""
    wanted = {(kind.value, state.value) for kind, state in MILESTONES}
    took: dict[tuple[str, str], dict[str, float]] = {}
    late: Counter[str] = Counter()
    settled: set[str] = set()
    for reference, kind, received_at, due_at, at, state in steps:
        if (kind, state) in wanted:
            seconds = (at - received_at).total_seconds()
            took.setdefault((kind, state), {}).setdefault(reference, seconds)
        if state in {s.value for s in SETTLED} and reference not in settled:
            settled.add(reference)
            late[kind] += at > due_at
    return (
        {which: Spread.of(by.values()) for which, by in sorted(took.items())},
        {kind: count for kind, count in sorted(late.items()) if count},
    )


def _state_in(detail: dict[str, Any]) -> str:
    return str(detail.get("after") or detail.get("state") or "")


def _answered(connection: Connection, since: datetime, until: datetime) -> Spread:
    """From the receipt of a message to the moment when the server took its answer."""
    sent_at = {
        row.idempotency_key.removeprefix(ANSWER): row.sent_at
        for row in connection.execute(
            sa.select(outbox.c.idempotency_key, outbox.c.sent_at).where(
                _within(outbox.c.sent_at, since, until),
                outbox.c.idempotency_key.startswith(ANSWER),
            )
        )
    }
    took = []
    for some in chunks(sent_at):
        rows = connection.execute(
            sa.select(message.c.digest, sa.func.min(message.c.received_at).label("received_at"))
            .where(message.c.digest.in_(some))
            .group_by(message.c.digest)
        )
        took += [(sent_at[row.digest] - row.received_at).total_seconds() for row in rows]
    return Spread.of(took)


def _reviews_ended(connection: Connection, since: datetime, until: datetime) -> int:
    details = connection.scalars(
        sa.select(event.c.detail).where(
            event.c.what == "request_changed", _within(event.c.at, since, until)
        )
    )
    return sum(detail.get("before") == State.REVIEW.value for detail in details)
