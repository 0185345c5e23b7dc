"""The table `announcement`.

    queued -> sending -> told, skipped, needs_person -> settled
       ^         |-----> failed
       |---------|

The outcome of an attempt counts only while it is being sent by the process `by`. Of one request
and receiver one is on its way at a time, the earliest. `begun_at` stands from before an attempt
that may have its effect until its outcome is known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.ports import Acknowledged, Outcome
from daemon.stores import handover, receivers, requests
from daemon.stores.rows import AnyRow
from daemon.stores.schema import announcement, receiver, request
from handlers.announcement import Announcement, still_true
from handlers.retry import LONGEST_PLAN
from handlers.values import Intent, Request, State

_QUEUED, _SENDING, _TOLD, _FAILED = "queued", "sending", "told", "failed"
_NEEDS_PERSON, _SETTLED, _SKIPPED = "needs_person", "settled", "skipped"
_WAITING = (_QUEUED, _SENDING)

_ERASED = "the request was erased before"

_earlier = announcement.alias("earlier")
# The one before is not through: it would be overtaken.
_IS_FIRST = ~sa.exists().where(
    _earlier.c.reference == announcement.c.reference,
    _earlier.c.receiver == announcement.c.receiver,
    _earlier.c.row < announcement.c.row,
    # Not by the index of the state: a planner without statistics takes that, and reads all that
    # waits for each that waits.
    (_earlier.c.state + "").in_(_WAITING),
)
_being_told, _other, _going = (
    request.alias("being_told"),
    request.alias("other"),
    announcement.alias("going"),
)
# Another opt-out of the address is on its way, and says which lists it is off: whatever this one
# says must not be overtaken by that.
_IS_ALONE = announcement.c.reference.not_in(
    sa.select(_other.c.reference)
    .select_from(_going)
    .join(_being_told, _being_told.c.reference == _going.c.reference)
    .join(
        _other,
        sa.and_(
            _other.c.address_key == _being_told.c.address_key, _other.c.kind == _being_told.c.kind
        ),
    )
    .where(
        _going.c.receiver == sa.bindparam("whose"),
        _going.c.state == _SENDING,
        _being_told.c.kind == Intent.OPT_OUT.value,
    )
)
_WAITS = sa.and_(
    announcement.c.receiver == sa.bindparam("whose"),
    announcement.c.state == _QUEUED,
    _IS_FIRST,
    _IS_ALONE,
    ~sa.exists().where(
        receiver.c.name == announcement.c.receiver, receiver.c.gone_at.is_not(None)
    ),
)


# before: queued, by announcements_queue.py ---------------------------------------------------


def next_due(connection: Connection, whose: str) -> datetime | None:
    """When the next one that waits for nothing but its time is due."""
    return connection.scalar(
        sa.select(announcement.c.next_at).where(_WAITS).order_by(announcement.c.next_at).limit(1),
        {"whose": whose},
    )


def take(
    connection: Connection, whose: str, limit: int, now: datetime, by: str
) -> list[Announcement]:
    """Marks up to `limit` as being sent, those first that have been due for longest.

    Due is also what is planned for later than any plan goes: the clock was set back. What another
    process is just taking is passed over.
    """
    due = sa.or_(announcement.c.next_at <= now, announcement.c.next_at > now + LONGEST_PLAN)
    waiting = (
        sa.select(announcement.c.row)
        .where(_WAITS, due)
        .order_by(announcement.c.next_at, announcement.c.row)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("waiting")
    )
    rows = connection.execute(
        sa.update(announcement)
        .where(announcement.c.row.in_(sa.select(waiting.c.row)))
        .values(state=_SENDING, attempts=announcement.c.attempts + 1, taken_by=by, taken_at=now)
        .returning(announcement),
        {"whose": whose},
    ).all()
    rows = sorted(rows, key=lambda row: row.row)
    known = requests.by_references(connection, {row.reference for row in rows})
    told = _told(connection, whose, list(known))
    off = _off(connection, known.values())
    for row in rows:
        if row.reference not in known:
            _end(connection, row.row, by, _FAILED, now, _ERASED)
    return [
        _announcement(row, known[row.reference], told.get(row.reference, ()), off)
        for row in rows
        if row.reference in known
    ]


def _told(
    connection: Connection, whose: str, references: Sequence[str]
) -> dict[str, tuple[State, ...]]:
    found: dict[str, tuple[State, ...]] = {}
    rows = connection.execute(
        sa.select(announcement.c.reference, announcement.c.after)
        .where(
            announcement.c.reference.in_(references),
            announcement.c.receiver == whose,
            sa.or_(
                announcement.c.state.in_((_TOLD, _NEEDS_PERSON, _SETTLED)),
                announcement.c.begun_at.is_not(None),
            ),
        )
        .order_by(announcement.c.row)
    )
    for row in rows:
        found[row.reference] = (*found.get(row.reference, ()), State(row.after))
    return found


def begin(connection: Connection, row: int, now: datetime, by: str) -> Announcement | None:
    """Notes that it may have its effect from here on; it as it stands now, None where not ours."""
    held = connection.execute(
        sa.select(announcement).where(announcement.c.row == row).with_for_update()
    ).first()
    if held is None or not _note(connection, row, by, begun_at=held.begun_at or now):
        return None
    known = requests.by_references(connection, [held.reference])
    if held.reference not in known:
        return None
    told = _told(connection, held.receiver, [held.reference]).get(held.reference, ())
    off = _off(connection, known.values())
    return replace(_announcement(held, known[held.reference], told, off), noted=True)


def _off(connection: Connection, about: Iterable[Request]) -> dict[str, tuple[str, ...]]:
    """The lists that these addresses are off, by address."""
    found: dict[str, tuple[str, ...]] = {}
    keys = {each.address_key for each in about if each.kind is Intent.OPT_OUT}
    for key, name in sorted(requests.suppressions_of(connection, keys)):
        found[key] = (*found.get(key, ()), name)
    return found


# after: the outcome --------------------------------------------------------------------------


def settle(
    connection: Connection, row: int, outcome: Outcome, now: datetime, by: str
) -> Acknowledged:
    """Notes an outcome, and what follows from it for the receiver and for the request."""
    known = {"state": outcome.state, "ended_at": now, "note": outcome.note, "begun_at": None}
    if not _note(connection, row, by, **known):
        return Acknowledged()
    if outcome.state == _SKIPPED:  # nobody was asked
        return Acknowledged()
    held = connection.execute(
        sa.select(announcement.c.receiver, announcement.c.reference).where(
            announcement.c.row == row
        )
    ).one()
    failed_since = receivers.works(connection, held.receiver, now)
    if failed_since is not None:
        connection.execute(
            sa.update(announcement)
            .where(announcement.c.receiver == held.receiver, announcement.c.state == _QUEUED)
            .values(next_at=now)
        )
    change = None
    if outcome.hands_over and outcome.state == _TOLD:
        change = handover.hand_over(connection, held.reference, held.receiver, now)
    return Acknowledged(failed_since=failed_since, handed_over=change)


def put_off(connection: Connection, row: int, until: datetime, note: str, by: str) -> None:
    """To be tried again at `until`."""
    _note(connection, row, by, state=_QUEUED, next_at=until, note=note)


def hold(connection: Connection, row: int, until: datetime, by: str) -> None:
    """Not tried after all: this attempt does not count."""
    uncounted = {"attempts": announcement.c.attempts - 1}
    _note(connection, row, by, state=_QUEUED, next_at=until, **uncounted)


def fail(connection: Connection, row: int, now: datetime, note: str, by: str) -> None:
    """Given up."""
    _end(connection, row, by, _FAILED, now, note)


def recover(connection: Connection, now: datetime, alive: Collection[str]) -> int:
    """What those not `alive` were sending is due at once; returns how many."""
    found = connection.execute(
        sa.select(announcement.c.row)
        .where(announcement.c.state == _SENDING, announcement.c.taken_by.not_in(alive))
        .with_for_update(skip_locked=True)
    ).all()
    for row in found:
        connection.execute(
            sa.update(announcement)
            .where(announcement.c.row == row.row)
            .values(state=_QUEUED, next_at=now)
        )
    return len(found)


def _announcement(
    row: AnyRow,
    request: Request,
    told: tuple[State, ...],
    off: Mapping[str, tuple[str, ...]],
) -> Announcement:
    is_off = off.get(request.address_key, ())
    return Announcement(
        row=row.row,
        id=row.message_id,
        receiver=row.receiver,
        before=State(row.before) if row.before else None,
        after=State(row.after),
        reason=row.reason,
        changed_at=row.changed_at,
        lists=still_true(State(row.after), row.lists, is_off),
        off=is_off,
        request=request,
        span_began_at=row.retried_at or row.changed_at,
        attempts=row.attempts,
        told=told,
        begun=row.begun_at is not None,
    )


def _end(connection: Connection, row: int, by: str, state: str, now: datetime, note: str) -> bool:
    return _note(connection, row, by, state=state, ended_at=now, note=note)


def _note(connection: Connection, row: int, by: str, **values: Any) -> bool:
    done = connection.execute(
        sa.update(announcement)
        .where(
            announcement.c.row == row,
            announcement.c.state == _SENDING,
            announcement.c.taken_by == by,
        )
        .values(**values)
    )
    return done.rowcount > 0
