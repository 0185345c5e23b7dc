"""Messages on review: whose flag is on them, and how their review ends."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.ports import Entry, OpenReview
from daemon.stores import requests
from daemon.stores.rows import chunks
from daemon.stores.schema import message
from handlers.reviews import BY_REQUESTS
from handlers.values import Disposition, Filing


def end_earlier(connection: Connection, entries: Sequence[Entry], now: datetime) -> None:
    """Ends what reviews there are of messages that are looked at anew in another place."""
    for entry in entries:
        if entry.ends_review:
            connection.execute(
                sa.update(message)
                .where(
                    message.c.digest.in_((entry.digest, *entry.also)),
                    message.c.disposition == Disposition.REVIEW.value,
                    message.c.resolved_at.is_(None),
                )
                .values(resolved_at=now, resolution=entry.ends_review, retry_at=None)
            )


def note_flags(
    connection: Connection, place: str, uid_validity: int, uids: Sequence[int], *, ours: bool
) -> None:
    """Whether the review flag on these is ours."""
    for some in chunks(uids):
        connection.execute(
            sa.update(message).where(*_at(place, uid_validity, some)).values(flagged=ours)
        )


def our_flags(
    connection: Connection, place: str, uid_validity: int, uids: Sequence[int]
) -> set[int]:
    """Those whose review flag is ours."""
    found: set[int] = set()
    for some in chunks(uids):
        found |= set(
            connection.scalars(
                sa.select(message.c.uid).where(*_at(place, uid_validity, some), message.c.flagged)
            )
        )
    return found


def open_reviews(
    connection: Connection, place: str, uid_validity: int, *, above: int, limit: int
) -> list[OpenReview]:
    """What lies flagged for review there, by UID: the first `limit` of those `above` one."""
    rows = connection.execute(
        sa.select(
            message.c.uid,
            message.c.digest,
            message.c.decided_at,
            message.c.flagged,
            message.c.copy_hash,
        )
        .where(
            message.c.mailbox == place,
            message.c.uid_validity == uid_validity,
            message.c.uid > above,
            # As the index has it, or it would not be used.
            message.c.filing == sa.literal_column(f"'{Filing.REVIEW.value}'"),
            message.c.filed_at.is_not(None),
            sa.not_(message.c.shadow),
        )
        .order_by(message.c.uid)
        .limit(limit)
    ).all()
    looks = _looks_at(connection, {row.digest for row in rows})
    every = {reference for some in looks.values() for reference in some.references}
    held = requests.by_references(connection, every) if every else {}
    return [
        OpenReview(
            uid=row.uid,
            requests=tuple(held[r] for r in looks[row.digest].references if r in held),
            decided_at=row.decided_at,
            resolved_at=looks[row.digest].resolved_at,
            resolution=looks[row.digest].resolution,
            flagged=row.flagged,
            copy_hash=row.copy_hash,
            by_itself=looks[row.digest].by_itself,
        )
        for row in rows
    ]


@dataclass(slots=True)
class _Looks:
    """What all looks at one message say together: a copy in another mailbox names no request."""

    references: dict[str, None] = field(default_factory=dict)
    resolved_at: datetime | None = None
    resolution: str = ""
    by_itself: bool = False


def _looks_at(connection: Connection, digests: Collection[str]) -> dict[str, _Looks]:
    found: dict[str, _Looks] = {}
    for some in chunks(digests):
        rows = connection.execute(
            sa.select(
                message.c.digest,
                message.c.requests,
                message.c.disposition,
                message.c.resolved_at,
                message.c.resolution,
                message.c.by_itself,
            )
            .where(message.c.digest.in_(some))
            .order_by(
                message.c.decided_at, message.c.mailbox, message.c.uid_validity, message.c.uid
            )
        )
        for row in rows:
            looks = found.setdefault(row.digest, _Looks())
            looks.references.update(dict.fromkeys(row.requests))
            if row.disposition == Disposition.REVIEW.value:  # the last review counts
                looks.resolved_at, looks.resolution = row.resolved_at, row.resolution
                looks.by_itself = row.by_itself
    return found


def end_reviews(
    connection: Connection,
    place: str,
    uid_validity: int,
    filings: Mapping[int, Filing],
    now: datetime,
) -> None:
    """They are over; what belongs in a folder waits for being filed there.

    And so are those of the same messages in numberings of the place that are over.
    """
    for some in chunks(filings):
        ended = sa.select(message.c.digest).where(
            *_at(place, uid_validity, some), message.c.filing == Filing.REVIEW.value
        )
        connection.execute(
            sa.update(message)
            .where(
                message.c.mailbox == place,
                message.c.uid_validity != uid_validity,
                message.c.digest.in_(ended),
                message.c.disposition == Disposition.REVIEW.value,
                message.c.resolved_at.is_(None),
                sa.not_(message.c.shadow),
            )
            .values(resolved_at=now, resolution=BY_REQUESTS, retry_at=None)
        )
    for filing in set(filings.values()):
        for some in chunks([uid for uid, to in filings.items() if to is filing]):
            moves = {} if filing is Filing.NOWHERE else {"filed_at": None}
            connection.execute(
                sa.update(message)
                .where(*_at(place, uid_validity, some), message.c.filing == Filing.REVIEW.value)
                .values(
                    filing=filing.value,
                    flagged=False,
                    retry_at=None,
                    resolved_at=sa.func.coalesce(message.c.resolved_at, now),
                    resolution=sa.case(
                        (message.c.resolution == "", BY_REQUESTS), else_=message.c.resolution
                    ),
                    **moves,
                )
            )


def _at(place: str, uid_validity: int, uids: Sequence[int]) -> list[sa.ColumnElement[bool]]:
    return [
        message.c.mailbox == place,
        message.c.uid_validity == uid_validity,
        message.c.uid.in_(uids),
    ]
