"""What speaks against an act: negation, question, condition, the past, other people's things.

Each objection is a rule with a name. A veto ends the matter, a doubt leaves it to a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from handlers.classify.acts import Act, Mood
from handlers.classify.discourse import Discourse
from handlers.classify.lexicon import Hit
from handlers.values import Intent


class Force(Enum):
    """How much an objection weighs."""

    VETO = "veto"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """One thing that was said against an act, with the words."""

    rule: str
    force: Force
    hit: Hit


_Find = Callable[[Act, Intent, Discourse], tuple[Force, Hit] | None]

# Acts that are requests because they are negated: a negation in their clause is their own.
_NEGATIVE = ("not-send", "not-receive", "not-renew", "not-keep", "refuse", "no-more", "object")
_NEGATION = ("negation.not", "negation.forbid", "mood.refuse")
_CLOSE_BEHIND_WORDS = 2


def _negated(act: Act, intent: Intent, _: Discourse) -> tuple[Force, Hit] | None:
    if act.what in _NEGATIVE or act.what == "still":
        return None
    for hit in act.clause.hits:
        # "We no longer": a verb of stopping that looks like a negation is none to itself.
        if hit.tag not in _NEGATION or hit.start == act.verb.start:
            continue
        if hit.start < act.verb.end + _CLOSE_BEHIND_WORDS:
            return Force.VETO, hit
        if intent is Intent.CANCELLATION:
            return Force.DOUBT, hit
    return None


def _asked_about(act: Act, intent: Intent, _: Discourse) -> tuple[Force, Hit] | None:
    """A question ("How do I cancel?"); what is asked after the request does not count."""
    opener = act.clause.before(act.verb.start, "mood.question")
    if opener is not None:
        return Force.VETO, opener
    may = act.clause.before(act.verb.start, "mood.may_i")
    if may is not None:
        polite = act.clause.has("mood.please")
        if intent is Intent.OPT_OUT and (polite or act.verb.key == "done"):
            return None
        return (Force.DOUBT if polite or intent is Intent.OPT_OUT else Force.VETO), may
    if not act.sentence.asked or act.clause.has("mood.wish", "mood.please"):
        return None
    opener = act.sentence.before(act.verb.start, "mood.question", "mood.may_i")
    if opener is not None:
        return Force.VETO, opener
    # "Cancel my account?" has no opener, and is no request either.
    return Force.DOUBT, act.verb


def _on_condition(act: Act, _: Intent, __: Discourse) -> tuple[Force, Hit] | None:
    for clause in act.sentence.clauses:
        for hit in clause.all("mood.condition"):
            threatened = act.mood is not Mood.ASKED or act.clause.has("mood.intend", "mood.maybe")
            return (Force.VETO if threatened else Force.DOUBT), hit
    return None


def _hypothetical(act: Act, intent: Intent, _: Discourse) -> tuple[Force, Hit] | None:
    hit = act.clause.before(act.verb.start, "mood.maybe")
    if hit is not None:
        return Force.VETO, hit
    hit = act.clause.before(act.verb.start, "mood.intend")
    if hit is not None and intent is Intent.CANCELLATION:
        return Force.DOUBT, hit
    return None


def _asked_before(act: Act, _: Intent, __: Discourse) -> tuple[Force, Hit] | None:
    hit = act.clause.before(act.verb.start, "mood.before")
    return (Force.DOUBT, hit) if hit is not None else None


def _reported(act: Act, _: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    hit = act.sentence.before(act.verb.start, "mood.said")
    if hit is not None:
        return Force.VETO, hit
    return (Force.VETO, act.verb) if act.verb.start in discourse.words.quoted else None


def _of_others(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    hits = act.clause.all("owners.others")
    if hits and not (intent is Intent.OPT_OUT and act.clause.has("things.self")):
        return Force.VETO, hits[0]
    if intent is Intent.CANCELLATION and not discourse.has("owners.late"):
        for hit in act.clause.all("owners.anyone"):
            if act.thing_hit is not None and 0 <= act.thing_hit.start - hit.end <= 1:
                return Force.DOUBT, hit
    return None


def _to_the_reader(act: Act, _: Intent, __: Discourse) -> tuple[Force, Hit] | None:
    """What advertising says to its readers: "Click here to unsubscribe"."""
    for clause in act.sentence.clauses:
        for hit in clause.all("message.footer"):
            return Force.VETO, hit
    hits = act.clause.all("owners.reader")
    return (Force.VETO, hits[0]) if hits else None


def _to_software(act: Act, _: Intent, __: Discourse) -> tuple[Force, Hit] | None:
    for clause in act.sentence.clauses:
        for hit in clause.all("message.software"):
            if act.thing_hit is None or hit.start != act.thing_hit.start:
                return Force.VETO, hit
    return None


def _about_abuse(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    if intent is not Intent.CANCELLATION or act.clause.has("owners.mine"):
        return None
    hit = discourse.first("message.abuse")
    return (Force.VETO, hit) if hit is not None else None


def _taken_back(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    """A change of mind; what stands before the request was overtaken by it."""
    tag = "reversal.taken_back" if intent is Intent.CANCELLATION else "reversal.resubscribe"
    hits = [hit for hit in discourse.hits if hit.tag == tag]
    for hit in hits:
        if hit.last > act.verb.start or intent is Intent.OPT_OUT:
            return Force.VETO, hit
    return (Force.DOUBT, hits[0]) if hits else None


def _bare(act: Act, _: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    """A bare "Unsubscribe." behind other sentences, as at the foot of any newsletter."""
    if act.what != "unsubscribe" or act.thing != "nothing" or act.mood is not Mood.ASKED:
        return None
    if act.clause.has("mood.please", "mood.wish", "owners.mine"):
        return None
    footer = discourse.first("message.footer")
    if footer is not None:
        return Force.VETO, footer
    for sentence in discourse.sentences:
        if sentence.start >= act.clause.start or sentence.in_subject:
            continue
        if any(clause.loose_before(clause.end) for clause in sentence.clauses):
            return Force.DOUBT, act.verb
    return None


# Read a line as: where FIND finds something, that speaks against the act under the name RULE.
OBJECTIONS: tuple[tuple[str, _Find], ...] = (
    ("not.negated", _negated),
    ("not.question", _asked_about),
    ("not.condition", _on_condition),
    ("not.hypothetical", _hypothetical),
    ("not.asked-before", _asked_before),
    ("not.reported", _reported),
    ("not.of-others", _of_others),
    ("not.to-the-reader", _to_the_reader),
    ("not.to-software", _to_software),
    ("not.abuse-report", _about_abuse),
    ("not.taken-back", _taken_back),
    ("not.bare", _bare),
)


def object_to(act: Act, intent: Intent, discourse: Discourse) -> Iterator[Objection]:
    """Everything that speaks against reading `act` as a request for `intent`."""
    for rule, find in OBJECTIONS:
        found = find(act, intent, discourse)
        if found is not None:
            yield Objection(rule=rule, force=found[0], hit=found[1])
