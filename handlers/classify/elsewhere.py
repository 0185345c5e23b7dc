"""Contracts that are not the writer's own, or with another provider: "my wife's account"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from handlers.classify.acts import Act
from handlers.classify.clauses import Clause
from handlers.classify.discourse import Discourse
from handlers.classify.lexicon import Hit
from handlers.classify.nearest import CONTRACT, CONTRACT_TAGS, ENDING, is_said_further
from handlers.classify.words import NUMBER, is_wide

# "Of my", "von meinem", "s web" and the like may stand between a thing and its owner.
_OWNER_WORDS = 2
_ARTICLES = frozenset({"la", "le", "el", "il", "o", "a", "l", "der", "dem", "den", "firma", "de"})
_VERBS = ("mood", "negation", "reversal")
_MIN_NAME = 2


def of_kin(act: Act, discourse: Discourse) -> Hit | None:
    """A thing of somebody whom the writer knows: "my wife's account", "the plan of my client".

    Who speaks for the dead, or with their authority, says more than whose it is.
    """
    if act.resolved and _ends_contract(act):
        return _of_kin_before(act, discourse)
    thing = act.thing_hit
    if thing is None or act.resolved or not _ends_contract(act):
        return None
    if _is_of_unknown(thing, act, discourse):
        return thing
    kin = next((h for h in act.clause.all("owners.kin") if _is_beside(h, thing, act.clause)), None)
    if kin is None:
        return None
    late = (h for h in discourse.hits if h.tag == "owners.late")
    return None if any(h.end <= kin.start or h.start >= kin.end for h in late) else kin


def _of_kin_before(act: Act, discourse: Discourse) -> Hit | None:
    """Who has what "it" stands for: "My tenant has an account with you, please cancel it."."""
    if discourse.has("owners.late"):
        return None
    named = [
        (clause, hit)
        for _, clause in discourse.clauses()
        for hit in clause.all(*CONTRACT_TAGS)
        if hit.start < act.verb.start
    ]
    if not named:
        return None
    clause, thing = named[-1]
    mine = any(hit.end == thing.start for hit in clause.all("owners.mine"))
    kin = [hit for hit in clause.all("owners.kin") if hit.end <= thing.start]
    # "My dad" also stands for oneself where mail is refused: "my husband saw to the site, we …"
    # ends one's own, "my dad has an account" his.
    own = [h for h in clause.all("things.self") if all(h.start != k.start for k in kin)]
    told = any(hit.end == thing.start for hit in clause.all("owners.anyone"))
    if mine or own or (clause.has("things.self") and not told):
        return None
    return kin[-1] if kin else None


def _is_of_unknown(thing: Hit, act: Act, discourse: Discourse) -> bool:
    """Whether it is somebody's by name: "the account of John Peters", in English."""
    words, place = discourse.words.words, thing.end + 1
    alone = thing.end - thing.start == 1 and discourse.language == "en"
    if not alone or place >= act.clause.end or words[thing.end] != "of":
        return False
    known = place in act.clause.covered or words[place] in discourse.small.behind
    ours = place in discourse.own_names or place in discourse.our_names
    return words[place].isalpha() and not (known or ours or discourse.has("owners.late"))


def _is_beside(kin: Hit, thing: Hit, clause: Clause) -> bool:
    first, second = (kin, thing) if kin.start < thing.start else (thing, kin)
    if not 0 <= second.start - first.end <= _OWNER_WORDS:
        return False
    between = [h for h in clause.hits if first.end <= h.start and h.end <= second.start]
    # "My boss wants our account closed", but "das Konto von meinem Kunden".
    mine = first is kin and any(h.tag == "owners.mine" for h in between)
    return not mine and not any(h.table in _VERBS for h in between)


def of_another_provider(act: Act, discourse: Discourse) -> Hit | None:
    """A contract with somebody unknown ("my account at Acme"), or talk of coming over to us."""
    if not _ends_contract(act):
        return None
    said = discourse.first("owners.elsewhere")
    if said is None and act.thing == "nothing":
        # "I want out, close my bus pass", but not "it fails in the panel, cancel".
        other = _first_other(act.sentence.clauses)
        if other is not None and _is_of_words(other, discourse):
            said = other if other == _only_other(discourse) else None
    thing = act.thing_hit
    if said is not None or thing is None or act.resolved:
        return said
    if is_said_further(thing, act.clause.all("things.other")):
        return thing
    return _of_unknown_provider(act, thing, discourse)


def _is_of_words(hit: Hit, discourse: Discourse) -> bool:
    """Whether a phrase has several words; one character is no word."""
    return hit.end - hit.start > 1 and not is_wide(discourse.words.words[hit.start])


def _of_unknown_provider(act: Act, thing: Hit, discourse: Discourse) -> Hit | None:
    words = discourse.words.words
    place, end = thing.end, act.clause.end
    mine = {i for h in act.clause.all("owners.mine") for i in range(h.start, h.end)}
    while place < end and (place in mine or words[place] == NUMBER):
        place += 1
    if place + 1 >= end or words[place] not in discourse.small.at:
        return None
    place += 1
    if place + 1 < end and words[place] in _ARTICLES:
        place += 1
    word, small = words[place], discourse.small
    known = word in small.of or word in small.behind or place in act.clause.covered
    ours = place in discourse.own_names or place in discourse.our_names
    is_name = word.isalpha() and len(word) >= _MIN_NAME
    return thing if is_name and not known and not ours else None


def ends_another(discourse: Discourse) -> bool:
    """Whether what is ended is another contract, and none that may be with us is named beside it.

    "I cancel my bus pass." The models hear the words of ending, and no difference in the things.
    """
    return discourse.has("owners.elsewhere") or _only_other(discourse) is not None


def _only_other(discourse: Discourse) -> Hit | None:
    """Another thing beside words of ending, where no contract is named that may be ours.

    Two phrases of the same words, or one that goes on ("my membership of the choir"), name one.
    """
    if not discourse.has("things.other"):
        return None
    others = list(_others(clause for _, clause in discourse.clauses()))
    inside = {place for hit in others for place in range(hit.start, hit.end)}
    named = (hit for hit in discourse.hits if hit.tag in CONTRACT_TAGS)
    ours = any(hit.end - 1 not in inside for hit in named)
    return others[0] if others and not ours else None


def _first_other(clauses: Iterable[Clause]) -> Hit | None:
    return next(_others(clauses), None)


def _others(clauses: Iterable[Clause]) -> Iterator[Hit]:
    """What stands beside words of ending and is no contract with us."""
    for clause in clauses:
        if any(hit.table in ENDING for hit in clause.hits):
            yield from clause.all("things.other")


def _ends_contract(act: Act) -> bool:
    return act.what in (*ENDING, "refuse", "not-keep", "not-renew") and act.thing in (
        *CONTRACT,
        "nothing",
    )
