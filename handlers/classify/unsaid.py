"""What says the opposite of an ending: a prefix before its verb, or the same forbidden later.

"Please un-close our account" asks to have it back; "Cancel the plan. Oh no, do not cancel it"
takes it back in the words that asked for it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import islice

from handlers.classify.acts import Act
from handlers.classify.clauses import Clause, Sentence
from handlers.classify.discourse import MAIN_TAGS, UNINFLECTED, Discourse
from handlers.classify.force import Force
from handlers.classify.lexicon import Hit
from handlers.classify.nearest import ENDING
from handlers.values import Intent

# What undoes a verb where a hyphen parts the two, as folded; none of them is a word of its own
# language. French "dé-" is not there: without its accent it is "de".
_UNDOING: Mapping[str, frozenset[str]] = {
    "en": frozenset({"un"}),
    "de": frozenset({"ent", "un", "ruck"}),
    "es": frozenset({"des"}),
    "it": frozenset({"de", "dis"}),
    "nl": frozenset({"ont"}),
    "pt": frozenset({"des"}),
}
# French "un stop" is no "un-stop", and English is read everywhere.
_UNDONE = frozenset({"cancel", "close", "leave", "unsubscribe"})
# What leaves it open who does not end it, or when.
_TELLS = ("mood.condition", "mood.question", "mood.before", "mood.maybe", "mood.intend")
# "Do not cancel", but "不再扣钱" only stops something.
_ENDS = frozenset(ENDING) - {"stop"}
_OF_MAIL = frozenset({"unsubscribe"})
# What stands before a participle that belongs to its noun, where nouns come last.
_POINTING: Mapping[str, frozenset[str]] = {
    "en": frozenset({"the", "my", "our", "a", "this", "that", "old"}),
    "nl": frozenset({"het", "de", "ons", "onze", "mijn", "een", "dit", "die", "dat"}),
}
_DENIALS = ("negation.forbid", "negation.not")
# "Do not just close it": not far before the verb.
_NEAR = 1
# So many clauses behind an ending, and verbs of each, may take it back.
_FOLLOWING = 40


def undone_by_prefix(act: Act, discourse: Discourse) -> Hit | None:
    """The verb before which a prefix undoes it: "un-close", "des-cancelar"."""
    place = act.verb.start - 1
    prefixes = _UNDOING.get(discourse.language, frozenset())
    inside = place >= act.clause.start and act.what in _UNDONE
    return act.verb if inside and discourse.words.words[place] in prefixes else None


def forbidden_later(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    """The same ending behind the act, forbidden: "Cancel it, no, wait, do not cancel"."""
    if act.what not in (*ENDING, "unsubscribe"):
        return None
    # "Stop the newsletter. Do not cancel the account."
    ends = _ENDS if intent is Intent.CANCELLATION else _OF_MAIL
    for sentence, clause in islice(_clauses_behind(act, discourse), _FOLLOWING):
        if sentence.asked or clause.has(*_TELLS):
            continue
        # Danish "drop mailene, ik" only asks for a nod.
        last = sentence.clauses[-1] is clause and clause.sentence > act.clause.sentence
        if last and not sentence.has(*MAIN_TAGS) and _only_forbids(clause, discourse):
            return Force.DOUBT, clause.hits[0]
        if any(h.key != act.thing for h in clause.all(*MAIN_TAGS)):
            # "Cancel the plan, do not cancel the domain."
            continue
        for verb in clause.verbs[:_FOLLOWING]:
            of_it = verb.table in ends and verb.key != "done"
            if of_it and _is_forbidden(verb, clause, discourse):
                return Force.DOUBT, verb
    return None


def _clauses_behind(act: Act, discourse: Discourse) -> Iterator[tuple[Sentence, Clause]]:
    own, *others = discourse.sentences[act.clause.sentence :]
    # Of a sentence of thousands of clauses only those behind.
    first = bisect_left(own.clauses, act.clause.end, key=lambda clause: clause.start)
    yield from ((own, clause) for clause in own.clauses[first : first + _FOLLOWING])
    for sentence in others[:_FOLLOWING]:
        yield from ((sentence, clause) for clause in sentence.clauses)


def _only_forbids(clause: Clause, discourse: Discourse) -> bool:
    """Whether it says "don't" and no more: "On second thoughts: please don't"."""
    if clause.verb_last or discourse.language in UNINFLECTED:
        return False
    said = {h.tag for h in clause.hits}
    plain = said <= {*_DENIALS, "reversal.hold", "message.polite", "mood.please", "things.it"}
    if not plain or clause.loose(clause.start, clause.end):
        return False
    # "This month, not next": a bare "not" forbids nothing.
    whole = [h for h in clause.all("negation.forbid") if _is_whole(h, discourse)]
    return bool(whole) or said >= {"negation.forbid", "mood.please"}


def _is_whole(hit: Hit, discourse: Discourse) -> bool:
    return hit.last - hit.start > 1 or discourse.words.words[hit.start].endswith("nt")


def ended_already(act: Act, discourse: Discourse) -> Hit | None:
    """What tells of a thing that it was ended: "our terminated contract", "the plan you closed".

    Whatever is asked for that thing, it is no end.
    """
    verb, thing = act.verb, act.thing_hit
    if verb.key != "done" or thing is None or act.resolved:
        return None
    before = verb.start > act.clause.start and thing.start == verb.last
    if before and discourse.words.words[verb.start - 1] in _POINTING.get(discourse.language, ()):
        return verb
    for actor in act.clause.all("owners.actor"):
        relative = thing.last == actor.start and actor.last <= verb.start
        if relative and not act.clause.loose(actor.last, verb.start):
            return verb
    return None


def _is_forbidden(verb: Hit, clause: Clause, discourse: Discourse) -> bool:
    if clause.verb_last:
        return clause.at_end_of(verb, *_DENIALS) is not None
    # "不解除了" forbids; elsewhere a plain "not" tells of something.
    tags = _DENIALS if discourse.language in UNINFLECTED else ("negation.forbid",)
    denial = clause.upon(verb, *tags)
    if denial is None or any(h.start < verb.start for h in clause.all("owners.actor")):
        # "He does not cancel it."
        return False
    return clause.count(denial.last, verb.start) <= _NEAR
