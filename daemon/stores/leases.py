"""The table `lease` in PostgreSQL: which process reads which mailbox, and who is alive.

A row a mailbox, and one a process, named `process:` and its name, which no mailbox can be called.
Time is the database's: the clocks of several hosts differ. The row of a mailbox stays when it is
given back, with no holder, because `fence` has to grow for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from daemon.ports import Lease
from daemon.stores.schema import lease

_PROCESS = "process:"
# Not now(), which is when the transaction began: it may have waited for a lock since.
_NOW = sa.func.clock_timestamp()
_LEFT_S = sa.extract("epoch", lease.c.until - _NOW)
# As long as the settings let a lease be. What has longer to go was noted by a clock that was set
# back since: whoever lives renews it soon, and who is dead would hold it for ever.
_LONGEST_S = 600.0
_SERVER_SINCE = sa.func.pg_postmaster_start_time()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """By whom, and for how many seconds."""

    holder: str
    seconds: float


def take(connection: Connection, mailbox: str, terms: Terms) -> Lease:
    """Takes the lease of `mailbox` unless another process holds it; tells who does."""
    # Both of two that come first insert, one of them nothing; the row is there for both.
    connection.execute(
        postgresql.insert(lease)
        .values(mailbox=mailbox, holder="", fence=0, until=_NOW)
        .on_conflict_do_nothing()
    )
    held = connection.execute(
        sa.select(lease.c.holder, lease.c.fence, _LEFT_S.label("left_s"))
        .where(lease.c.mailbox == mailbox)
        .with_for_update()
    ).one()
    left_s = float(held.left_s)
    if held.holder not in ("", terms.holder) and 0 < left_s <= _LONGEST_S:
        return Lease(
            mailbox=mailbox, holder=held.holder, is_ours=False, fence=held.fence, left_s=left_s
        )
    connection.execute(
        sa.update(lease)
        .where(lease.c.mailbox == mailbox)
        .values(holder=terms.holder, fence=held.fence + 1, until=_end(terms))
    )
    return Lease(
        mailbox=mailbox,
        holder=terms.holder,
        is_ours=True,
        fence=held.fence + 1,
        left_s=terms.seconds,
        after="" if held.holder == terms.holder else held.holder,
    )


def renew(connection: Connection, fences: Mapping[str, int], terms: Terms) -> set[str]:
    """Renews the process's sign of life and its mailboxes; returns those that are still its own.

    One that has run out and that nobody has taken is renewed like the others.
    """
    beat = postgresql.insert(lease).values(
        mailbox=f"{_PROCESS}{terms.holder}", holder=terms.holder, fence=0, until=_end(terms)
    )
    connection.execute(
        beat.on_conflict_do_update(index_elements=["mailbox"], set_={"until": _end(terms)})
    )
    # In one order for all: two processes may for a moment both think that they hold a mailbox.
    return {
        mailbox
        for mailbox, fence in sorted(fences.items())
        if connection.execute(
            sa.update(lease)
            .where(lease.c.mailbox == mailbox, *_is(terms.holder, fence))
            .values(until=_end(terms))
        ).rowcount
    }


def release(connection: Connection, mailbox: str, holder: str, fence: int) -> None:
    """Gives a mailbox back, if it is still the holder's."""
    connection.execute(
        sa.update(lease)
        .where(lease.c.mailbox == mailbox, *_is(holder, fence))
        .values(holder="", until=_NOW)
    )


def leave(connection: Connection, holder: str) -> None:
    """Gives all mailboxes of a process back, and takes its sign of life away."""
    connection.execute(sa.delete(lease).where(lease.c.mailbox == f"{_PROCESS}{holder}"))
    connection.execute(
        sa.update(lease).where(lease.c.holder == holder).values(holder="", until=_NOW)
    )


def bury(connection: Connection, terms: Terms) -> None:
    """Takes away the signs of life of processes that are dead."""
    # Those that ran out while the server was down say nothing: nobody could renew them.
    could_renew = sa.or_(
        lease.c.until >= _SERVER_SINCE, _SERVER_SINCE + _span(terms.seconds) <= _NOW
    )
    connection.execute(
        sa.delete(lease).where(
            lease.c.mailbox.startswith(_PROCESS),
            sa.or_(
                sa.and_(lease.c.until <= _NOW, could_renew),
                lease.c.until > _NOW + _span(_LONGEST_S),
            ),
        )
    )


def clock(connection: Connection) -> datetime:
    """What the database takes for the time."""
    told: datetime = connection.execute(sa.select(_NOW)).scalar_one()
    return told


def is_held(connection: Connection, mailbox: str, holder: str, fence: int) -> bool:
    """Whether the lease is the holder's; it stays so until the transaction ends."""
    held = connection.execute(
        sa.select(lease.c.mailbox)
        .where(lease.c.mailbox == mailbox, *_is(holder, fence))
        .with_for_update(read=True)
    )
    return held.first() is not None


def alive(connection: Connection) -> set[str]:
    """The processes that gave a sign of life in time."""
    return set(
        connection.scalars(
            sa.select(lease.c.holder).where(
                lease.c.mailbox.startswith(_PROCESS), lease.c.until > _NOW
            )
        )
    )


def known(connection: Connection) -> set[str]:
    """The processes that were not found dead so far."""
    return set(
        connection.scalars(sa.select(lease.c.holder).where(lease.c.mailbox.startswith(_PROCESS)))
    )


def _is(holder: str, fence: int) -> tuple[sa.ColumnElement[bool], ...]:
    return lease.c.holder == holder, lease.c.fence == fence


def _end(terms: Terms) -> sa.ColumnElement[object]:
    return _NOW + _span(terms.seconds)


def _span(seconds: float) -> sa.ColumnElement[object]:
    return sa.func.make_interval(0, 0, 0, 0, 0, 0, seconds)
