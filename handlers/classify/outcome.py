"""What becomes of each intent: acted upon, held for a person, or left, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import permutations
from typing import TYPE_CHECKING

from handlers.classify.candidate import Candidate
from handlers.classify.confidence import Calibration, State, Thresholds, state_of
from handlers.classify.confirmed import RULE as CONFIRMED
from handlers.classify.frames import ACT
from handlers.classify.grounds import Grounds
from handlers.classify.headings import HEADING
from handlers.classify.linear import LinearModel
from handlers.classify.standing import Standing, Trust, act_from, standing_of
from handlers.values import Intent

if TYPE_CHECKING:  # numpy is loaded where there are models
    from handlers.classify.net import Net

# Beside a request that is certain, a faint sign of the other is not worth holding the message.
_FAINT = 0.65
_FAINT_BESIDE_VOTE = 0.5
# How sure the model has to be of a text that comes near to nothing. Of opt-outs advertisements
# speak, too: of a thousand it would hold a hundred more at 0.6.
_OF_ITSELF = {Intent.OPT_OUT: 0.7, Intent.CANCELLATION: 0.5}
# "Cancel my account and unsubscribe me" is both. Of 10 messages of dev and test that were held for
# any rule's opt-out from here on 2 asked for none, but none of those by these rules.
# Beside an opt-out that is acted upon, of 28 fresh cancellations that the rules are certain of and
# the models hold from 0.8 to 0.95 none was none.
_PLAIN_BESIDE = {Intent.OPT_OUT: 0.75, Intent.CANCELLATION: 0.8}
_UNSUBSCRIBES, _OF_CONTRACT = "opt-out.unsubscribe-", "-service"
# "Please cancel my account" below "Ticket 1": in up to eight words, all 20 such requests of `dev`
# and `fresh` between here and the thresholds were right.
_BRIEFLY = {Intent.OPT_OUT: 0.7, Intent.CANCELLATION: 0.9}
_BRIEF = math.log1p(8)
_SHIPPED = Thresholds()
_TRUSTED = Trust()
# What the rules find, and nothing speaks against, stays with a person, whatever the model says.
_FOR_A_PERSON = (State.CERTAIN, State.WEAK)


class Step(Enum):
    """What is done about an intent."""

    ACT = "act"
    REVIEW = "review"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is done about one intent, with how probable it is that it is asked for."""

    step: Step
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondVote:
    """The models, how far they and the rules are to be trusted, and from where on to act."""

    model: LinearModel
    calibration: Calibration
    thresholds: Thresholds
    net: Net | None = None


def by_rules_alone(candidates: Sequence[Candidate]) -> Mapping[Intent, Outcome]:
    """What the rules say, with the confidence of the table of frames."""
    found = {intent: _by_rules(intent, candidates) for intent in Intent}
    return _beside(found, candidates, _FAINT)


def by_both(
    candidates: Sequence[Candidate],
    grounds: Mapping[Intent, Grounds],
    second: SecondVote,
    *,
    near: Collection[Intent],
    heard: bool = True,
    trust: Trust = _TRUSTED,
) -> Mapping[Intent, Outcome]:
    """What the rules and the models say together.

    `near` are the intents that the text comes near to, so that a person is called for less;
    `heard` says whether the models may do anything at all where no rule speaks, and `trust` what
    of their word may be acted upon.
    """
    found: dict[Intent, Outcome] = {}
    for intent in Intent:
        state = state_of(intent, candidates, intent in near)
        # "Don't you dare unsubscribe me": of 141 such messages none asked for it all the same.
        forbidden = any(c.intent is intent and c.is_forbidden for c in candidates)
        listens = heard and not forbidden
        standing = standing_of(intent, state, candidates, trust, heard=listens)
        found[intent] = _by_both(
            intent,
            candidates,
            grounds[intent],
            second,
            state,
            heard=listens,
            standing=standing,
        )
    found = dict(_with_the_other(found, candidates, second.thresholds))
    return _beside(found, candidates, _FAINT_BESIDE_VOTE)


def _by_rules(intent: Intent, candidates: Sequence[Candidate]) -> Outcome:
    state = state_of(intent, candidates)
    mine = [c for c in candidates if c.intent is intent and not c.is_vetoed]
    if state is State.CERTAIN:
        sure = max(c.confidence for c in mine if c.is_certain)
        return Outcome(step=Step.ACT, confidence=sure)
    if state in (State.WEAK, State.DOUBTED):
        near = max(c.confidence for c in mine if c.is_doubtful)
        return Outcome(step=Step.REVIEW, confidence=min(near, ACT[intent] - 0.01))
    return Outcome(step=Step.LEAVE, confidence=0.15 if state is State.VETOED else 0.02)


def _by_both(
    intent: Intent,
    candidates: Sequence[Candidate],
    grounds: Grounds,
    second: SecondVote,
    state: State,
    *,
    heard: bool,
    standing: Standing | None,
) -> Outcome:
    confidence = second.calibration.confidence(intent, grounds)
    mine = [c for c in candidates if c.intent is intent]
    hold_from = second.thresholds.review(intent)
    if state is State.SILENT:
        hold_from = max(hold_from, _OF_ITSELF[intent])
    least = _least(intent, standing, grounds, second.thresholds)
    if least is not None and confidence >= least:
        step = Step.ACT
    elif (
        state in _FOR_A_PERSON
        # Of what is quoted, the models hear nothing.
        or any(c.rule == CONFIRMED and c.is_doubtful for c in mine)
        or ((heard or state is State.DOUBTED) and confidence >= hold_from)
    ):
        step = Step.REVIEW
    else:
        step = Step.LEAVE
    return Outcome(step=step, confidence=confidence)


def _least(
    intent: Intent, standing: Standing | None, grounds: Grounds, thresholds: Thresholds
) -> float | None:
    """From which confidence on it is acted upon; None where it may not be."""
    if standing is Standing.CERTAIN and _is_brief(intent, grounds):
        return _lowered(intent, thresholds, _BRIEFLY)
    return None if standing is None else act_from(intent, standing, thresholds)


def _lowered(intent: Intent, thresholds: Thresholds, to: Mapping[Intent, float]) -> float:
    """The threshold of an intent where less will do.

    Who set it higher than the shipped one wants to be as sure there, too.
    """
    set_to = thresholds.act(intent)
    return set_to if set_to > _SHIPPED.act(intent) else min(set_to, to[intent])


def _is_brief(intent: Intent, grounds: Grounds) -> bool:
    """Whether hardly anything but the request is said, and nothing speaks against that.

    Nor for the other intent: "I want nothing but that you close my account" refuses no mail. Below
    a mailing a "No" asks for an opt-out as well.
    """
    against = grounds.doubted_count or grounds.vetoed_count or grounds.question
    against = against or grounds.other_clear
    asked = grounds.asked or (intent is Intent.OPT_OUT and grounds.answers)
    return bool(asked) and not against and grounds.length <= _BRIEF


def _with_the_other(
    found: dict[Intent, Outcome], candidates: Sequence[Candidate], thresholds: Thresholds
) -> dict[Intent, Outcome]:
    """Acts upon what is plain beside what is acted on: "cancel it and unsubscribe me".

    Each makes the models less sure of the other.
    """
    done = dict(found)
    for intent, other in permutations(Intent):
        outcome, least = found[intent], _lowered(intent, thresholds, _PLAIN_BESIDE)
        likely = outcome.step is Step.REVIEW and outcome.confidence >= least
        if likely and found[other].step is Step.ACT and _is_plain_beside(intent, candidates):
            done[intent] = replace(outcome, step=Step.ACT)
    return done


def _is_plain_beside(intent: Intent, candidates: Sequence[Candidate]) -> bool:
    """Whether it is asked for in words of its own that name it, and nothing speaks against it."""
    mine = [c for c in candidates if c.intent is intent]
    others = [c for c in candidates if c.intent is not intent and c.is_certain]
    named = any(
        c.is_certain
        and (c.rule.startswith(_UNSUBSCRIBES) or c.rule.endswith(_OF_CONTRACT))
        and not any(c.overlaps(other) for other in others)
        for c in mine
    )
    return named and not any(c.objections for c in mine)


def _beside(
    found: Mapping[Intent, Outcome], candidates: Sequence[Candidate], faint: float
) -> Mapping[Intent, Outcome]:
    done = [intent for intent, outcome in found.items() if outcome.step is Step.ACT]
    acted_on = [c for c in candidates if c.intent in done and c.is_certain]
    return {
        intent: _left(outcome)
        if done
        and outcome.step is Step.REVIEW
        and _is_faint(intent, outcome, candidates, acted_on, faint)
        else outcome
        for intent, outcome in found.items()
    }


def _is_faint(
    intent: Intent,
    outcome: Outcome,
    candidates: Sequence[Candidate],
    acted_on: Sequence[Candidate],
    faint: float,
) -> bool:
    """Whether a sign is not worth a look beside what is acted on: unlikely, or of the same words.

    What is doubted, or a cancellation that the rules are certain of, and stands in words of its
    own ("I asked you to cancel as well") is looked at.
    """
    mine = [c for c in candidates if c.intent is intent and c.is_doubtful]
    apart = [c for c in mine if not any(c.overlaps(other) for other in acted_on)]
    state = state_of(intent, candidates)
    if state is State.DOUBTED:
        # A heading "Stop" over "End my contract" means that.
        return all({o.rule for o in c.objections} == {HEADING} for c in apart)
    certain = state is State.CERTAIN and intent is Intent.CANCELLATION
    # "I might cancel. Take me off the list": ruled out in words of its own.
    faint = max(faint, _FAINT) if state is State.VETOED else faint
    return outcome.confidence < faint and not (certain and apart)


def _left(outcome: Outcome) -> Outcome:
    return Outcome(step=Step.LEAVE, confidence=outcome.confidence)
