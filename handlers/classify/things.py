"""What an act is done to: the nearest thing, what "it" stands for, a person, or the topic."""

from __future__ import annotations

from handlers.classify.clauses import NEGATIONS, Clause
from handlers.classify.discourse import MAIN_TAGS, Discourse
from handlers.classify.lexicon import Hit
from handlers.classify.words import DOMAIN

_NEAR_WORDS = 4
# An article and an adjective may stand before a thing, and before a noun behind a preposition.
_ATTRIBUTES = 2
CONTRACT = ("service", "site", "subscription")
_SECOND_NOUNS = ("things.other", "things.data", "things.part", "things.mail")
_OTHERS = ("things.address", "message.abuse")
_BEFORE_THING = ("owners", "message")
_ENCLITIC = ("es", "it", "pt")
_OBJECT_ENDINGS = ("lo", "la", "los", "las", "li", "le")
ENDING = ("cancel", "close", "leave", "remove", "stop")


def find_thing(
    what: str, verb: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit | None, bool]:
    """What the act is done to: the nearest thing of the clause, or what "it" stands for."""
    if what == "carry_out":
        noun = clause.all("cancel.noun", "close.noun", "unsubscribe.noun")[0]
        kind = "unsubscription" if noun.table == "unsubscribe" else "cancellation"
        return kind, noun, False
    return _named(what, verb, clause, discourse) or _implied(what, verb, clause, discourse)


def _named(
    what: str, verb: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit | None, bool] | None:
    """The nearest thing that the clause names, or the sending that is stopped."""
    found = _nearest(verb, clause, MAIN_TAGS)
    if what == "object":
        # "… to the use of my data for advertising": what for decides.
        found = _nearest(verb, clause, ("things.marketing",)) or found
        if found is None:
            # "I forbid you, to use my address for advertising."
            following = _right_behind(clause, discourse)
            found = _nearest(verb, following, ("things.marketing",)) if following else None
    if what == "stop" and (found is None or found.key != "other"):
        sending = [h for h in clause.hits if h.start >= verb.end and h.key == "now"]
        if sending and sending[0].table in ("send", "receive"):
            return "sending", sending[0], False
    if found is None:
        return None
    if what in ENDING and found.key in CONTRACT:
        if (
            is_owner_of_unknown(verb, found, clause, discourse)
            or _is_left(what, found, clause)
            or _is_before_noun(found, clause, discourse)
        ):
            # "The disk of my server" is not the server.
            return ("part" if what == "cancel" else "other"), found, False
        if _is_only_where(verb, found, clause, discourse):
            return "part", found, True
        if _stops_something(what, verb, found, clause):
            return "part", found, False
    return found.key, found, False


def _right_behind(clause: Clause, discourse: Discourse) -> Clause | None:
    """The next clause of the same sentence."""
    clauses = discourse.sentences[clause.sentence].clauses
    return next((other for other in clauses if other.start == clause.end), None)


def _is_only_where(verb: Hit, thing: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether the thing only tells where something is ended: "turn it off for my account"."""
    link = _link_to(thing, clause, discourse)
    if verb.key != "do" or link < 0 or verb.start <= link < verb.end:
        return False
    for it in clause.all("things.it"):
        if verb.start <= it.start < link or it.end in (link, verb.start):
            return True
    # "Desactívenlo en mi cuenta": the pronoun is part of the verb.
    last = discourse.words.words[verb.end - 1]
    return discourse.language in _ENCLITIC and last.endswith(_OBJECT_ENDINGS)


def is_owner_of_unknown(verb: Hit, thing: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether something that no phrase knows is what the verb is about: "the PDF of my contract".

    It stands before a word of belonging that leads to the thing, and behind no other such word:
    in "cancel by letter from my account" there is no such thing.
    """
    behind = thing.start < verb.start
    if behind and any(it.start > thing.start for it in clause.all("things.it")):
        # "I refer to my contract and ask that it be cancelled."
        return False
    link = _link_to(thing, clause, discourse)
    start = verb.end if verb.end <= thing.start else clause.start
    # Known words for somebody or something else: "my colleague", "<address>", "malware".
    others = {
        h.start
        for h in clause.hits
        if h.tag in _OTHERS or (h.key == "self" and h.end > h.start + 1)
    }
    governed = 0
    for place in range(start, link):
        word = discourse.words.words[place]
        if word in discourse.small.of:
            governed = _ATTRIBUTES
        elif place in others and not governed:
            return True
        elif place in clause.covered or not word.isalpha():
            governed = 0
        elif governed:
            governed -= 1
        else:
            return True
    return False


def _link_to(thing: Hit, clause: Clause, discourse: Discourse) -> int:
    """The place of the word of belonging right before a thing and its owner; -1 for none."""
    words, of = discourse.words.words, discourse.small.of
    if words[thing.start] in of:
        return thing.start
    owners = {i for h in clause.hits if h.table in _BEFORE_THING for i in range(h.start, h.end)}
    place, attributes = thing.start - 1, 0
    while place >= clause.start and words[place] not in of:
        if place in owners:
            attributes = _ATTRIBUTES
        elif place in clause.covered or attributes == _ATTRIBUTES:
            return -1
        else:
            attributes += 1
        place -= 1
    return place if place >= clause.start else -1


def _is_left(what: str, thing: Hit, clause: Clause) -> bool:
    """Whether a thing is only taken from another: "remove my server from the block list"."""
    return what == "remove" and any(h.start >= thing.last for h in clause.all("things.other"))


def goes_on_with_noun(hit: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether an unknown word follows that may make another thing of it: "account upgrade"."""
    if not _goes_on(hit, clause):
        return False
    word = discourse.words.words[hit.end]
    return word.isalpha() and word not in discourse.small.behind | discourse.small.of


def _is_before_noun(thing: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether the thing only tells of which kind the noun right behind it is: "website backup"."""
    behind = discourse.small.behind
    following = [h for h in clause.all(*_SECOND_NOUNS) if h.start == thing.end]
    return bool(behind and following) and discourse.words.words[thing.end] not in behind


def _stops_something(what: str, verb: Hit, thing: Hit, clause: Clause) -> bool:
    """Whether an unknown word stands between: "Stop deleting my account" may stop anything."""
    owners = [h for h in clause.all("owners.mine") if verb.end <= h.start < thing.start]
    if what != "stop" or not owners:
        return False
    return any(i not in clause.covered for i in range(verb.last, owners[-1].start))


def _implied(
    what: str, verb: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit | None, bool]:
    """What a clause means that names no thing: by "it", a person, or the topic."""
    it = _nearest(verb, clause, ("things.it",))
    if it is not None and abs(it.start - verb.end) <= _NEAR_WORDS:
        known = discourse.antecedent(verb.start, clause.sentence, _possible(what, clause))
        # One stops or cancels a mailing, and closes an account.
        if known or (discourse.answers_newsletter and what != "close"):
            return known or "marketing", it, True
    person = _nearest(verb, clause, ("things.address", "things.self"))
    if person is not None and what != "cancel":
        # "Do not send me links", "send me no links": not wanted is none of the things known.
        ends = (person, *(h for h in clause.all(*NEGATIONS) if h.start >= person.end))
        unknown = what == "not-send" and any(_goes_on(end, clause) for end in ends)
        return ("nothing", None, False) if unknown else (person.key, person, False)
    if what in ("not-send", "not-receive") and not _goes_on(verb, clause):
        # "You mail me ads every day. Do not send any more."
        known = discourse.antecedent(verb.start, clause.sentence, ("things.marketing",))
        if known:
            return known, None, True
    if what in ("unsubscribe", "object", "still", "not-send", "not-receive"):
        return "nothing", None, False
    return _topic(what, verb, clause, discourse)


def _topic(
    what: str, verb: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit | None, bool]:
    """What was spoken of before, unless the clause names something that no phrase knows."""
    if DOMAIN in discourse.words.words[verb.end : min(clause.end, verb.end + _NEAR_WORDS)]:
        # "Cancel shop.example": the hosting of that name, or the name.
        return "part", None, False
    if what != "cancel" and _goes_on(verb, clause):
        # "Delete old files."
        return "nothing", None, False
    topic = discourse.topic(clause)
    return (topic, None, True) if topic else ("nothing", None, False)


def _goes_on(hit: Hit, clause: Clause) -> bool:
    """Whether a word that no phrase knows follows."""
    return hit.end < clause.end and hit.end not in clause.covered


def _nearest(verb: Hit, clause: Clause, tags: tuple[str, ...]) -> Hit | None:
    """The nearest of the phrases; those behind the verb count as nearer by a word."""
    found = [hit for hit in clause.all(*tags) if hit.end <= verb.start or hit.start >= verb.end]
    if any(hit.tag == "join.and" and hit.end == verb.start for hit in clause.hits):
        # "All my data and take me off": what stands before "and" belongs to another verb.
        found = [hit for hit in found if hit.start >= verb.end] or found
    return min(found, key=lambda hit: (_distance(verb, hit), hit.start < verb.start), default=None)


def _distance(verb: Hit, thing: Hit) -> int:
    if thing.start >= verb.end:
        return thing.start - verb.end
    return verb.start - thing.end + 1


def _possible(what: str, clause: Clause) -> tuple[str, ...]:
    """What "it" may stand for: one receives, and is taken off, no account."""
    of_mail = what in ("not-send", "not-receive", "unsubscribe")
    if of_mail or (what in ("remove", "stop") and clause.has("things.self")):
        return ("things.marketing", "things.mail", "things.list")
    return MAIN_TAGS
