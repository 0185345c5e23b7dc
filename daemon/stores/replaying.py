"""What a receiver is told that was not there while requests were made: how they stand by now."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.ports.data import Detail
from daemon.stores import announcements_queue, audit, receivers, requests
from daemon.stores.rows import chunks
from daemon.stores.schema import announcement, request, suppression
from handlers.announcement import is_wanted
from handlers.pseudonym import is_pseudonym
from handlers.values import Intent, Request, State


def unknown_to(connection: Connection, name: str, since: datetime) -> list[str] | None:
    """The requests that are as they are since then, and of which the receiver knows nothing.

    In the order in which they came to be so; None where nobody of this name is told.
    """
    audience = _audience(connection, name)
    if audience is None:
        return None
    is_known = sa.exists().where(
        announcement.c.reference == request.c.reference, announcement.c.receiver == name
    )
    has_more_lists = sa.exists().where(
        suppression.c.address_key == request.c.address_key,
        suppression.c.reference == request.c.reference,
        suppression.c.since >= since,
    )
    found = connection.execute(
        sa.select(request.c.reference, request.c.kind, request.c.state, request.c.address_key)
        .where(sa.or_(request.c.updated_at >= since, has_more_lists), ~is_known)
        .order_by(request.c.updated_at, request.c.row)
    )
    return [
        row.reference
        for row in found
        if is_wanted(Intent(row.kind), State(row.state), audience.events)
        and not is_pseudonym(row.address_key)
    ]


def replay(
    connection: Connection,
    name: str,
    references: Sequence[str],
    *,
    since: datetime,
    by: str,
    now: datetime,
) -> int:
    """Queues these requests for the receiver as they stand by now; how many.

    Those are left out that have changed since they were looked for, for of that it is told.
    """
    audience = _audience(connection, name)
    known = requests.by_references(connection, references)
    told = _told_of(connection, name, references)
    wanted = [
        known[reference]
        for reference in references
        if reference in known
        and reference not in told
        and not is_pseudonym(known[reference].address_key)
    ]
    if audience is None or not wanted:
        return 0
    names = [each.reference for each in wanted]
    ids, lists = _ids(connection, names), requests.lists_held(connection, names)
    again = [
        announcements_queue.Again(
            request=each,
            message_id=ids.get((each.reference, each.state.value)) or _id_of(each),
            lists=lists.get(each.reference, ()),
        )
        for each in wanted
    ]
    announcements_queue.queue_again(connection, audience, again, now=now)
    detail: Detail = {
        "receiver": name,
        "by": by,
        "since": _text(since),
        "requests": len(wanted),
    }
    audit.append(connection, [audit.Event(what="receiver_replayed", detail=detail)], at=now)
    return len(wanted)


def _audience(connection: Connection, name: str) -> receivers.InUse | None:
    return next((each for each in receivers.in_use(connection) if each.name == name), None)


def _told_of(connection: Connection, name: str, references: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for some in chunks(references):
        found |= set(
            connection.scalars(
                sa.select(announcement.c.reference).where(
                    announcement.c.reference.in_(some), announcement.c.receiver == name
                )
            )
        )
    return found


def _ids(connection: Connection, references: Sequence[str]) -> dict[tuple[str, str], str]:
    """The ids under which others were told of these, by request and state: the latest."""
    found: dict[tuple[str, str], str] = {}
    for some in chunks(references):
        rows = connection.execute(
            sa.select(announcement.c.reference, announcement.c.after, announcement.c.message_id)
            .where(announcement.c.reference.in_(some))
            .order_by(announcement.c.row)
        )
        found |= {(row.reference, row.after): row.message_id for row in rows}
    return found


def _id_of(about: Request) -> str:
    """The same for the same: of a request that nobody was told of as it stands."""
    at = _text(about.updated_at or about.received_at)
    parts = (about.reference, about.state.value, at)
    return f"msg_{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
