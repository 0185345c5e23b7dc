"""From acts and objections to candidates: certain, worth a person's look, or ruled out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers.classify.acts import Act, Mood, find_acts
from handlers.classify.discourse import Discourse
from handlers.classify.frames import ACT, FRAMES, REVIEW
from handlers.classify.objections import Force, Objection, object_to
from handlers.classify.terse import Terse
from handlers.values import Intent, Role

# How much of a frame's confidence each mood leaves.
_BY_MOOD = {Mood.ASKED: 1.0, Mood.SAID: 1.0, Mood.NAMED: 0.94, Mood.MENTIONED: 0.0}
_RESOLVED = 0.98
# An act that is spoken of and neither asked for nor denied is worth a look where it is one's own.
_MENTIONED = 0.55
_DOUBTED = 0.60


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A request that one clause may make; `start` and `end` count the words of its evidence."""

    intent: Intent
    rule: str
    confidence: float
    start: int
    end: int
    in_subject: bool
    objections: tuple[Objection, ...] = ()

    @property
    def is_vetoed(self) -> bool:
        """Whether something rules it out."""
        return any(objection.force is Force.VETO for objection in self.objections)

    @property
    def is_certain(self) -> bool:
        """Whether it is good enough to act on."""
        return not self.objections and self.confidence >= ACT[self.intent]

    @property
    def is_doubtful(self) -> bool:
        """Whether a person should look at it."""
        return not self.is_vetoed and self.confidence >= REVIEW[self.intent]

    def overlaps(self, other: Candidate) -> bool:
        """Whether both rest on some of the same words."""
        return self.start < other.end and other.start < self.end


def find_candidates(
    discourse: Discourse, terse: Sequence[Terse], role: Role
) -> Iterator[Candidate]:
    """The requests that the message may make, as read in one language."""
    for phrase in terse:
        yield Candidate(
            intent=phrase.intent,
            rule=phrase.rule,
            confidence=phrase.confidence,
            start=phrase.hit.start,
            end=phrase.hit.end,
            in_subject=phrase.hit.start < discourse.words.subject_words,
        )
    for act in find_acts(discourse):
        candidate = _candidate(act, discourse, role)
        if candidate is not None:
            yield candidate


def _candidate(act: Act, discourse: Discourse, role: Role) -> Candidate | None:
    frame = FRAMES.get((act.what, act.thing))
    if frame is None:
        return None
    confidence = frame.in_cancel if role is Role.CANCEL else frame.in_support
    confidence *= _BY_MOOD[act.mood] * (_RESOLVED if act.resolved else 1.0)
    if act.mood is Mood.MENTIONED and act.verb.key == "do" and _is_own(act, role):
        confidence = _MENTIONED
    intent, rule = frame.intent, frame.rule
    if act.thing == "subscription" and discourse.answers_newsletter and act.what != "unsubscribe":
        # In answer to a mailing "my subscription" may be either.
        intent, rule, confidence = Intent.OPT_OUT, "opt-out.subscription", _DOUBTED
    objections = tuple(object_to(act, intent, discourse))
    if not confidence and not objections:
        return None
    hits = [act.verb] if act.thing_hit is None or act.resolved else [act.verb, act.thing_hit]
    return Candidate(
        intent=intent,
        rule=rule,
        confidence=min(confidence, _DOUBTED) if objections else confidence,
        start=min(hit.start for hit in hits),
        end=max(hit.last for hit in hits),
        in_subject=act.verb.start < discourse.words.subject_words,
        objections=objections,
    )


def _is_own(act: Act, role: Role) -> bool:
    if act.what == "unsubscribe":
        return act.clause.has("things.self")
    own = act.clause.has("owners.mine") and act.thing in ("service", "site", "subscription")
    return role is Role.CANCEL and own and act.what in ("cancel", "close", "leave")


def reconcile(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Lets what is ruled out in one place, or one language, count in the others.

    Words that one language reads as denied are no request in another that lacks the "not"; a
    subject is no request where the text denies it, and worth a look where it said so in full.
    """
    vetoed = [c for c in candidates if c.is_vetoed]
    kept: list[Candidate] = []
    for candidate in candidates:
        if candidate.is_vetoed:
            kept.append(candidate)
            continue
        same = [v for v in vetoed if v.intent is candidate.intent]
        if any(candidate.overlaps(v) for v in same):
            continue
        if candidate.in_subject and any(not v.in_subject for v in same):
            if candidate.rule.endswith((".terse", ".vague")):
                continue
            blocking = next(v for v in same if not v.in_subject).objections[:1]
            kept.append(_doubted(candidate, blocking))
        else:
            kept.append(candidate)
    return kept


def _doubted(candidate: Candidate, objections: tuple[Objection, ...]) -> Candidate:
    softened = tuple(
        Objection(rule=objection.rule, force=Force.DOUBT, hit=objection.hit)
        for objection in objections
    )
    return Candidate(
        intent=candidate.intent,
        rule=candidate.rule,
        confidence=min(candidate.confidence, _DOUBTED),
        start=candidate.start,
        end=candidate.end,
        in_subject=candidate.in_subject,
        objections=softened,
    )
