"""What goes after its time, a few rows a transaction, so that nobody waits long for the store.

What has to outlast everything stays: suppressions, effective opt-outs, the audit, and of each
message that asked for something the digest, by which a copy of it is recognised.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from daemon.ports.data import Expiring, Overdue
from daemon.stores import audit
from daemon.stores.schema import (
    HAS_EVIDENCE,
    IS_ORDINARY,
    announcement,
    lease,
    message,
    meta,
    outbox,
    process,
    request,
    suppression,
    ticket,
)
from handlers.states import CLOSED
from handlers.values import Filing

_SETTLED = ("sent", "failed", "unknown")
_WAITING = ("queued", "sending")
_LAST_ALIVE = sa.func.coalesce(process.c.stopped_at, process.c.beat_at)

# For each kind: the table, the time that counts, and what else has to hold. The times and
# conditions are those of indexes (schema.py).
_RULES: dict[Expiring, tuple[sa.Table, sa.ColumnElement[datetime], tuple[object, ...]]] = {
    "reply_bytes": (
        outbox,
        outbox.c.queued_at,
        # Not those that are settled: SQLite would then go by their index, and sort.
        (outbox.c.raw.is_not(None), outbox.c.state.not_in(_WAITING)),
    ),
    "evidence": (message, message.c.decided_at, (HAS_EVIDENCE,)),
    "ordinary": (
        message,
        message.c.decided_at,
        (
            IS_ORDINARY,
            # A bounce of ours, or a message that a person has made a request of: those count on.
            sa.cast(message.c.requests, sa.String) == "[]",
            message.c.filed_at.is_not(None),
            message.c.flagged.is_(sa.false()),
            message.c.filing != Filing.REVIEW.value,  # a copy of what waits for a person
        ),
    ),
    "requests": (
        request,
        request.c.updated_at,
        (
            request.c.state.in_(sorted(CLOSED)),
            ~sa.exists().where(suppression.c.reference == request.c.reference),
        ),
    ),
    # As long as its request is there it says what became of that.
    "tickets": (
        ticket,
        ticket.c.taken_at,
        (~sa.exists().where(request.c.reference == ticket.c.reference),),
    ),
    # `next_at` is never before `queued_at`, and is what the index has.
    "replies": (outbox, outbox.c.next_at, (outbox.c.state.in_(_SETTLED),)),
    # Those of requests that are there stay with them: they say who knows since when.
    "announcements": (
        announcement,
        announcement.c.changed_at,
        (
            announcement.c.state != "sending",
            ~sa.exists().where(request.c.reference == announcement.c.reference),
        ),
    ),
    "processes": (process, _LAST_ALIVE, (process.c.name.not_in(sa.select(lease.c.holder)),)),
}


def overdue(connection: Connection, what: Expiring, before: datetime) -> Overdue:
    """How much of `what` is from before then, and the time of the oldest."""
    table, moment, conditions = _RULES[what]
    row = connection.execute(
        sa.select(sa.func.count().label("rows"), sa.func.min(moment).label("oldest"))
        .select_from(table)
        .where(moment < before, *conditions)  # type: ignore[arg-type]
    ).one()
    return Overdue(rows=row.rows, oldest=row.oldest)


def expire(
    connection: Connection, what: Expiring, before: datetime, limit: int, now: datetime
) -> int:
    """Lets go of up to `limit` rows of `what`; returns how many."""
    table, moment, conditions = _RULES[what]
    keys = list(table.primary_key.columns)
    rows = connection.execute(
        sa.select(*keys)
        .where(moment < before, *conditions)  # type: ignore[arg-type]
        .order_by(moment)
        .limit(limit)
    ).all()
    if not rows:
        return 0
    # A statement a row, prepared once: the keys are found by the primary key alone.
    these = sa.and_(*(key == sa.bindparam(f"key_{key.name}") for key in keys))
    values = [{f"key_{key.name}": row[key] for key in keys} for row in map(_mapping, rows)]
    if what == "requests":
        _tell_of_requests(connection, [row.row for row in rows], now)
    if what == "reply_bytes":
        # With the bytes goes the secret that stands in them and in the Message-ID. Its hash stays:
        # a late answer is still known to be one.
        statement: sa.Update | sa.Delete = (
            sa.update(outbox).where(these).values(raw=None, message_id="")
        )
    elif what == "evidence":
        statement = sa.update(message).where(these).values(evidence=[])
    else:
        statement = sa.delete(table).where(these)
    connection.execute(statement, values)
    return len(rows)


def claim(connection: Connection, task: str, every: timedelta, now: datetime) -> bool:
    """Whether `task` is due; notes that it is done now."""
    name = f"{task}_at"
    # Of one length and in UTC, so that they compare as text.
    stamp, due_before, latest = (
        at.astimezone(UTC).isoformat(timespec="microseconds")
        for at in (now, now - every, now + every)
    )
    # What was done later than that was done by a clock that was set back since.
    due = sa.or_(meta.c.value <= due_before, meta.c.value > latest)
    done = connection.execute(sa.update(meta).where(meta.c.name == name, due).values(value=stamp))
    if done.rowcount:
        return True
    if connection.scalar(sa.select(meta.c.value).where(meta.c.name == name)) is not None:
        return False
    try:
        with connection.begin_nested():
            connection.execute(sa.insert(meta).values(name=name, value=stamp))
    except IntegrityError:  # another process was faster
        return False
    return True


def _mapping(row: sa.Row[tuple[object, ...]]) -> sa.RowMapping:
    return row._mapping  # noqa: SLF001 - the library's documented name, kept from clashing


def _tell_of_requests(connection: Connection, rows: list[int], now: datetime) -> None:
    references = connection.scalars(
        sa.select(request.c.reference).where(request.c.row.in_(rows)).order_by(request.c.row)
    ).all()
    events = audit.about_each("request_erased", references, {"by": "retention"})
    audit.append(connection, events, at=now)
