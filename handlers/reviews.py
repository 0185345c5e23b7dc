"""When the review of a message is over, and where the message belongs then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.values import Filing, Intent, Request, State

# How a review ends where nobody said it in so many words.
BY_REQUESTS = "settled"
# And where it goes on with another look at the same message.
LOOKED_AT_AGAIN = "looked-at-again"
# Ends by which nothing was decided on the message: it is looked at in another place.
_GOES_ON = frozenset({"", "filed-by-staff", "moved-back-by-staff", LOOKED_AT_AGAIN})

_CANCELLING = frozenset(
    {State.AWAITING_CONFIRMATION, State.CONFIRMED, State.HANDED_OVER, State.COMPLETED}
)


def is_decided_unread(resolution: str) -> bool:
    """Whether people have decided on a message that could not be read, as its review ended so."""
    return resolution not in _GOES_ON


def end_of_review(
    requests: Sequence[Request],
    *,
    decided_at: datetime,
    resolved_at: datetime | None,
    resolution: str,
    by_itself: bool = False,
) -> Filing | None:
    """The folder where a message on review belongs now, NOWHERE to stay; None: not over.

    `requests` are those that it concerns. It is over when people say so (`resolved_at`), or when
    something has happened to them since `decided_at` and none of them is on review any more. A
    flag that somebody takes away by hand ends nothing. What waits `by_itself` is not about what
    becomes of them, and that one is carried out answers nobody who disputes it.
    """
    if resolved_at is None:
        if by_itself or any(r.state is State.REVIEW for r in requests):
            return None
        since = (r for r in requests if r.updated_at is not None and r.updated_at > decided_at)
        if all(r.state is State.COMPLETED for r in since):
            return None
    elif resolution.startswith("dismiss"):
        return Filing.NOWHERE
    found = {(r.kind, r.state) for r in requests}
    if any(kind is Intent.CANCELLATION and state in _CANCELLING for kind, state in found):
        return Filing.CANCELLATIONS
    if (Intent.OPT_OUT, State.EFFECTIVE) in found:
        return Filing.OPT_OUTS
    return Filing.NOWHERE
