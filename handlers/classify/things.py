"""What an act is done to: the nearest thing, what "it" stands for, a person, or the topic."""

from __future__ import annotations

from handlers.classify.articles import LANGUAGES, leads_to_unknown
from handlers.classify.clauses import NEGATIONS, Clause
from handlers.classify.discourse import MAIN_TAGS, UNINFLECTED, VERB_LAST, Discourse
from handlers.classify.lexicon import Hit
from handlers.classify.words import DOMAIN, NUMBER

_NEAR_WORDS = 4
# An article and an adjective may stand before a thing, and before a noun behind a preposition.
_ATTRIBUTES = 2
# "RW-2003".
_CODE_LETTERS = 3
CONTRACT = ("service", "site", "subscription")
_SECOND_NOUNS = ("things.other", "things.data", "things.part", "things.mail")
_OF_MAIL = ("marketing", "mail", "list")
_MAIL_TAGS = tuple(f"things.{key}" for key in _OF_MAIL)
_OBJECT_MARK = "を"
_OTHERS = ("things.address", "message.abuse")
_BEFORE_OBJECT = (
    "owners.mine", "mood.please", "mood.perform", "message.polite", "things.self",
)  # fmt: skip
_BEFORE_THING = ("owners", "message")
_ENCLITIC = ("es", "it", "pt")
_POINTING = ("things.it", "things.address", "things.self")
_OBJECT_ENDINGS = ("lo", "la", "los", "las", "li", "le")
_RECEIVED = ("not-send", "not-receive")
_DONE_BY_MAIL = ("not-send", "not-receive", "unsubscribe")
ENDING = ("cancel", "close", "leave", "remove", "stop")


def find_thing(
    what: str, verb: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit | None, bool]:
    """What the act is done to: the nearest thing of the clause, or what "it" stands for."""
    if what == "carry_out":
        return _carried_out(clause, discourse)
    named = _named(what, verb, clause, discourse)
    if named is None and what in _RECEIVED and leads_to_unknown(verb.end, clause, discourse):
        # "No me envíen más el código."
        return "other", None, False
    return (
        named
        or _part_of_verb(what, verb, clause, discourse)
        or _implied(what, verb, clause, discourse)
    )


def _carried_out(clause: Clause, discourse: Discourse) -> tuple[str, Hit | None, bool]:
    """What is carried out: a cancellation, but not "el cierre del ticket", or of a newsletter."""
    noun = clause.all("cancel.noun", "close.noun", "unsubscribe.noun")[0]
    behind = [hit for hit in clause.all(*MAIN_TAGS) if hit.start >= noun.end]
    key = behind[0].key if behind else ""
    if key == "other" and discourse.language in LANGUAGES:
        return key, behind[0], False
    of_mail = noun.table == "unsubscribe" or (key in _OF_MAIL and not clause.verb_last)
    return ("unsubscription" if of_mail else "cancellation"), noun, False


def _named(
    what: str, verb: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit | None, bool] | None:
    """The nearest thing that the clause names, or the sending that is stopped."""
    found = _nearest(verb, clause, MAIN_TAGS)
    if found is not None and clause.verb_last:
        found = _first_of_joined(found, clause)
    if what == "object":
        # "… to the use of my data for advertising": what for decides.
        found = _nearest(verb, clause, ("things.marketing",)) or found
        found = found or _purpose(verb, clause, discourse)
    if what == "stop" and (found is None or found.key != "other"):
        start = clause.start if clause.verb_last else verb.end
        sending = [h for h in clause.hits if h.start >= start and h.key == "now"]
        fits = not clause.verb_last or found is None or found.key in _OF_MAIL
        if sending and sending[0].table in ("send", "receive") and fits:
            unknown = found is None and leads_to_unknown(sending[0].end, clause, discourse)
            return ("other" if unknown else "sending"), sending[0], False
    if found is None:
        return None
    if what in ENDING and found.key in CONTRACT:
        other = _of_contract(what, verb, found, clause, discourse)
        if other is not None:
            return other
    return found.key, found, False


def _of_contract(
    what: str, verb: Hit, found: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit, bool] | None:
    """What is ended, where a contract or site only tells whose, which or where it is; or None."""
    if (
        is_owner_of_unknown(verb, found, clause, discourse)
        or _owns_unknown(verb, found, clause, discourse)
        or _is_left(what, found, clause)
        or _is_before_noun(found, clause, discourse)
    ):
        # "The disk of my server" is not the server.
        return ("part" if what == "cancel" else "other"), found, False
    if _is_only_where(verb, found, clause, discourse):
        return "part", found, True
    if _stops_something(what, verb, found, clause):
        return "part", found, False
    return _taken_from(what, verb, found, clause, discourse)


def _purpose(verb: Hit, clause: Clause, discourse: Discourse) -> Hit | None:
    """What for, behind a comma: "I forbid you, to use my address for advertising".

    An aside may stand between: "I object, under the law, to advertising".
    """
    following = [c for c in discourse.sentences[clause.sentence].clauses if c.start >= clause.end]
    for other in following[:2]:
        found = _nearest(verb, other, ("things.marketing",))
        if found is not None and (other.has("things.address", "things.data") or not other.verbs):
            return found
    return None


def _first_of_joined(thing: Hit, clause: Clause) -> Hit:
    """The first of two things that one verb is said of: アカウントとデータを削除."""
    for joined in clause.all("join.and"):
        if joined.end <= thing.start <= joined.end + _ATTRIBUTES:
            first = [h for h in clause.all(*MAIN_TAGS) if h.end == joined.start]
            if first and first[0].key in CONTRACT:
                return first[0]
    return thing


def _owns_unknown(verb: Hit, thing: Hit, clause: Clause, discourse: Discourse) -> bool:
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


def _is_only_where(verb: Hit, thing: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether the thing only tells where something is ended: "turn it off for my account"."""
    link = _link_to(thing, clause, discourse)
    if verb.key != "do" or link < 0 or verb.start <= link < verb.end:
        return False
    for it in clause.all("things.it"):
        if verb.start <= it.start < link or it.end in (link, verb.start):
            return True
    return _ends_in_object(verb, discourse)


def _taken_from(
    what: str, verb: Hit, place: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit, bool] | None:
    """What is taken out of a thing named first: "delete from my account my old number"."""
    removes = any(h.start == verb.start and h.end == verb.end for h in clause.all("remove.do"))
    if what not in ("close", "remove") or not removes or place.start < verb.end:
        return None
    link = _link_to(place, clause, discourse)
    if link < 0 or _first_uncourteous(verb.end, clause) != link:
        return None
    following = [h for h in clause.all(*MAIN_TAGS) if h.start >= place.end]
    if following:
        return following[0].key, following[0], False
    unknown = _has_unknown_behind(place, clause, discourse)
    return ("other", place, False) if unknown else None


def _first_uncourteous(place: int, clause: Clause) -> int:
    """The first place from `place` on that is no word of courtesy."""
    polite = clause.all("mood.please", "message.polite")
    passed = {i for h in polite for i in range(h.start, h.end)}
    while place in passed:
        place += 1
    return place


def _ends_in_object(verb: Hit, discourse: Discourse) -> bool:
    """Whether "it" is the end of the verb: "desactívenlo en mi cuenta"."""
    last = discourse.words.words[verb.end - 1]
    return discourse.language in _ENCLITIC and last.endswith(_OBJECT_ENDINGS)


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
    if not _goes_on(hit, clause) or hit.end in discourse.own_names:
        return False
    word = discourse.words.words[hit.end]
    if _is_code(hit.end, discourse):
        return False
    small = discourse.small
    return word.isalpha() and word not in small.behind | small.of | small.links


def _is_code(place: int, discourse: Discourse) -> bool:
    """Whether a word begins the code that tells which one: "contract RW-2003"."""
    words = discourse.words
    end = place + 1
    numbered = end < len(words) and words.words[end] == NUMBER and not words.breaks[end]
    return numbered and len(words.words[place]) <= _CODE_LETTERS


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


def _part_of_verb(
    what: str, verb: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit | None, bool] | None:
    """What the end of a verb says: "toglietemi", and "inviatemeli" of mails named before."""
    if discourse.language not in _ENCLITIC or _nearest(verb, clause, _POINTING) is not None:
        return None
    if what in _DONE_BY_MAIL and _ends_in_object(verb, discourse):
        known = discourse.antecedent(verb.start, clause.sentence, _possible(what, clause))
        return (known, verb, True) if known else None
    unknown = _goes_on(verb, clause) or _has_unknown_object(verb, clause, discourse)
    if what == "remove" and not unknown:
        person = next((h for h in clause.all("things.self") if h.start == verb.start), None)
        return (person.key, person, False) if person is not None else None
    return None


def _implied(
    what: str, verb: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit | None, bool]:
    """What a clause means that names no thing: by "it", a person, or the topic."""
    it = _nearest(verb, clause, ("things.it",))
    if it is not None and _is_beside(what, verb, it, clause):
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
    dropped = _dropped(what, verb, clause, discourse) or _renewed(what, verb, clause, discourse)
    if dropped:
        return dropped, None, True
    if what in ("not-send", "not-receive"):
        return _unnamed_mail(what, verb, clause, discourse)
    refuses = what == "refuse" and clause.loose(verb.last, clause.end)
    if refuses or what in ("unsubscribe", "object", "still"):
        # "I do not need to load this."
        return _left(what, clause, discourse), None, False
    return _topic(what, verb, clause, discourse)


def _left(what: str, clause: Clause, discourse: Discourse) -> str:
    """What one unsubscribes from without naming it: a contract, where only that was spoken of.

    "I do not need the plan any more, please sign me off."
    """
    if what != "unsubscribe" or discourse.answers_newsletter or discourse.has(*_MAIL_TAGS):
        return "nothing"
    before = [c for c in discourse.sentences[clause.sentence].clauses if c.end <= clause.start]
    spoken_of = any(c.has("things.service") and not c.verbs for c in before)
    return "service" if spoken_of else "nothing"


def _unnamed_mail(
    what: str, verb: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit | None, bool]:
    """What is not to be sent, where the clause does not say it."""
    if not clause.loose_before(clause.end):
        # "I get three offers a week. Do not send any more.": the object need not be named again.
        tags = ("things.marketing",)
        if discourse.answers_newsletter or discourse.antecedent(verb.start, clause.sentence, tags):
            return "marketing", None, True
    # "I do not want to see you", "to get lost".
    unknown = what == "not-receive" and _goes_on(verb, clause)
    return "other" if unknown else "nothing", None, False


def _is_beside(what: str, verb: Hit, it: Hit, clause: Clause) -> bool:
    """Whether "it" is what the verb is about, and not the end of something unknown.

    What is refused stands right behind: not so in "I did not want to say all this".
    """
    if what == "refuse":
        return verb.start <= it.start <= verb.last + 1
    near = clause.count(*sorted((it.start, verb.end))) <= _NEAR_WORDS
    return near and not clause.loose(verb.last, it.start)


def _has_unknown_object(verb: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether something that no phrase knows is ended: 取消停车位, "cancelar la paella"."""
    if discourse.language in UNINFLECTED:
        return clause.loose(verb.end, clause.end) > 0
    if discourse.language in LANGUAGES:
        return leads_to_unknown(verb.end, clause, discourse)
    marked = clause.verb_last and discourse.words.words[verb.start - 1] == _OBJECT_MARK
    return marked and clause.loose(max(clause.start, verb.start - 2), verb.start - 1) > 0


def _dropped(what: str, verb: Hit, clause: Clause, discourse: Discourse) -> str:
    """The thing that a language without "it" does not name again; or ''.

    What is sent may be sentences back, what is ended is in the same sentence.
    """
    if discourse.language not in VERB_LAST | UNINFLECTED:
        return ""
    if what in ("not-send", "not-receive"):
        return discourse.antecedent(verb.start, clause.sentence, _possible(what, clause))
    if what not in ENDING or clause.loose(verb.end, clause.end) > 1:
        return ""
    near = discourse.sentences[max(0, clause.sentence - 1) : clause.sentence + 1]
    earlier = [c for s in near for c in s.clauses if c.end <= clause.start]
    named = [(h.key, c) for c in earlier for h in c.all(*MAIN_TAGS)]
    key, said_in = named[-1] if named else ("", clause)
    same = said_in.sentence == clause.sentence
    return key if key in _OF_MAIL or (same and key in CONTRACT) else ""


def _renewed(what: str, verb: Hit, clause: Clause, discourse: Discourse) -> str:
    """What was told of before: "My plan renews on Monday. I do not want to renew."; or ''."""
    if what != "not-renew" or _goes_on(verb, clause):
        return ""
    return discourse.antecedent(verb.start, clause.sentence, MAIN_TAGS)


def _topic(
    what: str, verb: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit | None, bool]:
    """What was spoken of before, unless the clause names something that no phrase knows."""
    if DOMAIN in discourse.words.words[verb.end : min(clause.end, verb.end + _NEAR_WORDS)]:
        # "Cancel shop.example": the hosting of that name, or the name.
        return "part", None, False
    if _has_unknown_object(verb, clause, discourse):
        known = "other" if discourse.language in LANGUAGES else "part"
        return (known if what == "cancel" else "nothing"), None, False
    if (
        what != "cancel"
        and _goes_on(verb, clause)
        and not _is_number_alone(verb, clause, discourse)
    ):
        # "Delete old files."
        return "nothing", None, False
    topic = discourse.topic(clause)
    if topic:
        return topic, None, True
    # "Cancel the dinner": whatever that is, it is no account.
    unknown = what == "cancel" and _has_unknown_behind(verb, clause, discourse)
    return "part" if unknown else "nothing", None, False


def _has_unknown_behind(verb: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether an unknown word follows, behind owners and courtesy, or what a noun is of."""
    words, place = discourse.words.words, verb.end
    passed = {i for h in clause.all(*_BEFORE_OBJECT) for i in range(h.start, h.end)}
    of = discourse.small.of if verb.key == "noun" else ()
    while place < clause.end and (place in passed or words[place] in of):
        place += 1
    if place == clause.end or place in clause.covered or words[place] in discourse.small.of:
        return False
    return words[place].isalpha()


def _is_number_alone(verb: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether only a number follows: "Account 55102. Close 55102 please."."""
    behind = verb.end + 1
    ends = behind >= clause.end or behind in clause.covered
    return discourse.words.words[verb.end] == NUMBER and ends


def _goes_on(hit: Hit, clause: Clause) -> bool:
    """Whether a word that no phrase knows follows."""
    return hit.end < clause.end and hit.end not in clause.covered


def _nearest(verb: Hit, clause: Clause, tags: tuple[str, ...]) -> Hit | None:
    """The nearest of the phrases; those behind the verb count as nearer by a word."""
    found = [hit for hit in clause.all(*tags) if hit.end <= verb.start or hit.start >= verb.end]
    if clause.verb_last:
        before = [hit for hit in found if hit.end <= verb.start]
        found = before if before or len(clause.verbs) > 1 else found
    if any(hit.tag == "join.and" and hit.end == verb.start for hit in clause.hits):
        # "All my data and take me off": what stands before "and" belongs to another verb.
        found = [hit for hit in found if hit.start >= verb.end] or found
    return min(
        found,
        key=lambda hit: (_distance(verb, hit), hit.start < verb.start, hit.key != "other"),
        default=None,
    )


def _distance(verb: Hit, thing: Hit) -> int:
    if thing.start >= verb.end:
        return thing.start - verb.end
    return verb.start - thing.end + 1


def _possible(what: str, clause: Clause) -> tuple[str, ...]:
    """What "it" may stand for: one receives, and is taken off, no account."""
    if what in _DONE_BY_MAIL or (what in ("remove", "stop") and clause.has("things.self")):
        return ("things.marketing", "things.mail", "things.list")
    return MAIN_TAGS
