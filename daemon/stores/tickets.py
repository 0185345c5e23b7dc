"""The table `ticket`: what the control panel has handed in, each number once."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.ports import TakenTicket
from daemon.stores.schema import ticket


def find(connection: Connection, number: str) -> TakenTicket | None:
    """What was taken with this number, or None."""
    row = connection.execute(sa.select(ticket).where(ticket.c.number == number)).first()
    if row is None:
        return None
    return TakenTicket(number=row.number, fingerprint=row.fingerprint, reference=row.reference)


def add(connection: Connection, taken: TakenTicket, now: datetime) -> None:
    """Notes a ticket, whose number is not there yet."""
    connection.execute(
        sa.insert(ticket).values(
            number=taken.number,
            fingerprint=taken.fingerprint,
            reference=taken.reference,
            taken_at=now,
        )
    )
