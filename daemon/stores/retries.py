"""Messages that were set aside and are tried again, and what is being read at the moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.ports import Entry, Failing, InHand, LedgerRow
from daemon.stores.rows import Values, chunks, ledger_row, message_values
from daemon.stores.schema import in_hand, message, process
from handlers.retry import READ_AGAIN_AFTER
from handlers.values import Filing

_KEY = ("mailbox", "uid_validity", "uid")
# What is counted of reading at a place: at which UID, and how often in a row.
_FAILED = ("failed_uid", "failures")
_ENDED = ("ended_uid", "ends")


def due_again(
    connection: Connection, place: str, *, shadow: bool, limit: int, now: datetime
) -> list[LedgerRow]:
    """What is to be tried again by now, those first that have waited longest."""
    rows = connection.execute(
        sa.select(message)
        .where(
            message.c.mailbox == place,
            # Later than any plan goes: the clock was set back since.
            sa.or_(message.c.retry_at <= now, message.c.retry_at > now + max(READ_AGAIN_AFTER)),
            message.c.resolved_at.is_(None),
            message.c.shadow.is_(shadow),
        )
        .order_by(message.c.retry_at, message.c.uid_validity, message.c.uid)
        .limit(limit)
    )
    return [ledger_row(row) for row in rows]


def end_retries(
    connection: Connection, place: str, uid_validity: int, uids: Sequence[int]
) -> None:
    """They are not tried again."""
    for some in chunks(uids):
        connection.execute(
            sa.update(message)
            .where(
                message.c.mailbox == place,
                message.c.uid_validity == uid_validity,
                message.c.uid.in_(some),
            )
            .values(retry_at=None)
        )


def waits(connection: Connection, entry: Entry) -> str | None:
    """The digest by which it is known, where it waits for this try."""
    digest: str | None = connection.scalar(
        sa.select(message.c.digest).where(
            *_it(entry),
            message.c.retry_at.is_not(None),
            message.c.resolved_at.is_(None),
            message.c.attempts < entry.attempts,
        )
    )
    return digest


def note_try(connection: Connection, entry: Entry) -> None:
    """Nothing came of it that was not known before."""
    tried = {"error": entry.error, "attempts": entry.attempts, "retry_at": entry.retry_at}
    connection.execute(sa.update(message).where(*_it(entry)).values(tried))


def replace_row(connection: Connection, entry: Entry, now: datetime) -> None:
    """Puts what came of one more try in the place of the row."""
    values = _seen_at_last(entry, now)
    connection.execute(sa.update(message).where(*_it(entry)).values(values))


def put_down(connection: Connection, place: str) -> None:
    """What was being read there is committed."""
    connection.execute(
        sa.update(in_hand).where(in_hand.c.mailbox == place, in_hand.c.uid != 0).values(uid=0)
    )


def find_in_hand(connection: Connection, place: str, ourselves: str) -> InHand | None:
    """What was noted last of the reading of this place."""
    row = connection.execute(
        sa.select(in_hand, process.c.stopped_at)
        .outerjoin(process, process.c.name == in_hand.c.process)
        .where(in_hand.c.mailbox == place)
    ).first()
    if row is None:
        return None
    return InHand(
        process=row.process,
        uid_validity=row.uid_validity,
        uid=row.uid,
        is_over=row.process == ourselves or row.stopped_at is not None,
        is_ours=row.process == ourselves,
        failed_uid=row.failed_uid,
        failures=row.failures,
        failing_since=row.failing_since,
        ended_uid=row.ended_uid,
        ends=row.ends,
    )


def take_in_hand(
    connection: Connection, place: str, *, uid_validity: int, uid: int, ourselves: str
) -> None:
    """Notes who reads here, and what."""
    values: Values = {"process": ourselves, "uid_validity": uid_validity, "uid": uid}
    _write(connection, place, values)


def fetch_failed(
    connection: Connection,
    place: str,
    *,
    uid_validity: int,
    uid: int,
    ourselves: str,
    now: datetime,
) -> Failing:
    """Notes one more failure to fetch what begins with `uid`; how many that makes, since when."""
    times = _count(connection, place, _FAILED, (uid_validity, uid), ourselves)
    noted = connection.scalar(sa.select(in_hand.c.failing_since).where(in_hand.c.mailbox == place))
    # The clock may have been set back meanwhile.
    since = now if times == 1 or noted is None else min(noted, now)
    _write(connection, place, {"failing_since": since})
    return Failing(times=times, since=since)


def process_ended(
    connection: Connection, place: str, *, uid_validity: int, uid: int, ourselves: str
) -> int:
    """Notes one more process that ended at the message `uid`; how many that makes."""
    return _count(connection, place, _ENDED, (uid_validity, uid), ourselves)


def _count(
    connection: Connection,
    place: str,
    columns: tuple[str, str],
    at: tuple[int, int],
    ourselves: str,
) -> int:
    """Counts one more mishap `at` a UIDVALIDITY and UID, anew where the last was at another."""
    of, times = columns
    noted = find_in_hand(connection, place, ourselves)
    is_same = noted is not None and (noted.uid_validity, getattr(noted, of)) == at
    count: int = getattr(noted, times) + 1 if is_same else 1
    uid_validity, uid = at
    values: Values = {"process": ourselves, "uid_validity": uid_validity, "uid": 0}
    _write(connection, place, {**values, of: uid, times: count})
    return count


def _write(connection: Connection, place: str, values: Values) -> None:
    """Changes the row of a place, or makes it."""
    known = connection.execute(sa.update(in_hand).where(in_hand.c.mailbox == place).values(values))
    if not known.rowcount:
        counts = dict.fromkeys((*_FAILED, *_ENDED), 0)
        connection.execute(sa.insert(in_hand).values(mailbox=place, **{**counts, **values}))


def _it(entry: Entry) -> list[sa.ColumnElement[bool]]:
    return [message.c[name] == getattr(entry, name) for name in _KEY]


def _seen_at_last(entry: Entry, now: datetime) -> Values:
    values = message_values(entry, now)
    for name in _KEY:
        del values[name]
    if entry.is_unread:
        del values["decided_at"]  # what was decided since then still holds
    # Whose flag lies on it is known from before; it goes when the message is filed.
    values["flagged"] = message.c.flagged
    if entry.decision.filing is Filing.REVIEW:
        values["filed_at"] = message.c.filed_at
    elif not entry.shadow:
        values["filed_at"] = None
    return values
