"""The acts that a clause speaks of: what is done, to what, and whether it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from handlers.classify.clauses import Clause, Sentence
from handlers.classify.discourse import MAIN_TAGS, Discourse
from handlers.classify.lexicon import Hit

_NEAR_WORDS = 4
_NEGATION = ("negation.forbid", "negation.no_more")
_ASKING = ("mood.wish", "mood.please", "mood.perform")


class Mood(Enum):
    """How an act is put."""

    ASKED = "asked"  # imperative, wish, "can you …"
    SAID = "said"  # done by saying it: "I hereby cancel"
    NAMED = "named"  # a heading: "Cancellation of my account"
    MENTIONED = "mentioned"  # none of these


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act in a clause. `resolved` says that its thing was named elsewhere."""

    what: str
    thing: str
    mood: Mood
    verb: Hit
    thing_hit: Hit | None
    resolved: bool
    clause: Clause
    sentence: Sentence


def find_acts(discourse: Discourse) -> Iterator[Act]:
    """Every act of the message, in the order of its words."""
    for sentence, clause in discourse.clauses():
        for hit in clause.hits:
            what = _act_of(hit, clause, sentence)
            if what:
                yield from _act(what, hit, clause, sentence, discourse)


def _act_of(hit: Hit, clause: Clause, sentence: Sentence) -> str:
    """What a phrase does, negations taken in ("not-send" for "do not send"); '' for nothing."""
    if hit.table in _DONE_AS_SAID:
        return "" if hit.key == "noun" and clause.has("carry_out.do") else hit.table
    read = _READERS.get(hit.table) or _READERS.get(hit.tag)
    return read(hit, clause, sentence) if read is not None else ""


def _carried_out(_hit: Hit, clause: Clause, _sentence: Sentence) -> str:
    named = clause.has("cancel.noun", "close.noun", "unsubscribe.noun")
    return "carry_out" if named else ""


def _sent(hit: Hit, clause: Clause, _sentence: Sentence) -> str:
    refused = _is_refused(hit, clause) or (hit.key == "do" and _is_forbidden(hit, clause))
    return "not-send" if refused else ""


def _received(hit: Hit, clause: Clause, sentence: Sentence) -> str:
    if _is_refused(hit, clause) or (_wished(hit, clause, sentence) and clause.has(*_NEGATION)):
        return "not-receive"
    return "still" if sentence.has("negation.still") else ""


def _renewed(hit: Hit, clause: Clause, _sentence: Sentence) -> str:
    refused = _is_refused(hit, clause) or _is_forbidden(hit, clause)
    return "not-renew" if refused else ""


def _refused(hit: Hit, clause: Clause, _sentence: Sentence) -> str:
    """A thing is refused ("I do not want …"); where an act is refused, that act tells."""
    if any(other.start >= hit.end and other.tag == "reversal.keep" for other in clause.hits):
        return "not-keep"
    acts = any(verb.start >= hit.start and verb.key in ("do", "done") for verb in clause.verbs)
    return "" if acts else "refuse"


def _no_more(hit: Hit, clause: Clause, sentence: Sentence) -> str:
    return "no-more" if _stands_alone(hit, clause, sentence) else ""


# What these tables say is done; a phrase of another table, or with this tag, is read as below.
_DONE_AS_SAID = frozenset({"cancel", "close", "unsubscribe", "leave", "remove", "object", "stop"})
_READERS: dict[str, Callable[[Hit, Clause, Sentence], str]] = {
    "carry_out": _carried_out,
    "send": _sent,
    "receive": _received,
    "renew": _renewed,
    "mood.refuse": _refused,
    "negation.no_more": _no_more,
}


def _stands_alone(hit: Hit, clause: Clause, sentence: Sentence) -> bool:
    """Whether "no more …" is all that is said, or is wished for."""
    if clause.verbs or clause.has("mood.refuse"):
        return False
    return clause.loose_before(hit.start) <= 1 or _wished(hit, clause, sentence)


def _is_refused(hit: Hit, clause: Clause) -> bool:
    return clause.before(hit.start, "mood.refuse") is not None


def _is_forbidden(hit: Hit, clause: Clause) -> bool:
    """Whether a negation stands right before the verb, or anywhere beside a request."""
    before = clause.before(hit.start, "negation.forbid")
    if before is not None and hit.start - before.end <= 2:
        # "My shop does not send": what is not asked of us has somebody before it.
        return clause.loose_before(before.start) <= 1 or clause.has(*_ASKING)
    negated = any(h.start >= hit.end and h.tag in _NEGATION for h in clause.hits)
    return negated and (clause.loose_before(hit.start) == 0 or clause.has(*_ASKING))


def _wished(hit: Hit, clause: Clause, sentence: Sentence) -> bool:
    """Whether a wish stands before, in the clause or in one before it that does nothing else."""
    if clause.before(hit.start, *_ASKING):
        return True
    for earlier in reversed([c for c in sentence.clauses if c.end <= clause.start]):
        if earlier.verbs:
            return False
        if earlier.has(*_ASKING):
            return True
    return False


def _act(
    what: str, verb: Hit, clause: Clause, sentence: Sentence, discourse: Discourse
) -> Iterator[Act]:
    thing, thing_hit, resolved = _thing(what, verb, clause, discourse)
    if what == "still" and not discourse.has("unsubscribe.done", "remove.done"):
        return
    if (
        what == "remove"
        and thing in ("list", "marketing", "mail")
        and not _removes_someone(clause)
    ):
        return
    yield Act(
        what=what,
        thing=thing,
        mood=_mood(what, verb, clause, sentence),
        verb=verb,
        thing_hit=thing_hit,
        resolved=resolved,
        clause=clause,
        sentence=sentence,
    )


def _possible(what: str, clause: Clause) -> tuple[str, ...]:
    """What "it" may stand for: one receives, and is taken off, no account."""
    of_mail = what in ("not-send", "not-receive", "unsubscribe")
    if of_mail or (what in ("remove", "stop") and clause.has("things.self")):
        return ("things.marketing", "things.mail", "things.list")
    return MAIN_TAGS


def _removes_someone(clause: Clause) -> bool:
    """To remove a list is not to remove somebody from it."""
    return clause.has("things.self", "things.address", "things.it")


def _thing(
    what: str, verb: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit | None, bool]:
    """What the act is done to: the nearest thing of the clause, or what "it" stands for."""
    if what == "carry_out":
        noun = clause.all("cancel.noun", "close.noun", "unsubscribe.noun")[0]
        kind = "unsubscription" if noun.table == "unsubscribe" else "cancellation"
        return kind, noun, False
    return _named(what, verb, clause) or _implied(what, verb, clause, discourse)


def _named(what: str, verb: Hit, clause: Clause) -> tuple[str, Hit | None, bool] | None:
    """The nearest thing that the clause names, or the sending that is stopped."""
    found = _nearest(verb, clause, MAIN_TAGS)
    if what == "stop" and (found is None or found.key != "other"):
        sending = [h for h in clause.hits if h.start >= verb.end and h.key == "now"]
        if sending and sending[0].table in ("send", "receive"):
            return "sending", sending[0], False
    return (found.key, found, False) if found is not None else None


def _implied(
    what: str, verb: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit | None, bool]:
    """What a clause means that names no thing: by "it", a person, or the topic."""
    it = _nearest(verb, clause, ("things.it",))
    if it is not None and abs(it.start - verb.end) <= _NEAR_WORDS:
        known = discourse.antecedent(verb.start, clause.sentence, _possible(what, clause))
        if known or discourse.answers_newsletter:
            return known or "marketing", it, True
    person = _nearest(verb, clause, ("things.address", "things.self"))
    if person is not None and what != "cancel":
        return person.key, person, False
    if what in ("unsubscribe", "object", "still", "not-send", "not-receive"):
        return "nothing", None, False
    topic = discourse.topic(clause)
    return (topic, None, True) if topic else ("nothing", None, False)


def _nearest(verb: Hit, clause: Clause, tags: tuple[str, ...]) -> Hit | None:
    """The nearest of the phrases; those behind the verb count as nearer by a word."""
    found = [hit for hit in clause.all(*tags) if hit.end <= verb.start or hit.start >= verb.end]
    return min(found, key=lambda hit: _distance(verb, hit), default=None)


def _distance(verb: Hit, thing: Hit) -> int:
    if thing.start >= verb.end:
        return thing.start - verb.end
    return verb.start - thing.end + 1


def _mood(what: str, verb: Hit, clause: Clause, sentence: Sentence) -> Mood:
    if what in ("refuse", "no-more", "not-receive", "not-keep", "still") or verb.key == "now":
        return Mood.SAID
    wished = _wished(verb, clause, sentence)
    if verb.key == "done":
        asked = wished
    elif verb.key == "noun":
        if not wished and _is_heading(verb, clause):
            return Mood.NAMED
        asked = wished
    else:
        actor = clause.before(verb.start, "owners.actor")
        told = actor is not None and actor.end == verb.start
        imperative = wished or clause.has("mood.please") or _is_imperative(what, verb, clause)
        asked = imperative and not told
    return Mood.ASKED if asked else Mood.MENTIONED


def _is_heading(noun: Hit, clause: Clause) -> bool:
    """Whether a noun heads its clause, as in "Cancellation of my account"."""
    told = any(hit.start < noun.start and hit.table in ("mood", "negation") for hit in clause.hits)
    return not told and clause.loose_before(noun.start) == 0 and len(clause.verbs) == 1


def _is_imperative(what: str, verb: Hit, clause: Clause) -> bool:
    """Whether nothing but courtesy and the thing itself stands before the verb."""
    # For a cancellation no loose word is let pass: it may be the one who does it.
    allowed = 0 if what in ("cancel", "close", "leave") else 1
    return clause.loose_before(verb.start) <= allowed
