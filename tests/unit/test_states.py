"""Which state may follow which: what DESIGN's section 4 says of requests."""

from __future__ import annotations

import pytest

from handlers.states import CLOSED, TRANSITIONS, may_become
from handlers.values import Intent, State

OPT_OUT, CANCELLATION = Intent.OPT_OUT, Intent.CANCELLATION
FIRST = {
    OPT_OUT: {State.EFFECTIVE, State.REVIEW},
    CANCELLATION: {State.AWAITING_CONFIRMATION, State.CONFIRMED, State.REVIEW},
}


def reachable(kind: Intent) -> set[State]:
    found, new = set[State](), set(FIRST[kind])
    while new:
        found |= new
        new = {after for state in new for after in TRANSITIONS.get((kind, state), ())} - found
    return found


@pytest.mark.parametrize(
    ("kind", "states"),
    [
        (OPT_OUT, {State.EFFECTIVE, State.UNDONE, State.REVIEW, State.REJECTED}),
        (CANCELLATION, set(State) - {State.EFFECTIVE, State.UNDONE}),
    ],
    ids=["opt-out", "cancellation"],
)
def test_a_request_can_come_into_every_state_of_its_kind_and_no_other(
    kind: Intent, states: set[State]
) -> None:
    assert reachable(kind) == states


@pytest.mark.parametrize("kind", Intent, ids=lambda kind: kind.value)
@pytest.mark.parametrize("state", sorted(CLOSED), ids=lambda state: state.value)
def test_what_is_closed_stays_closed(kind: Intent, state: State) -> None:
    assert not any(may_become(kind, state, after) for after in State)


@pytest.mark.parametrize("kind", Intent, ids=lambda kind: kind.value)
def test_what_is_not_closed_can_end(kind: Intent) -> None:
    for state in reachable(kind) - CLOSED:
        assert TRANSITIONS[kind, state]


@pytest.mark.parametrize(
    ("kind", "before", "after", "allowed"),
    [
        (OPT_OUT, State.EFFECTIVE, State.UNDONE, True),
        (OPT_OUT, State.REVIEW, State.EFFECTIVE, True),
        (OPT_OUT, State.EFFECTIVE, State.REVIEW, False),
        (CANCELLATION, State.AWAITING_CONFIRMATION, State.CONFIRMED, True),
        (CANCELLATION, State.AWAITING_CONFIRMATION, State.HANDED_OVER, False),
        (CANCELLATION, State.CONFIRMED, State.REVIEW, True),
        (CANCELLATION, State.CONFIRMED, State.COMPLETED, True),
        (CANCELLATION, State.REVIEW, State.HANDED_OVER, False),
        (CANCELLATION, State.HANDED_OVER, State.REVIEW, False),
        (CANCELLATION, State.REJECTED, State.CONFIRMED, False),
        (CANCELLATION, State.EFFECTIVE, State.UNDONE, False),
    ],
)
def test_only_these_follow(kind: Intent, before: State, after: State, allowed: bool) -> None:
    assert may_become(kind, before, after) is allowed


def test_nothing_is_handed_over_that_was_not_confirmed() -> None:
    before = {state for (_, state), after in TRANSITIONS.items() if State.HANDED_OVER in after}
    assert before == {State.CONFIRMED}
