"""Earlier looks at the same message: its copies, where it was put, and what it concerned."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.stores import requests
from daemon.stores.rows import AnyRow, chunks
from daemon.stores.schema import message
from handlers.memory import COPY, Copy, Placed, counting
from handlers.places import mailbox_of
from handlers.values import Disposition, Filing, Request


@dataclass(slots=True, kw_only=True)
class Earlier:
    """What the ledger knows of messages, by digest; see `handlers.memory.Known`."""

    copies: dict[str, Copy] = field(default_factory=dict)
    shadow_copies: dict[str, dict[str, Copy]] = field(default_factory=dict)
    placed: dict[str, tuple[Placed, ...]] = field(default_factory=dict)
    concerned: dict[str, tuple[Request, ...]] = field(default_factory=dict)


def earlier(connection: Connection, digests: Collection[str], account: Collection[str]) -> Earlier:
    """The look at each message that counts, its requests, and the looks in `account`, in order."""
    found = Earlier()
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
    for some in chunks(copy_hashes):
        rows = connection.execute(
            sa.select(message.c.copy_hash, message.c.digest, message.c.mailbox).where(
                # As the index has it, or it would not be used.
                message.c.copy_hash != sa.literal_column("''"),
                message.c.copy_hash.in_(some),
                # Read at last in another place, it is the same one with another digest.
                sa.or_(message.c.error == "", message.c.filing != Filing.REVIEW.value),
            )
        )
        for found in (row for row in rows if mailbox_of(row.mailbox) in account):
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
    )
