"""Mails that are not sent, because what they tell is not so any more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.stores import audit
from daemon.stores.audit import Event
from daemon.stores.rows import chunks
from daemon.stores.schema import event, outbox, request
from handlers.overtaken import OVERTAKEN, answers, overtaken_reminder, overtakes
from handlers.states import COME_TO_NOTHING
from handlers.values import Change, State

IS_OVERTAKEN = outbox.c.error == OVERTAKEN

# The customer may have what an attempt before had an unknown outcome of.
_GIVEN_UP = sa.case((outbox.c.unknowns > 0, "unknown"), else_="failed")


def withdraw(connection: Connection, changes: Sequence[Change]) -> list[Event]:
    """Gives up what waits and tells of these requests as they were before `changes`.

    It fails, or is of unknown outcome where an attempt was: then the customer may have it. A mail
    that tells of others as well goes out as long as one of them stands. One that is in delivery
    is marked: where it was not accepted, it does not wait again. Returns the events.
    """
    over = {change.reference for change in changes if overtakes(change)}
    reminders = {overtaken_reminder(change) for change in changes} - {""}
    answered = {change.reference for change in changes if answers(change)}
    if not (over or answered or reminders):
        return []
    waiting = _waiting(connection, {change.reference for change in changes})
    moved = over | answered
    about = {r for mail in waiting if moved.intersection(mail.requests) for r in mail.requests}
    over |= _come_to_nothing(connection, about - over)
    events = []
    for mail in waiting:
        asked = {
            reference
            for reference in answered.intersection(mail.requests)
            if _was_asked(connection, reference, mail.queued_at)
        }
        tells_nothing_true = (over | asked).issuperset(mail.requests)
        if mail.idempotency_key in reminders or tells_nothing_true:
            connection.execute(
                sa.update(outbox)
                .where(outbox.c.row == mail.row, outbox.c.state.in_(("queued", "sending")))
                .values(
                    state=sa.case((outbox.c.state == "queued", _GIVEN_UP), else_=outbox.c.state),
                    error=OVERTAKEN,
                )
            )
            events += audit.about_each("reply_dropped", mail.requests, {"by": "optoutd"})
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


def _waiting(connection: Connection, references: Collection[str]) -> list[sa.Row[Any]]:
    """The mails that have not left, to those whose requests these are."""
    found: list[sa.Row[Any]] = []
    for some in chunks(references):
        addresses = sa.select(request.c.address_key).where(request.c.reference.in_(some))
        found += connection.execute(
            sa.select(
                outbox.c.row, outbox.c.requests, outbox.c.idempotency_key, outbox.c.queued_at
            ).where(
                outbox.c.recipient_key.in_(addresses), outbox.c.state.in_(("queued", "sending"))
            )
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


def _was_asked(connection: Connection, reference: str, queued_at: datetime) -> bool:
    """Whether a mail that was queued then asks about it: it waited for its answer.

    The audit alone tells that, for every mail carries a secret, also one that asks nothing.
    """
    detail = connection.scalar(
        sa.select(event.c.detail)
        .where(
            event.c.reference == reference,
            event.c.what.in_(("request_recorded", "request_changed")),
            event.c.at <= queued_at,
        )
        .order_by(event.c.at.desc(), event.c.sequence.desc())
        .limit(1)
    )
    state = (detail or {}).get("after") or (detail or {}).get("state")
    return bool(state == State.AWAITING_CONFIRMATION.value)
