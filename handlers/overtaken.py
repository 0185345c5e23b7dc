"""When a mail that still waits is not sent, because what it tells is not so any more.

In an outage a confirmation may wait for days, and staff undo the request meanwhile. Sent after all
it would tell the customer of an opt-out or a cancellation that is none, perhaps as our last word.
"""

from __future__ import annotations

from datetime import datetime

from handlers.moved_back import PAUSED_CONFIRMED
from handlers.reminder import reminder_key
from handlers.states import COME_TO_NOTHING
from handlers.telling import ASKED_BEFORE
from handlers.values import Change, Intent, Request, State

_AGREED = frozenset({State.CONFIRMED, State.HANDED_OVER, State.COMPLETED})

# Why it was given up; as what staff drop, it is not retried with others.
OVERTAKEN = "dropped by optoutd: what it tells is not so any more"


def overtakes(change: Change) -> bool:
    """Whether no mail that was queued before `change` tells the truth about its request.

    What goes to review may come back from there, and its question stays the customer's.
    `answers` knows when it comes back answered. But whoever disputes a cancellation is not told
    after that that it is carried out: if staff confirm it all the same, they are told anew.
    """
    is_answered = change.before is State.AWAITING_CONFIRMATION and change.after is State.CONFIRMED
    stops = change.before is State.CONFIRMED and change.after is State.REVIEW
    is_disputed = stops and change.reason in ASKED_BEFORE
    return is_answered or is_disputed or change.after in COME_TO_NOTHING


def answers(change: Change) -> bool:
    """Whether nobody has to answer any more what was asked before the review that `change` ends.

    A confirmation that waits since before that review is as true as it was. So is the question
    where the request goes on waiting for its answer: it may be the only one.
    """
    return change.before is State.REVIEW and change.after is State.CONFIRMED


def overtaken_reminder(change: Change) -> str:
    """The idempotency key of the reminder that has nothing to remind of any more, or ''."""
    waited = change.before is State.AWAITING_CONFIRMATION
    return reminder_key(change.reference) if waited else ""


def is_outdated(request: Request, *, asks: bool, queued_at: datetime) -> bool:
    """Whether a mail about it that was given up would tell what is not so any more.

    It would confirm what is withdrawn, or ask (`asks`) about what is rejected or answered.
    """
    if request.state in COME_TO_NOTHING:
        return request.updated_at is not None and request.updated_at > queued_at
    is_answered = request.state in _AGREED or request.reason == PAUSED_CONFIRMED
    return asks and request.kind is Intent.CANCELLATION and is_answered
