"""What is said behind an act and is about something else: a side request, or a reason run on.

"End my contract and tell me if anything is left to pay" hangs on no condition; "I want to cancel
my plan don't use it any more" denies nothing but the use.
"""

from __future__ import annotations

from collections.abc import Iterator

from handlers.classify.acts import Act
from handlers.classify.clauses import VERBS, Clause, Sentence
from handlers.classify.lexicon import Hit
from handlers.classify.wishes import ASKING

# "I want to cancel my plan | I use it | no more": what is denied has a verb of its own.
_OWN_VERB_WORDS = 2
# What may stand behind a denial that ends its clause: "thanks".
_COURTESY = ("message.polite", "mood.please", "negation.no_more", "join.behind")


def is_of_telling(condition: Hit, act: Act, sentence: Sentence) -> bool:
    """Whether a condition behind an act is about what one wants to be told.

    Either what is asked, "and tell me if …", or when, "and if …, tell me"; not "cancel it if
    you cannot mend it, and tell me".
    """
    done = _end_of(act)
    if condition.start < done:
        return False
    hits = [hit for clause in sentence.clauses for hit in clause.hits]
    for tell in (hit for hit in hits if hit.tag == "message.tell" and hit.start >= done):
        first, second = sorted((tell.start, condition.start))
        if any(first < hit.start < second and hit.table in VERBS for hit in hits):
            continue
        joined = any(done <= hit.start < first for hit in _joins(hits))
        if act.clause.verb_last:
            joined = any(done <= clause.start <= first for clause in sentence.clauses)
        parted = any(first < hit.start < second for hit in _joins(hits))
        if tell.start < condition.start or (joined and not parted):
            return True
    return False


def is_of_what_follows(denial: Hit, act: Act) -> bool:
    """Whether a denial behind an act is of what else is said: "close it and do not bill me".

    Without any "and" it is where the act was wished for and its thing named: "I want to cancel my
    plan I no longer use it". A denial that ends the clause may be of anything.
    """
    clause, done = act.clause, _end_of(act)
    if denial.start < done or any(h.start == denial.start for h in clause.all("owners.actor")):
        # "… and nobody has answered" tells of the act.
        return False
    last = _is_last(denial, clause)
    if any(done <= hit.start < denial.start for hit in _joins(clause.hits)):
        return not last
    thing = act.thing_hit
    wished = any(hit.start < act.verb.start for hit in clause.all(*ASKING))
    if not wished or thing is None or not clause.start <= thing.start < clause.end:
        return False
    if denial.start - done >= _OWN_VERB_WORDS and done > act.verb.last:
        return True
    refused = any(denial.start == hit.start for hit in clause.all("mood.refuse"))
    return not last and (denial.start > act.verb.end or refused)


def _end_of(act: Act) -> int:
    """Where an act ends with its thing, if that stands behind the verb in its clause."""
    thing = act.thing_hit
    if thing is not None and act.verb.start < thing.start < act.clause.end:
        return max(act.verb.last, thing.last)
    return act.verb.last


def _joins(hits: list[Hit]) -> Iterator[Hit]:
    return (hit for hit in hits if hit.tag == "join.and")


def _is_last(denial: Hit, clause: Clause) -> bool:
    """Whether nothing but courtesy stands behind a denial in its clause."""
    behind = {
        place
        for hit in clause.hits
        if hit.tag in _COURTESY
        for place in range(hit.start, hit.last)
    }
    return all(place in behind for place in range(denial.last, clause.end))
