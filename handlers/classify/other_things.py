"""What only looks like the thing that an act is about, so that a person should have a look."""

from __future__ import annotations

from collections.abc import Iterator

from handlers.classify.acts import Act
from handlers.classify.articles import LANGUAGES, belongs_to_unknown
from handlers.classify.belongings import goes_on_with_noun, is_owner_of_unknown
from handlers.classify.clauses import Clause
from handlers.classify.discourse import MAIN_TAGS, UNINFLECTED, VERB_LAST, Discourse
from handlers.classify.lexicon import Hit
from handlers.classify.moods import Mood
from handlers.classify.named_before import is_of_unknown
from handlers.classify.nearest import CONTRACT, ENDING
from handlers.classify.words import ADDRESS

_OF_MAIL = (
    "things.marketing", "things.mail", "things.list", "unsubscribe.do", "unsubscribe.noun",
)  # fmt: skip
# Languages that may write the owner behind: "rommet mitt".
_OWNER_BEHIND = frozenset({"no"})
_NEAR = 3
# Where a verb is said of the writer by a pronoun before it, or at its end.
_ONESELF = {"es": ("me", "nos"), "pt": ("me", "nos")}
_TO = ("a", "al", "ao", "au", "aux", "alla", "allo", "alle", "ai")
_ARTICLES = ("la", "le", "el", "l", "o", "los", "las", "les", "il", "lo", "una", "un", "une")
_NAMED = ("things.marketing", "things.mail", "things.list", "things.site", "things.service")
# "L'abbonamento alla scadenza" says when, or whose, and not to what.
_OF_DATES = frozenset(
    {
        "scadenza", "partire", "fine", "data", "nome", "vencimiento", "partir", "fin", "final",
        "finales", "fecha", "nombre", "termino", "plazo", "echeance", "terme", "compter", "date",
        "nom", "vencer", "expirar", "prazo", "termo", "contar",
    }
)  # fmt: skip
# Languages that put what kind of a thing it is before it, in words of their own.
_KIND_BEFORE = frozenset({"en"})
# What nobody else sells by that name.
_OF_OUR_KIND = frozenset({"hosting", "webhosting", "webspace"})
_GENITIVE, _OWN = "s", frozenset({"the", "our", "my", "this"})
_OWNER_NAME_WORDS = 3
_ENDING_BY_NAME = ("cancel", "close", "leave")
_BEFORE_NAME = frozenset({"the", "a", "an", "my", "our", "as"})
_TAKEN_OFF = ("remove", "unsubscribe")
_OF_KINDS = ("service", "subscription")
_OWN_THINGS = ("things.site", "things.service", "things.part", "things.other")


def other_by_name(act: Act, discourse: Discourse) -> Hit | None:
    """Another thing that is asked to be ended, by its name: "my gas contract".

    What "it" or "everything" is may be the contract all the same.
    """
    thing, clause = act.thing_hit, act.clause
    if act.what not in _ENDING_BY_NAME or act.thing != "other" or thing is None or act.resolved:
        return None
    # "Close it by that time": what "it" is, is closed.
    loosely = any(
        hit.start == thing.start or act.verb.start < hit.start < thing.start
        for hit in clause.all("things.it", "message.all")
    )
    if loosely or thing.tag != "things.other" or act.mood is not Mood.ASKED:
        return None
    first, second = sorted((act.verb, thing), key=lambda hit: hit.start)
    inflected = discourse.language not in VERB_LAST | UNINFLECTED
    return thing if inflected and not clause.loose(first.last, second.start) else None


def of_other_thing(act: Act, discourse: Discourse) -> Hit | None:
    """A thing with an unknown word beside it: an "account upgrade" is no account.

    Nor is a "library membership" one with us, or "mitt Viaplay abonnemang".
    """
    thing = act.thing_hit
    if act.what == "refuse" and act.thing in CONTRACT and (thing is None or act.resolved):
        return _named_beside(act, discourse)
    if thing is None:
        return _of_unknown_thing(act, discourse)
    if act.resolved or act.what not in ENDING or act.thing not in CONTRACT:
        return None
    joins = discourse.small.behind and goes_on_with_noun(thing, act.clause, discourse)
    if joins and act.verb.start < thing.start and thing.end < act.verb.last:
        # "Let my contract run out": what follows is the verb's.
        joins = False
    if joins and _is_named_behind(thing, act.clause, discourse):
        joins = False
    unknown = (
        _is_to_unknown(thing, act.clause, discourse)
        or is_of_unknown(thing, act.clause, discourse)
        or _is_of_unknown_kind(act, thing, discourse)
    )
    return thing if joins or unknown else None


def _is_named_behind(thing: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether one unknown word names a thing that says what it is: "hosting account irmaherbs"."""
    behind = thing.end + 1
    ends = behind >= clause.end or behind in clause.covered
    return thing.end - thing.start > 1 and (
        ends or discourse.words.words[behind] in _small(discourse)
    )


def _small(discourse: Discourse) -> frozenset[str]:
    return discourse.small.of | discourse.small.behind | discourse.small.at


def _is_of_unknown_kind(act: Act, thing: Hit, discourse: Discourse) -> bool:
    """Whether a word that no phrase knows says of what kind a thing is: "my savings account".

    A phrase of two words, as "hosting account", says it itself.
    """
    of_kind = discourse.language in _KIND_BEFORE and act.thing in _OF_KINDS
    return of_kind and act.verb.last < thing.start and _has_unknown_kind(act, thing, discourse)


def _has_unknown_kind(act: Act, thing: Hit, discourse: Discourse) -> bool:
    place = thing.start - 1
    known = place in act.clause.covered or place in discourse.our_names
    alone = thing.end - thing.start == 1 and place >= act.clause.start
    if not alone or known or discourse.words.words[thing.start] in _OF_OUR_KIND:
        return False
    return _may_be_thing(place, discourse) and not _is_owner(place, discourse)


def _is_owner(place: int, discourse: Discourse) -> bool:
    """Whether the word tells whose it is: "the sailing club's account".

    People are told of by `owners.kin`, which is looked at elsewhere.
    """
    words = discourse.words.words
    before = words[max(0, place - _OWNER_NAME_WORDS - 1) : place]
    return words[place] == _GENITIVE and not _OWN.isdisjoint(before)


def _is_to_unknown(thing: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether a subscription is to something unknown: "mon abonnement à la revue"."""
    words, place = discourse.words.words, thing.end
    if thing.tag != "things.subscription" or place >= clause.end or words[place] not in _TO:
        return False
    place += 1
    if place < clause.end and words[place] in _ARTICLES:
        place += 1
    if any(0 <= h.start - place <= 1 for h in clause.all(*_NAMED)):
        # "L'abbonamento al vostro notiziario".
        return False
    inside = place < clause.end and not discourse.words.breaks[place]
    names = discourse.our_names | discourse.own_names
    known = words[place] in _OF_DATES or place in clause.covered or place in names
    return inside and not known and words[place].isalpha()


def _named_beside(act: Act, discourse: Discourse) -> Hit | None:
    """What else may not be needed: "two domains, and the second one I no longer need"."""
    near = [s for s in discourse.sentences if s.in_subject or s.start == act.sentence.start]
    named = (h for s in near for c in s.clauses for h in c.all("things.part", "things.other"))
    return next((h for h in named if h.start < act.verb.start), None)


def _of_unknown_thing(act: Act, discourse: Discourse) -> Hit | None:
    """What somebody has and no phrase knows: "cancel my pizza", in cancel@ too."""
    clause, verb = act.clause, act.verb
    if act.what not in ("cancel", "leave", "close") or clause.verb_last:
        return None
    for mine in clause.all("owners.mine", "owners.anyone"):
        if verb.start <= mine.start < verb.last:
            continue
        # Norwegian "rommet mitt" has the owner behind.
        places = (mine.end, mine.start - 1) if discourse.language in _OWNER_BEHIND else (mine.end,)
        for place in places:
            near = -_NEAR <= place - verb.end <= _NEAR
            inside = clause.start <= place < clause.end and place not in clause.covered
            if near and inside and _may_be_thing(place, discourse):
                return mine
    return None


def _may_be_thing(place: int, discourse: Discourse) -> bool:
    word, small = discourse.words.words[place], discourse.small
    return (
        word.isalpha() and word not in small.of | small.behind and place not in discourse.own_names
    )


def at_other_address(act: Act, discourse: Discourse) -> Hit | None:
    """An address on a page, or one not the sender's with no word of mail: a mailbox here."""
    if act.what != "remove" or act.thing != "address" or discourse.answers_newsletter:
        return None
    words = discourse.words.words
    for clause in discourse.sentences[act.clause.sentence].clauses:
        for site in clause.all("things.site"):
            if site.start >= act.verb.end and words[site.start - 1] in discourse.small.of:
                # "Remove my address and telephone number from the contact page."
                return site
    named = {
        i
        for hit in act.clause.all("things.address")
        for i in range(hit.start, hit.end)
        if words[i] == ADDRESS
    }
    if not named or named & discourse.own_addresses or discourse.has(*_OF_MAIL):
        return None
    return act.verb


def of_other_list(act: Act, discourse: Discourse) -> Hit | None:
    """A list of something else: "la lista de la cena", "the attendee list"."""
    thing = act.thing_hit
    if act.what in _TAKEN_OFF and act.thing in ("self", "nothing"):
        return _other_spoken_of(act, discourse) or _from_unknown(act, discourse)
    if act.thing != "list" or thing is None:
        return None
    if discourse.language in _KIND_BEFORE:
        return thing if _has_unknown_kind(act, thing, discourse) else None
    if discourse.language not in LANGUAGES:
        return None
    return thing if belongs_to_unknown(thing.end, act.clause, discourse) else None


def _other_spoken_of(act: Act, discourse: Discourse) -> Hit | None:
    """What else "it" is: "My domain is on a blacklist, please get me off it."."""
    if discourse.answers_newsletter or discourse.has(*_OF_MAIL[:3]):
        return None
    verb = act.verb
    if not any(verb.start < h.start <= verb.last for h in act.clause.all("things.it")):
        return None
    named = [h for h in discourse.hits if h.tag in MAIN_TAGS and h.start < act.verb.start]
    return named[-1] if named and named[-1].tag == "things.other" else None


def _from_unknown(act: Act, discourse: Discourse) -> Hit | None:
    """What no phrase knows, and the writer is to be taken off: "as technical contact"."""
    if discourse.language not in _KIND_BEFORE:
        return None
    words, breaks = discourse.words.words, discourse.words.breaks
    # "As" begins a clause of its own.
    clauses = [
        c
        for c in act.sentence.clauses
        if c is act.clause or (c.start == act.clause.end and words[c.start] in discourse.small.of)
    ]
    covered = {i for clause in clauses for i in clause.covered}
    passed = {
        i
        for clause in clauses
        for hit in clause.all("message.polite", "owners.mine", "owners.anyone")
        for i in range(hit.start, hit.end)
    }
    for place in range(act.verb.last - 1, clauses[-1].end - 1):
        if place >= act.verb.last and breaks[place]:
            break
        if words[place] not in discourse.small.of:
            continue
        behind = next(i for i in range(place + 1, len(words) + 1) if i not in passed)
        if behind >= clauses[-1].end or behind in covered or breaks[behind]:
            continue
        # "Take me off the roster", not "take me off by hand".
        named = words[behind - 1] in _BEFORE_NAME
        if named and _may_be_thing(behind, discourse):
            return act.verb
    return None


def of_somebody(act: Act, discourse: Discourse) -> Hit | None:
    """Somebody unknown who is taken off: "quita a Pedro de la lista", and not the writer."""
    verb, words = act.verb, discourse.words.words
    own = _ONESELF.get(discourse.language)
    if own is not None and _is_a_third(act, discourse):
        return verb
    if act.what != "unsubscribe" or verb.last == verb.end or own is None:
        return None
    inside = range(verb.end, verb.last)
    if discourse.own_names.intersection(inside) or words[verb.end - 1].endswith(own):
        return None
    if verb.start > act.clause.start and words[verb.start - 1] in own:
        return None
    known = act.clause.all("things.self", "things.address", "things.it")
    if any(hit.start < verb.last and hit.last > verb.end for hit in known):
        return None
    # Who it is stands before the "of" of the list.
    small = discourse.small.of
    end = next((i for i in inside if words[i] in small), verb.last)
    strange = (i for i in range(verb.end, end) if i not in act.clause.covered)
    return verb if any(words[i].isalpha() and words[i] not in _TO for i in strange) else None


def _is_a_third(act: Act, discourse: Discourse) -> bool:
    """Whether "it" is taken off a list, where no mail is spoken of: "tirá-la da lista"."""
    of_list = act.what == "remove" and act.thing == "list" and act.clause.has("things.it")
    named = discourse.has("things.marketing", "things.mail", "things.address")
    return of_list and not (named or act.clause.has("things.self"))


def of_own_mail(act: Act, discourse: Discourse) -> Hit | None:
    """The writer's own thing that sends or gets the mail: "My shop sends too many mails"."""
    if act.thing == "marketing" and act.what == "stop":
        return _on_own_site(act, discourse)
    if act.thing != "mail":
        return None
    if act.what not in ("stop", "close", "cancel"):
        return _asked_about(act)
    clause = act.clause
    if act.resolved or act.thing_hit is None:
        named = [c for _, c in discourse.clauses() if c.start <= clause.start]
        clause = next((c for c in reversed(named) if c.has("things.mail")), clause)
    near = list(_with_relative(clause, discourse))
    own = (hit for one in near if (hit := _own_sender(one)) is not None)
    return next(own, None) or _owner_by_ending(act, clause, discourse) or _asked_about(act)


def _on_own_site(act: Act, discourse: Discourse) -> Hit | None:
    """The writer's page that shows the advertising: "Stop the ads on my free site."."""
    words, of = discourse.words.words, discourse.small.of
    for mine in act.clause.all("owners.mine"):
        if mine.start == act.clause.start or words[mine.start - 1] not in of:
            continue
        for site in act.clause.all("things.site"):
            if mine.end <= site.start <= mine.end + 1 and act.thing_hit is not None:
                return site
    return None


def _own_sender(clause: Clause) -> Hit | None:
    for actor in clause.all("owners.actor"):
        if actor.end - actor.start > 1:
            # "My server", as one phrase.
            return actor
    for mine in clause.all("owners.mine"):
        for own in clause.all(*_OWN_THINGS):
            if mine.start < own.start <= mine.end + 1:
                return own
    return None


def _owner_by_ending(act: Act, clause: Clause, discourse: Discourse) -> Hit | None:
    """What the ending says that the mail is of: Turkish "sunucunun", of the server."""
    for own in clause.all("things.site", "things.other"):
        if own.end <= act.verb.start and discourse.words.words[own.end - 1] in discourse.small.of:
            return own
    return None


def _asked_about(act: Act) -> Hit | None:
    """What a question behind it is about: "I want no more of this mail, which filter helps?"."""
    if not act.sentence.asked:
        return None
    later = (c for c in act.sentence.clauses if c.start >= act.clause.end)
    return next((hit for c in later for hit in c.all("things.other")), None)


def of_own_list(act: Act, discourse: Discourse) -> Hit | None:
    """The writer's own list, from which something else is taken: "bounces in our list"."""
    if act.thing != "list" or act.thing_hit is None:
        return None
    if not is_owner_of_unknown(act.verb, act.thing_hit, act.clause, discourse):
        return None
    if any(hit.end > hit.start + 1 for hit in act.clause.all("things.address")):
        # "My address from this list", where "this" counts as one's own.
        return None
    for mine in act.clause.all("owners.mine"):
        if mine.start < act.thing_hit.start <= mine.end + 1:
            return act.thing_hit
    return None


def _with_relative(clause: Clause, discourse: Discourse) -> Iterator[Clause]:
    """A clause and the one that is about it: "…, which go to my server"."""
    yield clause
    for following in discourse.sentences[clause.sentence].clauses:
        mine = [hit.start for hit in following.all("owners.mine")]
        if following.start == clause.end and mine and following.loose_before(mine[0]):
            yield following
