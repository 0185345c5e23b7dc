"""Mails that are not sent, because what they tell is not so any more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.stores import audit
from daemon.stores.audit import Event
from daemon.stores.rows import chunks
from daemon.stores.schema import outbox, request
from handlers.overtaken import OVERTAKEN, answers, overtaken_reminder, overtakes
from handlers.states import COME_TO_NOTHING
from handlers.values import Change, OutgoingMail

IS_OVERTAKEN = outbox.c.error == OVERTAKEN

# The customer may have what an attempt before had an unknown outcome of.
_GIVEN_UP = sa.case((outbox.c.unknowns > 0, "unknown"), else_="failed")


def withdraw(
    connection: Connection, changes: Sequence[Change], asking: Sequence[OutgoingMail] = ()
) -> list[Event]:
    """Gives up what waits and tells of these requests as they were before `changes`.

    It fails, or is of unknown outcome where an attempt was: then the customer may have it. A mail
    that tells of others as well goes out as long as one of them stands. One that is in delivery
    is marked: where it was not accepted, it does not wait again. `asking` are questions that are
    still to be queued: an older one about the same requests is none any more. Returns the events.
    """
    over = {change.reference for change in changes if overtakes(change)}
    reminders = {overtaken_reminder(change) for change in changes} - {""}
    answered = {change.reference for change in changes if answers(change)}
    answered |= {reference for mail in asking for reference in mail.references}
    if not (over or answered or reminders):
        return []
    waiting = _waiting(connection, {change.reference for change in changes} | answered)
    moved = over | answered
    about = {r for mail in waiting if moved.intersection(mail.requests) for r in mail.requests}
    over |= _come_to_nothing(connection, about - over)
    events = []
    for mail in waiting:
        untrue = over | answered if mail.asks else over
        if mail.idempotency_key in reminders or untrue.issuperset(mail.requests):
            is_waiting = mail.state == "queued"
            state = _GIVEN_UP if is_waiting else outbox.c.state
            connection.execute(
                sa.update(outbox)
                .where(outbox.c.row == mail.row)
                .values(state=state, error=OVERTAKEN)
            )
            # One that is in delivery may arrive all the same.
            what = "reply_dropped" if is_waiting else "reply_overtaken"
            events += audit.about_each(what, mail.requests, {"by": "optoutd"})
    return events


def waits_again(error: str, *, is_unknown: bool = False) -> dict[str, Any]:
    """The state and the error of a mail that goes back into the queue, unless it is overtaken.

    Without a new error it keeps the one before. `is_unknown` is that of this very attempt.
    """
    kept = sa.literal(error, outbox.c.error.type) if error else outbox.c.error
    given_up = sa.literal("unknown") if is_unknown else _GIVEN_UP
    return {
        "state": sa.case((IS_OVERTAKEN, given_up), else_="queued"),
        "error": sa.case((IS_OVERTAKEN, OVERTAKEN), else_=kept),
    }


def error_at_last(error: str) -> sa.ColumnElement[str]:
    """The error of a mail that is given up: that it is overtaken stays known, or it is retried."""
    return sa.case((IS_OVERTAKEN, OVERTAKEN), else_=sa.literal(error, outbox.c.error.type))


def _waiting(connection: Connection, references: Collection[str]) -> list[sa.Row[Any]]:
    """The mails that have not left, to those whose requests these are."""
    found: list[sa.Row[Any]] = []
    for some in chunks(references):
        addresses = sa.select(request.c.address_key).where(request.c.reference.in_(some))
        found += connection.execute(
            sa.select(
                outbox.c.row,
                outbox.c.requests,
                outbox.c.idempotency_key,
                outbox.c.state,
                outbox.c.asks,
            )
            .where(
                outbox.c.recipient_key.in_(addresses), outbox.c.state.in_(("queued", "sending"))
            )
            .order_by(outbox.c.row)  # as all lock them, so that none wait for each other
            .with_for_update()  # else it may be taken for delivery meanwhile
        )
    # A mail about nothing is about nothing that could change.
    return [mail for mail in found if mail.requests]


def _come_to_nothing(connection: Connection, references: Collection[str]) -> set[str]:
    """Those of `references` that are over, without anything having come of them."""
    found: set[str] = set()
    for some in chunks(references):
        found |= set(
            connection.scalars(
                sa.select(request.c.reference).where(
                    request.c.reference.in_(some), request.c.state.in_(sorted(COME_TO_NOTHING))
                )
            )
        )
    return found
