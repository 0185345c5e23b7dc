"""Which state of a request may follow which."""

from __future__ import annotations

from handlers.values import Intent, State

S = State

# Read a line as: a request of this kind in this state may become one of these. What no billing
# system takes over is completed by the people who carried it out. On review it may stay for
# another reason: the customer disputes what people have paused.
TRANSITIONS: dict[tuple[Intent, State], frozenset[State]] = {
    (Intent.OPT_OUT, S.EFFECTIVE): frozenset({S.UNDONE}),
    (Intent.OPT_OUT, S.REVIEW): frozenset({S.EFFECTIVE, S.REJECTED}),
    (Intent.CANCELLATION, S.AWAITING_CONFIRMATION): frozenset(
        {S.CONFIRMED, S.WITHDRAWN, S.REJECTED, S.REVIEW}
    ),
    (Intent.CANCELLATION, S.CONFIRMED): frozenset(
        {S.HANDED_OVER, S.COMPLETED, S.WITHDRAWN, S.REVIEW}
    ),
    (Intent.CANCELLATION, S.HANDED_OVER): frozenset({S.COMPLETED, S.WITHDRAWN}),
    (Intent.CANCELLATION, S.REVIEW): frozenset(
        {S.AWAITING_CONFIRMATION, S.CONFIRMED, S.WITHDRAWN, S.REJECTED, S.REVIEW}
    ),
}

# A request in one of these is over: the next message of the same person opens a new one.
CLOSED = frozenset({S.UNDONE, S.COMPLETED, S.WITHDRAWN, S.REJECTED})

# What we have told the customer before such an end is not so any more.
COME_TO_NOTHING = CLOSED - {S.COMPLETED}


def may_become(kind: Intent, before: State, after: State) -> bool:
    """Whether a request of `kind` may go from `before` to `after`."""
    return after in TRANSITIONS.get((kind, before), frozenset())
