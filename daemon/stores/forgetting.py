"""Erases what the store holds about a person; a keyed hash keeps them suppressed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.errors import PermanentFailure
from daemon.ports.data import Forgotten
from daemon.stores import audit, receivers
from daemon.stores.disclosure import mails_of, messages_of
from daemon.stores.failures import PART
from daemon.stores.pseudonyms import Names, pseudonym_for
from daemon.stores.rows import AnyRow
from daemon.stores.schema import message, outbox, request, suppression
from handlers.inbox import inbox_key
from handlers.states import CLOSED
from handlers.values import State

# An effective opt-out has nothing left to be done.
_OVER = CLOSED | {State.EFFECTIVE}
_WAITS = ("queued", "sending")


def forget(
    connection: Connection,
    address_key: str,
    *,
    mail_rows: Sequence[int],
    by: str,
    now: datetime,
    dry_run: bool,
) -> Forgotten:
    """Erases all about a person, and tells the audit. Raises PermanentFailure; see the port.

    `mail_rows` are the mails about the person's requests, looked for before: that takes long.
    """
    names = Names(connection, [address_key])
    requests = _all(connection, sa.select(request).where(_is(request, names)))
    references = [row.reference for row in requests]
    mails = mails_of(connection, names, mail_rows)
    _refuse_what_is_open(requests, mails)
    _refuse_what_is_untold(receivers.waiting_for(connection, references))
    messages = messages_of(connection, requests)
    suppressions = _all(connection, sa.select(suppression).where(_is(suppression, names)))
    # What was erased before is found again, by its hash: it does not count.
    found = Forgotten(
        requests=sum(row.address_key == address_key for row in requests),
        suppressions=sum(row.address_key == address_key for row in suppressions),
        mails=sum(_tells(row, names) for row in mails),
        messages=sum(bool(row.evidence or row.error) for row in messages),
    )
    if dry_run or found.nothing:
        return found
    hashed = pseudonym_for(connection, address_key)
    _erase_requests(connection, address_key, hashed)
    _erase_suppressions(connection, address_key, hashed)
    for row in mails:
        values = {"raw": None, "message_id": "", "response": "", "error": ""}
        if row.recipient_key == address_key:
            values |= {
                "recipient_key": hashed,
                "recipient_written": "",
                "recipient_inbox": pseudonym_for(connection, inbox_key(address_key)),
            }
        connection.execute(sa.update(outbox).where(outbox.c.row == row.row).values(values))
    for row in messages:
        connection.execute(
            sa.update(message)
            .where(
                message.c.mailbox == row.mailbox,
                message.c.uid_validity == row.uid_validity,
                message.c.uid == row.uid,
            )
            .values(evidence=[], error="")
        )
    events = audit.about_each("person_forgotten", references, {"by": by})
    audit.append(connection, events, at=now)
    return found


def _refuse_what_is_open(requests: Sequence[AnyRow], mails: Sequence[AnyRow]) -> None:
    still_open = [row.reference for row in requests if State(row.state) not in _OVER]
    if still_open:
        raise PermanentFailure(
            f"not yet: {', '.join(still_open)} must be carried out first",
            part=PART,
            cure="complete or reject what is open, then ask again",
        )
    waiting = sum(row.state in _WAITS for row in mails)
    if waiting:
        raise PermanentFailure(
            f"not yet: {waiting} mail{'s wait' if waiting > 1 else ' waits'} to be delivered",
            part=PART,
            cure="wait until the outbox has sent or given up what waits, then ask again",
        )


def _refuse_what_is_untold(names: Sequence[str]) -> None:
    if names:
        raise PermanentFailure(
            f"not yet: {', '.join(names)} {'does' if len(names) == 1 else 'do'} not know yet",
            part=PART,
            cure="wait until optoutd receivers announcements shows nothing of it; retry what was "
            "given up, do what needs a person, or settle it",
        )


def _erase_requests(connection: Connection, address_key: str, hashed: str) -> None:
    mine = request.c.address_key == address_key
    # A message may have been read once more since its first request was forgotten: then there
    # are two of one origin, which only the later one may go on naming.
    again = sa.select(request.c.origin_digest).where(mine).scalar_subquery()
    connection.execute(
        sa.update(request)
        .where(request.c.address_key == hashed, request.c.origin_digest.in_(again))
        .values(origin_digest="")
    )
    connection.execute(
        sa.update(request)
        .where(mine)
        .values(address_key=hashed, address_written="", wanted_end="", note="", taken_by="")
    )


def _erase_suppressions(connection: Connection, address_key: str, hashed: str) -> None:
    mine = suppression.c.address_key == address_key
    known = sa.select(suppression.c.list_name).where(suppression.c.address_key == hashed)
    connection.execute(
        sa.delete(suppression).where(mine, suppression.c.list_name.in_(known.scalar_subquery()))
    )
    connection.execute(
        sa.update(suppression).where(mine).values(address_key=hashed, address_written="")
    )


def _tells(mail: AnyRow, names: Names) -> bool:
    """Whether a row of the outbox still says anything about the person."""
    is_theirs = mail.recipient_key in names.stored and bool(mail.recipient_written)
    return is_theirs or bool(mail.raw or mail.message_id or mail.response or mail.error)


def _is(table: sa.Table, names: Names) -> sa.ColumnElement[bool]:
    return table.c.address_key.in_(names.stored)


def _all(connection: Connection, query: sa.Select[tuple[object, ...]]) -> list[AnyRow]:
    return list(connection.execute(query))
