"""What the store holds about one person, and all suppressions and requests for an export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.ports.data import Held, HeldMail, HeldMessage
from daemon.stores.pseudonyms import Names
from daemon.stores.rows import AnyRow, chunks, ledger_row, request_of, suppression_of
from daemon.stores.schema import event, message, outbox, request, suppression
from handlers.values import Request, Suppression

T = TypeVar("T")

_ROWS_AT_ONCE = 10_000

Place = tuple[str, int, int]  # mailbox, UIDVALIDITY, UID


def every_suppression(connection: Connection) -> Iterator[Suppression]:
    """All suppressions, by address key and list."""
    query = sa.select(suppression).order_by(suppression.c.address_key, suppression.c.list_name)
    return map(suppression_of, _stream(connection, query))


def every_request(connection: Connection) -> Iterator[Request]:
    """All requests in the order of recording."""
    return map(request_of, _stream(connection, sa.select(request).order_by(request.c.row)))


def held_about(connection: Connection, address_key: str) -> Held:
    """Everything about one person that can be found by the address."""
    names = Names(connection, [address_key])
    requests = _by_key(connection, request, names)
    rows = mails_about(connection, [row.reference for row in requests])
    return Held(
        suppressions=tuple(map(suppression_of, _by_key(connection, suppression, names))),
        requests=tuple(map(request_of, requests)),
        mails=tuple(
            HeldMail(
                recipient=row.recipient_written,
                state=row.state,
                queued_at=row.queued_at,
                sent_at=row.sent_at,
                references=tuple(row.requests),
                response=row.response,
                error=row.error,
                raw=row.raw,
            )
            for row in mails_of(connection, names, rows)
        ),
        messages=tuple(
            HeldMessage(
                mailbox=row.mailbox,
                uid_validity=row.uid_validity,
                uid=row.uid,
                received_at=row.received_at,
                disposition=row.disposition,
                reason=row.reason,
                folder=row.filing.value,
                references=row.references,
                evidence=row.evidence,
            )
            for row in map(ledger_row, messages_of(connection, requests))
        ),
    )


def mails_about(connection: Connection, references: Sequence[str]) -> list[int]:
    """The rows of the mails about these requests, whoever got them: reads the whole outbox."""
    # As text, for no database finds an element of a list in the other's way.
    concerns = [
        sa.cast(outbox.c.requests, sa.String).contains(f'"{reference}"', autoescape=True)
        for reference in references
    ]
    if not concerns:
        return []
    return list(connection.scalars(sa.select(outbox.c.row).where(sa.or_(*concerns))))


def mails_of(connection: Connection, names: Names, rows: Sequence[int]) -> list[AnyRow]:
    """The mails to a person, and those in `rows`, oldest first."""
    found = list(
        connection.execute(sa.select(outbox).where(outbox.c.recipient_key.in_(names.stored)))
    )
    for some in chunks(set(rows) - {row.row for row in found}):
        found += connection.execute(sa.select(outbox).where(outbox.c.row.in_(some)))
    return sorted(found, key=lambda row: row.row)


def messages_of(connection: Connection, requests: Sequence[AnyRow]) -> list[AnyRow]:
    """The ledger's rows of the messages that made, changed or repeated these requests.

    The audit tells where each of them lay; copies of them have the same digest.
    """
    places: set[Place] = set()
    for some in chunks([row.reference for row in requests]):
        details = connection.scalars(sa.select(event.c.detail).where(event.c.reference.in_(some)))
        places |= {
            (detail["mailbox"], detail["uid_validity"], detail["uid"])
            for detail in details
            if {"mailbox", "uid_validity", "uid"} <= set(detail)
        }
    digests = {row.origin_digest for row in requests} - {""}
    for mailbox, uid_validity, uid in places:
        digests |= set(
            connection.scalars(
                sa.select(message.c.digest).where(
                    message.c.mailbox == mailbox,
                    message.c.uid_validity == uid_validity,
                    message.c.uid == uid,
                )
            )
        )
    rows: list[AnyRow] = []
    for some in chunks(digests):
        rows += connection.execute(sa.select(message).where(message.c.digest.in_(some)))
    return sorted(rows, key=lambda row: (row.received_at, row.mailbox, row.uid_validity, row.uid))


def references_of(connection: Connection, address_key: str) -> list[str]:
    """The references of all requests of a person."""
    names = Names(connection, [address_key])
    return [row.reference for row in _by_key(connection, request, names)]


def _by_key(connection: Connection, table: sa.Table, names: Names) -> list[AnyRow]:
    order = table.c.row if "row" in table.c else table.c.list_name
    found = connection.execute(
        sa.select(table).where(table.c.address_key.in_(names.stored)).order_by(order)
    )
    return list(found)


def _stream(connection: Connection, query: sa.Select[T]) -> Iterator[sa.Row[T]]:
    yield from connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE})
