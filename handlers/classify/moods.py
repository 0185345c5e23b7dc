"""How an act is put: asked for, done by saying it, a heading, or only mentioned."""

from __future__ import annotations

from enum import Enum

from handlers.classify.clauses import Clause, Sentence, is_inside
from handlers.classify.discourse import MAIN_TAGS, UNINFLECTED, Discourse
from handlers.classify.headings import is_heading, is_told_of
from handlers.classify.lexicon import Hit
from handlers.classify.wishes import (
    ASKING,
    asks_to_go_on,
    goes_on_asking,
    is_refused,
    refused_before,
    wished,
    wished_right_before,
)
from handlers.classify.words import NUMBER

# What makes a sentence of a heading, where verbs come last.
_SAYS = frozenset({"mood", "negation"})
# English "I have cancelled" tells of it, "I want to have it cancelled" wishes for it.
_PERFECT = frozenset({"have", "had", "has"})
# "I have", "we now have"; with more before it, it is a wish: "I would like to have".
_OF_PERFECT = 2
# Between a thing and what it belongs to: "the invoice of my old contract".
_OWNER_WORDS = 4
_ARTICLES = frozenset({"the", "your"})


class Mood(Enum):
    """How an act is put."""

    ASKED = "asked"  # imperative, wish, "can you …"
    SAID = "said"  # done by saying it: "I hereby cancel"
    NAMED = "named"  # a heading: "Cancellation of my account"
    TOLD = "told"  # a heading that goes on: "Cancellation of my account pending"
    MENTIONED = "mentioned"  # none of these


def _is_all_of_heading(verb: Hit, thing: Hit | None, clause: Clause, discourse: Discourse) -> bool:
    """Whether a noun heads its clause, and the clause does not go on to say something."""
    says = any(h.table in _SAYS or h.tag == "message.ignore" for h in clause.hits)
    if verb.key != "noun" or says or asks_to_go_on(verb, clause) or not is_heading(verb, clause):
        return False
    return not is_told_of(verb, thing, clause, discourse)


def _is_said(what: str, verb: Hit, clause: Clause, sentence: Sentence) -> bool:
    """Whether it needs no wish around it, because it is one or is done by saying it."""
    if what in ("refuse", "no-more", "not-receive", "not-keep", "still") or verb.key == "now":
        return True
    if what == "not-renew":
        # "I do not want my plan to be renewed."
        return is_refused(verb, clause)
    if what != "not-send":
        return False
    # "Note in my file that I do not want to be written to."
    return is_refused(verb, clause) or refused_before(verb, clause, sentence) is not None


def mood_of(
    what: str,
    verb: Hit,
    thing: Hit | None,
    clause: Clause,
    sentence: Sentence,
    discourse: Discourse,
) -> Mood:
    """How the act `what` of `verb` upon `thing` is put in its clause."""
    if _is_said(what, verb, clause, sentence):
        return Mood.SAID
    is_wished = wished(verb, clause, sentence)
    if clause.verb_last:
        asked = is_wished or what in ("not-send", "not-renew")
        if not asked and _is_all_of_heading(verb, thing, clause, discourse):
            return Mood.NAMED
    elif verb.key == "done":
        asked = _is_wanted_done(what, verb, clause, sentence, discourse) or goes_on_asking(
            verb, clause, sentence
        )
        asked = asked and not _is_of_another(verb, thing, clause, discourse)
    elif verb.key == "noun":
        if not is_wished and is_heading(verb, clause):
            if not is_told_of(verb, thing, clause, discourse):
                return Mood.NAMED
            # With an article before it, it is no heading but the subject of a sentence.
            return Mood.MENTIONED if verb.start > clause.start else Mood.TOLD
        is_wished = is_wished or goes_on_asking(verb, clause, sentence, noun=True)
        # In a question the verb may come last: "Kunt u mij de opzegging … uitleggen?"
        other = sentence.asked and is_told_of(verb, thing, clause, discourse)
        asked = is_wished and not other and not _is_done_something_else(verb, clause)
        asked = asked and not _is_of_paper(verb, clause, discourse)
    else:
        actor = clause.before(verb.start, "owners.actor")
        told = actor is not None and actor.end == verb.start and not _is_of_wish(actor, clause)
        # 要求贵公司停止: who is asked to do it stands before the verb.
        told = told and not (is_wished and discourse.language in UNINFLECTED)
        told = told and not _is_what_is_wished(actor, clause)
        # Where the verb itself forbids, nobody else can be its subject.
        forbids = any(is_inside(h, verb) for h in clause.all("negation.forbid"))
        imperative = (
            is_wished or forbids or clause.has("mood.please") or _is_imperative(what, verb, clause)
        )
        forbidden = what == "not-send" or (thing is not None and thing.key == "now")
        if discourse.language in UNINFLECTED and not is_wished and not forbidden:
            imperative = imperative and _says_no_more(verb, thing, clause)
        asked = imperative and not told and not _is_noun(verb, discourse)
    return Mood.ASKED if asked else Mood.MENTIONED


def _is_noun(verb: Hit, discourse: Discourse) -> bool:
    """Whether an article makes a noun of it: "the unsubscribe() method"."""
    before = discourse.words.words[verb.start - 1] if verb.start else ""
    return discourse.language == "en" and before in _ARTICLES


def _is_of_wish(actor: Hit, clause: Clause) -> bool:
    """Whether who does it is part of a wish with a gap: "I request, under Art. 21, that you …"."""
    return any(h.start < actor.start and actor.end <= h.last for h in clause.all(*ASKING))


def _is_what_is_wished(actor: Hit | None, clause: Clause) -> bool:
    """Whether a wish goes before a thing that might also do it: "wil ik onze server opzeggen"."""
    if actor is None or clause.before(actor.start, "mood.wish") is None:
        return False
    things = (hit for hit in clause.all(*MAIN_TAGS) if hit.start == actor.start)
    return any(hit.end == actor.end for hit in things)


def _is_wanted_done(
    what: str, verb: Hit, clause: Clause, sentence: Sentence, discourse: Discourse
) -> bool:
    """Whether a participle stands behind a wish, as in "I want it cancelled"."""
    wish = clause.before(verb.start, *ASKING)
    if wish is not None and (
        _is_perfect(wish, verb, clause, discourse) or _is_passive(wish, verb, clause, discourse)
    ):
        return False
    if wish is not None:
        # "I want to log in and find it closed", but "I want my site and my account closed".
        between = (h for h in clause.all("join.and") if wish.start < h.start < verb.start)
        return all(_joins_things(h, clause) for h in between)
    # "Can I be taken off?" is asked only by those who want it.
    of_mail = what in ("remove", "unsubscribe")
    if of_mail and clause.before(verb.start, "mood.may_i") is not None:
        return True
    # "Ich bitte Sie, meinen Vertrag aufzulösen": the verb ends the clause that is asked for.
    # Behind it may stand a date, as in Finnish "Haluan, että sopimukseni päättyy 31.12."
    words = discourse.words.words
    behind = range(verb.last, clause.end)
    ends = all(i in clause.covered or words[i] == NUMBER for i in behind)
    return ends and wished_right_before(clause, sentence)


def _is_perfect(wish: Hit, verb: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether what looks like a wish tells of the past: "I have already cancelled"."""
    if discourse.language != "en" or discourse.words.words[wish.last - 1] not in _PERFECT:
        return False
    if clause.loose(wish.last, verb.start) > 1 or wish.last - wish.start > _OF_PERFECT:
        return False
    between = (h for h in clause.hits if wish.last <= h.start < verb.start)
    return not any(h.table in ("things", "owners") for h in between)


def _is_passive(wish: Hit, verb: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether a thing stands before what looks like a wish: "inactive accounts get closed"."""
    if discourse.language != "en" or discourse.words.words[wish.start : verb.start] != ["get"]:
        return False
    return any(thing.last == wish.start for thing in clause.all(*MAIN_TAGS))


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
    start = wish.last if wish is not None else clause.start
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
