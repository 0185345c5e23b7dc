"""What a receiver is told that was taken out of the configuration and is put in again.

Of what it was told, or is to be, it hears how it stands by now. Of what was new meanwhile it hears
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.stores import announcements_queue, requests
from daemon.stores.receivers import InUse
from daemon.stores.rows import chunks
from daemon.stores.schema import announcement, request, suppression
from handlers.values import State


@dataclass(slots=True)
class _Known:
    """What a receiver has heard last of a request, or is to hear, and of which lists ever."""

    last: State
    lists: dict[str, None] = field(default_factory=dict)


def catch_up(connection: Connection, returned: Sequence[InUse], now: datetime) -> None:
    """Queues how those requests stand that have changed since these receivers left."""
    for audience in returned:
        references = _changed(connection, audience.name)
        known = _known(connection, audience.name, references)
        held = requests.lists_held(connection, references)
        for reference, now_is in requests.by_references(connection, references).items():
            was = known[reference]
            lists = was.lists if now_is.state is State.UNDONE else held.get(reference, ())
            announcements_queue.queue_state(
                connection, audience, now_is, before=was.last, lists=tuple(lists), now=now
            )


def _changed(connection: Connection, name: str) -> list[str]:
    """The requests that it knows of otherwise than they are, in the order of what it knows."""
    last = (
        sa.select(
            announcement.c.reference,
            sa.func.max(announcement.c.row).label("row"),
            sa.func.max(announcement.c.changed_at).label("changed_at"),
        )
        .where(announcement.c.receiver == name)
        .group_by(announcement.c.reference)
        .subquery()
    )
    has_moved = announcement.c.after != request.c.state
    # One request may take an address off several lists, one after the other.
    has_more_lists = sa.exists().where(
        suppression.c.address_key == request.c.address_key,
        suppression.c.reference == request.c.reference,
        suppression.c.since > last.c.changed_at,
    )
    found = connection.scalars(
        sa.select(last.c.reference)
        .join(announcement, announcement.c.row == last.c.row)
        .join(request, request.c.reference == last.c.reference)
        .where(sa.or_(has_moved, has_more_lists))
        .order_by(last.c.row)
    )
    return list(found)


def _known(connection: Connection, name: str, references: Sequence[str]) -> dict[str, _Known]:
    found: dict[str, _Known] = {}
    for some in chunks(references):
        rows = connection.execute(
            sa.select(announcement)
            .where(announcement.c.receiver == name, announcement.c.reference.in_(some))
            .order_by(announcement.c.row)
        )
        for row in rows:
            known = found.setdefault(row.reference, _Known(State(row.after)))
            known.last = State(row.after)
            known.lists |= dict.fromkeys(row.lists)
    return found
