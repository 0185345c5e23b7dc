"""What a cancellation leaves in the store and in the letter; see test_decide.py for situations."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import cancellation
from handlers.case import Policy
from handlers.decide import decide
from handlers.states import CLOSED
from handlers.values import Proof, Request, State
from tests.unit.cases import (
    ANNA,
    CANCELLATION,
    CONFIRMED,
    EFFECTIVE,
    HOUR,
    NOW,
    PENDING,
    POLICY,
    SECRET,
    TOKENS,
    UNDONE,
    address,
    case,
    knowing,
    message,
)

ANNA_ADDRESS = address(ANNA)
IN_MAY = message(new_text="Please cancel my account as of 31 May 2026.\nAnna")


def test_the_question_is_recorded_with_its_secret_and_the_wanted_end() -> None:
    part = cancellation.honour(case(IN_MAY), POLICY, ANNA_ADDRESS)
    assert part.requests == (
        Request(
            reference=TOKENS.cancellation_reference,
            kind=CANCELLATION,
            state=State.AWAITING_CONFIRMATION,
            address_key=ANNA,
            address_written=ANNA,
            channel="mail",
            mailbox="support",
            received_at=NOW - HOUR,
            due_at=NOW - HOUR + POLICY.cancellation_due,
            language="en",
            proof="unproven",
            reason="cancellation-asked",
            origin_digest="d" * 64,
            wanted_end="2026-05-31",
        ),
    )


def test_the_question_acknowledges_when_it_was_received_and_for_which_end() -> None:
    reply = decide(case(IN_MAY, certain=[CANCELLATION]), POLICY).reply
    assert reply is not None
    assert (reply.received_at, reply.wanted_end) == (NOW - HOUR, "2026-05-31")
    assert (reply.to, reply.asks, reply.secret) == (ANNA_ADDRESS, True, SECRET)
    assert reply.opted_out_address == ""


def test_a_proven_one_is_confirmed_and_tells_by_what() -> None:
    proven = case(IN_MAY, proof=Proof.PROVEN)
    (confirmed,) = cancellation.honour(proven, POLICY, ANNA_ADDRESS).requests
    assert (confirmed.state, confirmed.proof) == (State.CONFIRMED, "proven")


def test_what_is_held_waits_with_a_deadline() -> None:
    (held,) = cancellation.hold(case(IN_MAY), POLICY, ANNA_ADDRESS, "unsure").requests
    assert held.state is State.REVIEW
    assert held.due_at == NOW - HOUR + POLICY.review_due
    assert held.wanted_end == "2026-05-31"


@pytest.mark.parametrize("state", sorted(CLOSED - {State.UNDONE}), ids=lambda s: s.value)
def test_what_is_over_does_not_stand_in_the_way(state: State) -> None:
    known = knowing(replace(PENDING, state=state))
    asked = cancellation.honour(case(known=known), POLICY, ANNA_ADDRESS)
    held = cancellation.hold(case(known=known), POLICY, ANNA_ADDRESS, "unsure")
    for part in (asked, held):
        assert [r.reference for r in part.requests] == [TOKENS.cancellation_reference]


@pytest.mark.parametrize(
    "state",
    [State.AWAITING_CONFIRMATION, State.CONFIRMED, State.HANDED_OVER, State.REVIEW],
    ids=lambda s: s.value,
)
def test_what_is_open_is_neither_opened_nor_held_twice(state: State) -> None:
    known = knowing(replace(PENDING, state=state))
    asked = cancellation.honour(case(known=known), POLICY, ANNA_ADDRESS)
    held = cancellation.hold(case(known=known), POLICY, ANNA_ADDRESS, "unsure")
    for part in (asked, held):
        assert (part.requests, part.repeated) == ((), (PENDING.reference,))
    # What becomes of one that goes its own way is no answer to what is held beside it.
    assert held.by_itself == (state is not State.REVIEW)


def test_an_opt_out_of_the_same_person_is_another_matter() -> None:
    for other in (EFFECTIVE, UNDONE):
        part = cancellation.honour(case(known=knowing(other)), POLICY, ANNA_ADDRESS)
        assert part.requests[0].state is State.AWAITING_CONFIRMATION


@pytest.mark.parametrize(
    ("hours", "state"),
    [(0, State.CONFIRMED), (14 * 24, State.CONFIRMED), (14 * 24 + 1, State.REVIEW)],
)
def test_the_age_counts_from_where_the_message_is_dated(hours: int, state: State) -> None:
    dated = case(proof=Proof.PROVEN, dated_at=NOW - timedelta(hours=hours), received_at=NOW)
    (made,) = cancellation.honour(dated, POLICY, ANNA_ADDRESS).requests
    assert (made.state, made.received_at) == (state, NOW)


def test_what_was_written_before_the_first_start_is_old_whatever_its_age() -> None:
    dated = case(proof=Proof.PROVEN, dated_at=NOW - timedelta(hours=1), from_before=True)
    (made,) = cancellation.honour(dated, POLICY, ANNA_ADDRESS).requests
    assert (made.state, made.reason) == (State.REVIEW, "too-old")
    assert dated.silence(POLICY) == "too-old-to-answer"


def test_all_that_is_on_its_way_stops_together() -> None:
    part = cancellation.put_on_review((PENDING, CONFIRMED), "answer-disputes")
    assert [(c.before, c.after) for c in part.changes] == [
        (State.AWAITING_CONFIRMATION, State.REVIEW),
        (State.CONFIRMED, State.REVIEW),
    ]


@given(
    proof=st.sampled_from(Proof),
    ask=st.sampled_from(["unproven", "always"]),
    days=st.integers(min_value=0, max_value=30),
    state=st.none()
    | st.sampled_from([state for state in State if state not in (State.EFFECTIVE, State.UNDONE)]),
)
def test_without_an_answer_only_fresh_proof_confirms_and_only_where_it_suffices(
    proof: Proof, ask: str, days: int, state: State | None
) -> None:
    known = knowing(*([replace(PENDING, state=state)] if state else []))
    asked = case(
        certain=[CANCELLATION], proof=proof, dated_at=NOW - timedelta(days=days), known=known
    )
    decision = decide(asked, Policy(us=POLICY.us, ask=ask))
    confirmed = [r for r in decision.requests if r.state is State.CONFIRMED]
    confirmed_now = [c for c in decision.changes if c.after is State.CONFIRMED]
    if confirmed or confirmed_now:
        assert proof is Proof.PROVEN
        assert ask == "unproven"
        assert days <= 14
