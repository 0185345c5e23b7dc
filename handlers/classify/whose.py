"""Whose the thing is that is to be ended: the writer's, or somebody else's."""

from __future__ import annotations

from handlers.classify.acts import Act
from handlers.classify.clauses import is_inside
from handlers.classify.discourse import UNINFLECTED, VERB_LAST, Discourse
from handlers.classify.force import Force
from handlers.classify.lexicon import Hit
from handlers.classify.nearest import CONTRACT_TAGS
from handlers.values import Intent

# Whose it is may stand behind the thing: Norwegian "kontoen hennes".
_OWNER_BEHIND = {"no": frozenset({"hans", "hennes"})}


def of_others(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    """A word that says that the thing is somebody else's."""
    hits = act.clause.all("owners.others")
    if act.resolved and discourse.language in VERB_LAST | UNINFLECTED:
        # 友人のアカウントが… 停止してください: whose it is was said before.
        near = discourse.sentences[max(0, act.clause.sentence - 1) : act.clause.sentence + 1]
        hits = [h for s in near for c in s.clauses for h in c.all("owners.others")]
    if hits and not (intent is Intent.OPT_OUT and _is_for_writer(act, discourse)):
        return Force.VETO, hits[0]
    if intent is Intent.CANCELLATION and not discourse.has("owners.late"):
        thing = act.thing_hit
        behind = _OWNER_BEHIND.get(discourse.language, frozenset())
        for hit in act.clause.all("owners.anyone"):
            if thing is not None and (
                0 <= thing.start - hit.end <= 1
                or (hit.start == thing.end and discourse.words.words[hit.start] in behind)
            ):
                return Force.DOUBT, hit
        said = _says_whose(act, discourse)
        if said is not None:
            return Force.DOUBT, said
    return None


def _says_whose(act: Act, discourse: Discourse) -> Hit | None:
    """The thing that itself says that it is somebody else's: Finnish "hänen tilinsä".

    "The account of Mr Noll" is the writer's own where that is their name.
    """
    first = max(0, act.clause.sentence - 1) if act.resolved else act.clause.sentence
    for sentence in discourse.sentences[first : act.clause.sentence + 1]:
        for clause in sentence.clauses:
            things = [h for h in clause.hits if h.tag in CONTRACT_TAGS]
            for hit in clause.all("owners.anyone"):
                own = hit.end in discourse.own_names
                if not own and any(is_inside(hit, thing) for thing in things):
                    return hit
    return None


def _is_for_writer(act: Act, discourse: Discourse) -> bool:
    """Whether the writer is named beside others, and not as the one it comes from."""
    words, of = discourse.words.words, discourse.small.of
    # "My customers want no more newsletters from me."
    return any(words[h.start - 1] not in of for h in act.clause.all("things.self"))


def about_abuse(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    """A complaint of somebody's misuse, where the account is not said to be the writer's own."""
    hit = discourse.first("message.abuse") if intent is Intent.CANCELLATION else None
    if hit is None:
        return None
    mine = act.clause.all("owners.mine")
    if not mine:
        return Force.VETO, hit
    # "This account", where another one is complained of; it is one's own in other letters.
    near = all(_points(h, discourse) for h in mine)
    own = discourse.has("owners.mine") and _names_own_contract(discourse)
    return (Force.DOUBT, hit) if near and not own else None


def _points(mine: Hit, discourse: Discourse) -> bool:
    """Whether a word for what is one's own only points at it: "this"."""
    return mine.end == mine.start + 1 and discourse.words.words[mine.start] in discourse.small.this


def _names_own_contract(discourse: Discourse) -> bool:
    """Whether the writer speaks of a contract as their own: "my account"."""
    return any(
        0 <= thing.start - mine.end <= 1 and not _points(mine, discourse)
        for _, clause in discourse.all_clauses()
        for mine in clause.all("owners.mine")
        for thing in clause.all("things.service")
    )
