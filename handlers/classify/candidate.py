"""A request that one clause may make: how sure it is, and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from handlers.classify.force import Force
from handlers.classify.frames import ACT, REVIEW
from handlers.classify.objections import NEGATED, Objection
from handlers.values import Intent

# What only names an end and a contract is worth nothing, but with the models' word.
NAMED_LOOSELY = 0.1
# As sure as of anything that something speaks against.
DOUBTED = 0.60
_PART = "-part"
# What asks for an end and names nothing that is to end.
_BARE = ("cancellation.terse", "cancellation.cancel", "cancellation.close")
# A weak request of these is not enough for the models to make it certain.
_OF_NOTHING_CERTAIN = (".vague", _PART, *_BARE)
# "Do not please cancel".
_FORBIDDEN_WORDS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A request that one clause may make; `start` and `end` count the words of its evidence."""

    intent: Intent
    rule: str
    confidence: float
    start: int
    end: int
    in_subject: bool
    named: bool = False  # a heading, which tells the topic
    told: bool = False  # only spoken of
    forbidden: bool = False  # by the verb itself, or by its ending
    objections: tuple[Objection, ...] = ()

    @property
    def is_vetoed(self) -> bool:
        """Whether something rules it out."""
        return any(objection.force is Force.VETO for objection in self.objections)

    @property
    def is_forbidden(self) -> bool:
        """Whether it is denied right before it or in the verb: "don't you dare unsubscribe me"."""
        denials = [o for o in self.objections if o.rule == NEGATED and o.force is Force.VETO]
        return any(
            self.forbidden
            or (
                o.hit.tag == "negation.forbid" and 0 <= self.start - o.hit.last <= _FORBIDDEN_WORDS
            )
            for o in denials
        )

    @property
    def is_certain(self) -> bool:
        """Whether it is good enough to act on."""
        return not self.objections and self.confidence >= ACT[self.intent]

    @property
    def is_doubtful(self) -> bool:
        """Whether a person should look at it."""
        return not self.is_vetoed and self.confidence >= REVIEW[self.intent]

    @property
    def is_asked_for(self) -> bool:
        """Whether it is undisputed, asked for, and more than a "no" said to anything.

        What is asked of a part ("cancel this domain") ends no contract, however it is said. A bare
        "cancel", where the rules have not heard what, is told by `is_bare`.
        """
        return self._is_undisputed and not self.rule.endswith(_OF_NOTHING_CERTAIN)

    @property
    def is_bare(self) -> bool:
        """Whether an end is asked for, undisputed, and of nothing: "We cancel as of 31 May"."""
        return self._is_undisputed and self.rule in _BARE

    @property
    def _is_undisputed(self) -> bool:
        return self.is_doubtful and not (self.objections or self.told)

    @property
    def is_loose(self) -> bool:
        """Whether it only names what would be ended, and nothing speaks against it."""
        return 0 < self.confidence <= NAMED_LOOSELY and not self.objections

    @property
    def is_of_a_part(self) -> bool:
        """Whether it ends no contract, but something that belongs to one: "cancel this domain"."""
        return self.rule.endswith(_PART)

    @property
    def is_topic(self) -> bool:
        """Whether it says no more than what the matter is."""
        return self.named or self.is_terse

    @property
    def is_terse(self) -> bool:
        """Whether it is a phrase that is the whole of the subject or the text."""
        return self.rule.endswith((".terse", ".vague"))

    def overlaps(self, other: Candidate) -> bool:
        """Whether both rest on some of the same words."""
        return self.start < other.end and other.start < self.end


def doubted(candidate: Candidate, objections: tuple[Objection, ...]) -> Candidate:
    """The candidate with `objections` as doubts beside its own, so that a person has a look."""
    if not objections:
        return candidate
    softened = tuple(
        Objection(rule=objection.rule, force=Force.DOUBT, hit=objection.hit)
        for objection in objections
    )
    return replace(
        candidate,
        confidence=min(candidate.confidence, DOUBTED),
        objections=(*candidate.objections, *softened),
    )
