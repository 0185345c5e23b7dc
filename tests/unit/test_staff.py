"""State and command -> decision: what staff may do, as a table that can be read aloud.

The words are those of test_decide.py: what changes, what follows for the lists, and what the
customer is told or asked, or why nobody is. Where nothing can be done, the words say so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.dossier import Dossier
from handlers.moved_back import PAUSED_CONFIRMED
from handlers.reason_words import reason_words
from handlers.reasons import REASONS
from handlers.staff import MAX_NOTE_CHARS, Wish, decide_by_staff, joined_notes, mail_key
from handlers.states import CLOSED, may_become
from handlers.steps import STEPS, Command, NotPossible, possible
from handlers.telling import ASKED_BEFORE, PAUSED
from handlers.values import Decision, Intent, Proof, Request, State
from tests.unit.cases import (
    ANNA,
    CANCELLATION,
    CONFIRMED,
    EFFECTIVE,
    HANDED_OVER,
    HELD,
    HELD_OPT_OUT,
    NOW,
    PENDING,
    POLICY,
    REJECTED,
    SECRET,
    SUPPORT,
    UNDONE,
    request,
    suppressed,
    told,
)

COMPLETED = request(CANCELLATION, State.COMPLETED)
C = Command


def because(held: Request, reason: str, **changes: Any) -> Request:
    return replace(held, reason=reason, **changes)


def dossier(mails: int = 0, *held: str) -> Dossier:
    """What is known of Anna: mails of the last day, and what keeps her off all lists."""
    known = Dossier(mails_last_day={ANNA: mails})
    for reference in held:
        known.suppressions[ANNA, "*"] = suppressed(reference)
    return known


def decision(
    asked: Request,
    command: Command,
    known: Dossier | None = None,
    ask: str = "unproven",
    **wish: Any,
) -> Decision:
    return decide_by_staff(
        asked,
        Wish(command=command, **wish),
        dossier=known or dossier(),
        policy=replace(POLICY, ask=ask),
        secret=SECRET,
        now=NOW,
    )


def outcome(*args: Any, **kwargs: Any) -> list[str]:
    """The decision in words, or why there is none."""
    try:
        return told(decision(*args, **kwargs))
    except NotPossible as error:
        return [("already: " if error.is_done else "no: ") + str(error)]


def moved(after: str, reason: str, *more: str, of: str = "C-OLD001", was: str = "") -> list[str]:
    return [f"act: {reason}", f"{of} {was}->{after} ({reason})", *more]


ASKED_AGAIN = moved(
    "awaiting_confirmation", "asked-by-staff", "ask cancellation_question", was="review"
)
HONOURED = moved(
    "effective",
    "approved-by-staff",
    "suppress for O-OLD001",
    "tell opt_out_done",
    of="O-OLD001",
    was="review",
)


def in_silence(words: list[str], why: str) -> list[str]:
    return [*words[:-1], f"silent {why}"]


TABLE: dict[str, tuple[tuple[Request, Command], list[str]]] = {
    "a cancellation that waits for an answer is confirmed": (
        (PENDING, C.CONFIRM),
        moved(
            "confirmed", "confirmed-by-staff", "tell cancellation_confirmed",
            was="awaiting_confirmation",
        ),
    ),
    "and so is one in review": (
        (HELD, C.CONFIRM),
        moved("confirmed", "confirmed-by-staff", "tell cancellation_confirmed", was="review"),
    ),
    "one whose sender is forged, too: its owner is told, and can object": (
        (because(HELD, "dmarc-fail", proof="refuted"), C.CONFIRM),
        moved("confirmed", "confirmed-by-staff", "tell cancellation_confirmed", was="review"),
    ),
    "one whose question came back, in silence: so would this mail": (
        (because(HELD, "question-undeliverable"), C.CONFIRM),
        moved("confirmed", "confirmed-by-staff", "silent question-undeliverable", was="review"),
    ),
    "what is confirmed stays so": (
        (CONFIRMED, C.CONFIRM), ["already: C-OLD001 is confirmed already"],
    ),
    "what is closed stays closed": (
        (REJECTED, C.CONFIRM), ["no: C-OLD001 is rejected, and cannot be confirmed"],
    ),
    "an opt-out in review may be confirmed as well": (
        (HELD_OPT_OUT, C.CONFIRM),
        moved("effective", "confirmed-by-staff", "suppress for O-OLD001", "tell opt_out_done",
              of="O-OLD001", was="review"),
    ),
    "an opt-out in effect needs no confirmation": (
        (EFFECTIVE, C.CONFIRM), ["already: O-OLD001 is effective already"],
    ),
    "a cancellation that waits is rejected": (
        (PENDING, C.REJECT),
        moved("rejected", "rejected-by-staff", "tell cancellation_rejected",
              was="awaiting_confirmation"),
    ),
    "one by a forged sender is rejected in silence": (
        (because(HELD, "dmarc-fail", proof="refuted"), C.REJECT),
        moved("rejected", "rejected-by-staff", "silent dmarc-fail", was="review"),
    ),
    "an opt-out is rejected, for which there is no letter": (
        (HELD_OPT_OUT, C.REJECT),
        moved("rejected", "rejected-by-staff", of="O-OLD001", was="review"),
    ),
    "what is confirmed cannot be rejected, but withdrawn": (
        (CONFIRMED, C.REJECT), ["no: C-OLD001 is confirmed, and cannot be rejected"],
    ),
    "an opt-out is undone": (
        (EFFECTIVE, C.UNDO),
        moved("undone", "undone-by-staff", "tell opt_out_undone", of="O-OLD001", was="effective"),
    ),
    "once": ((UNDONE, C.UNDO), ["already: O-OLD001 is undone already"]),
    "a cancellation is not undone": (
        (CONFIRMED, C.UNDO), ["no: C-OLD001 is a cancellation, and cannot be undone"],
    ),
    "one that was carried out is completed, without a letter": (
        (CONFIRMED, C.COMPLETE),
        moved("completed", "completed-by-staff", was="confirmed"),
    ),
    "also after it was handed over": (
        (HANDED_OVER, C.COMPLETE),
        moved("completed", "completed-by-staff", was="handed_over"),
    ),
    "but not before it was confirmed": (
        (PENDING, C.COMPLETE),
        ["no: C-OLD001 is awaiting confirmation, and cannot be completed"],
    ),
    "a customer takes a cancellation back by telephone": (
        (CONFIRMED, C.WITHDRAW),
        moved("withdrawn", "withdrawn-by-staff", "tell cancellation_withdrawn", was="confirmed"),
    ),
    "too late": (
        (COMPLETED, C.WITHDRAW), ["no: C-OLD001 is completed, and cannot be withdrawn"],
    ),
    "an opt-out is approved": ((HELD_OPT_OUT, C.APPROVE), HONOURED),
    "one by a forged sender in silence: the address is innocent": (
        (because(HELD_OPT_OUT, "dmarc-fail", proof="refuted"), C.APPROVE),
        in_silence(HONOURED, "dmarc-fail"),
    ),
    "one of a doubtful sender in silence": (
        (because(HELD_OPT_OUT, "doubtful-results", proof="doubtful"), C.APPROVE),
        in_silence(HONOURED, "doubtful-results"),
    ),
    "one of an address that somebody else named in silence, too": (
        (because(HELD_OPT_OUT, "names-another-address"), C.APPROVE),
        in_silence(HONOURED, "names-another-address"),
    ),
    "one that may be a machine's likewise": (
        (because(HELD_OPT_OUT, "machine-asks"), C.APPROVE), in_silence(HONOURED, "machine-asks"),
    ),
    "and what a machine has passed on is rejected in silence": (
        (because(HELD, "machine-answers"), C.REJECT),
        moved("rejected", "rejected-by-staff", "silent machine-answers", was="review"),
    ),
    "one under an address of ours is not a customer's": (
        (because(HELD_OPT_OUT, "own-address"), C.APPROVE),
        ["no: O-OLD001 stands under an address of ours"],
    ),
    "nor is a cancellation, whoever vouches for it": (
        (because(HELD, "own-address"), C.CONFIRM),
        ["no: C-OLD001 stands under an address of ours"],
    ),
    "a proven cancellation is confirmed": (
        (because(HELD, "unsure", proof="proven"), C.APPROVE),
        moved("confirmed", "approved-by-staff", "tell cancellation_confirmed", was="review"),
    ),
    "any other is asked about: staff decide what is meant, and not who has sent it": (
        (because(HELD, "unsure"), C.APPROVE), ASKED_AGAIN,
    ),
    "also one of a form": ((because(HELD, "unsure", proof="form"), C.APPROVE), ASKED_AGAIN),
    "also one of long ago, though it would not be answered by itself": (
        (because(HELD, "too-old"), C.APPROVE), ASKED_AGAIN,
    ),
    "a forged sender's address is not asked": (
        (because(HELD, "dmarc-fail", proof="refuted"), C.APPROVE),
        ["no: C-OLD001: our own server found the sender forged, and the address is not asked"],
    ),
    "nor one in whose name somebody poses as our server": (
        (because(HELD, "doubtful-results", proof="doubtful"), C.APPROVE),
        [f"no: C-OLD001: {reason_words('doubtful-results')}, and the address is not asked"],
    ),
    "nor a machine": (
        (because(HELD, "machine-asks"), C.APPROVE),
        ["no: C-OLD001: the message may not be answered (machine-asks)"],
    ),
    "nor who wants no automatic mail": (
        (because(HELD, "auto-response-suppress"), C.APPROVE),
        ["no: C-OLD001: the message may not be answered (auto-response-suppress)"],
    ),
    "who was asked before is not asked again": (
        (because(HELD, "question-unanswered"), C.APPROVE),
        ["no: C-OLD001: the customer was asked and has not answered"],
    ),
    "what a proven customer disputes is not confirmed by approving it": (
        (because(HELD, "answer-disputes", proof="proven"), C.APPROVE),
        ["no: C-OLD001: the customer disputes it, and what they say is for you to read"],
    ),
    "what waits for the customer is not approved": (
        (PENDING, C.APPROVE),
        ["already: C-OLD001 is awaiting confirmation already"],
    ),
    "a request that is none is dismissed in silence": (
        (because(HELD, "unsure"), C.DISMISS),
        moved("rejected", "dismissed-by-staff", was="review"),
    ),
    "an opt-out likewise": (
        (HELD_OPT_OUT, C.DISMISS),
        moved("rejected", "dismissed-by-staff", of="O-OLD001", was="review"),
    ),
    "only what waits is dismissed": (
        (EFFECTIVE, C.DISMISS), ["no: O-OLD001 is effective, and cannot be dismissed"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_the_table(name: str) -> None:
    asked, words = TABLE[name]
    assert outcome(*asked) == words


# the mail -------------------------------------------------------------------------------------


def test_staff_may_have_the_customer_told_or_not() -> None:
    forged = because(HELD_OPT_OUT, "dmarc-fail", proof="refuted")
    assert "tell opt_out_done" in outcome(forged, C.APPROVE, reply=True)
    assert outcome(HELD_OPT_OUT, C.APPROVE, reply=False)[-1] == "silent silenced-by-staff"
    assert outcome(PENDING, C.CONFIRM, reply=False)[-1] == "silent silenced-by-staff"


def test_nobody_can_be_asked_in_silence() -> None:
    assert outcome(because(HELD, "unsure"), C.APPROVE, reply=False) == [
        "no: C-OLD001: the customer has to be asked, and cannot be in silence"
    ]


def test_an_address_gets_no_more_than_its_mails_of_the_day_whatever_staff_want() -> None:
    full = dossier(3)
    assert outcome(PENDING, C.CONFIRM, full)[-1] == "silent address-cap"
    assert outcome(PENDING, C.CONFIRM, full, reply=True)[-1] == "silent address-cap"
    (refused,) = outcome(because(HELD, "unsure"), C.APPROVE, full)
    assert "has had its mails of the day" in refused


def test_we_never_write_to_ourselves() -> None:
    ours = replace(PENDING, address_key=SUPPORT, address_written=SUPPORT)
    for reply in (None, True):
        assert outcome(ours, C.CONFIRM, reply=reply)[-1] == "silent own-address"


def test_where_everybody_is_asked_a_proven_one_is_asked_too() -> None:
    proven = because(HELD, "unsure", proof="proven")
    assert outcome(proven, C.APPROVE, ask="always") == ASKED_AGAIN
    # Whom staff have vouched for is not.
    vouched = because(HELD, "unsure", proof="staff")
    assert "tell cancellation_confirmed" in outcome(vouched, C.APPROVE, ask="always")


def test_the_letter_speaks_of_the_request_as_the_customer_made_it() -> None:
    by_phone = replace(PENDING, channel="phone")
    reply = decision(by_phone, C.CONFIRM).reply
    assert reply is not None
    assert reply.to.key == ANNA
    assert (reply.language, reply.channel, reply.wanted_end) == ("de", "phone", "2026-12-31")
    assert reply.references == ("C-OLD001",)
    assert reply.received_at == reply.cancellation_received_at == PENDING.received_at
    assert not reply.asks
    question = decision(because(HELD, "unsure"), C.APPROVE).reply
    assert question is not None
    assert question.asks


def test_a_customer_is_told_of_one_change_once_and_asked_with_a_key_of_its_own() -> None:
    def key(one: Decision, at: datetime = NOW) -> str:
        return mail_key(one, at=at)

    confirmed = decision(PENDING, C.CONFIRM)
    assert key(confirmed) == key(decision(HELD, C.CONFIRM))
    assert key(confirmed) != key(confirmed, NOW + timedelta(hours=1))  # disputed in between
    assert key(confirmed) != key(decision(PENDING, C.REJECT))
    asked = decision(because(HELD, "unsure"), C.APPROVE)
    assert asked.reply is not None
    other = replace(asked, reply=replace(asked.reply, secret="ABCDEFGHABCDEFGH"))
    assert key(asked) != key(other)
    assert SECRET not in key(asked)
    assert key(decision(CONFIRMED, C.COMPLETE)) == ""


def test_what_a_person_has_paused_goes_on_where_it_was_and_nobody_is_told_twice() -> None:
    paused = because(HELD, "moved-back-by-staff")
    assert outcome(paused, C.APPROVE) == [
        *ASKED_AGAIN[:-1], "silent already-answered",
    ]  # fmt: skip
    confirmed = because(HELD, "confirmation-moved-back")
    for command, reason in ((C.APPROVE, "approved-by-staff"), (C.CONFIRM, "confirmed-by-staff")):
        words = moved("confirmed", reason, "silent already-answered", was="review")
        assert outcome(confirmed, command) == words
    # What had been confirmed is not any more: that is news.
    assert outcome(confirmed, C.REJECT)[-1] == "tell cancellation_rejected"
    # So it cannot be dropped without a word either.
    with pytest.raises(NotPossible, match="was confirmed to the customer") as refused:
        decision(confirmed, C.DISMISS)
    assert "requests withdraw" in refused.value.cure


# lists and notes ------------------------------------------------------------------------------


def test_undoing_lifts_what_this_request_holds_and_nothing_else() -> None:
    assert decision(EFFECTIVE, C.UNDO, dossier(0, "O-OLD001")).lift == (suppressed("O-OLD001"),)
    assert decision(EFFECTIVE, C.UNDO, dossier(0, "O-OTHER1")).lift == ()
    both = dossier(0, "O-OLD001")
    weekly = replace(suppressed("O-OLD001"), list_name="weekly")
    both.suppressions[ANNA, "weekly"] = weekly
    assert decision(EFFECTIVE, C.UNDO, both).lift == (suppressed("O-OLD001"), weekly)


def test_who_stays_off_the_lists_for_another_reason_is_not_told_to_be_back_on_them() -> None:
    words = outcome(EFFECTIVE, C.UNDO, dossier(0, "O-OTHER1"), reply=True)
    assert words[-1] == "silent still-suppressed"
    assert outcome(EFFECTIVE, C.UNDO, dossier(0, "O-OLD001"))[-1] == "tell opt_out_undone"


def test_who_confirms_vouches_for_the_customer_and_who_approves_does_not() -> None:
    for asked, command, proof in (
        (PENDING, C.CONFIRM, Proof.STAFF),
        (HELD_OPT_OUT, C.APPROVE, None),
        (PENDING, C.REJECT, None),
    ):
        (change,) = decision(asked, command).changes
        assert change.proof == (proof or "")


def test_a_note_is_added_to_the_one_that_is_there() -> None:
    (change,) = decision(
        replace(PENDING, note="first"), C.CONFIRM, note="second\n\n\x1b[31mred"
    ).changes
    assert change.note == "first\nsecond\n[31mred"
    assert decision(PENDING, C.CONFIRM).changes[0].note == ""


def test_a_note_that_is_too_long_is_refused_and_not_cut() -> None:
    assert joined_notes("", "x" * MAX_NOTE_CHARS) == "x" * MAX_NOTE_CHARS
    with pytest.raises(NotPossible, match="is the limit"):
        joined_notes("before", "x" * MAX_NOTE_CHARS)


# what always holds ----------------------------------------------------------------------------

reasons = st.sampled_from(sorted(REASONS))
requests = st.builds(
    lambda kind, state, reason, proof: request(kind, state, reason=reason, proof=proof),
    st.sampled_from(Intent),
    st.sampled_from(State),
    reasons,
    st.sampled_from([proof.value for proof in Proof]),
)


@given(requests, st.sampled_from(Command), st.sampled_from([None, True, False]), st.integers(0, 4))
def test_no_command_takes_a_step_that_the_states_forbid(
    asked: Request, command: Command, reply: bool | None, mails: int
) -> None:
    try:
        decided = decision(asked, command, dossier(mails, "O-OLD001"), reply=reply)
    except NotPossible:
        return
    (change,) = decided.changes
    assert may_become(asked.kind, asked.state, change.after)
    assert change.before is asked.state
    assert asked.state not in CLOSED
    assert command in possible(asked)
    # A cancellation is confirmed by who vouches for it, or because its sender is proven.
    if change.after is State.CONFIRMED and command is C.APPROVE:
        assert asked.proof in ("proven", "staff") or asked.reason == PAUSED_CONFIRMED
        assert asked.reason not in ASKED_BEFORE  # "question-dropped" was never asked
    if change.after is State.AWAITING_CONFIRMATION and asked.reason != PAUSED:
        assert decided.reply is not None
        assert decided.reply.asks
        assert asked.proof not in ("refuted", "doubtful")
    if decided.reply is not None:
        assert mails < 3
        assert reply is not False
        assert decided.reply.to.key == asked.address_key
    assert bool(decided.suppress) == (change.after is State.EFFECTIVE)
    assert bool(decided.lift) == (change.after is State.UNDONE)


@pytest.mark.parametrize("step", STEPS, ids=lambda s: f"{s.command} {s.kind} {s.after}")
def test_each_line_of_the_table_is_a_step_that_the_states_know(step: Any) -> None:
    for before in step.before:
        assert may_become(step.kind, before, step.after)


@pytest.mark.parametrize("kind", Intent, ids=lambda kind: kind.value)
def test_staff_can_end_whatever_is_open(kind: Intent) -> None:
    for state in set(State) - CLOSED:
        known = any(s.after is state or state in s.before for s in STEPS if s.kind is kind)
        assert not known or possible(request(kind, state))


def test_age_is_no_reason_for_silence_where_a_person_decides() -> None:
    old = replace(PENDING, received_at=NOW - timedelta(days=90))
    assert "tell cancellation_confirmed" in outcome(old, C.CONFIRM)
