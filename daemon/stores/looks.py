"""Earlier looks at the same message: its copies, where it was put, and what it concerned."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.stores import requests
from daemon.stores.rows import AnyRow, chunks
from daemon.stores.schema import message
from handlers.memory import COPY, Asked, Copy, Placed, counting
from handlers.places import mailbox_of
from handlers.reviews import is_decided_unread
from handlers.values import Disposition, Filing, Request


@dataclass(slots=True, kw_only=True)
class Earlier:
    """What the ledger knows of messages, by digest; see `handlers.memory.Known`."""

    copies: dict[str, Copy] = field(default_factory=dict)
    shadow_copies: dict[str, dict[str, Copy]] = field(default_factory=dict)
    placed: dict[str, tuple[Placed, ...]] = field(default_factory=dict)
    concerned: dict[str, tuple[Request, ...]] = field(default_factory=dict)
    aside: dict[str, tuple[str, ...]] = field(default_factory=dict)
    read: dict[str, tuple[str, ...]] = field(default_factory=dict)


def earlier(connection: Connection, asked: Asked) -> Earlier:
    """The look at each message that counts, its requests, and the looks in the account, in order.

    Also those at the same copy under other digests.
    """
    found = Earlier()
    digests, account = set(asked.digests), asked.account
    for row in _same_copies(connection, account, asked.copy_hashes if account else ()):
        if not row.shadow:
            named = found.aside if row.error else found.read
            named[row.copy_hash] = (*named.get(row.copy_hash, ()), row.digest)
            digests.add(row.digest)
    references: dict[str, dict[str, None]] = {}
    for row in _rows(connection, digests):
        copy = Copy(
            mailbox=mailbox_of(row.mailbox),
            filing=Filing(row.filing),
            reviewed=row.disposition == Disposition.REVIEW.value,
        )
        if row.shadow:  # nothing followed from it
            seen = found.shadow_copies.setdefault(row.digest, {})
            seen[copy.mailbox] = counting(seen.get(copy.mailbox), copy)
            continue
        if not row.error or is_decided_unread(row.resolution):
            found.copies[row.digest] = counting(found.copies.get(row.digest), copy)
        references.setdefault(row.digest, {}).update(dict.fromkeys(row.requests))
        if _places(row, account):
            found.placed[row.digest] = (*found.placed.get(row.digest, ()), _placed(row))
    every = {reference for some in references.values() for reference in some}
    held = requests.by_references(connection, every) if every else {}
    found.concerned = {
        digest: tuple(held[reference] for reference in some if reference in held)
        for digest, some in references.items()
    }
    return found


def lying_in(
    connection: Connection, account: Collection[str], copy_hashes: Collection[str]
) -> Mapping[str, Filing]:
    """Where the messages of these mailboxes with these hashes were put last."""
    digests: dict[str, set[str]] = {}
    for found in _same_copies(connection, account, copy_hashes):
        # Read at last in another place, it is the same one with another digest.
        if not found.error or found.filing != Filing.REVIEW.value:
            digests.setdefault(found.copy_hash, set()).add(found.digest)
    last: dict[str, Filing] = {}
    for row in _rows(connection, {digest for some in digests.values() for digest in some}):
        if _places(row, account):
            last[row.digest] = _placed(row).folder
    folders = {
        known: {last[digest] for digest in some if digest in last}
        for known, some in digests.items()
    }
    return {known: next(iter(some)) for known, some in folders.items() if len(some) == 1}


def _waits(row: AnyRow) -> bool:
    """Whether a person is to decide on it, and has not."""
    return bool(row.disposition == Disposition.REVIEW.value and row.resolved_at is None)


def _same_copies(
    connection: Connection, account: Collection[str], copy_hashes: Collection[str]
) -> list[AnyRow]:
    """The looks at copies with these hashes in an account."""
    found: list[AnyRow] = []
    for some in chunks(copy_hashes):
        query: sa.Select[Any] = sa.select(
            message.c.copy_hash,
            message.c.digest,
            message.c.mailbox,
            message.c.error,
            message.c.filing,
            message.c.shadow,
        ).where(
            # As the index has it, or it would not be used.
            message.c.copy_hash != sa.literal_column("''"),
            message.c.copy_hash.in_(some),
        )
        rows = connection.execute(query)
        found += [row for row in rows if mailbox_of(row.mailbox) in account]
    return found


def _rows(connection: Connection, digests: Collection[str]) -> list[AnyRow]:
    """The ledger's rows of these messages, oldest first."""
    found: list[AnyRow] = []
    for some in chunks(digests):
        found += connection.execute(
            sa.select(
                message.c.digest,
                message.c.mailbox,
                message.c.disposition,
                message.c.reason,
                message.c.filing,
                message.c.filed_at,
                message.c.received_at,
                message.c.requests,
                message.c.copy_hash,
                message.c.flagged,
                message.c.shadow,
                message.c.error,
                message.c.decided_at,
                message.c.resolved_at,
                message.c.resolution,
            )
            .where(message.c.digest.in_(some))
            .order_by(
                message.c.decided_at, message.c.mailbox, message.c.uid_validity, message.c.uid
            )
        )
    return found


def _places(row: AnyRow, account: Collection[str]) -> bool:
    """Whether it says where in the account the message lies; one more copy of it does not."""
    is_one_more = row.reason == COPY and row.filing == Filing.NOWHERE.value
    return mailbox_of(row.mailbox) in account and not (is_one_more or row.shadow)


def _placed(row: AnyRow) -> Placed:
    return Placed(
        place=row.mailbox,
        filing=Filing(row.filing),
        is_filed=row.filed_at is not None,
        received_at=row.received_at,
        copy_hash=row.copy_hash,
        flagged=row.flagged,
        is_aside=row.error != "",
        waits=_waits(row),
        decided_at=row.decided_at,
    )
