"""Until when a request has to be done, and how much of that time is over.

An opt-out is done when it takes effect, a cancellation when it is completed. What a person closes
(withdrawn, rejected, undone) has no deadline any more.
"""

from __future__ import annotations

from datetime import datetime

from handlers.values import Request, State

# The states with an open deadline, of both kinds: opt-outs on review, cancellations on their way.
OPEN_STATES = (
    State.REVIEW,
    State.AWAITING_CONFIRMATION,
    State.CONFIRMED,
    State.HANDED_OVER,
)

# Alarms come when so much of the time is over; 100 is the due time itself.
LATE = 100
ALARM_PERCENTS = (50, 90, LATE)


def is_open(request: Request) -> bool:
    """Whether something remains to be done about it."""
    return request.state in OPEN_STATES


def waits_for_customer(request: Request) -> bool:
    """Whether it is the customer's turn: nobody here can hurry it."""
    return request.state is State.AWAITING_CONFIRMATION


def is_late(request: Request, now: datetime) -> bool:
    """Whether its deadline is open and has passed; `now` is aware."""
    return is_open(request) and request.due_at <= now


def percent_over(request: Request, now: datetime) -> int:
    """How much of its time is over: 0 at its receipt, 100 when it is due and afterwards."""
    whole_s = (request.due_at - request.received_at).total_seconds()
    if now >= request.due_at or whole_s <= 0:
        return LATE
    return max(0, int((now - request.received_at).total_seconds() / whole_s * 100))


def alarm(request: Request, now: datetime) -> int:
    """The percentage to raise an alarm at now, or 0 for none: each is told once.

    Where several were passed unseen, the last one speaks for all.
    """
    if not is_open(request):
        return 0
    over = percent_over(request, now)
    passed = max((percent for percent in ALARM_PERCENTS if percent <= over), default=0)
    return passed if passed > request.alarmed_percent else 0
