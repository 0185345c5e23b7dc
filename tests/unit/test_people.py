"""What a drag means, as tables that can be read aloud; the words are those of test_decide.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.case import Case, Policy
from handlers.classify.answers import Answer
from handlers.decide import decide
from handlers.memory import Known, Placed
from handlers.people import RULES, decide_filed, ending_review
from handlers.places import KIND_OF_FOLDER, folder_of, mailbox_of, place_of
from handlers.reviews import end_of_review
from handlers.states import may_become
from handlers.values import Disposition, Filing, Headers, Proof, Request, State
from tests.unit.cases import (
    ANNA,
    BOB,
    BOBS,
    CANCELLATION,
    CONFIRMED,
    DAY,
    EFFECTIVE,
    FORM,
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
    UNDONE,
    address,
    answer_message,
    case,
    knowing,
    message,
    told,
)
from tests.unit.test_decide_properties import cases, policies

INBOX, OPT_OUTS, CANCELLATIONS = Filing.NOWHERE, Filing.OPT_OUTS, Filing.CANCELLATIONS
DIGEST = "d" * 64
TWO_FROM = message(senders=(address(ANNA), address(BOB)))
BY_FORM = message(sender=FORM, reply_to=(address(ANNA),))
BY_COLLEAGUE = message(sender=SUPPORT)
BY_MACHINE = message(("Auto-Submitted", "auto-generated"))
REPORT = message(report_type="delivery-status")
SILENT = message(("X-Auto-Response-Suppress", "All"))


def made(request: Request, **changes: Any) -> Request:
    """The same request, made by the very message that is looked at."""
    return replace(request, origin_digest=DIGEST, **changes)


def lying(
    folder: Filing, *concerned: Request, answered: tuple[Request, ...] = (), **changes: Any
) -> Known:
    """What is known of a message that we looked at in the inbox and put into `folder`."""
    values: dict[str, Any] = {
        "place": "support",
        "filing": folder,
        "is_filed": True,
        "received_at": NOW - HOUR,
    }
    placed = Placed(**values | changes)
    return knowing(*concerned, placed=placed, concerned=concerned, answered=answered)


ASKED_FOR_STAFF = [
    "act: filed-by-staff",
    "new C-NEW001 awaiting_confirmation (cancellation-asked)",
    "ask cancellation_question",
    "to Optoutd/Cancellations",
]

INTO_OPT_OUTS: dict[str, tuple[Case, list[str]]] = {
    "ordinary mail": (
        case(),
        [
            "act: filed-by-staff",
            "new O-NEW001 effective (filed-by-staff)",
            "suppress for O-NEW001",
            "tell opt_out_done",
            "to Optoutd/Opt-outs",
        ],
    ),
    "what we put there ourselves": (
        case(certain=[OPT_OUT], known=lying(OPT_OUTS, made(EFFECTIVE))),
        ["leave: copy", "silent already-answered"],
    ),
    "a form's mail is the customer's": (
        case(BY_FORM, proof=Proof.FORM),
        [
            "act: filed-by-staff",
            "new O-NEW001 effective (filed-by-staff)",
            "suppress for O-NEW001",
            "tell opt_out_done",
            "to Optoutd/Opt-outs",
        ],
    ),
    "mail from a sender who is refuted: nobody is written to": (
        case(proof=Proof.REFUTED),
        [
            "act: filed-by-staff",
            "new O-NEW001 effective (filed-by-staff)",
            "suppress for O-NEW001",
            "silent dmarc-fail",
            "to Optoutd/Opt-outs",
        ],
    ),
    "mail of years ago: nobody is written to": (
        case(dated_at=NOW - 900 * DAY),
        [
            "act: filed-by-staff",
            "new O-NEW001 effective (filed-by-staff)",
            "suppress for O-NEW001",
            "silent too-old-to-answer",
            "to Optoutd/Opt-outs",
        ],
    ),
    "what was held for a person": (
        case(unsure=[OPT_OUT], known=lying(INBOX, made(HELD_OPT_OUT))),
        [
            "act: filed-by-staff",
            "O-OLD001 review->effective (filed-by-staff)",
            "suppress for O-OLD001",
            "tell opt_out_done",
            "to Optoutd/Opt-outs",
        ],
    ),
    "what was held as a cancellation: that is over": (
        case(unsure=[CANCELLATION], known=lying(INBOX, made(HELD))),
        [
            "act: filed-by-staff",
            "new O-NEW001 effective (filed-by-staff)",
            "C-OLD001 review->rejected (filed-by-staff)",
            "suppress for O-NEW001",
            "tell opt_out_done",
            "to Optoutd/Opt-outs",
        ],
    ),
    "what was moved back when it was confirmed: the customer was told so": (
        case(
            certain=[CANCELLATION],
            known=lying(INBOX, made(HELD, reason="confirmation-moved-back")),
        ),
        [
            "review: moved-back-by-staff",
            "new O-NEW001 effective (filed-by-staff)",
            "suppress for O-NEW001",
            "again C-OLD001",
            "tell opt_out_done",
            "to review",
        ],
    ),
    "an answer to our question: the cancellation itself was asked for elsewhere": (
        case(answer_message(), known=lying(INBOX, HELD)),
        [
            "review: moved-back-by-staff",
            "new O-NEW001 effective (filed-by-staff)",
            "suppress for O-NEW001",
            "again C-OLD001",
            "tell opt_out_done",
            "to review",
        ],
    ),
    "from Cancellations, where the customer was asked: the cancellation is paused": (
        case(certain=[CANCELLATION], known=lying(CANCELLATIONS, made(PENDING))),
        [
            "review: moved-back-by-staff",
            "new O-NEW001 effective (filed-by-staff)",
            "C-OLD001 awaiting_confirmation->review (moved-back-by-staff)",
            "suppress for O-NEW001",
            "tell opt_out_done",
            "to review",
        ],
    ),
    "from Cancellations, where both were honoured": (
        case(
            certain=[CANCELLATION, OPT_OUT],
            known=lying(CANCELLATIONS, made(EFFECTIVE), made(CONFIRMED)),
        ),
        [
            "review: moved-back-by-staff",
            "C-OLD001 confirmed->review (confirmation-moved-back)",
            "again O-OLD001",
            "silent already-answered",
            "to review",
        ],
    ),
    "somebody else's cancellation is none of it": (
        case(known=lying(INBOX, BOBS)),
        [
            "act: filed-by-staff",
            "new O-NEW001 effective (filed-by-staff)",
            "suppress for O-NEW001",
            "tell opt_out_done",
            "to Optoutd/Opt-outs",
        ],
    ),
    "another message of who is off the lists already": (
        case(known=knowing(EFFECTIVE)),
        [
            "act: filed-by-staff",
            "again O-OLD001",
            "tell opt_out_already",
            "to Optoutd/Opt-outs",
        ],
    ),
    "once more, after the customer took it back": (
        case(known=lying(INBOX, made(UNDONE))),
        [
            "act: filed-by-staff",
            "new O-NEW001 effective (filed-by-staff)",
            "suppress for O-NEW001",
            "tell opt_out_done",
            "to Optoutd/Opt-outs",
        ],
    ),
    "automatic mail: honoured, and the machine is not answered": (
        case(BY_MACHINE),
        [
            "act: filed-by-staff",
            "new O-NEW001 effective (filed-by-staff)",
            "suppress for O-NEW001",
            "silent auto-submitted",
            "to Optoutd/Opt-outs",
        ],
    ),
    "a bounce": (case(REPORT), ["review: machine-asks", "silent report", "to review"]),
    "mail of nobody in particular": (
        case(TWO_FROM),
        ["review: no-single-sender", "silent no-single-sender", "to review"],
    ),
    "a colleague's forward": (
        case(BY_COLLEAGUE, known=lying(INBOX, made(HELD_OPT_OUT))),
        ["review: own-address", "again O-OLD001", "silent own-address", "to review"],
    ),
}

INTO_CANCELLATIONS: dict[str, tuple[Case, list[str]]] = {
    "ordinary mail: the customer is asked": (case(), ASKED_FOR_STAFF),
    "ordinary mail of a proven sender": (
        case(proof=Proof.PROVEN),
        [
            "act: filed-by-staff",
            "new C-NEW001 confirmed (cancellation-proven)",
            "tell cancellation_confirmed",
            "to Optoutd/Cancellations",
        ],
    ),
    "mail from a sender who is refuted": (
        case(proof=Proof.REFUTED),
        [
            "review: dmarc-fail",
            "new C-NEW001 review (dmarc-fail)",
            "silent dmarc-fail",
            "to review",
        ],
    ),
    "mail that may not be answered": (
        case(SILENT),
        [
            "review: auto-response-suppress",
            "new C-NEW001 review (auto-response-suppress)",
            "silent auto-response-suppress",
            "to review",
        ],
    ),
    "mail of years ago": (
        case(dated_at=NOW - 900 * DAY, proof=Proof.PROVEN),
        ["review: too-old", "new C-NEW001 review (too-old)", "silent in-review", "to review"],
    ),
    "what was held for a person": (
        case(unsure=[CANCELLATION], known=lying(INBOX, made(HELD))),
        [
            "act: filed-by-staff",
            "C-OLD001 review->awaiting_confirmation (cancellation-asked)",
            "ask cancellation_question",
            "to Optoutd/Cancellations",
        ],
    ),
    "what was held, of a proven sender": (
        case(unsure=[CANCELLATION], known=lying(INBOX, made(HELD)), proof=Proof.PROVEN),
        [
            "act: filed-by-staff",
            "C-OLD001 review->confirmed (cancellation-proven)",
            "tell cancellation_confirmed",
            "to Optoutd/Cancellations",
        ],
    ),
    "what was held because the sender is refuted stays so": (
        case(known=lying(INBOX, made(HELD)), proof=Proof.REFUTED),
        ["review: dmarc-fail", "again C-OLD001", "silent dmarc-fail", "to review"],
    ),
    "what was held because nobody may be asked stays so": (
        case(SILENT, known=lying(INBOX, made(HELD))),
        [
            "review: auto-response-suppress",
            "again C-OLD001",
            "silent auto-response-suppress",
            "to review",
        ],
    ),
    "an unclear answer to our question, which a person takes for a yes": (
        case(
            answer_message(),
            known=lying(INBOX, HELD, answered=(HELD,)),
            answer=Answer.UNCLEAR,
        ),
        [
            "act: filed-by-staff",
            "C-OLD001 review->confirmed (confirmed-by-answer)",
            "tell cancellation_confirmed",
            "to Optoutd/Cancellations",
        ],
    ),
    "an answer that says no is no yes, whoever files it and whatever proves it": (
        case(
            answer_message(),
            known=lying(INBOX, HELD, answered=(HELD,)),
            answer=Answer.NO,
            proof=Proof.PROVEN,
        ),
        [
            "review: answer-disputes",
            "C-OLD001 review->review (answer-disputes)",
            "silent in-review",
            "to review",
        ],
    ),
    "what was moved back before its question was answered": (
        case(
            certain=[CANCELLATION],
            known=lying(INBOX, made(HELD, reason="moved-back-by-staff")),
        ),
        [
            "act: filed-by-staff",
            "C-OLD001 review->awaiting_confirmation (filed-by-staff)",
            "silent already-answered",
            "to Optoutd/Cancellations",
        ],
    ),
    "what was moved back when it was confirmed": (
        case(
            certain=[CANCELLATION],
            known=lying(INBOX, made(HELD, reason="confirmation-moved-back")),
        ),
        [
            "act: filed-by-staff",
            "C-OLD001 review->confirmed (filed-by-staff)",
            "silent already-answered",
            "to Optoutd/Cancellations",
        ],
    ),
    "another message of whose confirmation was moved back proves nothing": (
        case(known=knowing(replace(HELD, reason="confirmation-moved-back"))),
        [
            "act: filed-by-staff",
            "C-OLD001 review->awaiting_confirmation (cancellation-asked)",
            "ask cancellation_question",
            "to Optoutd/Cancellations",
        ],
    ),
    "from Opt-outs: the opt-out stays in effect": (
        case(certain=[OPT_OUT], known=lying(OPT_OUTS, made(EFFECTIVE))),
        ASKED_FOR_STAFF,
    ),
    "what was held as an opt-out: that takes effect as well": (
        case(unsure=[OPT_OUT], known=lying(INBOX, made(HELD_OPT_OUT))),
        [
            "act: filed-by-staff",
            "new C-NEW001 awaiting_confirmation (cancellation-asked)",
            "O-OLD001 review->effective (filed-by-staff)",
            "suppress for O-OLD001",
            "ask cancellation_question+opt_out_done",
            "to Optoutd/Cancellations",
        ],
    ),
    "another letter, after a no": (case(known=knowing(REJECTED)), ASKED_FOR_STAFF),
    "one that is handed over": (
        case(known=knowing(HANDED_OVER)),
        [
            "act: filed-by-staff",
            "again C-OLD001",
            "silent already-answered",
            "to Optoutd/Cancellations",
        ],
    ),
}

BACK_TO_THE_INBOX: dict[str, tuple[Case, list[str]]] = {
    "an opt-out stays in effect": (
        case(certain=[OPT_OUT], known=lying(OPT_OUTS, made(EFFECTIVE))),
        ["review: moved-back-by-staff", "again O-OLD001", "silent in-review", "to review"],
    ),
    "a cancellation whose question is open is paused": (
        case(certain=[CANCELLATION], known=lying(CANCELLATIONS, made(PENDING))),
        [
            "review: moved-back-by-staff",
            "C-OLD001 awaiting_confirmation->review (moved-back-by-staff)",
            "silent in-review",
            "to review",
        ],
    ),
    "a confirmed cancellation is paused": (
        case(certain=[CANCELLATION], known=lying(CANCELLATIONS, made(CONFIRMED))),
        [
            "review: moved-back-by-staff",
            "C-OLD001 confirmed->review (confirmation-moved-back)",
            "silent in-review",
            "to review",
        ],
    ),
    "the YES that confirmed it": (
        case(
            answer_message(),
            known=lying(CANCELLATIONS, CONFIRMED, answered=(CONFIRMED,)),
            answer=Answer.YES,
        ),
        [
            "review: moved-back-by-staff",
            "C-OLD001 confirmed->review (confirmation-moved-back)",
            "silent in-review",
            "to review",
        ],
    ),
    "one that is handed over cannot be paused": (
        case(certain=[CANCELLATION], known=lying(CANCELLATIONS, made(HANDED_OVER))),
        ["review: moved-back-by-staff", "again C-OLD001", "silent in-review", "to review"],
    ),
    "what people had dragged there": (
        case(known=lying(OPT_OUTS, EFFECTIVE, place="support:Optoutd/Opt-outs")),
        ["review: moved-back-by-staff", "again O-OLD001", "silent in-review", "to review"],
    ),
    "what is over concerns nobody": (
        case(certain=[CANCELLATION], known=lying(CANCELLATIONS, made(REJECTED))),
        ["leave: moved-back-by-staff", "silent nothing-asked"],
    ),
}


@pytest.mark.parametrize(("given", "expected"), INTO_OPT_OUTS.values(), ids=INTO_OPT_OUTS)
def test_dragged_into_opt_outs(given: Case, expected: list[str]) -> None:
    assert told(decide_filed(given, POLICY, OPT_OUTS)) == expected


@pytest.mark.parametrize(
    ("given", "expected"), INTO_CANCELLATIONS.values(), ids=INTO_CANCELLATIONS
)
def test_dragged_into_cancellations(given: Case, expected: list[str]) -> None:
    assert told(decide_filed(given, POLICY, CANCELLATIONS)) == expected


@pytest.mark.parametrize(("given", "expected"), BACK_TO_THE_INBOX.values(), ids=BACK_TO_THE_INBOX)
def test_dragged_back_to_the_inbox(given: Case, expected: list[str]) -> None:
    assert told(decide(given, POLICY)) == expected


@pytest.mark.parametrize("proof", [Proof.PROVEN, Proof.UNPROVEN])
@pytest.mark.parametrize("reason", ["answer-disputes", "answer-unclear", "question-unanswered"])
@pytest.mark.parametrize("is_its_own", [True, False], ids=["its letter", "another letter"])
def test_no_letter_outweighs_what_the_customer_said_or_did_not_say(
    reason: str, proof: Proof, *, is_its_own: bool
) -> None:
    held = made(HELD, reason=reason)
    known = lying(INBOX, held) if is_its_own else knowing(held)
    given = case(certain=[CANCELLATION], proof=proof, known=known)
    assert told(decide_filed(given, POLICY, CANCELLATIONS)) == [
        f"review: {reason}",
        "again C-OLD001",
        "silent in-review",
        "to review",
    ]


def test_each_rule_decides_something() -> None:
    first = {
        next(rule.name for rule in RULES if rule.holds(given, folder))
        for table, folder in ((INTO_OPT_OUTS, OPT_OUTS), (INTO_CANCELLATIONS, CANCELLATIONS))
        for given, _ in table.values()
    }
    assert first == {rule.name for rule in RULES}


def test_no_drag_asks_for_a_change_that_no_request_can_make() -> None:
    kinds = {"O": OPT_OUT, "C": CANCELLATION}
    decided = [
        *(decide_filed(given, POLICY, OPT_OUTS) for given, _ in INTO_OPT_OUTS.values()),
        *(decide_filed(given, POLICY, CANCELLATIONS) for given, _ in INTO_CANCELLATIONS.values()),
        *(decide(given, POLICY) for given, _ in BACK_TO_THE_INBOX.values()),
    ]
    changes = [change for decision in decided for change in decision.changes]
    assert changes
    assert all(may_become(kinds[c.reference[0]], c.before, c.after) for c in changes)


def test_what_people_filed_is_evidence_even_where_no_words_are() -> None:
    decision = decide_filed(case(), POLICY, OPT_OUTS)
    assert [evidence.rule for evidence in decision.evidence] == ["filed-by-staff"]
    assert decision.intents == (OPT_OUT,)


def test_a_message_that_made_a_request_before_is_not_named_as_its_origin_again() -> None:
    again = decide_filed(case(known=lying(INBOX, made(UNDONE))), POLICY, OPT_OUTS)
    assert again.requests[0].origin_digest == ""
    assert decide_filed(case(), POLICY, OPT_OUTS).requests[0].origin_digest == DIGEST


def test_the_clock_of_what_people_file_began_when_the_server_received_it() -> None:
    given = case(received_at=NOW - 9 * DAY, dated_at=NOW - 9 * DAY)
    (request,) = decide_filed(given, POLICY, OPT_OUTS).requests
    assert request.received_at == NOW - 9 * DAY
    assert request.due_at < NOW


def test_only_what_is_handed_over_is_too_late_to_stop() -> None:
    late = BACK_TO_THE_INBOX["one that is handed over cannot be paused"][0]
    paused = BACK_TO_THE_INBOX["a confirmed cancellation is paused"][0]
    assert decide(late, POLICY).too_late == ("C-OLD001",)
    assert decide(paused, POLICY).too_late == ()
    into = replace(late, known=lying(CANCELLATIONS, HANDED_OVER))
    assert decide_filed(into, POLICY, OPT_OUTS).too_late == ("C-OLD001",)


@pytest.mark.parametrize(
    ("why", "known", "changes"),
    [
        ("not filed yet", lying(OPT_OUTS, EFFECTIVE, is_filed=False), {}),
        ("it was in the inbox", lying(INBOX, EFFECTIVE), {}),
        ("another delivery", lying(OPT_OUTS, EFFECTIVE, copy_hash="other"), {}),
        ("received at another time", lying(OPT_OUTS, EFFECTIVE, received_at=NOW), {}),
        ("the folder was renumbered", lying(OPT_OUTS, EFFECTIVE), {"refilled": True}),
        ("nobody drags here", knowing(EFFECTIVE), {}),
    ],
)
def test_what_looks_alike_was_not_dragged_back(
    why: str, known: Known, changes: dict[str, Any]
) -> None:
    decision = decide(case(certain=[OPT_OUT], known=known, **changes), POLICY)
    assert decision.reason != "moved-back-by-staff", why


def test_the_time_of_receipt_says_nothing_where_the_servers_have_left_their_marks() -> None:
    said = message()
    said = replace(said, headers=Headers((*said.headers.items(), ("Received", "by mx; now"))))
    known = lying(OPT_OUTS, EFFECTIVE, received_at=NOW - 5 * DAY)
    assert decide(case(said, known=known), POLICY).reason == "moved-back-by-staff"


def test_earlier_reviews_end_where_people_have_done_something() -> None:
    filed = decide_filed(case(), POLICY, OPT_OUTS)
    ours = decide_filed(case(known=lying(OPT_OUTS)), POLICY, OPT_OUTS)
    back = decide(BACK_TO_THE_INBOX["an opt-out stays in effect"][0], POLICY)
    plain = decide(case(), POLICY)
    assert ending_review(filed, in_folder=True) == "filed-by-staff"
    assert ending_review(ours, in_folder=True) == ""
    assert ending_review(back, in_folder=False) == "moved-back-by-staff"
    assert ending_review(plain, in_folder=False) == ""


# Whatever is dragged -------------------------------------------------------------------------


@st.composite
def dragged(draw: st.DrawFn) -> Case:
    """Any message, with any past in this mailbox."""
    given_case = draw(cases())
    newest = tuple(given_case.known.newest.values())
    reason = st.sampled_from(["unsure", "moved-back-by-staff", "confirmation-moved-back"])
    concerned = tuple(
        replace(r, origin_digest=draw(st.sampled_from(["", DIGEST])), reason=draw(reason))
        for r in (*newest, *given_case.known.answered)
        if draw(st.booleans())
    )
    known_now = {r.reference: r for r in concerned}
    placed = Placed(
        place="support",
        filing=draw(st.sampled_from([INBOX, Filing.REVIEW, OPT_OUTS, CANCELLATIONS])),
        is_filed=draw(st.booleans()),
        received_at=given_case.received_at,
    )
    known = replace(
        given_case.known,
        newest={k: known_now.get(r.reference, r) for k, r in given_case.known.newest.items()},
        concerned=concerned,
        placed=draw(st.none() | st.just(placed)),
    )
    return replace(given_case, known=known)


@given(dragged(), policies)
def test_nothing_is_cancelled_by_a_drag_into_opt_outs(given_case: Case, policy: Policy) -> None:
    decision = decide_filed(given_case, policy, OPT_OUTS)
    assert all(r.kind is OPT_OUT for r in decision.requests)
    after = {c.after for c in decision.changes if c.reference.startswith("C")}
    assert after <= {State.REVIEW, State.REJECTED}
    assert decision.lift == ()


@given(dragged(), policies)
def test_a_drag_into_cancellations_confirms_only_by_proof(
    given_case: Case, policy: Policy
) -> None:
    decision = decide_filed(given_case, policy, CANCELLATIONS)
    confirmed = [r.reference for r in decision.requests if r.state is State.CONFIRMED]
    confirmed += [c.reference for c in decision.changes if c.after is State.CONFIRMED]
    proven = given_case.proof is Proof.PROVEN and policy.ask == "unproven"
    known = given_case.known
    resumed = {r.reference for r in known.concerned if r.reason == "confirmation-moved-back"}
    answered = {r.reference for r in known.answered}
    refuted = given_case.proof is Proof.REFUTED
    says_no = given_case.answer in (Answer.NO, Answer.UNDO)
    assert not confirmed or not (refuted or says_no)
    assert all(proven or reference in resumed | answered for reference in confirmed)


@given(dragged(), policies)
def test_a_drag_back_only_ever_stops_and_is_never_answered(
    given_case: Case, policy: Policy
) -> None:
    decision = decide(given_case, policy)
    if decision.reason != "moved-back-by-staff":
        return
    assert {change.after for change in decision.changes} <= {State.REVIEW}
    assert (decision.requests, decision.suppress, decision.lift) == ((), (), ())
    assert decision.reply is None


@given(dragged(), policies, st.sampled_from([OPT_OUTS, CANCELLATIONS]))
def test_whoever_drags_whatever_the_reply_goes_to_who_may_have_one(
    given_case: Case, policy: Policy, folder: Filing
) -> None:
    decision = decide_filed(given_case, policy, folder)
    if decision.reply is not None:
        assert decision.reply.to == given_case.requester
        assert given_case.screening.may_reply
        assert given_case.silence(policy) == ""
    assert decision.filing in (folder, Filing.REVIEW) or decision.reason == "copy"
    assert (decision.filing is Filing.REVIEW) == (decision.disposition is Disposition.REVIEW)


# The end of a review -------------------------------------------------------------------------


def since(request: Request, by: timedelta = HOUR) -> Request:
    """The request, changed so long after the decision on the message."""
    return replace(request, updated_at=NOW + by)


ENDS: dict[str, tuple[tuple[Request, ...], datetime | None, str, Filing | None]] = {
    "it waits": ((since(HELD, timedelta()),), None, "", None),
    "it waits, and something else happened": ((since(HELD),), None, "", None),
    "nothing has happened to it since": ((since(EFFECTIVE, -HOUR),), None, "", None),
    "there is no request, and nobody has decided": ((), None, "", None),
    "the opt-out took effect": ((since(EFFECTIVE),), None, "", OPT_OUTS),
    "the customer is being asked": ((since(PENDING),), None, "", CANCELLATIONS),
    "it was confirmed": ((since(CONFIRMED), since(EFFECTIVE)), None, "", CANCELLATIONS),
    "it was carried out, which answers no dispute": (
        (replace(since(CONFIRMED), state=State.COMPLETED),),
        None,
        "",
        None,
    ),
    "one of two waits": ((since(CONFIRMED), since(HELD_OPT_OUT)), None, "", None),
    "it was rejected": ((since(REJECTED),), None, "", INBOX),
    "it was undone": ((since(UNDONE),), None, "", INBOX),
    "people dismissed it": ((since(EFFECTIVE),), NOW, "dismissed", INBOX),
    "people approved it": ((since(EFFECTIVE),), NOW, "approved", OPT_OUTS),
    "people settled what no request was made of": ((), NOW, "approved", INBOX),
}


@pytest.mark.parametrize(
    ("requests", "resolved_at", "resolution", "expected"), ENDS.values(), ids=ENDS
)
def test_when_a_review_is_over_and_where_the_message_belongs(
    requests: tuple[Request, ...],
    resolved_at: datetime | None,
    resolution: str,
    expected: Filing | None,
) -> None:
    found = end_of_review(requests, decided_at=NOW, resolved_at=resolved_at, resolution=resolution)
    assert found is expected


def test_what_waits_by_itself_is_ended_by_people_alone() -> None:
    for requests, resolved_at, resolution, expected in ENDS.values():
        found = end_of_review(
            requests,
            decided_at=NOW,
            resolved_at=resolved_at,
            resolution=resolution,
            by_itself=True,
        )
        assert found is (None if resolved_at is None else expected)


# Places --------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", [Filing.NOWHERE, *KIND_OF_FOLDER])
def test_a_place_tells_its_mailbox_and_its_folder(folder: Filing) -> None:
    place = place_of("support", folder)
    assert (mailbox_of(place), folder_of(place)) == ("support", folder)


def test_where_a_message_is_by_the_last_look_at_it() -> None:
    def folder(place: str, filing: Filing) -> Filing:
        return Placed(place=place, filing=filing, is_filed=True, received_at=NOW).folder

    assert folder("support", Filing.REVIEW) is INBOX
    assert folder("support", OPT_OUTS) is OPT_OUTS
    assert folder("support:Optoutd/Opt-outs", Filing.REVIEW) is OPT_OUTS
    assert folder("support:Optoutd/Opt-outs", Filing.NOWHERE) is OPT_OUTS


PEOPLE = INTO_OPT_OUTS | INTO_CANCELLATIONS | BACK_TO_THE_INBOX
