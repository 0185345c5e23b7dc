"""A call or a letter -> decision: what becomes of what staff record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.dossier import Dossier
from handlers.recorded import Recorded, decide_recorded
from handlers.steps import NotPossible
from handlers.values import Decision, Intent, Proof, Request, State
from tests.unit.cases import (
    ANNA,
    BOB,
    CANCELLATION,
    CONFIRMED,
    DAY,
    EFFECTIVE,
    HANDED_OVER,
    HELD,
    HELD_OPT_OUT,
    HOUR,
    NOW,
    OPT_OUT,
    PENDING,
    POLICY,
    REJECTED,
    SUPPORT,
    TOKENS,
    UNDONE,
    address,
    suppressed,
    told,
)


def call(kind: Intent, **changes: Any) -> Recorded:
    """A call of Anna's of an hour ago, which Kim took."""
    values: dict[str, Any] = {
        "kind": kind,
        "address": address(ANNA),
        "channel": "phone",
        "received_at": NOW - HOUR,
        "taken_by": "Kim",
    }
    return Recorded(**values | changes)


def knowing(*requests: Request, mails: int = 0, list_name: str = "*") -> Dossier:
    """What is known of Anna, with the suppression of what is effective."""
    known = Dossier(mails_last_day={ANNA: mails})
    for each in requests:
        known.newest[each.address_key, each.kind] = each
        if each.state is State.EFFECTIVE:
            held = replace(suppressed(each.reference), list_name=list_name)
            known.suppressions[ANNA, list_name] = held
    return known


def decision(recorded: Recorded, known: Dossier | None = None, *, reply: bool = True) -> Decision:
    return decide_recorded(
        recorded,
        dossier=known or Dossier(),
        policy=POLICY,
        tokens=TOKENS,
        now=NOW,
        reply=reply,
    )


def outcome(recorded: Recorded, known: Dossier | None = None, *, reply: bool = True) -> list[str]:
    try:
        return told(decision(recorded, known, reply=reply))
    except NotPossible as error:
        return [("already: " if error.is_done else "no: ") + str(error)]


OPTED_OUT = [
    "act: recorded-by-staff",
    "new O-NEW001 effective (recorded-by-staff)",
    "suppress for O-NEW001",
    "tell opt_out_done",
]
CANCELLED = [
    "act: recorded-by-staff",
    "new C-NEW001 confirmed (recorded-by-staff)",
    "tell cancellation_confirmed",
]
READ = {"channel": "mail", "mailbox": "support", "digest": "d" * 64}

# What the control panel hands in: it has signed the customer in.
TICKET = {"channel": "panel", "digest": "e" * 64, "signed_in": True}

TABLE: dict[str, tuple[tuple[Recorded, Dossier], list[str]]] = {
    "an opt-out takes effect at once": ((call(OPT_OUT), knowing()), OPTED_OUT),
    "of one list in silence: our letter speaks of all": (
        (call(OPT_OUT, list_name="tips"), knowing()),
        [*OPTED_OUT[:-1], "silent single-list"],
    ),
    "one that is in effect is noted once more": (
        (call(OPT_OUT), knowing(EFFECTIVE)),
        ["act: recorded-again", "again O-OLD001", "silent already-answered"],
    ),
    "who is off all lists is off each": (
        (call(OPT_OUT, list_name="tips"), knowing(EFFECTIVE)),
        ["act: recorded-again", "again O-OLD001", "silent already-answered"],
    ),
    "who is off one list is not off all": (
        (call(OPT_OUT), knowing(EFFECTIVE, list_name="tips")), OPTED_OUT,
    ),
    "one in review is settled by the call": (
        (call(OPT_OUT), knowing(HELD_OPT_OUT)),
        [
            "act: recorded-by-staff",
            "O-OLD001 review->effective (recorded-by-staff)",
            "suppress for O-OLD001",
            "tell opt_out_done",
        ],
    ),
    "a cancellation is confirmed": ((call(CANCELLATION), knowing()), CANCELLED),
    "and so is one that waits for an answer": (
        (call(CANCELLATION), knowing(PENDING)),
        [
            "act: recorded-by-staff",
            "C-OLD001 awaiting_confirmation->confirmed (recorded-by-staff)",
            "tell cancellation_confirmed",
        ],
    ),
    "or for a person": (
        (call(CANCELLATION), knowing(HELD)),
        [
            "act: recorded-by-staff",
            "C-OLD001 review->confirmed (recorded-by-staff)",
            "tell cancellation_confirmed",
        ],
    ),
    "one that a signed-in customer asks for is confirmed": (
        (call(CANCELLATION, **TICKET), knowing()),
        [
            "act: signed-in",
            "new C-NEW001 confirmed (signed-in)",
            "tell cancellation_confirmed",
        ],
    ),
    "also where mail asked for it, and was asked about": (
        (call(CANCELLATION, **TICKET), knowing(PENDING)),
        [
            "act: signed-in",
            "C-OLD001 awaiting_confirmation->confirmed (signed-in)",
            "tell cancellation_confirmed",
        ],
    ),
    "one that is confirmed is noted once more": (
        (call(CANCELLATION), knowing(CONFIRMED)),
        ["act: recorded-again", "again C-OLD001", "silent already-answered"],
    ),
    "also after it was handed over": (
        (call(CANCELLATION), knowing(HANDED_OVER)),
        ["act: recorded-again", "again C-OLD001", "silent already-answered"],
    ),
    "what was closed before is asked for anew": (
        (call(CANCELLATION), knowing(replace(REJECTED, updated_at=NOW - DAY))), CANCELLED,
    ),
    "an old letter is honoured in silence": (
        (call(OPT_OUT, received_at=NOW - 15 * DAY), knowing()),
        [*OPTED_OUT[:-1], "silent too-old-to-answer"],
    ),
    "nobody gets more than the mails of the day": (
        (call(CANCELLATION), knowing(mails=3)), [*CANCELLED[:-1], "silent address-cap"],
    ),
    "a message that a person has read opts its sender out": (
        (call(OPT_OUT, **READ), knowing()),
        [
            "act: approved-by-staff",
            "new O-NEW001 effective (approved-by-staff)",
            "suppress for O-NEW001",
            "tell opt_out_done",
        ],
    ),
    "or has the customer asked: nobody vouches for who sent it": (
        (call(CANCELLATION, **READ), knowing()),
        [
            "act: asked-by-staff",
            "new C-NEW001 awaiting_confirmation (asked-by-staff)",
            "ask cancellation_question",
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_the_table(name: str) -> None:
    given, words = TABLE[name]
    assert outcome(*given) == words


def test_what_is_recorded_twice_is_one_request() -> None:
    first = call(OPT_OUT)
    (made,) = decision(first).requests
    known = knowing()
    known.by_origin[made.origin_digest, OPT_OUT, ANNA] = made
    assert outcome(first, known) == ["already: it is recorded already as O-NEW001"]
    # Whatever has become of it, and whoever took it: the customer has undone it since.
    assert outcome(replace(first, taken_by="Lee", note="x"), known)[0].startswith("already")
    for other in (
        call(OPT_OUT, received_at=NOW - 2 * HOUR),
        call(OPT_OUT, channel="letter"),
        call(OPT_OUT, list_name="tips"),
        call(CANCELLATION),
        call(OPT_OUT, address=address(BOB)),
    ):
        assert outcome(other, known)[0].startswith("act")


def test_what_the_customer_has_taken_back_since_does_not_come_back_with_an_old_letter() -> None:
    for closed, kind in ((UNDONE, OPT_OUT), (REJECTED, CANCELLATION)):
        known = knowing(replace(closed, updated_at=NOW - 2 * HOUR))
        (refused,) = outcome(call(kind, received_at=NOW - 3 * HOUR), known)
        assert refused.startswith(f"no: {closed.reference} was {closed.state} at ")
        assert outcome(call(kind), known)[0] == "act: recorded-by-staff"


@pytest.mark.parametrize(
    "reason",
    ["answer-disputes", "answer-unclear", "moved-back-by-staff", "confirmation-moved-back"],
)
def test_an_old_letter_confirms_nothing_that_somebody_has_spoken_against_since(
    reason: str,
) -> None:
    known = knowing(replace(HELD, reason=reason, updated_at=NOW - 2 * HOUR))
    (refused,) = outcome(call(CANCELLATION, received_at=NOW - 3 * HOUR), known)
    assert refused.startswith("no: C-OLD001 was put on review at ")
    assert outcome(call(CANCELLATION), known)[1].startswith("C-OLD001 review->confirmed")


def test_a_call_about_one_list_leaves_to_a_person_what_may_be_about_all() -> None:
    assert outcome(call(OPT_OUT, list_name="tips"), knowing(HELD_OPT_OUT)) == [
        *OPTED_OUT[:-1],
        "silent single-list",
    ]


def test_a_customer_who_has_to_be_asked_is_not_asked_twice_or_in_silence() -> None:
    read = call(CANCELLATION, **READ)
    for known, reply in ((knowing(PENDING), True), (knowing(mails=3), True), (knowing(), False)):
        (refused,) = outcome(read, known, reply=reply)
        assert refused.startswith(
            "no: a cancellation of anna@garden.example has to be asked about"
        )


def test_we_are_not_our_own_customers() -> None:
    (refused,) = outcome(call(OPT_OUT, address=address(SUPPORT.upper())))
    assert refused == f"no: {SUPPORT} is an address of ours, and no customer's"


def test_the_clock_starts_when_the_call_arrived() -> None:
    for kind, due in ((OPT_OUT, 24), (CANCELLATION, 72)):
        (made,) = decision(call(kind, received_at=NOW - 2 * DAY)).requests
        assert made.received_at == NOW - 2 * DAY
        assert made.due_at == made.received_at + timedelta(hours=due)


def test_staff_are_the_proof_of_what_they_record() -> None:
    recorded = call(
        CANCELLATION, note=" rang\tus ", language="de", wanted_end="31.12.", channel="letter"
    )
    (made,) = decision(recorded).requests
    assert (made.proof, made.taken_by, made.note) == (Proof.STAFF, "Kim", "rang us")
    assert (made.channel, made.mailbox, made.wanted_end) == ("letter", "", "31.12.")
    (change,) = decision(call(CANCELLATION, note="rang"), knowing(replace(HELD, note="x"))).changes
    assert (change.proof, change.note) == (Proof.STAFF, "x\nrang")
    (read,) = decision(call(OPT_OUT, **READ)).requests
    assert (read.proof, read.mailbox, read.origin_digest) == (Proof.UNPROVEN, "support", "d" * 64)


def test_the_letter_speaks_of_the_call() -> None:
    reply = decision(call(CANCELLATION, wanted_end="31 March")).reply
    assert reply is not None
    assert (reply.channel, reply.wanted_end) == ("phone", "31 March")
    assert reply.received_at == NOW - HOUR
    # The language of the request that it settles, where none is said.
    settled = decision(call(CANCELLATION), knowing(PENDING)).reply
    assert settled is not None
    assert settled.language == "de"
    assert decision(call(OPT_OUT), reply=False).silence == "silenced-by-staff"


def test_a_line_sees_what_the_line_before_has_done() -> None:
    known = knowing()
    first = decision(call(OPT_OUT), known)
    known.learn(first)
    assert outcome(call(OPT_OUT), known) == ["already: it is recorded already as O-NEW001"]
    assert outcome(call(OPT_OUT, channel="letter"), known)[0] == "act: recorded-again"
    assert known.mails_last_day[ANNA] == 1
