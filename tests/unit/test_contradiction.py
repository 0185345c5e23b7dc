"""What people file though it says the opposite, as tables; the words are those of test_decide.py.

A cancellation nobody asked for is the worst harm: nothing here confirms one, or asks for one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from handlers.case import Case
from handlers.classify.answers import Answer
from handlers.people import decide_filed
from handlers.reading import make_case, read_message
from handlers.states import may_become
from handlers.values import Decision, Evidence, Message, Proof, RawMessage, State
from tests.unit.cases import (
    BOB,
    CANCELLATION,
    CONFIRMED,
    EFFECTIVE,
    HANDED_OVER,
    HELD,
    NOW,
    OPT_OUT,
    PENDING,
    POLICY,
    REJECTED,
    SUPPORT,
    TOKENS,
    UNDONE,
    answer_message,
    case,
    knowing,
    message,
    told,
    verdict,
)
from tests.unit.test_people import CANCELLATIONS, INBOX, OPT_OUTS, lying, made
from tests.unit.test_reading import desk

WITHDRAWN = replace(PENDING, state=State.WITHDRAWN)
COMPLETED = replace(PENDING, state=State.COMPLETED)
AWAY = ("Auto-Submitted", "auto-replied")
STOPPED = "C-OLD001 awaiting_confirmation->review (answer-disputes)"


def answering(*requests: Any, answer: Answer = Answer.NO, **changes: Any) -> Case:
    """An answer to our letter about these; it is proven, for that is no proof of a yes."""
    values: dict[str, Any] = {"proof": Proof.PROVEN, "known": knowing(*requests)} | changes
    values["known"] = replace(values["known"], answered=requests)
    return case(values.pop("said", answer_message()), answer=answer, **values)


def denying(said: Message | None = None, **changes: Any) -> Case:
    """A letter without our secret that asks not to cancel, and is proven."""
    against = Evidence(rule="not.negated", words="Do not cancel", part="text", start=0, end=13)
    read = replace(verdict(), against=(against,))
    return case(said, proof=Proof.PROVEN, verdict=read, **changes)


INTO_CANCELLATIONS: dict[str, tuple[Case, list[str]]] = {
    "a no to our question": (
        answering(PENDING),
        ["review: answer-disputes", STOPPED, "silent in-review", "to review"],
    ),
    "and an undo": (
        answering(PENDING, answer=Answer.UNDO),
        ["review: answer-disputes", STOPPED, "silent in-review", "to review"],
    ),
    "a no that nothing proves": (
        answering(PENDING, proof=Proof.UNPROVEN),
        ["review: answer-disputes", STOPPED, "silent in-review", "to review"],
    ),
    "a no whose sender is refuted": (
        answering(PENDING, proof=Proof.REFUTED),
        ["review: answer-disputes", STOPPED, "silent dmarc-fail", "to review"],
    ),
    "a no from another address": (
        answering(PENDING, said=answer_message(sender=BOB), known=knowing()),
        [
            "review: answer-from-another-address",
            "C-OLD001 awaiting_confirmation->review (answer-from-another-address)",
            "silent in-review",
            "to review",
        ],
    ),
    "a no that a colleague passes on": (
        answering(PENDING, said=answer_message(sender=SUPPORT), known=knowing()),
        [
            "review: answer-from-another-address",
            "C-OLD001 awaiting_confirmation->review (answer-from-another-address)",
            "silent own-address",
            "to review",
        ],
    ),
    "a no to a question of before the store was lost": (
        case(answer_message(), answer=Answer.NO, proof=Proof.PROVEN, known=knowing(PENDING)),
        [
            "review: answer-unknown",
            "C-OLD001 awaiting_confirmation->review (answer-unknown)",
            "silent in-review",
            "to review",
        ],
    ),
    "no, I do want you to cancel it": (
        answering(PENDING, certain=[CANCELLATION]),
        [
            "review: answer-unclear",
            "C-OLD001 awaiting_confirmation->review (answer-unclear)",
            "silent in-review",
            "to review",
        ],
    ),
    "a dispute of what is confirmed": (
        answering(CONFIRMED, answer=Answer.UNDO),
        [
            "review: answer-disputes",
            "C-OLD001 confirmed->review (answer-disputes)",
            "silent in-review",
            "to review",
        ],
    ),
    "a dispute of what is handed over": (
        answering(HANDED_OVER),
        ["review: answer-disputes", "again C-OLD001", "silent in-review", "to review"],
    ),
    "the no that was filed, out and back": (
        answering(REJECTED, known=lying(INBOX, REJECTED)),
        ["review: answer-disputes", "again C-OLD001", "silent in-review", "to review"],
    ),
    "what is disputed already stays so": (
        answering(replace(HELD, reason="answer-disputes")),
        ["review: answer-disputes", "again C-OLD001", "silent in-review", "to review"],
    ),
    "an earlier yes, once the customer disputes it": (
        answering(replace(HELD, reason="answer-disputes"), answer=Answer.YES),
        ["review: answer-disputes", "again C-OLD001", "silent in-review", "to review"],
    ),
    "the customer takes an opt-out back": (
        answering(EFFECTIVE, answer=Answer.UNDO),
        ["review: answer-disputes", "again O-OLD001", "silent in-review", "to review"],
    ),
    "a notice of absence in answer to our question": (
        answering(PENDING, said=answer_message(AWAY), answer=Answer.UNCLEAR),
        [
            "review: machine-answers",
            "C-OLD001 awaiting_confirmation->review (machine-answers)",
            "silent auto-submitted",
            "to review",
        ],
    ),
    "one that names none of our mails, while we wait for an answer": (
        case(message(AWAY), proof=Proof.PROVEN, known=knowing(PENDING)),
        [
            "review: machine-answers",
            "C-OLD001 awaiting_confirmation->review (machine-answers)",
            "silent auto-submitted",
            "to review",
        ],
    ),
    "a notice of absence in answer to another letter of ours": (
        answering(EFFECTIVE, said=answer_message(AWAY), answer=Answer.UNCLEAR),
        ["review: machine-answers", "again O-OLD001", "silent auto-submitted", "to review"],
    ),
    "a notice of absence where all is agreed changes nothing": (
        answering(CONFIRMED, said=answer_message(AWAY), answer=Answer.UNCLEAR),
        [
            "act: filed-by-staff",
            "again C-OLD001",
            "silent already-answered",
            "to Optoutd/Cancellations",
        ],
    ),
    "a letter that asks not to cancel": (
        denying(),
        ["review: asks-not-to-cancel", "silent in-review", "to review"],
    ),
    "a letter that asks not to, while we wait for an answer": (
        denying(known=knowing(PENDING)),
        [
            "review: asks-not-to-cancel",
            "C-OLD001 awaiting_confirmation->review (asks-not-to-cancel)",
            "silent in-review",
            "to review",
        ],
    ),
    "a letter that asks not to, beside one on review": (
        denying(known=knowing(HELD)),
        [
            "review: asks-not-to-cancel",
            "C-OLD001 review->review (asks-not-to-cancel)",
            "silent in-review",
            "to review",
        ],
    ),
    "one that was held itself for its not": (
        denying(known=lying(INBOX, made(HELD))),
        ["review: asks-not-to-cancel", "again C-OLD001", "silent in-review", "to review"],
    ),
    "that was not me, in a letter without our secret": (
        case(answer=Answer.NO, proof=Proof.PROVEN, known=knowing(CONFIRMED)),
        [
            "review: asks-not-to-cancel",
            "C-OLD001 confirmed->review (asks-not-to-cancel)",
            "silent in-review",
            "to review",
        ],
    ),
    "the letter of a withdrawn one, out and back": (
        case(certain=[CANCELLATION], proof=Proof.PROVEN, known=lying(INBOX, made(WITHDRAWN))),
        ["review: request-over", "again C-OLD001", "silent in-review", "to review"],
    ),
    "the yes to a completed one, out and back": (
        answering(COMPLETED, answer=Answer.YES, known=lying(INBOX, COMPLETED)),
        ["review: request-over", "again C-OLD001", "silent in-review", "to review"],
    ),
    "a yes to what was rejected before": (
        answering(REJECTED, answer=Answer.YES),
        ["review: request-over", "again C-OLD001", "silent in-review", "to review"],
    ),
    "one that asks for it anew in so many words": (
        answering(REJECTED, answer=Answer.UNCLEAR, certain=[CANCELLATION]),
        [
            "act: filed-by-staff",
            "new C-NEW001 confirmed (cancellation-proven)",
            "tell cancellation_confirmed",
            "to Optoutd/Cancellations",
        ],
    ),
    "the letter of a rejected one, while another is asked about": (
        case(
            proof=Proof.PROVEN,
            known=replace(
                knowing(replace(PENDING, reference="C-OTHER1")), concerned=(made(REJECTED),)
            ),
        ),
        [
            "review: request-over",
            "again C-OLD001",
            "silent in-review",
            "to review",
        ],
    ),
}

INTO_OPT_OUTS: dict[str, tuple[Case, list[str]]] = {
    "no, I only meant the newsletter": (
        answering(PENDING),
        [
            "review: answer-disputes",
            "new O-NEW001 effective (filed-by-staff)",
            STOPPED,
            "suppress for O-NEW001",
            "tell opt_out_done",
            "to review",
        ],
    ),
    "a dispute of what is confirmed, by who is off the lists": (
        answering(CONFIRMED, EFFECTIVE),
        [
            "review: answer-disputes",
            "C-OLD001 confirmed->review (answer-disputes)",
            "again O-OLD001",
            "silent already-answered",
            "to review",
        ],
    ),
    "a letter that asks not to cancel what is confirmed": (
        denying(known=knowing(CONFIRMED)),
        [
            "review: asks-not-to-cancel",
            "new O-NEW001 effective (filed-by-staff)",
            "C-OLD001 confirmed->review (asks-not-to-cancel)",
            "suppress for O-NEW001",
            "tell opt_out_done",
            "to review",
        ],
    ),
    "a dispute that a colleague passes on opts out nobody": (
        answering(CONFIRMED, said=answer_message(sender=SUPPORT), known=knowing()),
        [
            "review: answer-from-another-address",
            "C-OLD001 confirmed->review (answer-from-another-address)",
            "silent own-address",
            "to review",
        ],
    ),
    "the customer takes an opt-out back": (
        answering(EFFECTIVE, answer=Answer.UNDO),
        ["review: answer-disputes", "again O-OLD001", "silent in-review", "to review"],
    ),
    "and has taken it back before": (
        answering(UNDONE, answer=Answer.UNDO, known=lying(INBOX, UNDONE)),
        ["review: answer-disputes", "again O-OLD001", "silent in-review", "to review"],
    ),
    "a letter that asks not to cancel what nobody has asked for": (
        denying(),
        [
            "act: filed-by-staff",
            "new O-NEW001 effective (filed-by-staff)",
            "suppress for O-NEW001",
            "tell opt_out_done",
            "to Optoutd/Opt-outs",
        ],
    ),
}

CONTRADICTIONS = {
    f"{name}, into {folder.name}": found
    for folder, table in ((CANCELLATIONS, INTO_CANCELLATIONS), (OPT_OUTS, INTO_OPT_OUTS))
    for name, found in table.items()
}


@pytest.mark.parametrize(
    ("given", "expected"), INTO_CANCELLATIONS.values(), ids=INTO_CANCELLATIONS
)
def test_into_cancellations_though_it_says_the_opposite(given: Case, expected: list[str]) -> None:
    assert told(decide_filed(given, POLICY, CANCELLATIONS)) == expected


@pytest.mark.parametrize(("given", "expected"), INTO_OPT_OUTS.values(), ids=INTO_OPT_OUTS)
def test_into_opt_outs_though_it_says_the_opposite(given: Case, expected: list[str]) -> None:
    assert told(decide_filed(given, POLICY, OPT_OUTS)) == expected


def test_no_contradiction_asks_for_a_change_that_no_request_can_make() -> None:
    kinds = {"O": OPT_OUT, "C": CANCELLATION}
    decided = [
        *(decide_filed(given, POLICY, CANCELLATIONS) for given, _ in INTO_CANCELLATIONS.values()),
        *(decide_filed(given, POLICY, OPT_OUTS) for given, _ in INTO_OPT_OUTS.values()),
    ]
    changes = [change for decision in decided for change in decision.changes]
    assert changes
    assert all(may_become(kinds[c.reference[0]], c.before, c.after) for c in changes)


# As the words are read ------------------------------------------------------------------------


def filed(text: str) -> Decision:
    """What follows from a proven letter of these words that people have filed."""
    raw = (
        b"Authentication-Results: mx.host.example; dmarc=pass header.from=garden.example\r\n"
        b"From: anna@garden.example\r\nTo: support@host.example\r\nSubject: Hello\r\n\r\n"
    ) + text.encode()
    found = read_message(
        RawMessage(uid=1, raw=raw, size_bytes=len(raw), internal_date=NOW), desk()
    )
    assert found.proof is Proof.PROVEN
    given = make_case(
        found,
        desk(),
        known=knowing(),
        tokens=TOKENS,
        now=NOW,
        refilled=False,
        filed=True,
    )
    return decide_filed(given, POLICY, CANCELLATIONS)


@pytest.mark.parametrize(
    "text",
    [
        "No, that wasn't me.",
        "No, that wasn't me. Do not cancel anything.",
        "Do not cancel my account, please.",
        "I do not want my contract cancelled.",
        "No! I only meant the newsletter, do not cancel.",
    ],
)
def test_who_asks_not_to_cancel_has_not_asked_for_it_whoever_files_the_letter(text: str) -> None:
    assert told(filed(text))[0] == "review: asks-not-to-cancel"


@pytest.mark.parametrize(
    "text",
    [
        "Please cancel my account.",
        "Please cancel my account if the price goes up.",
        "Where is my invoice?",
        "I don't need the hosting any more.",
        "I have no more use for the server, thank you.",
    ],
)
def test_what_does_not_speak_against_it_is_a_request_by_peoples_decision(text: str) -> None:
    assert [r.state for r in filed(text).requests] == [State.CONFIRMED]
