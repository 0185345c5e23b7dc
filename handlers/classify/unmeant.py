"""Cancellations that are spoken of and not meant: unwanted, told by others, or called untrue."""

from __future__ import annotations

from handlers.classify.acts import Act
from handlers.classify.clauses import Clause
from handlers.classify.discourse import UNINFLECTED, Discourse
from handlers.classify.force import Force
from handlers.classify.lexicon import Hit
from handlers.values import Intent

_SENTENCES_BEHIND = 2
# "The last" is said of many things; with a comma behind it, of what is wanted.
_SHORT = 2
_UNMEANT = "reversal.unmeant"


def find_unmeant(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    """What says that a cancellation is not meant, or None."""
    if intent is not Intent.CANCELLATION:
        return None
    unmeant = _unmeant(act, discourse)
    if unmeant is not None:
        return (Force.DOUBT if _asks_between(unmeant, act) else Force.VETO), unmeant
    untrue = _untrue(act, discourse)
    reported = act.sentence.before(act.verb.start, "reversal.reported")
    if reported is not None:
        return (Force.VETO if untrue is not None else Force.DOUBT), reported
    return (Force.DOUBT, untrue) if untrue is not None else None


def tells_unmeant(discourse: Discourse) -> bool:
    """Whether anything in the message says that what is asked there is not meant."""
    return discourse.has(_UNMEANT) and any(
        _counts(hit, clause, discourse)
        for _, clause in discourse.all_clauses()
        for hit in clause.all(_UNMEANT)
    )


def _unmeant(act: Act, discourse: Discourse) -> Hit | None:
    for clause in act.sentence.clauses:
        for hit in clause.all(_UNMEANT):
            # "Sooner … than cancel" ends with the verb; Turkish ends the verb with it.
            inside = act.verb.start <= hit.start <= act.verb.last or hit.last == act.verb.last
            if clause is act.clause and (clause.verb_last or inside):
                return hit
            if hit.last <= act.verb.start and _counts(hit, clause, discourse):
                return hit
    return None


def _counts(hit: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether it is long enough, or all of its clause: "my last invoice" is only an invoice."""
    fills = hit.start == clause.start and hit.last == clause.end
    whole = clause.verb_last or discourse.language in UNINFLECTED
    return whole or fills or hit.last - hit.start > _SHORT


def _asks_between(hit: Hit, act: Act) -> bool:
    """Whether what stands between begins anew: "…, so please cancel my account"."""
    return any(
        hit.last <= other.start < act.verb.start
        for clause in act.sentence.clauses
        for other in clause.all("mood.please", "join.break")
    )


def _untrue(act: Act, discourse: Discourse) -> Hit | None:
    """What calls it untrue, in a clause that says no more."""
    behind = act.clause.sentence
    for sentence in discourse.sentences[behind : behind + _SENTENCES_BEHIND + 1]:
        for clause in sentence.clauses:
            for hit in clause.all("reversal.untrue"):
                if hit.start >= act.verb.end and clause.loose(clause.start, clause.end) <= 1:
                    return hit
    return None
