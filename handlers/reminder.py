"""The one reminder of a question that the customer has not answered.

It has a secret of its own, and an answer to it is as good as one to the question: both are about
the same request.
"""

from __future__ import annotations

from handlers.address import Address
from handlers.values import ReplyPlan, Request

SITUATION = "cancellation_reminder"


def plan_reminder(request: Request, to: Address, *, secret: str, thread: str = "") -> ReplyPlan:
    """The reminder of `request`, as the answer to our own question to `to` in `thread`."""
    return ReplyPlan(
        to=to,
        situations=(SITUATION,),
        language=request.language,
        references=(request.reference,),
        received_at=request.received_at,
        cancellation_received_at=request.received_at,
        secret=secret,
        asks=True,
        wanted_end=request.wanted_end,
        thread=thread,
    )


def reminder_key(reference: str) -> str:
    """The idempotency key: one reminder a request, ever."""
    return f"reminder:{reference}"
