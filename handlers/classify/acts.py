"""The acts that a clause speaks of: what is done, to what, and whether it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from handlers.classify.clauses import Clause, Sentence
from handlers.classify.deeds import deed_of
from handlers.classify.discourse import MAIN_TAGS, Discourse
from handlers.classify.handed_over import handed_over
from handlers.classify.lexicon import Hit
from handlers.classify.moods import Mood, mood_of
from handlers.classify.nearest import CONTRACT, ENDING
from handlers.classify.things import find_thing
from handlers.classify.wishes import ASKING, is_of_unknown_verb, wished

_DENIALS = ("negation.not", "negation.forbid", "mood.refuse")
MAX_FIRST, MAX_LAST = 40, 20
# "And my address".
_OWNER_WORDS = 1


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
    """The acts of the message, in the order of its words; of very many the first and last ones.

    Each is weighed against all that is said, so that work would grow with the square of a text
    that says nothing else. No letter of 1,200 words that asks for something names so many.
    """
    found = [
        (what, hit, clause, sentence)
        for sentence, clause in discourse.clauses()
        for hit in clause.hits
        if (what := deed_of(hit, clause, sentence))
    ]
    if len(found) > MAX_FIRST + MAX_LAST:
        found = found[:MAX_FIRST] + found[-MAX_LAST:]
    for what, hit, clause, sentence in found:
        yield from _act(what, hit, clause, sentence, discourse)


def _act(
    what: str, verb: Hit, clause: Clause, sentence: Sentence, discourse: Discourse
) -> Iterator[Act]:
    if what == "refuse" and _is_of_renewal(clause, discourse):
        what = "not-renew"
    thing, thing_hit, resolved = find_thing(what, verb, clause, discourse)
    if what == "still" and not discourse.has("unsubscribe.done", "remove.done"):
        return
    of_mail = thing in ("list", "marketing", "mail")
    if what == "remove" and of_mail and not _removes_someone(verb, thing_hit, clause, discourse):
        return
    if (what == "refuse" or (what == "stop" and of_mail)) and is_of_unknown_verb(
        verb, clause, discourse
    ):
        return
    if what == "no-more" and not discourse.answers_newsletter and _only_no(verb, clause, sentence):
        return
    act = Act(
        what=what,
        thing=thing,
        mood=mood_of(what, verb, thing_hit, clause, sentence, discourse),
        verb=verb,
        thing_hit=thing_hit,
        resolved=resolved,
        clause=clause,
        sentence=sentence,
    )
    if act.mood is Mood.MENTIONED and handed_over(act, discourse):
        act = replace(act, mood=Mood.ASKED)
    yield act
    also = _also_mailing(act, discourse)
    if also is not None:
        yield replace(act, thing="marketing", thing_hit=also)
    listed = _also_from_list(act, discourse)
    if listed is not None:
        yield replace(act, what="remove", thing="list", thing_hit=listed)


def _also_mailing(act: Act, discourse: Discourse) -> Hit | None:
    """The mailing that one verb ends beside a contract: "Cancel my account and the newsletter".

    Not the other way round: that a contract is meant as well has to be said of it.
    """
    first = act.thing_hit
    if first is None or act.resolved or act.what not in ENDING or act.thing not in CONTRACT:
        return None
    words = discourse.words.words
    for joined in act.clause.all("join.and"):
        for mailing in act.clause.all("things.marketing"):
            # "Rezygnuję z konta i z newslettera": the preposition may be said again.
            again = joined.end < mailing.start and words[joined.end] in discourse.small.of
            between = act.clause.loose(joined.end + again, mailing.start)
            if first.end <= joined.start < mailing.start and not between:
                near = not act.clause.loose(first.end, joined.start)
                return mailing if near and _ends_clause(mailing, act) else None
    return None


def _also_from_list(act: Act, discourse: Discourse) -> Hit | None:
    """The list beside a contract: "Delete my account, and my address from your list"."""
    first, clause = act.thing_hit, act.clause
    if first is None or act.what != "close" or act.thing != "service" or act.resolved:
        return None
    words, small = discourse.words.words, discourse.small
    for joined in clause.all("join.and"):
        for person in clause.all("things.address", "things.self"):
            near = first.end <= joined.start < person.start <= joined.end + _OWNER_WORDS
            lists = [h for h in clause.all("things.list") if h.start >= person.end]
            if not near or not lists:
                continue
            between = range(person.end, lists[0].start)
            if all(i in clause.covered or words[i] in small.of for i in between):
                return lists[0] if _ends_clause(lists[0], act) else None
    return None


def _ends_clause(thing: Hit, act: Act) -> bool:
    """Whether nothing unknown is said behind a thing, but for the verb itself."""
    return not act.clause.loose(thing.last, act.clause.end)


def _is_of_renewal(clause: Clause, discourse: Discourse) -> bool:
    """Whether "that" is refused, and right before it was told that something renews itself."""
    if clause.loose(clause.start, clause.end) or clause.has(*MAIN_TAGS):
        return False
    before = [c for c in discourse.sentences[clause.sentence].clauses if c.end <= clause.start]
    if not before and clause.sentence:
        before = discourse.sentences[clause.sentence - 1].clauses
    return any(c.has("renew.do") and not c.has(*_DENIALS) for c in before[-2:])


def _only_no(hit: Hit, clause: Clause, sentence: Sentence) -> bool:
    """Whether one word denies and nobody asks: "No mails since Monday" reports a fault."""
    if hit.last - hit.start > 1 or wished(hit, clause, sentence) or clause.has("mood.please"):
        return False
    if _joined_to_ending(clause, sentence):
        return False
    # "Please only send invoices, no advertising", and without the "please".
    asks = sentence.has("mood.please", "mood.wish") or any(
        other.end <= clause.start and other.verbs and _tells_to_send(other)
        for other in sentence.clauses
    )
    return not (asks and clause.has("things.marketing"))


def _joined_to_ending(clause: Clause, sentence: Sentence) -> bool:
    """Whether "and" joins it to what is told to be ended: "Delete the account and no mails"."""
    joined = any(h.tag == "join.and" and h.start == clause.start for h in clause.hits)
    before = next((c for c in sentence.clauses if c.end == clause.start), None)
    if not joined or before is None or before.has("mood.before", "owners.actor", "mood.question"):
        return False
    return any(v.key in ("do", "now") and v.table in ENDING for v in before.verbs)


def _tells_to_send(clause: Clause) -> bool:
    """Whether it begins with what is to be sent: "Send me invoices only"."""
    first = clause.verbs[0]
    before = range(clause.start, first.start)
    courtesy = {i for h in clause.all("message.polite") for i in range(h.start, h.end)}
    return first.tag == "send.do" and courtesy.issuperset(before)


def _removes_someone(verb: Hit, thing: Hit | None, clause: Clause, discourse: Discourse) -> bool:
    """To remove a list is not to remove somebody from it."""
    before = range(verb.start + 1, thing.start if thing is not None else 0)
    if any(place in discourse.own_names for place in before):
        # "Take Benson Garages off your list", from Benson Garages.
        return True
    for person in clause.all("things.self", "things.address", "things.it", "things.data"):
        # "Delete all mails in my inbox" names the mails first.
        if thing is None or thing.start < verb.start or person.start < thing.start:
            return True
    if verb.key != "done" or thing is None:
        return False
    if thing.end <= verb.start:
        # "Ich möchte von der Liste gestrichen werden": nobody else is named between.
        wish = clause.before(thing.start, *ASKING)
        return wish is not None and not clause.loose(wish.end, verb.start)
    # "I want to be removed from the list": whoever wishes is meant.
    wish = clause.before(verb.start, *ASKING, "mood.may_i")
    return wish is not None and verb.start - wish.end <= 1


def only_denies(act: Act) -> bool:
    """Whether sending is refused or to stop, or one is to be removed; no more is said."""
    if act.what not in ("not-send", "not-receive", "stop", "remove") or act.thing != "nothing":
        return False
    if act.mood not in (Mood.ASKED, Mood.SAID):
        return False
    return not act.clause.loose(act.clause.start, act.clause.end)
