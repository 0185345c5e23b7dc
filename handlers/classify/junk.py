"""Junk that others send to the writer's mailbox: for us to filter, and none of our mailings."""

from __future__ import annotations

from handlers.classify.acts import Act
from handlers.classify.clauses import Clause
from handlers.classify.discourse import Discourse
from handlers.classify.lexicon import Hit
from handlers.classify.nearest import MAIL_TAGS, OF_MAIL

# The same word in all languages that are written in Latin letters, and the English one.
_JUNK = ("spam", "junk")
# Only in English phrases of junk say whose it is.
_OURS = frozenset({"your", "ur", "you"})
# What only ends mail in general; who is taken off a list is on one.
_ENDS = ("stop", "close", "cancel", "refuse", "no-more")
# Where it arrives, or what ought to have kept it off.
_PLACES = ("things.other", "things.address", "things.site", "things.part")


def of_others_mail(act: Act, discourse: Discourse) -> Hit | None:
    """Junk that is told of as arriving ("I get 200 spam mails a day, please stop this").

    So does mail that "somebody" sends. "Stop sending me spam" and "your spam" are about us.
    """
    if act.what not in _ENDS or act.thing not in OF_MAIL or discourse.answers_newsletter:
        return None
    named = _named(act, discourse)
    if named is None:
        return None
    clause, thing = named
    others = clause.all("owners.others") if act.resolved else []
    return others[0] if others else _where_it_arrives(thing, act, discourse)


def _where_it_arrives(thing: Hit, act: Act, discourse: Discourse) -> Hit | None:
    """Where junk that nobody says we sent arrives, or the word for getting it."""
    if not _is_junk(thing, discourse):
        return None
    sentences = discourse.sentences[max(0, act.clause.sentence - 1) : act.clause.sentence + 2]
    clauses = [clause for s in sentences if not s.in_subject for clause in s.clauses]
    if any(c.start <= place < c.end for c in clauses for place in discourse.our_names):
        return None
    near = [hit for clause in clauses for hit in clause.hits]
    if any(hit.table == "send" for hit in near if not _is_junk(hit, discourse)):
        return None
    arrives = (hit for hit in near if hit.table == "receive" or hit.tag in _PLACES)
    return next((h for h in arrives if not thing.start <= h.start < thing.end), None)


def _named(act: Act, discourse: Discourse) -> tuple[Clause, Hit] | None:
    """The mail that an act is about, or that "it" stands for, and the clause that names it."""
    if not act.resolved:
        return (act.clause, act.thing_hit) if act.thing_hit is not None else None
    named = [
        (clause, hit)
        for _, clause in discourse.clauses()
        for hit in clause.all(*MAIL_TAGS)
        if hit.start < act.verb.start
    ]
    return named[-1] if named else None


def _is_junk(hit: Hit, discourse: Discourse) -> bool:
    """Whether a phrase is of junk, and does not say whose it is: not "your spam"."""
    words = discourse.words.words[hit.start : hit.end]
    return any(word.startswith(_JUNK) for word in words) and not _OURS.intersection(words)
