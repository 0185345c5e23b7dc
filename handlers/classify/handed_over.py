"""What one failed to do oneself and then hands over: "I can't close it here. Please do it"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.classify.clauses import Clause, is_inside
from handlers.classify.discourse import MAIN_TAGS, Discourse
from handlers.classify.lexicon import Hit

if TYPE_CHECKING:
    from handlers.classify.acts import Act

# What a try that failed is told with, and what is no longer an objection when it is handed over.
TRIED = frozenset(
    {
        "not.negated", "not.hypothetical", "not.asked-before", "not.question",
        "not.something-else",
    }
)  # fmt: skip
_UNABLE, _DENIED, _TRIED = "mood.maybe", "negation.not", "mood.before"
_ASKS = ("mood.please", "mood.wish")
_AGAINST = (
    "mood.refuse", "mood.question", "mood.condition", "mood.sooner", "mood.before", "mood.maybe",
    "negation.not", "negation.forbid", "negation.no_more",
)  # fmt: skip
_OF_OTHERS = ("owners.others", "owners.kin", "owners.anyone", "owners.elsewhere")
# "Please do it for me in the panel today".
_UNKNOWN_BESIDE = 1
# "I asked by phone and chat to cancel".
_UNKNOWN_WHERE = 2


def handed_over(act: Act, discourse: Discourse) -> bool:
    """Whether the act is one's own failed try, and what follows asks to do just that.

    A refusal ("I do not want to close it"), a denial that is none of ability ("you did not"), or a
    request that names another thing ("please do the backup") hands nothing over.
    """
    if act.verb.key != "do" or not _failed(act.verb, act.clause):
        return False
    if _may_be_of_others(act):
        return False
    later = [c for c in act.sentence.clauses if c.start >= act.clause.end]
    for sentence in discourse.sentences[act.clause.sentence + 1 :][:1]:
        later += sentence.clauses
    for clause in later:
        if _asks_for_it(clause):
            return True
        if clause.has(*MAIN_TAGS, "mood.condition") or _acts(clause):
            return False
    return False


def _may_be_of_others(act: Act) -> bool:
    """As in "the rival's account", "the account on the tax office's site"."""
    clause, thing = act.clause, act.thing_hit
    if thing is None or clause.has(*_OF_OTHERS):
        return thing is not None
    elsewhere = any(hit.start >= thing.last for hit in clause.all(*MAIN_TAGS))
    return elsewhere or clause.loose(act.verb.last, thing.start) > 0


def _failed(verb: Hit, clause: Clause) -> bool:
    """Whether one could not do it, or tried or asked to, and nothing else is denied of it."""
    before = [h for h in clause.hits if h.start < verb.start]
    # "I can't afford to close it" could do that.
    unable = [
        h
        for h in before
        if h.tag == _UNABLE and _denies(h, before) and not clause.loose(h.last, verb.start)
    ]
    tried = (h for h in before if h.tag == _TRIED)
    if not unable and not any(clause.loose(h.last, verb.start) <= _UNKNOWN_WHERE for h in tried):
        return False
    denied = (h for h in before if h.tag == _DENIED)
    refused = clause.has("mood.refuse", "negation.forbid", "mood.sooner", "mood.condition")
    return not refused and all(any(h.start <= u.start < h.last for u in unable) for h in denied)


def _denies(unable: Hit, hits: list[Hit]) -> bool:
    """Whether "cannot" is meant, and not "might", which denies nothing."""
    return any(h.tag == _DENIED and is_inside(h, unable) for h in hits)


def _acts(clause: Clause) -> bool:
    """Whether anything else is done: "I tried to cancel it and got an error" does nothing."""
    return any(verb.table not in ("carry_out", "receive") for verb in clause.verbs)


def _asks_for_it(clause: Clause) -> bool:
    """Whether a clause asks to carry "it" out, and speaks of nothing else."""
    does = clause.all("carry_out.do")
    if not does or not clause.has(*_ASKS) or clause.has(*MAIN_TAGS, *_AGAINST) or _acts(clause):
        return False
    do = does[0]
    it = any(do.start <= h.start <= do.end for h in clause.all("things.it"))
    return it and clause.loose(do.end, clause.end) <= _UNKNOWN_BESIDE
