"""The table `outbox`.

    queued -> sending -> sent
       ^         |-----> failed
       |---------|-----> unknown

The outcome of an attempt counts once, and only of a mail that is being sent by the process `by`.
What has been overtaken meanwhile (overtaken.py) is not queued again: it fails, or is of unknown
outcome where an attempt was.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.ports import QueuedMail, SentCopy
from daemon.stores import audit, overtaken, questions, requests
from daemon.stores.pseudonyms import Names
from daemon.stores.rows import chunks, mail_values, queued_mail
from daemon.stores.schema import outbox
from handlers.inbox import inbox_key
from handlers.memory import Thread
from handlers.retry import LONGEST_PLAN
from handlers.values import Change, OutgoingMail, Request

_QUEUED, _SENDING, _SENT, _FAILED, _UNKNOWN = "queued", "sending", "sent", "failed", "unknown"

_ENDED = "the process ended meanwhile"

# A mail whose outcome was unknown is sent once more; a third one would help nobody.
_MAX_UNKNOWNS = 1

# What is counted for a cap was done before now. The clocks of two processes may differ by this;
# what lies further ahead is of a clock that was set back since, and would count for days.
_CLOCKS_DIFFER = timedelta(minutes=5)

# Written once, because to build a statement costs more than to carry it out.


def _take(planned: sa.ColumnElement[bool]) -> Any:
    waiting = (
        sa.select(outbox.c.row)
        .where(outbox.c.state == _QUEUED, planned)
        .order_by(outbox.c.next_at, outbox.c.row)
        .limit(sa.bindparam("most"))
        .with_for_update(skip_locked=True)
        # PostgreSQL might carry out a mere subquery more than once, and take more than `most`.
        .cte("waiting")
    )
    return (
        sa.update(outbox)
        .where(outbox.c.row.in_(sa.select(waiting.c.row)))
        .values(
            state=_SENDING,
            attempts=outbox.c.attempts + 1,
            taken_by=sa.bindparam("process"),
            taken_at=sa.bindparam("at"),
        )
        .returning(outbox)
    )


_TAKE_DUE = _take(outbox.c.next_at <= sa.bindparam("moment"))
_TAKE_STRAY = _take(outbox.c.next_at > sa.bindparam("moment"))
_TAKEN_AWAY = sa.or_(
    sa.and_(outbox.c.state.in_((_QUEUED, _UNKNOWN)), outbox.c.error == _ENDED),
    sa.and_(outbox.c.state.in_((_FAILED, _UNKNOWN)), overtaken.IS_OVERTAKEN),
)
_MAY_BE_SENT = (
    sa.select(outbox.c.row, outbox.c.requests)
    .where(
        outbox.c.row.in_(sa.bindparam("of", expanding=True)),
        outbox.c.taken_by == sa.bindparam("process"),
        sa.or_(outbox.c.state == _SENDING, _TAKEN_AWAY),
    )
    .order_by(outbox.c.row)  # as all lock them, so that none wait for each other
    .with_for_update()
)
_SET_SENT = (
    sa.update(outbox)
    .where(outbox.c.row == sa.bindparam("of"))
    .values(state=_SENT, sent_at=sa.bindparam("at"), response=sa.bindparam("words"), error="")
)


# before: queued ------------------------------------------------------------------------------


def unqueued(connection: Connection, mails: Sequence[OutgoingMail]) -> list[OutgoingMail]:
    """Those of `mails` whose idempotency key is new, each once."""
    new: dict[str, OutgoingMail] = {}
    for mail in mails:
        new.setdefault(mail.idempotency_key, mail)
    for some in chunks(new):
        for key in connection.scalars(
            sa.select(outbox.c.idempotency_key).where(outbox.c.idempotency_key.in_(some))
        ):
            del new[key]
    return list(new.values())


def add(connection: Connection, mails: Sequence[OutgoingMail], now: datetime) -> None:
    """Queues mails, none of which is there yet; they are due at once."""
    if mails:
        connection.execute(sa.insert(outbox), [mail_values(mail, now) for mail in mails])


def queued_since(
    connection: Connection, address_keys: Collection[str], since: datetime, now: datetime
) -> dict[str, int]:
    """How many mails were queued after `since` to the inboxes of these addresses, by inbox."""
    names = Names(connection, {inbox_key(known) for known in address_keys})
    found: dict[str, int] = {}
    for some in chunks(names.stored):
        rows = connection.execute(
            sa.select(outbox.c.recipient_inbox, sa.func.count().label("mails"))
            .where(
                outbox.c.recipient_inbox.in_(some),
                outbox.c.queued_at > since,
                outbox.c.queued_at <= now + _CLOCKS_DIFFER,
            )
            .group_by(outbox.c.recipient_inbox)
        )
        for row in rows:
            key = names.real(row.recipient_inbox)
            found[key] = found.get(key, 0) + row.mails
    return found


def threads_of(connection: Connection, secret_hashes: Collection[str]) -> dict[str, Thread]:
    """The threads of the mails with these secrets, and how many of ours there are in each."""
    named: dict[str, str] = {}
    for some in chunks(set(secret_hashes) - {""}):
        rows = connection.execute(
            sa.select(outbox.c.secret_hash, outbox.c.thread).where(outbox.c.secret_hash.in_(some))
        )
        named |= {row.secret_hash: row.thread for row in rows}
    mails: dict[str, int] = {}
    for some in chunks(set(named.values()) - {""}):
        rows = connection.execute(
            sa.select(outbox.c.thread, sa.func.count().label("mails"))
            .where(outbox.c.thread.in_(some))
            .group_by(outbox.c.thread)
        )
        mails |= {row.thread: row.mails for row in rows}
    return {
        secret: Thread(name=thread, mails=mails[thread])
        for secret, thread in named.items()
        if thread in mails
    }


def by_secret(
    connection: Connection, secret_hashes: Collection[str]
) -> dict[str, tuple[Request, ...]]:
    """The requests that mails with these secrets were about: what an answer is an answer to."""
    concerned: dict[str, list[str]] = {}
    # '' is the hash of a mail without a secret, and would find them all.
    for some in chunks(set(secret_hashes) - {""}):
        rows = connection.execute(
            sa.select(outbox.c.secret_hash, outbox.c.requests)
            .where(outbox.c.secret_hash.in_(some))
            .order_by(outbox.c.row)
        )
        for row in rows:
            concerned.setdefault(row.secret_hash, []).extend(row.requests)
    known = requests.by_references(connection, {r for some in concerned.values() for r in some})
    found = {
        secret: tuple(known[r] for r in dict.fromkeys(references) if r in known)
        for secret, references in concerned.items()
    }
    return {secret: about for secret, about in found.items() if about}


def next_due(connection: Connection) -> datetime | None:
    """When the next waiting mail is due."""
    return connection.scalar(
        sa.select(outbox.c.next_at)
        .where(outbox.c.state == _QUEUED)
        .order_by(outbox.c.next_at)
        .limit(1)
    )


def take_due(connection: Connection, limit: int, now: datetime, by: str) -> list[QueuedMail]:
    """Marks up to `limit` mails as being sent, those first that have been due for longest.

    Due is also what is planned for later than any plan of today's goes: the clock was set back.
    What another process is just taking is passed over (PostgreSQL's SKIP LOCKED).
    """
    taken: list[QueuedMail] = []
    # One after the other, for each is a range of the index.
    for take, moment in ((_TAKE_DUE, now), (_TAKE_STRAY, now + LONGEST_PLAN)):
        if len(taken) < limit:
            values = {"moment": moment, "most": limit - len(taken), "process": by, "at": now}
            rows = connection.execute(take, values).all()
            # What is returned comes in no order.
            rows = sorted(rows, key=lambda row: (row.next_at, row.row))
            taken += map(queued_mail, rows)
    return taken


# after: the outcome --------------------------------------------------------------------------


def set_sent(connection: Connection, responses: Mapping[int, str], now: datetime, by: str) -> None:
    """The server has taken responsibility for these, in the words given by row.

    That is so also where a row was taken from `by` as a dead process's, and waits again, is of
    unknown outcome or has been overtaken.
    """
    references: dict[int, Sequence[str]] = {}
    for some in chunks(sorted(responses)):
        found = connection.execute(_MAY_BE_SENT, {"of": some, "process": by})
        references |= {row.row: row.requests for row in found}
    if not references:
        return
    rows = sorted(references)
    connection.execute(
        _SET_SENT, [{"of": row, "at": now, "words": responses[row]} for row in rows]
    )
    told = [e for row in rows for e in audit.about_each("reply_sent", references[row], {})]
    audit.append(connection, told, at=now)


def requeue(connection: Connection, row: int, until: datetime, error: str, by: str) -> None:
    """To be tried again at `until`."""
    _settle(connection, row, by, next_at=until, **overtaken.waits_again(error))


def hold(connection: Connection, row: int, until: datetime, error: str, by: str) -> None:
    """Not tried after all: to be tried at `until`, and this attempt does not count."""
    uncounted = {"attempts": outbox.c.attempts - 1}
    _settle(connection, row, by, next_at=until, **uncounted, **overtaken.waits_again(error))


def set_failed(
    connection: Connection, row: int, now: datetime, error: str, by: str
) -> list[Change]:
    """Gives the mail up; returns what has become of the questions in it, now on review."""
    if not _settle(connection, row, by, state=_FAILED, error=overtaken.error_at_last(error)):
        return []
    told = audit.about_each("reply_failed", _references(connection, row), {})
    asked = questions.unanswered_in(connection, row)
    return questions.to_review(connection, asked, "question-undeliverable", now, before=told)


def set_unknown(
    connection: Connection, row: int, until: datetime | None, error: str, by: str
) -> None:
    """Nobody knows whether it was taken: tried once more at `until`, or never again if None."""
    values: dict[str, Any] = {"unknowns": outbox.c.unknowns + 1}
    if until is None:
        values |= {"state": _UNKNOWN, "error": overtaken.error_at_last(error)}
        _settle(connection, row, by, **values)
    else:
        values |= overtaken.waits_again(error, is_unknown=True)
        _settle(connection, row, by, next_at=until, **values)


def recover(connection: Connection, now: datetime, alive: Collection[str]) -> int:
    """What those not `alive` were sending has an unknown outcome; returns how many mails."""
    rows = connection.execute(
        sa.select(outbox.c.row, outbox.c.unknowns, outbox.c.taken_by)
        .where(outbox.c.state == _SENDING, outbox.c.taken_by.not_in(alive))
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        until = now if row.unknowns < _MAX_UNKNOWNS else None
        set_unknown(connection, row.row, until, _ENDED, row.taken_by)
    return len(rows)


def sent_since(connection: Connection, since: datetime, now: datetime, by: str) -> int:
    """How many mails were accepted at `since` or later, or are being sent by others."""
    accepted = connection.scalar(
        sa.select(sa.func.count())
        .select_from(outbox)
        .where(outbox.c.sent_at >= since, outbox.c.sent_at <= now + _CLOCKS_DIFFER)
    )
    under_way = connection.scalar(
        sa.select(sa.func.count())
        .select_from(outbox)
        .where(outbox.c.state == _SENDING, outbox.c.taken_by != by)
    )
    return (accepted or 0) + (under_way or 0)


def copies_to_file(connection: Connection, mailbox: str, limit: int) -> list[SentCopy]:
    """Accepted mails of `mailbox` that its Sent folder does not hold yet, oldest first."""
    rows = connection.execute(
        sa.select(outbox.c.row, outbox.c.raw)
        .where(
            outbox.c.mailbox == mailbox,
            outbox.c.state == _SENT,
            outbox.c.copied_at.is_(None),
            outbox.c.raw.is_not(None),
        )
        .order_by(outbox.c.row)
        .limit(limit)
    )
    return [SentCopy(row=row.row, raw=row.raw) for row in rows]


def set_copied(connection: Connection, rows: Sequence[int], now: datetime) -> None:
    """Notes that the Sent folder holds these."""
    for some in chunks(rows):
        connection.execute(
            sa.update(outbox)
            .where(outbox.c.row.in_(some), outbox.c.copied_at.is_(None))
            .values(copied_at=now)
        )


def _settle(connection: Connection, row: int, by: str, **values: Any) -> bool:
    done = connection.execute(
        sa.update(outbox)
        .where(outbox.c.row == row, outbox.c.state == _SENDING, outbox.c.taken_by == by)
        .values(**values)
    )
    return done.rowcount > 0


def _references(connection: Connection, row: int) -> list[str]:
    return connection.scalar(sa.select(outbox.c.requests).where(outbox.c.row == row)) or []
