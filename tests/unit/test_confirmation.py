"""Answers to our own mail: what was asked or told, and what the answer changes.

The lines read as those of test_decide.py.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.case import Case
from handlers.classify.answers import Answer
from handlers.decide import decide
from handlers.memory import Known
from handlers.values import Proof, State
from tests.unit.cases import (
    ANNA,
    ASKED,
    BOB,
    BOBS,
    BOBS_OPT_OUT,
    CANCELLATION,
    CONFIRMED,
    EFFECTIVE,
    HANDED_OVER,
    HELD,
    OPT_OUT,
    OPTED_OUT,
    OTHER_SECRET,
    OUR_ID,
    PENDING,
    POLICY,
    REJECTED,
    SUPPORT,
    TOKENS,
    UNDONE,
    address,
    answer_message,
    answered,
    case,
    knowing,
    message,
    request,
    suppressed,
    told,
)

YES, NO, UNDO, THANKS = Answer.YES, Answer.NO, Answer.UNDO, Answer.THANKS
ANSWER = answer_message()
PAUSED = replace(HELD, reason="moved-back-by-staff")
EARLIER = replace(REJECTED, reference="C-OLD000")
BOUNCE = answer_message(("Return-Path", "<>"), report_type="delivery-status")
BOUNCE_OF_ANNA = message(
    ("Return-Path", "<>"),
    sender="mailer-daemon@relay.example",
    report_type="delivery-status",
    quoted_text=f"Final-Recipient: rfc822; {ANNA}\nAction: failed",
)
UNMARKED = answer_message(
    subject="Re: A message [C-OLD001]", new_text="Yes\n\nTo Anna: please confirm. Number: C-OLD001"
)
UNKNOWN = answer_message(secrets=(OTHER_SECRET,))
LOST_BOUNCE = message(
    ("Return-Path", "<>"), report_type="delivery-status", quoted_text=f"Message-ID: {OUR_ID}"
)


ANSWERS: dict[str, tuple[Case, list[str]]] = {
    "yes to the question": (
        case(ANSWER, answer=YES, known=answered(PENDING)),
        [
            "act: confirmed-by-answer",
            "C-OLD001 awaiting_confirmation->confirmed (confirmed-by-answer)",
            "tell cancellation_confirmed",
            "to Optoutd/Cancellations",
        ],
    ),
    "no to the question": (
        case(ANSWER, answer=NO, known=answered(PENDING)),
        [
            "act: refused-by-answer",
            "C-OLD001 awaiting_confirmation->rejected (refused-by-answer)",
            "tell cancellation_rejected",
            "to Optoutd/Cancellations",
        ],
    ),
    "no, only the newsletter": (
        case(ANSWER, answer=NO, known=answered(PENDING), certain=[OPT_OUT]),
        [
            "act: refused-by-answer",
            "new O-NEW001 effective (asked-by-mail)",
            "C-OLD001 awaiting_confirmation->rejected (refused-by-answer)",
            "suppress for O-NEW001",
            "tell cancellation_rejected+opt_out_done",
            "to Optoutd/Cancellations",
        ],
    ),
    "yes to the question, above a quotation without a mark": (
        case(UNMARKED, answer=YES, known=answered(PENDING)),
        [
            "act: confirmed-by-answer",
            "C-OLD001 awaiting_confirmation->confirmed (confirmed-by-answer)",
            "silent optoutd-letter",
            "to Optoutd/Cancellations",
        ],
    ),
    "something unclear above a quotation without a mark": (
        case(UNMARKED, known=answered(PENDING)),
        [
            "review: answer-unclear",
            "C-OLD001 awaiting_confirmation->review (answer-unclear)",
            "silent optoutd-letter",
            "to review",
        ],
    ),
    "thanks, and please cancel, above a quotation without a mark": (
        case(UNMARKED, answer=THANKS, known=answered(EFFECTIVE), certain=[CANCELLATION]),
        [
            "review: machine-asks",
            "new C-NEW001 review (machine-asks)",
            "silent optoutd-letter",
            "to review",
        ],
    ),
    "a letter of another company's optoutd": (
        case(
            message(subject=UNMARKED.subject, new_text=UNMARKED.new_text),
            certain=[OPT_OUT, CANCELLATION],
            proof=Proof.PROVEN,
        ),
        [
            "review: machine-asks",
            "new O-NEW001 review (machine-asks)",
            "new C-NEW001 review (machine-asks)",
            "silent optoutd-letter",
            "to review",
        ],
    ),
    "a letter of another company's optoutd that seems to ask for nothing": (
        case(message(subject=UNMARKED.subject, new_text=UNMARKED.new_text)),
        ["ignore: optoutd-letter", "silent optoutd-letter"],
    ),
    "something unclear to the question": (
        case(ANSWER, known=answered(PENDING)),
        [
            "review: answer-unclear",
            "C-OLD001 awaiting_confirmation->review (answer-unclear)",
            "silent in-review",
            "to review",
        ],
    ),
    "something unclear with an opt-out": (
        case(ANSWER, known=answered(PENDING), certain=[OPT_OUT]),
        [
            "review: answer-unclear",
            "new O-NEW001 effective (asked-by-mail)",
            "C-OLD001 awaiting_confirmation->review (answer-unclear)",
            "suppress for O-NEW001",
            "tell opt_out_done",
            "to review",
        ],
    ),
    "thanks for the question": (
        case(ANSWER, answer=THANKS, known=answered(PENDING)),
        ["leave: thanks", "silent nothing-asked"],
    ),
    "thanks, and please cancel": (
        case(ANSWER, answer=THANKS, known=answered(EFFECTIVE), certain=[CANCELLATION]),
        ASKED,
    ),
    "yes from another address": (
        case(ANSWER, answer=YES, known=Known(answered=(BOBS,))),
        [
            "review: answer-from-another-address",
            "C-BOB001 awaiting_confirmation->review (answer-from-another-address)",
            "silent in-review",
            "to review",
        ],
    ),
    "yes of nobody in particular": (
        case(
            answer_message(senders=(address(ANNA), address(BOB))),
            answer=YES,
            known=Known(answered=(PENDING,)),
        ),
        [
            "review: answer-from-another-address",
            "C-OLD001 awaiting_confirmation->review (answer-from-another-address)",
            "silent no-single-sender",
            "to review",
        ],
    ),
    "yes of a refuted sender": (
        case(ANSWER, answer=YES, known=answered(PENDING), proof=Proof.REFUTED),
        [
            "review: dmarc-fail",
            "C-OLD001 awaiting_confirmation->review (dmarc-fail)",
            "silent dmarc-fail",
            "to review",
        ],
    ),
    "yes once more": (
        case(ANSWER, answer=YES, known=answered(CONFIRMED)),
        [
            "act: answered-before",
            "again C-OLD001",
            "silent already-answered",
            "to Optoutd/Cancellations",
        ],
    ),
    "yes when the question was closed": (
        case(ANSWER, answer=YES, known=answered(HELD)),
        ["review: answer-late", "again C-OLD001", "silent in-review", "to review"],
    ),
    "yes after a no": (
        case(ANSWER, answer=YES, known=answered(REJECTED)),
        ["review: answer-late", "again C-OLD001", "silent in-review", "to review"],
    ),
    "yes once more, in a thread with an earlier no": (
        case(ANSWER, answer=YES, known=answered(EARLIER, CONFIRMED)),
        [
            "act: answered-before",
            "again C-OLD000",
            "again C-OLD001",
            "silent already-answered",
            "to Optoutd/Cancellations",
        ],
    ),
    "no to what is confirmed, in a thread with an earlier no": (
        case(ANSWER, answer=NO, known=answered(EARLIER, CONFIRMED)),
        [
            "review: answer-disputes",
            "C-OLD001 confirmed->review (answer-disputes)",
            "silent in-review",
            "to review",
        ],
    ),
    "no once more": (
        case(ANSWER, answer=NO, known=answered(REJECTED)),
        [
            "act: answered-before",
            "again C-OLD001",
            "silent already-answered",
            "to Optoutd/Cancellations",
        ],
    ),
    "no to what is confirmed, beside an opt-out": (
        case(ANSWER, answer=NO, known=answered(EFFECTIVE, CONFIRMED)),
        [
            "review: answer-disputes",
            "C-OLD001 confirmed->review (answer-disputes)",
            "silent in-review",
            "to review",
        ],
    ),
    "no to what is handed over": (
        case(ANSWER, answer=NO, known=answered(HANDED_OVER)),
        ["review: answer-disputes", "again C-OLD001", "silent in-review", "to review"],
    ),
    "no to what was confirmed, and paused by people: whoever goes on with it has to know": (
        case(ANSWER, answer=NO, known=answered(replace(HELD, reason="confirmation-moved-back"))),
        [
            "review: answer-disputes",
            "C-OLD001 review->review (answer-disputes)",
            "silent in-review",
            "to review",
        ],
    ),
    "undo of an opt-out": (
        case(ANSWER, answer=UNDO, known=answered(EFFECTIVE)),
        [
            "act: opt-out-undone",
            "O-OLD001 effective->undone (undone-by-customer)",
            "lift for O-OLD001",
            "tell opt_out_undone",
            "to Optoutd/Opt-outs",
        ],
    ),
    "undo of an opt-out while a question waits": (
        case(ANSWER, answer=UNDO, known=answered(EFFECTIVE, PENDING)),
        [
            "act: opt-out-undone",
            "O-OLD001 effective->undone (undone-by-customer)",
            "lift for O-OLD001",
            "tell opt_out_undone",
            "to Optoutd/Opt-outs",
        ],
    ),
    "undo where a cancellation is confirmed": (
        case(ANSWER, answer=UNDO, known=answered(EFFECTIVE, CONFIRMED)),
        [
            "review: answer-disputes",
            "C-OLD001 confirmed->review (answer-disputes)",
            "silent in-review",
            "to review",
        ],
    ),
    "undo to the question": (
        case(ANSWER, answer=UNDO, known=answered(PENDING)),
        [
            "act: refused-by-answer",
            "C-OLD001 awaiting_confirmation->rejected (refused-by-answer)",
            "tell cancellation_rejected",
            "to Optoutd/Cancellations",
        ],
    ),
    "undo to the question, only the newsletter": (
        case(ANSWER, answer=UNDO, known=answered(PENDING), certain=[OPT_OUT]),
        [
            "act: refused-by-answer",
            "new O-NEW001 effective (asked-by-mail)",
            "C-OLD001 awaiting_confirmation->rejected (refused-by-answer)",
            "suppress for O-NEW001",
            "tell cancellation_rejected+opt_out_done",
            "to Optoutd/Cancellations",
        ],
    ),
    "undo of an opt-out that asks for it as well": (
        case(ANSWER, answer=UNDO, known=answered(EFFECTIVE), certain=[OPT_OUT]),
        ["review: answer-disputes", "again O-OLD001", "silent in-review", "to review"],
    ),
    "no, and no newsletter either, which is so already": (
        case(ANSWER, answer=NO, known=answered(EFFECTIVE, PENDING), certain=[OPT_OUT]),
        [
            "act: refused-by-answer",
            "C-OLD001 awaiting_confirmation->rejected (refused-by-answer)",
            "tell cancellation_rejected",
            "to Optoutd/Cancellations",
        ],
    ),
    "no newsletter, of a refuted sender": (
        case(ANSWER, answer=NO, known=answered(PENDING), certain=[OPT_OUT], proof=Proof.REFUTED),
        [
            "review: dmarc-fail",
            "C-OLD001 awaiting_confirmation->review (dmarc-fail)",
            "silent dmarc-fail",
            "to review",
        ],
    ),
    "no newsletter, of a colleague": (
        case(
            answer_message(sender=SUPPORT),
            answer=NO,
            known=Known(answered=(PENDING,)),
            certain=[OPT_OUT],
        ),
        [
            "review: answer-from-another-address",
            "new O-NEW001 review (own-address)",
            "C-OLD001 awaiting_confirmation->review (answer-from-another-address)",
            "silent own-address",
            "to review",
        ],
    ),
    "no, I do want it cancelled": (
        case(ANSWER, answer=NO, known=answered(REJECTED), certain=[CANCELLATION]),
        ["review: answer-unclear", "again C-OLD001", "silent in-review", "to review"],
    ),
    "undo of an opt-out, and a cancellation": (
        case(ANSWER, answer=UNDO, known=answered(EFFECTIVE), certain=[CANCELLATION]),
        [
            "act: cancellation-asked",
            "new C-NEW001 awaiting_confirmation (cancellation-asked)",
            "O-OLD001 effective->undone (undone-by-customer)",
            "lift for O-OLD001",
            "ask opt_out_undone+cancellation_question",
            "to Optoutd/Cancellations",
        ],
    ),
    "undo once more": (
        case(ANSWER, answer=UNDO, known=answered(UNDONE)),
        [
            "act: answered-before",
            "again O-OLD001",
            "silent already-answered",
            "to Optoutd/Opt-outs",
        ],
    ),
    "undo once more, after opting out anew": (
        case(
            ANSWER,
            answer=UNDO,
            known=knowing(replace(EFFECTIVE, reference="O-NEWER1"), answered=(UNDONE,)),
        ),
        ["review: answer-disputes", "again O-OLD001", "silent in-review", "to review"],
    ),
    "undo where another request keeps the address off": (
        case(
            ANSWER,
            answer=UNDO,
            known=answered(EFFECTIVE, suppressed=suppressed("O-OTHER1")),
        ),
        ["review: answer-disputes", "again O-OLD001", "silent in-review", "to review"],
    ),
    "undo from another address": (
        case(ANSWER, answer=UNDO, known=Known(answered=(BOBS_OPT_OUT,))),
        ["review: answer-from-another-address", "again O-BOB001", "silent in-review", "to review"],
    ),
    "undo in a thread of one's own question and another's opt-out": (
        case(ANSWER, answer=UNDO, known=knowing(PENDING, answered=(BOBS_OPT_OUT, PENDING))),
        [
            "act: refused-by-answer",
            "C-OLD001 awaiting_confirmation->rejected (refused-by-answer)",
            "tell cancellation_rejected",
            "to Optoutd/Cancellations",
        ],
    ),
    "a forwarded confirmation, and an opt-out of one's own": (
        case(ANSWER, certain=[OPT_OUT], known=Known(answered=(BOBS_OPT_OUT,))),
        OPTED_OUT,
    ),
    "a question in answer to a confirmation": (
        case(ANSWER, known=answered(CONFIRMED)),
        ["leave: ordinary"],
    ),
    "undo with a secret that is not known": (
        case(UNKNOWN, answer=UNDO, known=knowing(EFFECTIVE)),
        ["review: answer-unknown", "again O-OLD001", "silent in-review", "to review"],
    ),
    "no with a secret that is not known": (
        case(UNKNOWN, answer=NO, known=knowing(CONFIRMED)),
        [
            "review: answer-unknown",
            "C-OLD001 confirmed->review (answer-unknown)",
            "silent in-review",
            "to review",
        ],
    ),
    "no with a secret that is not known, and an opt-out": (
        case(UNKNOWN, answer=NO, known=knowing(CONFIRMED), certain=[OPT_OUT]),
        [
            "review: answer-unknown",
            "new O-NEW001 effective (asked-by-mail)",
            "C-OLD001 confirmed->review (answer-unknown)",
            "suppress for O-NEW001",
            "tell opt_out_done",
            "to review",
        ],
    ),
    "yes with a secret that is not known, to what is confirmed": (
        case(UNKNOWN, answer=YES, known=knowing(CONFIRMED)),
        ["leave: ordinary"],
    ),
    "yes with a secret that is not known, of a refuted sender": (
        case(UNKNOWN, answer=YES, known=knowing(PENDING), proof=Proof.REFUTED),
        ["leave: ordinary"],
    ),
    "a clear request with a secret that is not known": (
        case(UNKNOWN, answer=NO, certain=[OPT_OUT]),
        OPTED_OUT,
    ),
    "a code in brackets in ordinary mail": (case(UNKNOWN), ["leave: ordinary"]),
}

MACHINES: dict[str, tuple[Case, list[str]]] = {
    "a bounce of the question": (
        case(BOUNCE, known=Known(answered=(PENDING,))),
        [
            "ignore: bounce-of-ours",
            "C-OLD001 awaiting_confirmation->review (question-undeliverable)",
            "silent report",
            "to Optoutd/Automatic",
        ],
    ),
    "a bounce of a question that is paused": (
        case(BOUNCE, known=Known(answered=(PAUSED,))),
        [
            "ignore: bounce-of-ours",
            "C-OLD001 review->review (question-undeliverable)",
            "silent report",
            "to Optoutd/Automatic",
        ],
    ),
    "a bounce of the question of what was confirmed and then paused": (
        case(BOUNCE, known=Known(answered=(replace(PAUSED, reason="confirmation-moved-back"),))),
        ["ignore: bounce-of-ours", "silent report", "to Optoutd/Automatic"],
    ),
    "a bounce that names nobody but the one who was asked": (
        case(BOUNCE_OF_ANNA, known=Known(undelivered=(PENDING,))),
        [
            "ignore: bounce-of-ours",
            "C-OLD001 awaiting_confirmation->review (question-undeliverable)",
            "silent report",
        ],
    ),
    "a bounce of the question that names who was asked as well": (
        case(BOUNCE, known=Known(answered=(PENDING,), undelivered=(PENDING,))),
        [
            "ignore: bounce-of-ours",
            "C-OLD001 awaiting_confirmation->review (question-undeliverable)",
            "silent report",
            "to Optoutd/Automatic",
        ],
    ),
    "a bounce that is one by its words alone": (
        case(
            message(("Return-Path", "<>"), new_text="It could not be sent.", bounced=(ANNA,)),
            known=Known(undelivered=(PENDING,)),
        ),
        [
            "ignore: bounce-of-ours",
            "C-OLD001 awaiting_confirmation->review (question-undeliverable)",
            "silent null-return-path",
        ],
    ),
    "a bounce that names somebody with nothing to answer": (
        case(BOUNCE_OF_ANNA, known=Known(undelivered=(CONFIRMED,))),
        ["ignore: report", "silent report"],
    ),
    "a notice of delay that names who was asked": (
        case(
            replace(
                BOUNCE_OF_ANNA, quoted_text=f"Final-Recipient: rfc822; {ANNA}\nAction: delayed"
            ),
            known=Known(undelivered=(PENDING,)),
        ),
        ["ignore: report", "silent report"],
    ),
    "a person who writes of who was asked": (
        case(certain=[OPT_OUT], known=Known(undelivered=(PENDING,))),
        OPTED_OUT,
    ),
    "a bounce of a confirmation": (
        case(BOUNCE, known=Known(answered=(CONFIRMED,))),
        ["ignore: bounce-of-ours", "silent report", "to Optoutd/Automatic"],
    ),
    "a notice of delay about the question": (
        case(
            replace(BOUNCE, subject="Delayed Mail (still being retried)"),
            known=Known(answered=(PENDING,)),
        ),
        ["ignore: machine-answer-to-ours", "silent report", "to Optoutd/Automatic"],
    ),
    "a notice of delay by its fields": (
        case(
            replace(BOUNCE, quoted_text="Final-Recipient: rfc822; x\nAction: delayed"),
            known=Known(answered=(PENDING,)),
        ),
        ["ignore: machine-answer-to-ours", "silent report", "to Optoutd/Automatic"],
    ),
    "a report that it was delivered": (
        case(
            replace(BOUNCE, quoted_text="Final-Recipient: rfc822; x\nAction: delivered"),
            known=Known(answered=(PENDING,)),
        ),
        ["ignore: machine-answer-to-ours", "silent report", "to Optoutd/Automatic"],
    ),
    "a bounce by its fields": (
        case(
            replace(BOUNCE, quoted_text="Final-Recipient: rfc822; x\nAction: failed"),
            known=Known(answered=(CONFIRMED,)),
        ),
        ["ignore: bounce-of-ours", "silent report", "to Optoutd/Automatic"],
    ),
    "a receipt that lost its type": (
        case(
            answer_message(attached_types=("message/disposition-notification",)),
            known=Known(answered=(PENDING,)),
        ),
        ["ignore: machine-answer-to-ours", "silent report", "to Optoutd/Automatic"],
    ),
    "a receipt for the question": (
        case(
            replace(BOUNCE, report_type="disposition-notification"),
            known=Known(answered=(PENDING,)),
        ),
        ["ignore: machine-answer-to-ours", "silent report", "to Optoutd/Automatic"],
    ),
    "an away notice to the question": (
        case(
            answer_message(("Auto-Submitted", "auto-replied")), answer=YES, known=answered(PENDING)
        ),
        ["ignore: machine-answer-to-ours", "silent auto-submitted", "to Optoutd/Automatic"],
    ),
    "a group's list that passes a yes on": (
        case(
            answer_message(("List-Id", "<roses.garden.example>"), ("Precedence", "list")),
            answer=YES,
            known=answered(PENDING),
        ),
        [
            "review: machine-answers",
            "C-OLD001 awaiting_confirmation->review (machine-answers)",
            "silent precedence",
            "to review",
        ],
    ),
    "a helpdesk that passes a request on": (
        case(answer_message(("Precedence", "bulk")), certain=[OPT_OUT], known=answered(CONFIRMED)),
        [
            "review: machine-answers",
            "C-OLD001 confirmed->review (machine-answers)",
            "silent precedence",
            "to review",
        ],
    ),
    "a helpdesk that has opened a ticket": (
        case(answer_message(("Precedence", "bulk")), known=answered(PENDING)),
        ["ignore: machine-answer-to-ours", "silent precedence", "to Optoutd/Automatic"],
    ),
    "a helpdesk's request in a thread that is not known any more": (
        case(answer_message(("Precedence", "bulk")), certain=[OPT_OUT]),
        [
            "review: machine-asks",
            "new O-NEW001 review (machine-asks)",
            "silent precedence",
            "to review",
        ],
    ),
    "a bounce of a mail that is not known any more": (
        case(LOST_BOUNCE),
        ["ignore: bounce-of-ours", "silent report", "to Optoutd/Automatic"],
    ),
}


@pytest.mark.parametrize(
    ("given", "expected"), (ANSWERS | MACHINES).values(), ids=(ANSWERS | MACHINES).keys()
)
def test_what_an_answer_changes(given: Case, expected: list[str]) -> None:
    assert told(decide(given, POLICY)) == expected


def test_the_confirmation_tells_when_the_cancellation_was_received() -> None:
    decision = decide(ANSWERS["yes to the question"][0], POLICY)
    assert decision.reply is not None
    assert decision.reply.cancellation_received_at == PENDING.received_at
    assert decision.reply.wanted_end == PENDING.wanted_end
    assert decision.reply.references == (PENDING.reference,)
    assert not decision.reply.asks


def test_one_letter_about_two_messages_gives_each_its_own_date() -> None:
    given = ANSWERS["no, only the newsletter"][0]
    decision = decide(given, POLICY)
    assert decision.reply is not None
    assert decision.reply.received_at == given.received_at
    assert decision.reply.cancellation_received_at == PENDING.received_at
    assert decision.reply.references == (PENDING.reference, TOKENS.opt_out_reference)
    assert decision.reply.opted_out_address == ANNA


@pytest.mark.parametrize(
    ("asked_in", "answered_in", "told_in"),
    [("de", "", "de"), ("de", "en", "de"), ("", "fr", "fr"), ("", "", "")],
)
def test_an_answer_is_answered_in_the_language_of_the_request(
    asked_in: str, answered_in: str, told_in: str
) -> None:
    said = answer_message(language=answered_in)
    for known, answer in ((PENDING, YES), (PENDING, NO), (EFFECTIVE, UNDO)):
        held = replace(known, language=asked_in)
        decision = decide(case(said, answer=answer, known=answered(held)), POLICY)
        assert decision.reply is not None
        assert decision.reply.language == told_in


@given(
    answer=st.sampled_from(Answer),
    proof=st.sampled_from(Proof),
    secret_known=st.booleans(),
    own=st.booleans(),
    state=st.sampled_from([State.AWAITING_CONFIRMATION, State.REVIEW, State.REJECTED]),
)
def test_only_a_yes_with_the_secret_from_the_same_address_confirms(
    *, answer: Answer, proof: Proof, secret_known: bool, own: bool, state: State
) -> None:
    asked = replace(request(CANCELLATION, state), address_key=ANNA if own else BOB)
    known = Known(answered=(asked,) if secret_known else (), newest={CANCELLATION: asked})
    decision = decide(case(ANSWER, answer=answer, proof=proof, known=known), POLICY)
    confirmed = [change for change in decision.changes if change.after is State.CONFIRMED]
    allowed = (
        answer is YES
        and secret_known
        and own
        and not proof.speaks_against
        and state is State.AWAITING_CONFIRMATION
    )
    assert bool(confirmed) is allowed
