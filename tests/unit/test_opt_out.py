"""What an opt-out leaves in the store and in the letter; the situations are in test_decide.py."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import opt_out
from handlers.decide import decide
from handlers.memory import Known
from handlers.values import Proof, Request, State, Suppression
from tests.unit.cases import (
    ANNA,
    BOB,
    EFFECTIVE,
    FORM,
    HELD_OPT_OUT,
    HOUR,
    NOW,
    OPT_OUT,
    POLICY,
    REJECTED,
    SECRET,
    TOKENS,
    UNDONE,
    address,
    case,
    knowing,
    message,
    suppressed,
    verdict,
)

ANNA_ADDRESS = address("Anna@Garden.example")


def test_the_request_says_who_when_and_by_what() -> None:
    part = opt_out.honour(case(message(sender="Anna@Garden.example")), POLICY, ANNA_ADDRESS)
    assert part.requests == (
        Request(
            reference=TOKENS.opt_out_reference,
            kind=OPT_OUT,
            state=State.EFFECTIVE,
            address_key=ANNA,
            address_written="Anna@Garden.example",
            channel="mail",
            mailbox="support",
            received_at=NOW - HOUR,
            due_at=NOW - HOUR + POLICY.opt_out_due,
            language="en",
            proof="unproven",
            reason="asked-by-mail",
            origin_digest="d" * 64,
        ),
    )


def test_the_address_is_off_all_lists_from_now_on() -> None:
    part = opt_out.honour(case(), POLICY, ANNA_ADDRESS)
    assert part.suppress == (
        Suppression(
            address_key=ANNA,
            address_written="Anna@Garden.example",
            list_name="*",
            since=NOW,
            reference=TOKENS.opt_out_reference,
        ),
    )


def test_the_letter_names_the_address_and_carries_the_secret() -> None:
    by_form = message(sender=FORM, reply_to=(ANNA_ADDRESS,))
    reply = decide(case(by_form, certain=[OPT_OUT], proof=Proof.FORM), POLICY).reply
    assert reply is not None
    assert (reply.to, reply.opted_out_address) == (ANNA_ADDRESS, "Anna@Garden.example")
    assert (reply.secret, reply.asks) == (SECRET, False)
    assert reply.references == (TOKENS.opt_out_reference,)
    assert reply.received_at == NOW - HOUR


def test_what_is_held_waits_with_a_deadline() -> None:
    (held,) = opt_out.hold(case(), POLICY, ANNA_ADDRESS, "unsure").requests
    assert (held.state, held.reason) == (State.REVIEW, "unsure")
    assert held.due_at == NOW - HOUR + POLICY.review_due


@pytest.mark.parametrize("known", [EFFECTIVE, HELD_OPT_OUT], ids=lambda r: r.state.value)
def test_what_is_known_already_is_not_held_twice(known: Request) -> None:
    part = opt_out.hold(case(known=knowing(known)), POLICY, ANNA_ADDRESS, "unsure")
    assert (part.requests, part.repeated) == ((), (known.reference,))
    assert part.by_itself == (known is EFFECTIVE)


@pytest.mark.parametrize("state", [State.UNDONE, State.REJECTED], ids=lambda state: state.value)
def test_what_is_over_does_not_stand_in_the_way(state: State) -> None:
    known = knowing(replace(UNDONE, state=state))
    for part in (
        opt_out.honour(case(known=known), POLICY, ANNA_ADDRESS),
        opt_out.hold(case(known=known), POLICY, ANNA_ADDRESS, "unsure"),
    ):
        assert [r.reference for r in part.requests] == [TOKENS.opt_out_reference]


def test_a_cancellation_of_the_same_person_is_another_matter() -> None:
    part = opt_out.honour(case(known=knowing(REJECTED)), POLICY, ANNA_ADDRESS)
    assert part.requests[0].state is State.EFFECTIVE


def test_no_more_addresses_go_to_review_than_there_are_references() -> None:
    named = tuple(address(f"old{number}@garden.example") for number in range(5))
    part = opt_out.honour(case(named=named), POLICY, ANNA_ADDRESS)
    held = [(r.reference, r.address_key) for r in part.requests if r.state is State.REVIEW]
    assert held == list(zip(TOKENS.named_references, [a.key for a in named[:2]], strict=True))


def test_an_undone_opt_out_lifts_its_own_suppression_and_no_other() -> None:
    part = opt_out.undo(case(), EFFECTIVE, ANNA_ADDRESS)
    (change,) = part.changes
    assert (change.before, change.after) == (State.EFFECTIVE, State.UNDONE)
    assert [(s.address_key, s.reference) for s in part.lift] == [(ANNA, EFFECTIVE.reference)]


@pytest.mark.parametrize(
    ("spoken", "known_in", "told_in"), [("fr", "de", "fr"), ("", "de", "de"), ("", "", "")]
)
def test_a_short_repetition_is_answered_in_the_language_of_the_first(
    spoken: str, known_in: str, told_in: str
) -> None:
    known = knowing(replace(EFFECTIVE, language=known_in))
    reply = decide(case(message(language=spoken), certain=[OPT_OUT], known=known), POLICY).reply
    assert reply is not None
    assert reply.language == told_in


@given(
    state=st.none()
    | st.sampled_from([State.EFFECTIVE, State.UNDONE, State.REVIEW, State.REJECTED]),
    is_suppressed=st.booleans(),
    replies=st.integers(min_value=0, max_value=5),
    everything=st.booleans(),
    named=st.booleans(),
    proof=st.sampled_from([Proof.PROVEN, Proof.UNPROVEN]),
)
def test_whatever_is_known_the_address_is_off_the_lists_afterwards(
    *,
    state: State | None,
    is_suppressed: bool,
    replies: int,
    everything: bool,
    named: bool,
    proof: Proof,
) -> None:
    held = replace(EFFECTIVE, state=state) if state else None
    known = Known(
        newest={OPT_OUT: held} if held else {},
        suppressed=suppressed() if is_suppressed else None,
        replies_last_day=replies,
    )
    asked = case(
        verdict=verdict([OPT_OUT], stop_everything=everything),
        named=(address(BOB),) if named else (),
        known=known,
        proof=proof,
    )
    decision = decide(asked, POLICY)
    assert is_suppressed or ANNA in {s.address_key for s in decision.suppress}
    assert decision.lift == ()
    assert BOB not in {s.address_key for s in decision.suppress}
