"""The table `receiver`: who is told of requests, and how they fare.

It stands in the store, and not in each process's configuration alone, so that whoever changes a
request (the daemon, the web service, staff) queues for the same receivers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.ports import Audience, ReceiverStatus
from daemon.stores import audit
from daemon.stores.rows import chunks
from daemon.stores.schema import announcement, receiver

_WAITING = ("queued", "sending")


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse:
    """A receiver for which changes are queued, and its patterns."""

    name: str
    events: tuple[str, ...]


def in_use(connection: Connection) -> list[InUse]:
    """Those that are configured, also where they are gone: what is queued for them is kept."""
    rows = connection.execute(
        sa.select(receiver.c.name, receiver.c.events)
        .where(receiver.c.is_active)
        .order_by(receiver.c.name)
    )
    return [InUse(name=row.name, events=tuple(row.events)) for row in rows]


def use(connection: Connection, audiences: Sequence[Audience], now: datetime) -> list[InUse]:
    """These and no others are told from here on; returns those that were and are again."""
    returned: list[InUse] = []
    known = {row.name: row for row in connection.execute(sa.select(receiver))}
    for name in known.keys() - {audience.name for audience in audiences}:
        _set(connection, name, is_active=False)
    for audience in audiences:
        values = {"events": list(audience.events), "target": audience.target, "is_active": True}
        held = known.get(audience.name)
        if held is None:
            connection.execute(
                sa.insert(receiver).values(name=audience.name, since=now, error="", **values)
            )
            continue
        if held.target != audience.target:
            values |= {"gone_at": None, "failing_since": None, "error": ""}
            # What it was put off for there says nothing of another place.
            connection.execute(
                sa.update(announcement)
                .where(announcement.c.receiver == audience.name, announcement.c.state == "queued")
                .values(next_at=now)
            )
        if not held.is_active:
            values |= {"since": now}
            returned.append(InUse(name=audience.name, events=audience.events))
        _set(connection, audience.name, **values)
    return returned


def all_of(connection: Connection) -> list[ReceiverStatus]:
    """All there are or were, by name, with how much waits for them."""
    a = announcement.c
    counted = connection.execute(
        sa.select(
            a.receiver,
            a.state,
            sa.func.count().label("rows"),
            sa.func.min(sa.func.coalesce(a.retried_at, a.changed_at)).label("oldest"),
        )
        .where(a.state.in_((*_WAITING, "failed", "needs_person")))
        .group_by(a.receiver, a.state)
    ).all()
    rows = connection.execute(sa.select(receiver).order_by(receiver.c.name))
    found = []
    for row in rows:
        mine = [each for each in counted if each.receiver == row.name]
        numbers = {each.state: each.rows for each in mine}
        found.append(
            ReceiverStatus(
                name=row.name,
                is_active=row.is_active,
                since=row.since,
                told_at=row.told_at,
                failing_since=row.failing_since,
                error=row.error,
                gone_at=row.gone_at,
                waiting=sum(numbers.get(state, 0) for state in _WAITING),
                needs_person=numbers.get("needs_person", 0),
                failed=numbers.get("failed", 0),
                oldest_at=min((e.oldest for e in mine if e.state in _WAITING), default=None),
            )
        )
    return found


def waiting_for(connection: Connection, references: Sequence[str]) -> list[str]:
    """The receivers that do not know something of these requests yet, by name.

    Those in use, also of what was given up and may be retried; and whichever a person is to tell.
    """
    in_use = sa.and_(receiver.c.is_active, receiver.c.gone_at.is_(None))
    is_untold = sa.or_(
        announcement.c.state == "needs_person",
        sa.and_(announcement.c.state.in_((*_WAITING, "failed")), in_use),
    )
    found: set[str] = set()
    for some in chunks(references):
        found |= set(
            connection.scalars(
                sa.select(announcement.c.receiver)
                .join(receiver, receiver.c.name == announcement.c.receiver)
                .where(announcement.c.reference.in_(some), is_untold)
            )
        )
    return sorted(found)


def works(connection: Connection, name: str, now: datetime) -> datetime | None:
    """It has taken something; since when it had failed, None where it had not."""
    held = connection.execute(
        sa.select(receiver.c.failing_since).where(receiver.c.name == name).with_for_update()
    ).first()
    _set(connection, name, told_at=now, failing_since=None, error="")
    return held.failing_since if held else None


def fails(connection: Connection, name: str, error: str, now: datetime) -> bool:
    """It takes nothing; whether nobody has noted so before."""
    is_news = connection.execute(
        sa.update(receiver)
        .where(receiver.c.name == name, receiver.c.failing_since.is_(None))
        .values(failing_since=now)
    ).rowcount
    _set(connection, name, error=error)
    return is_news > 0


def gone(connection: Connection, name: str, error: str, now: datetime) -> bool:
    """It wants nothing any more; whether nobody has noted so before."""
    done = connection.execute(
        sa.update(receiver)
        .where(receiver.c.name == name, receiver.c.gone_at.is_(None))
        .values(gone_at=now, error=error)
    )
    return done.rowcount > 0


def resume(connection: Connection, name: str, by: str, now: datetime) -> bool:
    """It is told again."""
    done = connection.execute(
        sa.update(receiver)
        .where(receiver.c.name == name, receiver.c.gone_at.is_not(None))
        .values(gone_at=None, error="")
    )
    if not done.rowcount:
        return False
    detail = {"receiver": name, "by": by}
    audit.append(connection, [audit.Event(what="receiver_resumed", detail=detail)], at=now)
    return True


def _set(connection: Connection, name: str, **values: object) -> None:
    connection.execute(sa.update(receiver).where(receiver.c.name == name).values(**values))
