"""The rules and the model together: what is acted upon, held, and left."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.model_file import load_model
from config.settings import ClassifierSettings
from handlers.classify import Classifier
from handlers.classify.confidence import (
    Calibration,
    Line,
    State,
    Thresholds,
    clipped,
    state_of,
)
from handlers.classify.force import Force
from handlers.classify.grounds import Grounds
from handlers.classify.lexicon import Hit
from handlers.classify.linear import LinearModel
from handlers.classify.objections import NEGATED, Objection
from handlers.classify.outcome import SecondVote, Step, by_both, by_rules_alone
from handlers.classify.shipped import calibration, linear_model, shipped_classifier
from handlers.classify.weigh import Candidate
from handlers.values import Intent, Role, Verdict
from tests.unit.classified import english_book, message

OUT, CANCEL = Intent.OPT_OUT, Intent.CANCELLATION
NOBODY = LinearModel(bias=(0.0, 0.0), pieces={}, signs={})
# The model's odds as they are, but for a push by what the rules found.
PLAIN = Calibration(
    lines={
        (intent, state): Line(offset=offset, slopes=(1.0, *[0.0] * 6))
        for intent in Intent
        for state, offset in zip(State, (2.0, 0.0, -1.0, -3.0, -2.0, -2.0), strict=True)
    }
)


def candidate(
    intent: Intent, confidence: float, *against: Force, rule: str = "opt-out.remove-me"
) -> Candidate:
    hit = Hit("mood.condition", 0, 1, 1)
    return Candidate(
        intent=intent,
        rule=rule,
        confidence=confidence,
        start=0,
        end=1,
        in_subject=False,
        objections=tuple(Objection(rule="not.condition", force=f, hit=hit) for f in against),
    )


def votes(odds: float) -> Grounds:
    """The same vote on the whole, on the sentence and around it."""
    return Grounds(whole=clipped(odds), there=clipped(odds), about=clipped(odds))


def steps(
    *candidates: Candidate,
    out: float = -4.0,
    cancel: float = -4.0,
    near: tuple[Intent, ...] = (OUT, CANCEL),
) -> tuple[Step, Step]:
    second = SecondVote(model=NOBODY, calibration=PLAIN, thresholds=Thresholds())
    found = by_both(candidates, {OUT: votes(out), CANCEL: votes(cancel)}, second, near=near)
    return found[OUT].step, found[CANCEL].step


@pytest.mark.parametrize(
    ("found", "state"),
    [
        ((), State.NONE),
        ((candidate(OUT, 0.95),), State.CERTAIN),
        ((candidate(OUT, 0.5),), State.WEAK),
        ((candidate(OUT, 0.6, Force.DOUBT),), State.DOUBTED),
        ((candidate(OUT, 0.6, Force.VETO),), State.VETOED),
        ((candidate(OUT, 0.2),), State.NONE),
        ((candidate(CANCEL, 0.95),), State.NONE),
        ((candidate(OUT, 0.6, Force.VETO), candidate(OUT, 0.95)), State.CERTAIN),
        ((candidate(OUT, 0.6, Force.VETO), candidate(OUT, 0.6, Force.DOUBT)), State.DOUBTED),
    ],
)
def test_the_best_that_the_rules_found_is_the_state(
    found: tuple[Candidate, ...], state: State
) -> None:
    assert state_of(OUT, found) is state


ACT, REVIEW, LEAVE = Step.ACT, Step.REVIEW, Step.LEAVE


@pytest.mark.parametrize(
    ("found", "odds", "step"),
    [
        # Both agree.
        (candidate(OUT, 0.95), 3.0, ACT),
        (candidate(CANCEL, 0.95), 3.0, ACT),
        # The model has never heard such a thing: a person looks.
        (candidate(CANCEL, 0.95), -3.0, REVIEW),
        # What the rules half see, and the model knows.
        (candidate(OUT, 0.6), 5.0, ACT),
        (candidate(CANCEL, 0.6), 5.0, ACT),
        # What the rules doubt stays with a person, unless the model has never heard it asked for.
        (candidate(OUT, 0.6, Force.DOUBT), 0.0, REVIEW),
        (candidate(OUT, 0.6, Force.DOUBT), -6.0, LEAVE),
        (candidate(CANCEL, 0.6, Force.DOUBT), 0.0, REVIEW),
        (candidate(CANCEL, 0.6, Force.DOUBT), -6.0, LEAVE),
        # What is asked of a part ends no contract.
        (candidate(CANCEL, 0.6, rule="cancellation.cancel-part"), 6.0, REVIEW),
        # Nor does a bare "cancel": what?
        (candidate(CANCEL, 0.6, rule="cancellation.cancel"), 6.0, REVIEW),
        (candidate(CANCEL, 0.6, rule="cancellation.terse"), 6.0, REVIEW),
        # A "no" may be said to anything.
        (candidate(OUT, 0.6, rule="opt-out.vague"), 6.0, REVIEW),
        # What the rules doubt is not acted upon, however sure the model is.
        (candidate(OUT, 0.6, Force.DOUBT), 6.0, REVIEW),
        (candidate(CANCEL, 0.6, Force.DOUBT), 6.0, REVIEW),
        (candidate(OUT, 0.6, Force.VETO), 6.0, REVIEW),
        (candidate(CANCEL, 0.6, Force.VETO), -2.0, LEAVE),
        # What rules rule out needs more of the model than what they do not see.
        (candidate(OUT, 0.6, Force.VETO), 2.0, LEAVE),
        (candidate(OUT, 0.6, Force.VETO), 2.5, REVIEW),
        # The model alone only asks a person.
        (None, 6.0, REVIEW),
        (None, -5.0, LEAVE),
    ],
)
def test_what_becomes_of_an_intent(found: Candidate | None, odds: float, step: Step) -> None:
    given_ = (found,) if found else ()
    if found is None or found.intent is OUT:
        assert steps(*given_, out=odds)[0] is step
    if found is None or found.intent is CANCEL:
        assert steps(*given_, cancel=odds)[1] is step


def test_of_a_text_that_comes_near_to_nothing_the_model_has_to_be_sure() -> None:
    assert steps(out=1.0, cancel=1.0) == (REVIEW, REVIEW)
    assert steps(out=1.0, cancel=1.0, near=()) == (LEAVE, LEAVE)
    assert steps(out=1.0, cancel=1.0, near=(CANCEL,)) == (LEAVE, REVIEW)
    assert steps(out=6.0, cancel=6.0, near=()) == (REVIEW, REVIEW)
    # What the rules see needs nothing else near it.
    assert steps(candidate(OUT, 0.95), out=3.0, near=())[0] is ACT
    assert steps(candidate(OUT, 0.6, Force.DOUBT), out=0.0, near=())[0] is REVIEW


def test_what_is_forbidden_outright_is_left_whatever_the_model_says() -> None:
    def denied(start: int) -> Candidate:
        hit = Hit("negation.forbid", 0, 2, 2)
        objection = Objection(rule=NEGATED, force=Force.VETO, hit=hit)
        one = candidate(OUT, 0.6, rule="opt-out.unsubscribe-me")
        return replace(one, start=start, end=start + 2, objections=(objection,))

    assert steps(denied(2), out=6.0) == (Step.LEAVE, Step.LEAVE)
    assert steps(denied(9), out=6.0) == (Step.REVIEW, Step.LEAVE)


def test_beside_a_certain_request_a_faint_sign_of_the_other_is_not_held() -> None:
    certain = candidate(OUT, 0.95)
    assert steps(certain, out=3.0, cancel=-1.0) == (ACT, LEAVE)
    assert steps(certain, out=3.0, cancel=4.0) == (ACT, REVIEW)
    assert steps(cancel=1.0) == (LEAVE, REVIEW)


@given(
    odds=st.floats(-50, 50),
    more=st.floats(0, 50),
    state=st.sampled_from(State),
    intent=st.sampled_from(Intent),
)
def test_more_votes_never_make_it_less_likely(
    odds: float, more: float, state: State, intent: Intent
) -> None:
    fitted = calibration(load_model())
    less = fitted.confidence(intent, state, votes(odds).values)
    assert 0.001 <= less <= fitted.confidence(intent, state, votes(odds + more).values) <= 0.999


def test_without_a_model_the_rules_decide_alone() -> None:
    found = by_rules_alone([candidate(OUT, 0.95), candidate(CANCEL, 0.6, Force.DOUBT)])
    assert (found[OUT].step, found[OUT].confidence) == (ACT, 0.95)
    assert found[CANCEL].step is LEAVE
    assert by_rules_alone([candidate(CANCEL, 0.6, Force.DOUBT)])[CANCEL].step is REVIEW


def test_the_default_thresholds_are_those_of_the_settings() -> None:
    wanted = ClassifierSettings()
    assert Thresholds() == Thresholds(**wanted.model_dump())


def read(text: str, *, role: Role = Role.SUPPORT, **thresholds: float) -> Verdict:
    model = load_model()
    second = SecondVote(
        model=linear_model(model),
        calibration=calibration(model),
        thresholds=Thresholds(**thresholds),
    )
    return Classifier(english_book(), second).read(message(text), role=role)


def test_thresholds_move_what_is_acted_upon_and_what_is_held() -> None:
    asks = "Please take me off your newsletter list."
    assert read(asks).certain
    careful = read(asks, act_on_opt_out=0.9999)
    assert not careful.certain
    assert careful.unsure
    nothing = "We never receive such a thing."
    assert not read(nothing, review_opt_out=0.9999).unsure
    assert read(nothing, review_opt_out=0.0005).unsure
    far_off = "Which PHP version do I have?"
    assert not read(far_off, review_opt_out=0.0005).unsure


def test_where_no_rule_speaks_the_models_words_are_the_evidence() -> None:
    verdict = read("We never receive such a thing.", review_opt_out=0.01)
    evidence = [e for finding in (*verdict.certain, *verdict.unsure) for e in finding.evidence]
    assert evidence
    assert {e.rule for e in evidence} == {"model.words"}
    assert all(e.words in "We never receive such a thing." for e in evidence)


def test_a_model_that_knows_nothing_votes_with_its_bias() -> None:
    model = LinearModel(bias=(-1.0, -2.0), pieces={}, signs={})
    classifier = Classifier(english_book())
    understood = classifier.understand(message("Hello there"))
    found = model.vote(understood, Role.SUPPORT)
    assert dict(found.log_odds) == {OUT: -1.0, CANCEL: -2.0}


def test_pieces_count_less_the_more_there_are() -> None:
    model = LinearModel(bias=(0.0, 0.0), pieces={"^stop$": (1.0, 0.0)}, signs={})
    classifier = Classifier(english_book())
    short, long = (
        model.vote(classifier.understand(message(text)), Role.SUPPORT).log_odds[OUT]
        for text in ("stop", "stop " + " ".join(f"word{i}" for i in range(50)))
    )
    assert short > long > 0
    assert math.isfinite(short)


def test_the_shipped_classifier_reads_all_shipped_languages() -> None:
    assert len(shipped_classifier().languages) == 17
