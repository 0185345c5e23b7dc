"""What only belongs to a thing, or to which a thing only belongs: "the disk of my server"."""

from __future__ import annotations

from handlers.classify.clauses import Clause
from handlers.classify.discourse import MAIN_TAGS, Discourse
from handlers.classify.lexicon import Hit
from handlers.classify.nearest import ends_in_object, goes_on, has_unknown_behind, is_code
from handlers.classify.wishes import ASKING

# An article and an adjective may stand before a thing, and before a noun behind a preposition.
_ATTRIBUTES = 2
_SECOND_NOUNS = ("things.other", "things.data", "things.part", "things.mail")
_OTHERS = ("things.address", "message.abuse")
# What has a thing for its owner: "the list of the accounts".
_HEADS = ("things.other", "things.list")
_BEFORE_THING = ("owners", "message")


def owns_unknown(verb: Hit, thing: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether a link leads from a thing to something unknown: サーバーの画像."""
    words, place = discourse.words.words, thing.end
    if place + 2 < clause.end and words[place + 1] in discourse.small.links:
        # 服务器上的: on, in or of it.
        place += 1
    if place + 1 >= clause.end or words[place] not in discourse.small.links:
        return False
    following = [h for h in clause.hits if h.start in (place, place + 1) and h.end > place + 1]
    other = any(h.tag in _SECOND_NOUNS for h in following)
    end = verb.start if verb.start > place else clause.end
    return other or clause.loose(place + 1, end) > 0


def mailing_of(thing: Hit, clause: Clause, discourse: Discourse) -> Hit | None:
    """The mailing that is about a thing, where such a noun stands last: 云服务器的推广邮件."""
    links = discourse.small.links
    if not links:
        return None
    link = thing.end < clause.end and discourse.words.words[thing.end] in links
    place = thing.end + link
    return next((hit for hit in clause.all("things.marketing") if hit.start == place), None)


def is_only_where(verb: Hit, thing: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether the thing only tells where something is ended: "turn it off for my account"."""
    link = _link_to(thing, clause, discourse)
    if verb.key != "do" or link < 0 or verb.start <= link < verb.end:
        return False
    for it in clause.all("things.it"):
        if verb.start <= it.start < link or it.end in (link, verb.start):
            return True
    return ends_in_object(verb, discourse)


def is_kept_in(site: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether a site is only part of one's contract: "Delete the old blog from my account"."""
    if site.key != "site":
        return False
    mine, of = {h.end for h in clause.all("owners.mine")}, discourse.small.of
    # German "aus meinem Konto" is one phrase.
    phrased = any(
        h.start == site.end and discourse.words.words[h.start] in of
        for h in clause.all("things.other")
    )
    return phrased or any(
        h.start in mine and _link_to(h, clause, discourse) == site.end
        for h in clause.all("things.service")
    )


def taken_from(
    what: str, verb: Hit, place: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit, bool] | None:
    """What is taken out of a thing named first: "delete from my account my old number"."""
    removes = verb.tag == "remove.done" or any(
        h.start == verb.start and h.end == verb.end for h in clause.all("remove.do")
    )
    if what not in ("close", "remove") or not removes or place.start < verb.end:
        return None
    link = _link_to(place, clause, discourse)
    # French "du" is also a small word of courtesy.
    if link < 0 or link not in (verb.end, first_uncourteous(verb.end, clause)):
        return None
    following = [h for h in clause.all(*MAIN_TAGS) if h.start >= place.end]
    if following:
        return following[0].key, following[0], False
    unknown = has_unknown_behind(place, clause, discourse)
    unknown = unknown or _takes_other_off(verb, clause)
    return ("other", place, False) if unknown else None


def _takes_other_off(verb: Hit, clause: Clause) -> bool:
    """Whether somebody or something else is taken off: "I want his login removed from my account".

    It stands before the verb, or is a pronoun: "levare lui dal contratto".
    """
    wish = clause.before(verb.start, *ASKING)
    start = wish.last if wish is not None else clause.start
    oneself = clause.all("things.self", "things.address")
    if any(start <= hit.start for hit in oneself):
        return False
    return verb.key == "do" or clause.loose(start, verb.start) > 0


def first_uncourteous(place: int, clause: Clause) -> int:
    """The first place from `place` on that is no word of courtesy."""
    polite = clause.all("mood.please", "message.polite")
    passed = {i for h in polite for i in range(h.start, h.end)}
    while place in passed:
        place += 1
    return place


def is_owner_of_unknown(verb: Hit, thing: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether something that no phrase knows is what the verb is about: "the PDF of my contract".

    It stands before a word of belonging that leads to the thing, and behind no other such word:
    in "cancel by letter from my account" there is no such thing.
    """
    words = discourse.words.words
    behind = thing.start < verb.start
    if behind and any(it.start > thing.start for it in clause.all("things.it")):
        # "I refer to my contract and ask that it be cancelled."
        return False
    if behind and words[thing.end - 1] in discourse.small.of:
        # The thing itself says that something belongs to it: Turkish "hesabımın PDF dosyasını".
        between = range(thing.end, verb.start)
        return any(i not in clause.covered and words[i].isalpha() for i in between)
    if behind and thing.end > thing.start + 1 and words[thing.start] in discourse.small.of:
        # The other way round, the word of belonging is part of the thing: "hosting hesabımı".
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
        word = words[place]
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


def is_owner_of_other(verb: Hit, thing: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether a thing only tells whose another is: "I want the backup of my site deleted".

    Where the verb stands last, as in Italian "il backup del sito è da cancellare".
    """
    if thing.end > verb.start or clause.verb_last:
        return False
    link = _link_to(thing, clause, discourse)
    if link == thing.start:
        # In Turkish the thing itself says that something belongs to it.
        return False
    # "Your order and my contract": what "and" joins is no owner.
    return any(link - 1 <= h.end <= link for h in clause.all(*_HEADS) if h.start < link)


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


def goes_on_with_noun(hit: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether an unknown word follows that may make another thing of it: "account upgrade"."""
    if not goes_on(hit, clause) or hit.end in discourse.own_names:
        return False
    word = discourse.words.words[hit.end]
    if is_code(hit.end, discourse):
        return False
    small = discourse.small
    return word.isalpha() and word not in small.behind | small.of | small.links


def is_before_noun(thing: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether the thing only tells of which kind the noun right behind it is: "website backup"."""
    behind = discourse.small.behind
    following = [h for h in clause.all(*_SECOND_NOUNS) if h.start == thing.end]
    return bool(behind and following) and discourse.words.words[thing.end] not in behind
