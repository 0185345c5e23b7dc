"""The acts that a clause speaks of: what is done, to what, and whether it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from handlers.classify.clauses import Clause, Sentence, is_inside
from handlers.classify.discourse import MAIN_TAGS, UNINFLECTED, Discourse
from handlers.classify.headings import is_heading, is_told_of
from handlers.classify.lexicon import Hit
from handlers.classify.nearest import CONTRACT, ENDING
from handlers.classify.things import find_thing
from handlers.classify.wishes import (
    ASKING,
    goes_on_asking,
    is_forbidden,
    is_negated_beside,
    is_no_more,
    is_of_unknown_verb,
    is_refused,
    refused_before,
    refused_right_before,
    refuses_unknown,
    wished,
    wished_right_before,
)

MAX_FIRST, MAX_LAST = 40, 20
# Between a thing and what it belongs to: "the invoice of my old contract".
_OWNER_WORDS = 4


class Mood(Enum):
    """How an act is put."""

    ASKED = "asked"  # imperative, wish, "can you …"
    SAID = "said"  # done by saying it: "I hereby cancel"
    NAMED = "named"  # a heading: "Cancellation of my account"
    TOLD = "told"  # a heading that goes on: "Cancellation of my account pending"
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
    """The acts of the message, in the order of its words; of very many the first and last ones.

    Each is weighed against all that is said, so that work would grow with the square of a text
    that says nothing else. No letter of 1,200 words that asks for something names so many.
    """
    found = [
        (what, hit, clause, sentence)
        for sentence, clause in discourse.clauses()
        for hit in clause.hits
        if (what := _act_of(hit, clause, sentence))
    ]
    if len(found) > MAX_FIRST + MAX_LAST:
        found = found[:MAX_FIRST] + found[-MAX_LAST:]
    for what, hit, clause, sentence in found:
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


def _sent(hit: Hit, clause: Clause, sentence: Sentence) -> str:
    refused = is_refused(hit, clause) or refused_before(hit, clause, sentence) is not None
    denied = is_forbidden(hit, clause) if hit.key == "do" else is_no_more(hit, clause)
    return "not-send" if refused or denied else ""


def _received(hit: Hit, clause: Clause, sentence: Sentence) -> str:
    refused = is_refused(hit, clause) or refused_before(hit, clause, sentence) is not None
    asked = wished(hit, clause, sentence) or goes_on_asking(hit, clause, sentence)
    if refused or (is_negated_beside(hit, clause) and asked):
        return "not-receive"
    return "still" if sentence.has("negation.still") else ""


def _renewed(hit: Hit, clause: Clause, sentence: Sentence) -> str:
    # "I do not want, that my plan renews": its own thing is what the writer wants to be rid of.
    refused = (
        is_refused(hit, clause)
        or is_forbidden(hit, clause)
        or refused_right_before(clause, sentence)
    )
    return "not-renew" if refused else ""


def _refused(hit: Hit, clause: Clause, _sentence: Sentence) -> str:
    """A thing is refused ("I do not want …"); where an act is refused, that act tells."""
    kept = clause.all("reversal.keep")
    if any(other.start >= hit.end or is_inside(other, hit) for other in kept):
        return "not-keep"
    acts = any(verb.start >= hit.start and verb.key in ("do", "done") for verb in clause.verbs)
    # "I did not ask for the deletion of anything."
    acts = acts or any(verb.start >= hit.last and verb.key == "noun" for verb in clause.verbs)
    if clause.verb_last:
        acts = any(verb.end == hit.start for verb in clause.verbs)
    elif refuses_unknown(hit, clause):
        return ""
    return "" if acts else "refuse"


def _no_more(hit: Hit, clause: Clause, sentence: Sentence) -> str:
    return "no-more" if _stands_alone(hit, clause, sentence) else ""


_DENIALS = ("negation.not", "negation.forbid", "mood.refuse")
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


def _is_all_of_heading(verb: Hit, thing: Hit | None, clause: Clause, discourse: Discourse) -> bool:
    """Whether a noun heads its clause, and the clause does not go on to say something."""
    says = any(h.table in _SAYS or h.tag == "message.ignore" for h in clause.hits)
    if verb.key != "noun" or says or not is_heading(verb, clause):
        return False
    return not is_told_of(verb, thing, clause, discourse)


# What makes a sentence of a heading, where verbs come last.
_SAYS = frozenset({"mood", "negation"})


def _stands_alone(hit: Hit, clause: Clause, sentence: Sentence) -> bool:
    """Whether "no more …" is all that is said, or is wished for."""
    if clause.verbs or clause.has("mood.refuse"):
        return False
    return clause.loose_before(hit.start) <= 1 or wished(hit, clause, sentence)


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
        mood=_mood(what, verb, thing_hit, clause, sentence, discourse),
        verb=verb,
        thing_hit=thing_hit,
        resolved=resolved,
        clause=clause,
        sentence=sentence,
    )
    yield act
    also = _also_mailing(act)
    if also is not None:
        yield replace(act, thing="marketing", thing_hit=also)


def _also_mailing(act: Act) -> Hit | None:
    """The mailing that one verb ends beside a contract: "Cancel my account and the newsletter".

    Not the other way round: that a contract is meant as well has to be said of it.
    """
    first = act.thing_hit
    if first is None or act.resolved or act.what not in ENDING or act.thing not in CONTRACT:
        return None
    for joined in act.clause.all("join.and"):
        for mailing in act.clause.all("things.marketing"):
            between = act.clause.loose(joined.end, mailing.start)
            if first.end <= joined.start < mailing.start and not between:
                near = not act.clause.loose(first.end, joined.start)
                return mailing if near and _ends_clause(mailing, act) else None
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
    # "Please only send invoices, no advertising."
    return not (sentence.has("mood.please", "mood.wish") and clause.has("things.marketing"))


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
    if verb.key != "done" or thing is None or thing.start < verb.end:
        return False
    # "I want to be removed from the list": whoever wishes is meant.
    wish = clause.before(verb.start, *ASKING, "mood.may_i")
    return wish is not None and verb.start - wish.end <= 1


def _is_said(what: str, verb: Hit, clause: Clause, sentence: Sentence) -> bool:
    """Whether it needs no wish around it, because it is one or is done by saying it."""
    if what in ("refuse", "no-more", "not-receive", "not-keep", "still") or verb.key == "now":
        return True
    if what == "not-renew":
        # "I do not want my plan to be renewed."
        return is_refused(verb, clause)
    return what == "not-send" and refused_before(verb, clause, sentence) is not None


def _mood(
    what: str,
    verb: Hit,
    thing: Hit | None,
    clause: Clause,
    sentence: Sentence,
    discourse: Discourse,
) -> Mood:
    if _is_said(what, verb, clause, sentence):
        return Mood.SAID
    is_wished = wished(verb, clause, sentence)
    if clause.verb_last:
        asked = is_wished or what in ("not-send", "not-renew")
        if not asked and _is_all_of_heading(verb, thing, clause, discourse):
            return Mood.NAMED
    elif verb.key == "done":
        asked = _is_wanted_done(what, verb, clause, sentence) or goes_on_asking(
            verb, clause, sentence
        )
        asked = asked and not _is_of_another(verb, thing, clause, discourse)
    elif verb.key == "noun":
        if not is_wished and is_heading(verb, clause):
            if not is_told_of(verb, thing, clause, discourse):
                return Mood.NAMED
            # With an article before it, it is no heading but the subject of a sentence.
            return Mood.MENTIONED if verb.start > clause.start else Mood.TOLD
        # In a question the verb may come last: "Kunt u mij de opzegging … uitleggen?"
        other = sentence.asked and is_told_of(verb, thing, clause, discourse)
        asked = is_wished and not other and not _is_done_something_else(verb, clause)
        asked = asked and not _is_of_paper(verb, clause, discourse)
    else:
        actor = clause.before(verb.start, "owners.actor")
        told = actor is not None and actor.end == verb.start and not _is_of_wish(actor, clause)
        # 要求贵公司停止: who is asked to do it stands before the verb.
        told = told and not (is_wished and discourse.language in UNINFLECTED)
        # Where the verb itself forbids, nobody else can be its subject.
        forbids = any(is_inside(h, verb) for h in clause.all("negation.forbid"))
        imperative = (
            is_wished or forbids or clause.has("mood.please") or _is_imperative(what, verb, clause)
        )
        forbidden = what == "not-send" or (thing is not None and thing.key == "now")
        if discourse.language in UNINFLECTED and not is_wished and not forbidden:
            imperative = imperative and _says_no_more(verb, thing, clause)
        asked = imperative and not told
    return Mood.ASKED if asked else Mood.MENTIONED


def _is_of_wish(actor: Hit, clause: Clause) -> bool:
    """Whether who does it is part of a wish with a gap: "I request, under Art. 21, that you …"."""
    return any(h.start < actor.start and actor.end <= h.last for h in clause.all(*ASKING))


def _is_wanted_done(what: str, verb: Hit, clause: Clause, sentence: Sentence) -> bool:
    """Whether a participle stands behind a wish, as in "I want it cancelled"."""
    wish = clause.before(verb.start, *ASKING)
    if wish is not None:
        # "I want to log in and find it closed", but "I want my site and my account closed".
        between = (h for h in clause.all("join.and") if wish.start < h.start < verb.start)
        return all(_joins_things(h, clause) for h in between)
    # "Can I be taken off?" is asked only by those who want it.
    of_mail = what in ("remove", "unsubscribe")
    if of_mail and clause.before(verb.start, "mood.may_i") is not None:
        return True
    # "Ich bitte Sie, meinen Vertrag aufzulösen": the verb ends the clause that is asked for.
    return verb.last == clause.end and wished_right_before(clause, sentence)


def _joins_things(conjunction: Hit, clause: Clause) -> bool:
    """Whether "and" stands between two things, each of which may have an owner."""
    things = clause.all(*MAIN_TAGS)
    before = any(0 <= conjunction.start - thing.end <= 1 for thing in things)
    return before and any(0 <= thing.start - conjunction.end <= 1 for thing in things)


def _is_of_another(verb: Hit, thing: Hit | None, clause: Clause, discourse: Discourse) -> bool:
    """Whether a thing of it is wanted: "I want the invoice of my closed account"."""
    if thing is None or verb.start not in (thing.end, thing.start - 1):
        return False
    words, of = discourse.words.words, discourse.small.of
    return any(
        0 < thing.start - other.end <= _OWNER_WORDS and words[other.end] in of
        for other in clause.all("things.other", "message.ignore")
    )


def _is_of_paper(noun: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether another thing is wanted that tells of it: "a certificate of closure"."""
    return any(
        other.end == noun.start - 1 and discourse.words.words[other.end] in discourse.small.of
        for other in clause.all("things.other")
    )


def _is_done_something_else(noun: Hit, clause: Clause) -> bool:
    """Whether a word that no phrase knows stands between a wish and a noun.

    "Please postpone the cancellation": the request is what that word says.
    """
    wish = clause.before(noun.start, *ASKING)
    if wish is not None and wish.tag == "mood.perform":
        return False
    start = wish.end if wish is not None else clause.start
    return any(i not in clause.covered for i in range(start, noun.start))


def _says_no_more(verb: Hit, thing: Hit | None, clause: Clause) -> bool:
    """Whether nothing follows: 注销账户 may ask for it, 注销账户要多久 does not."""
    end = max(verb.last, thing.last) if thing is not None else verb.last
    behind = {hit.tag for hit in clause.hits if hit.start >= end}
    if behind & {"mood.maybe", "message.ignore"} or clause.has("mood.question"):
        return False
    return clause.loose(min(end, clause.end), clause.end) == 0


def _is_imperative(what: str, verb: Hit, clause: Clause) -> bool:
    """Whether nothing but courtesy and the thing itself stands before the verb."""
    # For a cancellation no loose word is let pass: it may be the one who does it.
    allowed = 0 if what in ("cancel", "close", "leave") else 1
    return clause.loose_before(verb.start) <= allowed


def only_denies(act: Act) -> bool:
    """Whether sending is refused or to stop, or one is to be removed; no more is said."""
    if act.what not in ("not-send", "not-receive", "stop", "remove") or act.thing != "nothing":
        return False
    if act.mood not in (Mood.ASKED, Mood.SAID):
        return False
    return not act.clause.loose(act.clause.start, act.clause.end)
