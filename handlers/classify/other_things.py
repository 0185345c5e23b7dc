"""What only looks like the thing that an act is about, so that a person should have a look."""

from __future__ import annotations

from collections.abc import Iterator

from handlers.classify.acts import Act
from handlers.classify.articles import LANGUAGES, belongs_to_unknown
from handlers.classify.clauses import Clause
from handlers.classify.discourse import Discourse
from handlers.classify.lexicon import Hit
from handlers.classify.things import CONTRACT, ENDING, goes_on_with_noun, is_owner_of_unknown
from handlers.classify.words import ADDRESS

_OF_MAIL = (
    "things.marketing", "things.mail", "things.list", "unsubscribe.do", "unsubscribe.noun",
)  # fmt: skip
# Where a verb is said of the writer by a pronoun before it, or at its end.
_ONESELF = {"es": ("me", "nos"), "pt": ("me", "nos")}
_TO = ("a", "al", "ao")
_OWN_THINGS = ("things.site", "things.service", "things.part", "things.other")


def of_other_thing(act: Act, discourse: Discourse) -> Hit | None:
    """A thing with an unknown word right behind it: an "account upgrade" is no account."""
    thing = act.thing_hit
    if thing is None or act.resolved or act.what not in ENDING or act.thing not in CONTRACT:
        return None
    joins = discourse.small.behind and goes_on_with_noun(thing, act.clause, discourse)
    return thing if joins else None


def at_other_address(act: Act, discourse: Discourse) -> Hit | None:
    """An address that is not the sender's, and no word of mail: it may be a mailbox here."""
    if act.what != "remove" or act.thing != "address" or discourse.answers_newsletter:
        return None
    words = discourse.words.words
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
    """A list of something else: "la lista de la cena"."""
    thing = act.thing_hit
    if act.thing != "list" or thing is None or discourse.language not in LANGUAGES:
        return None
    return thing if belongs_to_unknown(thing.end, act.clause, discourse) else None


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
    if act.thing != "mail" or act.what not in ("stop", "close", "cancel"):
        return None
    clause = act.clause
    if act.resolved or act.thing_hit is None:
        named = [c for _, c in discourse.clauses() if c.start <= clause.start]
        clause = next((c for c in reversed(named) if c.has("things.mail")), clause)
    for near in _with_relative(clause, discourse):
        for actor in near.all("owners.actor"):
            if actor.end - actor.start > 1:
                # "My server", as one phrase.
                return actor
        for mine in near.all("owners.mine"):
            for own in near.all(*_OWN_THINGS):
                if mine.start < own.start <= mine.end + 1:
                    return own
    return None


def of_own_list(act: Act, discourse: Discourse) -> Hit | None:
    """The writer's own list, from which something else is taken: "bounces in our list"."""
    if act.thing != "list" or act.thing_hit is None:
        return None
    if not is_owner_of_unknown(act.verb, act.thing_hit, act.clause, discourse):
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
