"""The audit: an event a line, each with the hash of the one before it.

A row that was changed, removed or put in later breaks the chain at that place. What the chain
cannot show is the loss of its end; for that, note the newest hash, which `check` tells, elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.ports.data import AuditEvent, AuditReport, Detail, Head
from daemon.stores.advisory import one_auditor
from daemon.stores.rows import chunks
from daemon.stores.schema import event
from handlers.values import Change, Request

# What stands before the first event.
GENESIS = "0" * 64

_NEWEST = sa.select(event.c.sequence, event.c.hash).order_by(event.c.sequence.desc()).limit(1)
_INSERT = sa.insert(event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a request; `detail` holds codes and references, no address."""

    what: str
    reference: str = ""
    detail: Detail = field(default_factory=dict)


def request_recorded(request: Request, where: Detail) -> Event:
    """A new request; enough of it to prove what was done, even once the rest is erased."""
    return Event(
        what="request_recorded",
        reference=request.reference,
        detail={
            "kind": request.kind.value,
            "state": request.state.value,
            "reason": request.reason,
            "proof": request.proof,
            "channel": request.channel,
            "received_at": _moment(request.received_at),
            "due_at": _moment(request.due_at),
            "message": request.origin_digest,
            **where,
        },
    )


def request_changed(change: Change, where: Detail) -> Event:
    """A request has gone from one state to another, because of the message that lay there."""
    return Event(
        what="request_changed",
        reference=change.reference,
        detail={
            "before": change.before.value,
            "after": change.after.value,
            "reason": change.reason,
            **where,
        },
    )


def about_each(what: str, references: Sequence[str], detail: Detail) -> list[Event]:
    """The same event for each request that it concerns; one without a reference for none."""
    return [Event(what=what, reference=r, detail=detail) for r in references or ("",)]


def append(connection: Connection, events: Sequence[Event], *, at: datetime) -> None:
    """Adds `events` to the chain. With SQLite the transaction keeps other writers out."""
    if not events:
        return
    one_auditor(connection)
    newest = head(connection)
    at = at.astimezone(UTC)
    previous, rows = newest.hash, []
    for sequence, each in enumerate(events, newest.sequence + 1):
        detail = dict(each.detail)
        previous = _link(previous, sequence, at, each.what, each.reference, detail)
        rows.append(
            {
                "sequence": sequence,
                "at": at,
                "what": each.what,
                "reference": each.reference,
                "detail": detail,
                "hash": previous,
            }
        )
    connection.execute(_INSERT, rows)


def head(connection: Connection) -> Head:
    """The newest event's place in the chain."""
    newest = connection.execute(_NEWEST).first()
    return (
        Head(sequence=newest.sequence, hash=newest.hash)
        if newest
        else Head(sequence=0, hash=GENESIS)
    )


def mails_about(connection: Connection, references: Collection[str]) -> dict[str, int]:
    """How many mails were ever queued about each of these requests."""
    found: dict[str, int] = {}
    for some in chunks(references):
        rows = connection.execute(
            sa.select(event.c.reference, sa.func.count().label("mails"))
            .where(event.c.reference.in_(some), event.c.what == "reply_queued")
            .group_by(event.c.reference)
        )
        found |= {row.reference: row.mails for row in rows}
    return found


def repeated(connection: Connection, references: Collection[str]) -> set[str]:
    """Those of these requests that were asked for once more."""
    found: set[str] = set()
    for some in chunks(references):
        found |= set(
            connection.scalars(
                sa.select(event.c.reference).where(
                    event.c.reference.in_(some), event.c.what == "request_repeated"
                )
            )
        )
    return found


def history(connection: Connection, reference: str) -> list[tuple[datetime, str, str]]:
    """The events of one request, oldest first; the detail as `name=value` pairs."""
    rows = connection.execute(
        sa.select(event.c.at, event.c.what, event.c.detail)
        .where(event.c.reference == reference)
        .order_by(event.c.sequence)
    )
    return [(row.at, row.what, describe(row.detail)) for row in rows]


def events(
    connection: Connection, *, reference: str, since: datetime | None
) -> Iterator[AuditEvent]:
    """The events, oldest first, as they are read."""
    query = sa.select(event).order_by(event.c.sequence)
    if reference:
        query = query.where(event.c.reference == reference)
    if since is not None:
        query = query.where(event.c.at >= since)
    for row in connection.execute(query, execution_options={"yield_per": 1000}):
        yield AuditEvent(
            sequence=row.sequence,
            at=row.at,
            what=row.what,
            reference=row.reference,
            detail=row.detail,
        )


def describe(detail: Detail) -> str:
    """The detail of an event in one line, without what is empty."""
    return " ".join(f"{name}={value}" for name, value in detail.items() if value != "")


def at_the_beginning() -> AuditReport:
    """Where a walk begins."""
    return AuditReport(events=0, newest=Head(sequence=0, hash=GENESIS))


def walk(
    connection: Connection, before: AuditReport, *, ask: int, limit: int | None
) -> AuditReport:
    """Reads up to `limit` events behind those of `before`, and stops where the chain breaks."""
    # As text, because what somebody tampered with may be neither a moment nor JSON any more.
    rows = connection.execute(
        sa.select(
            event.c.sequence,
            sa.cast(event.c.at, sa.String).label("at"),
            event.c.what,
            event.c.reference,
            sa.cast(event.c.detail, sa.String).label("detail"),
            event.c.hash,
        )
        # Those before the first are none of ours, and so a break.
        .where(event.c.sequence > before.newest.sequence if before.events else sa.true())
        .order_by(event.c.sequence)
        .limit(limit),
        execution_options={"yield_per": 1000},
    )
    events, newest, hash_at = before.events, before.newest, before.hash_at
    trouble = ""
    with rows:  # or a cursor of the server stays open behind the first that is found
        for row in rows:
            expected = newest.sequence + 1
            trouble, linked = _check(row, expected, newest.hash)
            if trouble:
                break
            events, newest = events + 1, Head(sequence=expected, hash=linked)
            if expected == ask:
                hash_at = linked
    report = replace(before, events=events, newest=newest, hash_at=hash_at)
    if not trouble:
        return report
    return replace(report, broken_at=newest.sequence + 1, trouble=trouble)


def _check(row: sa.Row[Any], expected: int, previous: str) -> tuple[str, str]:
    """What is wrong with an event that shall follow `previous`, or "", and its hash."""
    if row.sequence != expected:
        return f"event {expected} is missing: the next one is {row.sequence}", ""
    try:
        at = datetime.fromisoformat(row.at)
        detail = json.loads(row.detail)
    except (ValueError, TypeError):
        return "its time or its detail cannot be read", ""
    # SQLite keeps moments of UTC without saying so.
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    linked = _link(previous, row.sequence, at, row.what, row.reference, detail)
    if row.hash != linked:
        return f"its hash is {row.hash}, and its content and the event before give {linked}", ""
    return "", linked


def _link(
    previous: str,
    sequence: int,
    at: datetime,
    what: str,
    reference: str,
    detail: Detail,
) -> str:
    row = {
        "sequence": sequence,
        "at": _moment(at),
        "what": what,
        "reference": reference,
        "detail": detail,
    }
    canonical = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"{previous}{canonical}".encode("ascii")).hexdigest()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
