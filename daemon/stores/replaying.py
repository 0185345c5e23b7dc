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
from handlers.values import Request


def replay(
    connection: Connection, name: str, since: datetime, by: str, now: datetime, *, dry_run: bool
) -> int | None:
    """Queues the requests that are as they are since then and that the receiver knows nothing of.

    In the order in which they came to be so. Returns how many; None where nobody of this name is
    told.
    """
    audience = next((each for each in receivers.in_use(connection) if each.name == name), None)
    if audience is None:
        return None
    references = _unknown(connection, name, since)
    known = requests.by_references(connection, references)
    wanted = [
        known[reference]
        for reference in references
        if is_wanted(known[reference].kind, known[reference].state, audience.events)
        and not is_pseudonym(known[reference].address_key)
    ]
    if dry_run or not wanted:
        return len(wanted)
    names = [each.reference for each in wanted]
    ids, lists = _ids(connection, names), requests.lists_held(connection, names)
    for each in wanted:
        announcements_queue.queue_again(
            connection,
            audience,
            each,
            message_id=ids.get((each.reference, each.state.value)) or _id_of(each),
            lists=lists.get(each.reference, ()),
            now=now,
        )
    detail: Detail = {
        "receiver": name,
        "by": by,
        "since": _text(since),
        "requests": len(wanted),
    }
    audit.append(connection, [audit.Event(what="receiver_replayed", detail=detail)], at=now)
    return len(wanted)


def _unknown(connection: Connection, name: str, since: datetime) -> list[str]:
    is_known = sa.exists().where(
        announcement.c.reference == request.c.reference, announcement.c.receiver == name
    )
    has_more_lists = sa.exists().where(
        suppression.c.address_key == request.c.address_key,
        suppression.c.reference == request.c.reference,
        suppression.c.since >= since,
    )
    found = connection.scalars(
        sa.select(request.c.reference)
        .where(sa.or_(request.c.updated_at >= since, has_more_lists), ~is_known)
        .order_by(request.c.updated_at, request.c.row)
    )
    return list(found)


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
