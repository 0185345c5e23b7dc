"""A confirmed cancellation that another system carries out from here on: it is handed over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from daemon.stores import announcements_queue, audit, overtaken, requests
from handlers.values import Change, State


def hand_over(
    connection: Connection, reference: str, receiver: str, now: datetime
) -> Change | None:
    """What has changed; None where the request is not confirmed any more, or was erased."""
    held = requests.find(connection, reference)
    if held is None or held.state is not State.CONFIRMED:
        return None
    change = Change(
        reference=reference,
        before=State.CONFIRMED,
        after=State.HANDED_OVER,
        reason="handed-over",
    )
    requests.apply(connection, [change], now)
    announcements_queue.queue_changes(connection, [change], now)
    dropped = overtaken.withdraw(connection, [change])
    told = audit.request_changed(change, {"by": receiver})
    audit.append(connection, [told, *dropped], at=now)
    return change
