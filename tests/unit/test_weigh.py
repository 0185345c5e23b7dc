"""From acts to candidates, and what rules out what."""

from __future__ import annotations

import pytest

from handlers.classify.candidate import Candidate
from handlers.classify.force import Force
from handlers.classify.frames import ACT, FRAMES, REVIEW
from handlers.classify.lexicon import Hit
from handlers.classify.objections import Objection
from handlers.classify.terse import find_terse
from handlers.classify.weigh import find_candidates, reconcile
from handlers.values import Intent, Role
from tests.unit.classified import CANCEL, SUPPORT, discourse, whole_hits

HIT = Hit("negation.not", 0, 1, 1)


def candidate(
    intent: Intent = Intent.CANCELLATION, *, at: int = 0, confidence: float = 0.95,
    subject: bool = False, named: bool = False, force: Force | None = None,
    rule: str = "cancellation.cancel",
) -> Candidate:  # fmt: skip
    objections = (Objection(rule="not.negated", force=force, hit=HIT),) if force else ()
    return Candidate(
        intent=intent, rule=rule, confidence=confidence, start=at, end=at + 2,
        in_subject=subject, named=named, objections=objections,
    )  # fmt: skip


def candidates(text: str, *, subject: str = "", role: Role = SUPPORT) -> list[Candidate]:
    made = discourse(text, subject=subject)
    return list(find_candidates(made, list(find_terse(made, whole_hits(made.words), role)), role))


def test_the_thresholds_follow_from_the_order_of_harm() -> None:
    assert ACT[Intent.CANCELLATION] > ACT[Intent.OPT_OUT]
    assert all(0 < REVIEW[intent] < ACT[intent] < 1 for intent in Intent)


def test_no_cancellation_is_acted_upon_for_a_part_a_payment_or_data() -> None:
    for (_, thing), frame in FRAMES.items():
        if frame.intent is Intent.CANCELLATION and thing in ("part", "payment", "data"):
            assert max(frame.in_support, frame.in_cancel) < ACT[Intent.CANCELLATION]


@pytest.mark.parametrize("role", list(Role))
def test_every_frame_is_sure_to_between_nothing_and_everything(role: Role) -> None:
    for frame in FRAMES.values():
        sure = frame.in_cancel if role is Role.CANCEL else frame.in_support
        assert 0 < sure < 1
        assert frame.rule.split(".")[0].replace("-", "_") == frame.intent.value


def test_a_doubt_is_looked_at_and_never_acted_upon() -> None:
    doubted = candidate(force=Force.DOUBT, confidence=0.6)
    assert (doubted.is_certain, doubted.is_doubtful, doubted.is_vetoed) == (False, True, False)
    vetoed = candidate(force=Force.VETO)
    assert (vetoed.is_certain, vetoed.is_doubtful, vetoed.is_vetoed) == (False, False, True)


@pytest.mark.parametrize(
    ("text", "subject", "role", "certain"),
    [
        ("Please cancel my account", "", SUPPORT, True),
        ("Please cancel", "", SUPPORT, False),
        ("Please cancel", "", CANCEL, True),
        ("Account 4411. Please cancel it", "", SUPPORT, True),
        ("See above.", "Cancellation of my account", CANCEL, True),
        ("When will it be done?", "Cancellation of my account", CANCEL, False),
        ("I cannot make the meeting.", "Cancel", CANCEL, False),
        ("Please cancel my account. When will it be?", "Cancellation", CANCEL, True),
        ("How does this work?", "unsubscribe", SUPPORT, False),
        ("The cancellation of my plan went through last week.", "Cancellation", CANCEL, False),
        ("Your cancellation of our plan is void.", "Cancellation", CANCEL, False),
        ("If it stays slow, cancel my plan.", "Cancellation", CANCEL, False),
    ],
)
def test_a_request_is_certain(text: str, subject: str, role: Role, certain: bool) -> None:
    found = candidates(text, subject=subject, role=role)
    assert any(c.is_certain for c in found) is certain
    assert any(c.is_certain or c.is_doubtful for c in found)


@pytest.mark.parametrize(
    ("text", "certain"),
    [
        ("Your panel has a module for newsletters?", False),
        ("Your mails are too many, can they stop?", True),
        ("Your newsletter is too long.", True),
    ],
)
def test_a_subject_above_nothing_but_a_question_is_a_topic(text: str, *, certain: bool) -> None:
    found = [one for one in candidates(text, subject="opt-out") if one.in_subject]
    assert any(one.is_certain for one in found) is certain


def test_words_that_one_language_denies_are_no_request_in_another() -> None:
    denied, same, other = (
        candidate(at=3, force=Force.VETO),
        candidate(at=4),
        candidate(at=9),
    )
    assert reconcile([denied, same, other]) == [denied, other]


def test_a_denial_of_one_intent_leaves_the_other() -> None:
    denied, other = candidate(force=Force.VETO), candidate(Intent.OPT_OUT)
    assert reconcile([denied, other]) == [denied, other]


@pytest.mark.parametrize(
    ("subject", "kept"),
    [
        (candidate(subject=True, rule="cancellation.terse"), False),
        (candidate(subject=True, named=True), False),
        (candidate(subject=True), True),
    ],
    ids=["terse", "named", "in full"],
)
def test_a_subject_that_the_text_denies_is_no_request(subject: Candidate, kept: bool) -> None:
    denied = candidate(at=9, force=Force.VETO)
    found = [c for c in reconcile([subject, denied]) if c.in_subject]
    assert bool(found) is kept
    assert not any(c.is_certain for c in found)


@pytest.mark.parametrize(
    "text",
    [
        "Club shut cancel the plan",
        "Moved house so um cancel the plan",
        "The contract is terminated with effect from today",
    ],
)
def test_an_end_and_a_contract_in_one_clause_are_named_loosely(text: str) -> None:
    """Not enough for a person's look, but for what the models say about it."""
    found = candidates(text, role=CANCEL)
    assert [c.is_loose for c in found] == [True] * len(found) != []
    assert not any(c.is_certain or c.is_doubtful for c in found)


@pytest.mark.parametrize(
    "text",
    [
        "Club shut, does that cancel the plan?",
        "My partner told me to cancel the plan",
        "Club shut cancel the ticket",
        "Club shut do not cancel the plan",
    ],
)
def test_what_is_asked_reported_denied_or_of_something_else_is_not(text: str) -> None:
    assert not any(c.is_loose for c in candidates(text, role=CANCEL))


def test_what_it_is_counts_in_cancel_only_and_where_it_is_asked_for() -> None:
    text = "I joined for the photos of my dog. Please cancel it."
    assert any(c.is_loose for c in candidates(text, role=CANCEL))
    assert not any(c.is_loose for c in candidates(text, role=SUPPORT))
    told = "I joined for the photos of my dog. They cancelled it."
    assert not any(c.is_loose for c in candidates(told, role=CANCEL))
