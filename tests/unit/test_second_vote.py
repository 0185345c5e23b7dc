"""The rules and the model together: what is acted upon, held, and left."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.model_file import Model, WordModel, load_model
from config.settings import ClassifierSettings
from handlers.classify import Classifier
from handlers.classify.candidate import Candidate
from handlers.classify.confidence import Calibration, Line, State, Thresholds, state_of
from handlers.classify.force import Force
from handlers.classify.grounds import NAMES, Grounds, clipped
from handlers.classify.lexicon import Hit
from handlers.classify.linear import Heard, LinearModel, Vote
from handlers.classify.objections import NEGATED, Objection
from handlers.classify.outcome import SecondVote, Step, by_both, by_rules_alone
from handlers.classify.shipped import calibration, linear_model, shipped_classifier
from handlers.classify.standing import Trust, trust_in
from handlers.values import Intent, Role, Verdict
from tests.unit.classified import english_book, message

OUT, CANCEL = Intent.OPT_OUT, Intent.CANCELLATION
EMPTY = Model(bias=(0.0, 0.0), parts={}, message={})
NOBODY = LinearModel(words=WordModel.of(EMPTY), signs=EMPTY)
# The vote by words as it is.
PLAIN = Calibration(
    lines={
        intent: Line(offset=0.0, slopes=tuple(float(name == "words") for name in NAMES))
        for intent in Intent
    }
)
THRESHOLDS = Thresholds(
    act_on_opt_out=0.9, act_on_cancellation=0.9, review_opt_out=0.2, review_cancellation=0.2
)
SHIPPED = Thresholds()


shipped_classifier_once = cache(shipped_classifier)


def candidate(
    intent: Intent,
    confidence: float,
    *against: Force,
    rule: str = "opt-out.remove-me",
    because: str = "not.heading",
) -> Candidate:
    hit = Hit("mood.condition", 0, 1, 1)
    return Candidate(
        intent=intent,
        rule=rule,
        confidence=confidence,
        start=0,
        end=1,
        in_subject=False,
        objections=tuple(Objection(rule=because, force=f, hit=hit) for f in against),
    )


def steps(
    *candidates: Candidate,
    thresholds: Thresholds = THRESHOLDS,
    out: float = -4.0,
    cancel: float = -4.0,
    near: tuple[Intent, ...] = (OUT, CANCEL),
    heard: bool = True,
    trusted: tuple[Intent, ...] = (OUT, CANCEL),
    alone: bool = False,
    barely: bool = True,
    denied: bool = False,
) -> tuple[Step, Step]:
    second = SecondVote(model=NOBODY, calibration=PLAIN, thresholds=thresholds)
    grounds = {OUT: Grounds(words=clipped(out)), CANCEL: Grounds(words=clipped(cancel))}
    found = by_both(
        candidates,
        grounds,
        second,
        near=near,
        heard=heard,
        trust=Trust(intents=trusted, alone=alone, barely=barely, denied=denied),
    )
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
        # What the rules find is acted upon where it is likely.
        (candidate(OUT, 0.95), 3.0, ACT),
        (candidate(CANCEL, 0.95), 3.0, ACT),
        (candidate(OUT, 0.6), 3.0, ACT),
        # To end a contract takes more, where the rules do not find it plainly.
        (candidate(CANCEL, 0.6), 3.0, REVIEW),
        (candidate(CANCEL, 0.6), 6.0, ACT),
        # What is certain to the rules is a matter for a person at least.
        (candidate(CANCEL, 0.95), -6.0, REVIEW),
        (candidate(OUT, 0.95), 1.0, REVIEW),
        # What they doubt may be likely all the same, or too unlikely for a look.
        (candidate(OUT, 0.6, Force.DOUBT), 3.0, ACT),
        (candidate(CANCEL, 0.6, Force.DOUBT), 3.0, REVIEW),
        (candidate(CANCEL, 0.6, Force.DOUBT), 6.0, ACT),
        (candidate(CANCEL, 0.6, Force.DOUBT), 0.0, REVIEW),
        (candidate(CANCEL, 0.6, Force.DOUBT), -6.0, LEAVE),
        # What is asked of a part ends no contract.
        (candidate(CANCEL, 0.6, rule="cancellation.cancel-part"), 6.0, REVIEW),
        (candidate(CANCEL, 0.6, Force.DOUBT, rule="cancellation.cancel-part"), 6.0, REVIEW),
        # A bare "we cancel" names nothing: the models have to be very sure.
        (candidate(CANCEL, 0.6, rule="cancellation.cancel"), 3.0, REVIEW),
        (candidate(CANCEL, 0.6, rule="cancellation.cancel"), 4.0, ACT),
        (candidate(CANCEL, 0.6, rule="cancellation.terse"), 4.0, ACT),
        # A "no" may be said to anything.
        (candidate(OUT, 0.6, rule="opt-out.vague"), 6.0, REVIEW),
        # What speaks against it in so many words the models have to be very sure about.
        (candidate(OUT, 0.6, Force.DOUBT, because="not.of-others"), 3.0, REVIEW),
        (candidate(OUT, 0.6, Force.DOUBT, because="not.condition"), 6.0, REVIEW),
        (candidate(OUT, 0.6, Force.DOUBT, because="not.of-others"), 6.0, ACT),
        (candidate(CANCEL, 0.6, Force.DOUBT, because="not.of-kin"), 4.0, REVIEW),
        (candidate(CANCEL, 0.6, Force.DOUBT, because="not.of-kin"), 6.0, ACT),
        (candidate(CANCEL, 0.6, Force.DOUBT, because="not.hypothetical"), 4.0, REVIEW),
        (candidate(CANCEL, 0.6, Force.DOUBT, because="not.asked-before"), 6.0, REVIEW),
        (candidate(OUT, 0.6, Force.DOUBT, because="not.asked-before"), 3.0, ACT),
        # "Delete my account picture".
        (candidate(CANCEL, 0.6, Force.DOUBT, because="not.other-thing"), 6.0, REVIEW),
        (candidate(OUT, 0.6, Force.DOUBT, because="not.other-thing"), 6.0, ACT),
        # Against these their word is worth nothing.
        (candidate(OUT, 0.6, Force.DOUBT, because="not.negated"), 6.0, REVIEW),
        (candidate(CANCEL, 0.6, Force.DOUBT, because="not.negated"), 6.0, REVIEW),
        (candidate(CANCEL, 0.6, Force.DOUBT, because="not.taken-back"), 6.0, REVIEW),
        (candidate(OUT, 0.6, Force.DOUBT, because="not.taken-back"), 6.0, REVIEW),
        (candidate(CANCEL, 0.6, Force.DOUBT, because="not.settled"), 6.0, REVIEW),
        (candidate(CANCEL, 0.6, Force.VETO, because="not.to-software"), 6.0, REVIEW),
        (candidate(CANCEL, 0.6, Force.VETO, because="not.abuse-report"), 6.0, REVIEW),
        (candidate(CANCEL, 0.6, Force.VETO, because="not.mailing"), 6.0, REVIEW),
        # Also where the rules found too little for a look.
        (candidate(CANCEL, 0.0, Force.DOUBT, because="not.condition"), 6.0, REVIEW),
        # So with what they rule out.
        (candidate(OUT, 0.6, Force.VETO), 3.0, REVIEW),
        (candidate(OUT, 0.6, Force.VETO), 6.0, ACT),
        (candidate(CANCEL, 0.6, Force.VETO), 4.0, REVIEW),
        (candidate(CANCEL, 0.6, Force.VETO), 6.0, ACT),
        (candidate(CANCEL, 0.6, Force.VETO, rule="cancellation.cancel-part"), 6.0, REVIEW),
        (candidate(CANCEL, 0.6, Force.VETO), -2.0, LEAVE),
        # What they do not see stays with a person at most, but for an opt-out (below).
        (None, 3.0, REVIEW),
        (None, 1.0, REVIEW),
        (None, -5.0, LEAVE),
    ],
)
def test_what_becomes_of_an_intent(found: Candidate | None, odds: float, step: Step) -> None:
    given_ = (found,) if found else ()
    if found is None or found.intent is OUT:
        assert steps(*given_, out=odds)[0] is step
    if found is None or found.intent is CANCEL:
        assert steps(*given_, cancel=odds)[1] is step


@pytest.mark.parametrize(
    ("subject", "text", "reply", "quoted", "may"),
    [
        ("", "We cancel as of 31 May.", (), "", True),
        ("Cancellation", "We cancel as of 31 May.", (), "", True),
        # What is answered would tell what is to end, an order or a contract.
        ("Re: Your order", "We cancel as of 31 May.", (), "", False),
        ("", "We cancel as of 31 May.", ("<a@shop.example>",), "", False),
        ("", "We cancel as of 31 May.", (), "Shall we send the goods?", False),
    ],
)
def test_what_is_asked_of_nothing_in_an_answer_stays_with_a_person(
    subject: str, text: str, reply: tuple[str, ...], quoted: str, may: bool
) -> None:
    letter = replace(message(text, subject=subject, quoted=quoted), in_reply_to=reply)
    understood = shipped_classifier().understand(letter)
    trust = trust_in(letter, Role.CANCEL, understood)
    assert trust.barely is may
    second = SecondVote(model=NOBODY, calibration=PLAIN, thresholds=THRESHOLDS)
    grounds = {OUT: Grounds(), CANCEL: Grounds(words=6.0)}
    for rule, step in (
        ("cancellation.cancel", ACT if may else REVIEW),
        ("cancellation.terse", ACT if may else REVIEW),
        ("cancellation.close", ACT if may else REVIEW),
        ("cancellation.cancel-service", ACT),
    ):
        found = by_both(
            [candidate(CANCEL, 0.6, rule=rule)], grounds, second, near=(CANCEL,), trust=trust
        )
        assert found[CANCEL].step is step, rule


def test_by_the_models_word_alone_an_opt_out_takes_effect_and_nothing_is_ended() -> None:
    assert steps(out=6.0, cancel=6.0)[0] is ACT
    assert steps(cancel=6.0) == (LEAVE, REVIEW)


def test_where_their_word_alone_ends_a_contract_the_text_has_to_be_near_and_nothing_found() -> (
    None
):
    assert steps(cancel=6.0, alone=True) == (LEAVE, ACT)
    assert steps(cancel=3.4, alone=True) == (LEAVE, REVIEW)
    assert steps(cancel=6.0, alone=True, near=()) == (LEAVE, REVIEW)
    assert steps(cancel=6.0, alone=True, trusted=()) == (LEAVE, REVIEW)
    assert steps(candidate(CANCEL, 0.3), cancel=6.0, alone=True)[1] is REVIEW
    assert steps(candidate(CANCEL, 0.9, Force.VETO), cancel=4.0, alone=True)[1] is not ACT


@pytest.mark.parametrize(
    ("role", "text", "may"),
    [
        (Role.CANCEL, "We would like the hosting to come to its end with the year.", True),
        (Role.SUPPORT, "We would like the hosting to come to its end with the year.", False),
        (Role.CANCEL, "契約更新の手続きをお願いします。", False),
        (Role.CANCEL, "Фонд просит продлить договор.", False),
    ],
)
def test_their_word_alone_ends_contracts_in_cancel_in_most_languages(
    role: Role, text: str, may: bool
) -> None:
    letter = replace(message(text), language="")
    understood = shipped_classifier_once().understand(letter)
    assert trust_in(letter, role, understood).alone is may


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("We would like the hosting to come to its end with the year.", False),
        ("We would not like the hosting to come to its end with the year.", True),
        ("There is no reason to close our account.", True),
        ("Si us plau no cancel·leu el contracte d'hosting, ja he pagat.", True),
    ],
)
def test_where_anything_is_denied_it_may_be_the_end_that_is(text: str, denied: bool) -> None:
    letter = replace(message(text), language="")
    understood = shipped_classifier_once().understand(letter)
    assert trust_in(letter, Role.CANCEL, understood).denied is denied


def test_where_anything_is_denied_nothing_is_ended_by_their_word_alone() -> None:
    for found in ((), (candidate(CANCEL, 0.1),)):
        assert steps(*found, cancel=6.0, alone=True) == (LEAVE, ACT)
        assert steps(*found, cancel=6.0, alone=True, denied=True) == (LEAVE, REVIEW)
    # But what the rules find asked for is, and an opt-out takes effect.
    assert steps(candidate(CANCEL, 0.6), cancel=6.0, denied=True) == (LEAVE, ACT)
    assert steps(out=6.0, denied=True) == (ACT, LEAVE)


def brief(sure: float, at: Thresholds = SHIPPED, **found: float) -> Step:
    """What becomes of a certain cancellation that is so likely, in eight words and less."""
    told = {"asked": 1.0, "length": math.log1p(8), "words": math.log(sure / (1 - sure)), **found}
    second = SecondVote(model=NOBODY, calibration=PLAIN, thresholds=at)
    grounds = {OUT: Grounds(words=-4.0), CANCEL: Grounds(**told)}
    return by_both([candidate(CANCEL, 0.95)], grounds, second, near=(CANCEL,))[CANCEL].step


def test_in_a_few_words_against_which_nothing_speaks_a_little_less_is_enough() -> None:
    assert brief(0.92) is ACT
    assert brief(0.88) is REVIEW
    for other in ("doubted_count", "vetoed_count", "question", "other_clear"):
        assert brief(0.92, SHIPPED, **{other: 1.0}) is REVIEW
    assert brief(0.92, length=math.log1p(9)) is REVIEW
    assert brief(0.92, asked=0.0) is REVIEW
    assert brief(0.985, Thresholds(act_on_cancellation=0.99)) is REVIEW


@pytest.mark.parametrize(
    ("intent", "answers", "step"),
    [(OUT, 1.0, ACT), (OUT, 0.0, REVIEW), (CANCEL, 1.0, REVIEW)],
)
def test_below_a_mailing_a_few_words_refuse_it_and_end_nothing(
    intent: Intent, answers: float, step: Step
) -> None:
    sure = {OUT: 0.8, CANCEL: 0.92}[intent]
    told = Grounds(answers=answers, length=math.log1p(1), words=math.log(sure / (1 - sure)))
    second = SecondVote(model=NOBODY, calibration=PLAIN, thresholds=SHIPPED)
    grounds = {OUT: Grounds(words=-4.0), CANCEL: Grounds(words=-4.0), intent: told}
    assert by_both([candidate(intent, 0.95)], grounds, second, near=())[intent].step is step


def test_of_a_text_that_comes_near_to_nothing_the_models_have_to_be_sure() -> None:
    assert steps(out=0.5) == (REVIEW, LEAVE)
    assert steps(cancel=-0.5) == (LEAVE, REVIEW)
    assert steps(out=0.5, cancel=-0.5, near=()) == (LEAVE, LEAVE)
    assert steps(out=0.5, cancel=-0.5, near=(CANCEL,)) == (LEAVE, REVIEW)
    # Nothing is ended there by their word alone.
    assert steps(cancel=6.0, near=()) == (LEAVE, REVIEW)
    assert steps(out=6.0, near=()) == (ACT, LEAVE)
    # What the rules see needs nothing else near it.
    assert steps(candidate(CANCEL, 0.95), cancel=3.0, near=())[1] is ACT
    assert steps(candidate(OUT, 0.6, Force.DOUBT), out=0.0, near=())[0] is REVIEW


def test_of_a_word_or_two_and_of_answers_to_our_letters_the_models_say_nothing() -> None:
    assert steps(out=6.0, cancel=6.0, heard=False) == (LEAVE, LEAVE)
    assert steps(candidate(OUT, 0.95), out=3.0, heard=False)[0] is ACT
    assert steps(candidate(OUT, 0.6, Force.VETO), out=6.0, heard=False)[0] is LEAVE
    # Nor do they make anything certain there.
    assert steps(candidate(CANCEL, 0.6), cancel=6.0, heard=False)[1] is REVIEW
    assert steps(candidate(CANCEL, 0.6, Force.DOUBT), cancel=6.0, heard=False)[1] is REVIEW


def test_where_the_language_is_not_plain_only_what_rules_are_certain_of_is_acted_upon() -> None:
    assert steps(out=6.0, cancel=6.0, trusted=()) == (REVIEW, REVIEW)
    assert steps(candidate(CANCEL, 0.6), cancel=6.0, trusted=())[1] is REVIEW
    assert steps(candidate(CANCEL, 0.95), cancel=6.0, trusted=())[1] is ACT
    # Nor as the one of both that they may not be trusted with.
    assert steps(out=6.0, cancel=6.0, alone=True, trusted=(OUT,)) == (ACT, REVIEW)


def test_what_is_forbidden_outright_is_left_whatever_the_models_say() -> None:
    def denied(start: int) -> Candidate:
        hit = Hit("negation.forbid", 0, 2, 2)
        objection = Objection(rule=NEGATED, force=Force.VETO, hit=hit)
        one = candidate(OUT, 0.6, rule="opt-out.unsubscribe-me")
        return replace(one, start=start, end=start + 2, objections=(objection,))

    assert steps(denied(2), out=6.0) == (Step.LEAVE, Step.LEAVE)
    assert steps(denied(9), out=6.0) == (Step.REVIEW, Step.LEAVE)


def test_beside_a_certain_request_a_faint_sign_of_the_other_is_not_held() -> None:
    certain = candidate(OUT, 0.95)
    assert steps(certain, out=3.0, cancel=-0.5) == (ACT, LEAVE)
    assert steps(certain, out=3.0, cancel=1.0) == (ACT, REVIEW)
    assert steps(cancel=-0.5) == (LEAVE, REVIEW)


def test_a_plain_cancellation_beside_an_opt_out_is_acted_upon_or_at_least_held() -> None:
    """Each makes the models less sure of the other; what names a contract is no faint sign."""
    out = candidate(OUT, 0.95)
    named = replace(candidate(CANCEL, 0.97, rule="cancellation.cancel-service"), start=4, end=6)
    assert steps(out, named, out=3.0, cancel=1.5) == (ACT, ACT)
    # Who set the threshold higher than it is shipped wants to be as sure here.
    careful = replace(THRESHOLDS, act_on_cancellation=1.0)
    assert steps(out, named, thresholds=careful, out=3.0, cancel=6.0) == (ACT, REVIEW)
    assert steps(named, cancel=1.5) == (LEAVE, REVIEW)
    assert steps(out, named, out=3.0, cancel=1.0) == (ACT, REVIEW)
    assert steps(out, named, out=3.0, cancel=-3.0) == (ACT, REVIEW)
    same_words = replace(named, start=0, end=2)
    assert steps(out, same_words, out=3.0, cancel=1.5) == (ACT, REVIEW)
    assert steps(out, same_words, out=3.0, cancel=-3.0) == (ACT, LEAVE)
    doubted = replace(candidate(CANCEL, 0.6, Force.DOUBT), start=8, end=9)
    assert steps(out, named, doubted, out=3.0, cancel=1.5) == (ACT, REVIEW)


@given(odds=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=len(NAMES)))
def test_a_confidence_is_never_none_nor_all(odds: list[float]) -> None:
    fitted = calibration(load_model())
    grounds = Grounds(**dict(zip(NAMES, odds, strict=False)))
    told = [fitted.confidence(intent, grounds) for intent in Intent]
    assert all(0.001 - 1e-9 <= one <= 0.999 + 1e-9 for one in told)


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
    assert {e.rule for e in evidence} == {"model.words", "model.sentence"}
    assert all(e.words in "We never receive such a thing." for e in evidence)


def vote_on(text: str, model: LinearModel) -> Vote:
    classifier = Classifier(english_book())
    return Heard(model, classifier.understand(message(text))).vote(Role.SUPPORT)


def test_models_that_know_nothing_vote_with_their_bias() -> None:
    model = LinearModel(
        words=WordModel.of(replace(EMPTY, bias=(-1.0, -2.0))),
        signs=replace(EMPTY, bias=(0.5, 0.25)),
    )
    found = vote_on("Hello there", model)
    assert found == Vote((-1.0, -2.0), (0.5, 0.25))
    assert found.both == (-0.5, -1.75)


def test_each_model_has_its_own_weights_for_how_the_message_came() -> None:
    support = {"role support": (1.0, 2.0)}
    words, both = replace(EMPTY, message=support), replace(EMPTY, parts=support)
    assert vote_on("Hello there", LinearModel(words=WordModel.of(words), signs=EMPTY)).words == (
        1.0,
        2.0,
    )
    # A sign is none of the words, whatever their name.
    assert vote_on("role support", LinearModel(words=WordModel.of(EMPTY), signs=both)).signs == (
        0.0,
        0.0,
    )


def test_pieces_count_less_the_more_there_are() -> None:
    words = replace(EMPTY, parts={"^stop$": (1.0, 0.0)})
    short, long = (
        vote_on(text, LinearModel(words=WordModel.of(words), signs=EMPTY)).words[0]
        for text in ("stop", "stop " + " ".join(f"word{i}" for i in range(50)))
    )
    assert short > long > 0
    assert math.isfinite(short)


def test_the_loudest_words_are_those_that_speak_most_for_an_intent() -> None:
    words = replace(EMPTY, parts={"^stop$": (1.0, -1.0), "all of": (3.0, 0.0)})
    understood = Classifier(english_book()).understand(message("stop all of it"))
    heard = Heard(LinearModel(words=WordModel.of(words), signs=EMPTY), understood)
    assert heard.loudest(OUT) == "all of"
    assert heard.loudest(CANCEL) == ""


def test_the_shipped_classifier_reads_all_shipped_languages() -> None:
    assert len(shipped_classifier().languages) == 17


@pytest.mark.parametrize(
    "text",
    [
        "Si us plau no cancel·leu el contracte d'hosting, ja he pagat.",  # Catalan: do not
        "Mera account cancel mat karo.",  # Hindi: do not
        "Mangyaring huwag i-cancel ang aking account.",  # Filipino: do not
        "Mohon jangan cancel account saya, sudah bayar.",  # Indonesian: do not
        "Vull rebre més correus de publicitat.",  # Catalan: I do want to get them
    ],
)
def test_nothing_is_acted_upon_in_languages_whose_not_is_unknown(text: str) -> None:
    mail = replace(message(text), language="")
    for role in Role:
        assert shipped_classifier_once().read(mail, role=role).certain == ()


@pytest.mark.parametrize(
    "text",
    [
        "I never asked to cancel my account.",
        "I did not ask to cancel my account.",
        "No, nunca pedí cancelar mi cuenta.",
        "Ich habe nicht darum gebeten, mein Konto zu kündigen.",
        "First export the data, then I will tell you to cancel my account.",
    ],
)
def test_what_was_never_asked_for_or_will_be_is_not_acted_upon(text: str) -> None:
    mail = replace(message(text, subject="Re: Your cancellation"), language="")
    assert shipped_classifier_once().read(mail, role=Role.CANCEL).certain == ()


@pytest.mark.parametrize("lines", [3, 20, 60, 140])
def test_a_log_is_never_acted_upon_and_a_long_one_not_held(lines: int) -> None:
    text = "one more line of a log that nobody has written by hand\n" * lines
    for role in Role:
        verdict = shipped_classifier().read(message(text), role=role)
        assert verdict.certain == ()
        assert verdict.unsure == () or lines <= 20


@pytest.mark.parametrize(
    "text",
    [
        "Löschen Sie alles bis auf mein Konto.",
        "Proszę usunąć wszystko oprócz mojego konta.",
        "Please cancel anything but my account.",
        "O lo riparate oggi o chiudete il mio account.",
        "Soit vous réparez, soit vous résiliez mon compte.",
        "Oddajcie pieniądze albo zamknijcie konto.",
        "Ik wil mijn account niet opzeggen maar uitbreiden.",
        "Mi padre tenía una cuenta en el banco, ciérrenla.",
        "Удалите историю моего аккаунта.",
    ],
)
@pytest.mark.parametrize("role", Role)
def test_what_has_all_words_of_an_ending_and_is_none_is_for_a_person(
    text: str, role: Role
) -> None:
    verdict = shipped_classifier().read(message(text), role=role)
    assert [finding.intent for finding in verdict.certain] == []
