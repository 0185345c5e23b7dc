"""The audit: an event a line, each with the hash of the one before it.

A row that was changed, removed or put in later breaks the chain at that place. What the chain
cannot show is the loss of its end; for that, note the newest hash, which `check` tells, elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.stores.advisory import one_auditor
from daemon.stores.schema import event
from handlers.values import Change, Request

# What stands before the first event.
GENESIS = "0" * 64

Detail = Mapping[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a request; `detail` holds codes and references, no address."""

    what: str
    reference: str = ""
    detail: Detail = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest event: its sequence (0 where there is none) and its hash."""

    sequence: int
    hash: str


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
    connection.execute(sa.insert(event), rows)


def head(connection: Connection) -> Head:
    """The newest event's place in the chain."""
    newest = connection.execute(
        sa.select(event.c.sequence, event.c.hash).order_by(event.c.sequence.desc()).limit(1)
    ).first()
    return (
        Head(sequence=newest.sequence, hash=newest.hash)
        if newest
        else Head(sequence=0, hash=GENESIS)
    )


def history(connection: Connection, reference: str) -> list[tuple[datetime, str, str]]:
    """The events of one request, oldest first; the detail as `name=value` pairs."""
    rows = connection.execute(
        sa.select(event.c.at, event.c.what, event.c.detail)
        .where(event.c.reference == reference)
        .order_by(event.c.sequence)
    )
    return [(row.at, row.what, describe(row.detail)) for row in rows]


def describe(detail: Detail) -> str:
    """The detail of an event in one line, without what is empty."""
    return " ".join(f"{name}={value}" for name, value in detail.items() if value != "")


def verify(connection: Connection) -> int | None:
    """The sequence of the first event that does not follow from the one before, or None."""
    # As text, because what somebody tampered with may be neither a moment nor JSON any more.
    rows = connection.execute(
        sa.select(
            event.c.sequence,
            sa.cast(event.c.at, sa.String).label("at"),
            event.c.what,
            event.c.reference,
            sa.cast(event.c.detail, sa.String).label("detail"),
            event.c.hash,
        ).order_by(event.c.sequence),
        execution_options={"yield_per": 1000},
    )
    with rows:  # or a cursor of the server stays open behind the first that is found
        return _first_broken(rows)


def _first_broken(rows: sa.CursorResult[Any]) -> int | None:
    previous = GENESIS
    for expected, row in enumerate(rows, 1):
        try:
            at = datetime.fromisoformat(row.at)
            detail = json.loads(row.detail)
        except (ValueError, TypeError):
            return expected
        # SQLite keeps moments of UTC without saying so.
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        previous = _link(previous, row.sequence, at, row.what, row.reference, detail)
        if row.sequence != expected or row.hash != previous:
            return expected
    return None


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
