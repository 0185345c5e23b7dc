"""Another thing that is taken out of an offer or a list: "Remove the tyres from the sale".

The words are those of an opt-out, and the models hear one; but nobody asks for less mail.
"""

from __future__ import annotations

from handlers.classify.acts import Act
from handlers.classify.clauses import Clause
from handlers.classify.discourse import MAIN_TAGS, UNINFLECTED, Discourse
from handlers.classify.lexicon import Hit
from handlers.classify.nearest import CONTRACT_TAGS, MAIL_TAGS, nearest

_TAKES = frozenset({"remove.do", "remove.now", "close.do", "close.now", "stop.do"})
# Who or what is taken off a list of mail, and what tells that mail is meant.
_PEOPLE = ("things.self", "things.address", "things.data", "things.it")
_OF_MAIL = frozenset({"unsubscribe", "object", "send", "receive"})


def takes_other_out(discourse: Discourse) -> bool:
    """Whether all that is asked is to take another thing, by its name, out of something.

    Not where a contract is named, mail is spoken of elsewhere, or anybody is to be taken off.
    """
    if discourse.has("hints.mailing"):
        # "Remove our hotel from the newsletter."
        return False
    clauses = [c for _, c in discourse.all_clauses()]
    if any(c.has(*CONTRACT_TAGS) or any(h.table in _OF_MAIL for h in c.hits) for c in clauses):
        return False
    taking = [(h, c) for c in clauses for h in c.hits if _takes(h, c)]
    beside = {clause.start for _, clause in taking}
    if any(c.has(*MAIL_TAGS) for c in clauses if c.start not in beside):
        return False
    return bool(taking) and all(_takes_other(verb, clause, discourse) for verb, clause in taking)


def from_other_list(act: Act) -> Hit | None:
    """The list of somebody else that the verb's own words end in: Turkish "kara listeden çıkarın".

    There the longest phrase hides nothing, because neither is inside the other.
    """
    verb = act.verb
    if act.what not in ("remove", "unsubscribe"):
        return None
    return next(
        (h for h in act.clause.all("things.other") if h.start < verb.start < h.end < verb.end),
        None,
    )


def _takes(verb: Hit, clause: Clause) -> bool:
    # Where verbs come last, an act is a stem: 外し.
    return verb.tag in _TAKES or (clause.verb_last and verb.tag == "remove.noun")


def _takes_other(verb: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether a thing that is no mail stands beside the verb, and nobody does."""
    people = (h for h in clause.all(*_PEOPLE) if not _is_owner(h, clause))
    if next(people, None) is not None:
        return False
    thing = nearest(verb, clause, MAIN_TAGS)
    if discourse.language in UNINFLECTED:
        # 把商品从促销活动中移除: what is taken out stands before what it is taken out of.
        thing = next(iter(clause.all(*MAIN_TAGS)), None)
        return thing is not None and thing.tag == "things.other"
    if thing is None or thing.tag != "things.other":
        return False
    return not clause.loose(min(verb.end, thing.end), max(verb.start, thing.start))


def _is_owner(person: Hit, clause: Clause) -> bool:
    """Whether the same word says whose something is: Czech "nas"."""
    return any(h.start == person.start and h.end == person.end for h in clause.all("owners.mine"))
