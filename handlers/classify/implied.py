"""What an act is done to where its clause names no thing: "it", a person, or the topic."""

from __future__ import annotations

from handlers.classify.articles import LANGUAGES, leads_to_unknown
from handlers.classify.clauses import NEGATIONS, Clause
from handlers.classify.discourse import MAIN_TAGS, UNINFLECTED, VERB_LAST, Discourse
from handlers.classify.lexicon import Hit
from handlers.classify.nearest import (
    CONTRACT,
    CONTRACT_TAGS,
    ENDING,
    MAIL_TAGS,
    OF_MAIL,
    goes_on,
    has_unknown_behind,
    nearest,
    possible,
)
from handlers.classify.words import DOMAIN, NUMBER

_NEAR_WORDS = 4
_OBJECT_MARK = "を"
# Where giving notice is said of contracts alone: "Das Telefon ist besetzt. Ich kündige.".
_NOTICE = frozenset({"de", "fr", "nl"})
_TALK = ("other", "part")


def implied(
    what: str, verb: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit | None, bool]:
    """What a clause means that names no thing: by "it", a person, or the topic."""
    it = nearest(verb, clause, ("things.it",))
    if it is not None and clause.has("things.address") and _tells_which(it, clause):
        it = None
    if it is not None and _is_beside(what, verb, it, clause):
        known = discourse.antecedent(verb.start, clause.sentence, possible(what, clause))
        # One stops or cancels a mailing, and closes an account.
        if known or (discourse.answers_newsletter and what != "close"):
            return known or "marketing", it, True
    person = nearest(verb, clause, ("things.address", "things.self"))
    if person is not None and what != "cancel":
        # "Do not send me links", "send me no links": not wanted is none of the things known.
        ends = (person, *(h for h in clause.all(*NEGATIONS) if h.start >= person.end))
        unknown = what == "not-send" and any(goes_on(end, clause) for end in ends)
        return ("nothing", None, False) if unknown else (person.key, person, False)
    dropped = (
        _dropped(what, verb, clause, discourse)
        or _renewed(what, verb, clause, discourse)
        or _stopped(what, verb, clause, discourse)
    )
    if dropped:
        return dropped, None, True
    if what in ("not-send", "not-receive"):
        return _unnamed_mail(what, verb, clause, discourse)
    behind = verb.last < clause.end and clause.loose(verb.last, clause.end)
    before = verb.start > clause.start and verb.start - 1 not in clause.covered
    # "I do not need to load this", "so viel Speicher brauche ich nicht".
    refuses = what == "refuse" and (behind or before)
    if refuses or what in ("unsubscribe", "object", "still"):
        return _left(what, clause, discourse), None, False
    return _topic(what, verb, clause, discourse)


def all_of_contract(
    what: str, verb: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit | None, bool] | None:
    """The contract spoken of, where all there is is to be ended: "Close the lot."; or None."""
    every = nearest(verb, clause, ("message.all",))
    if every is None or what not in ENDING or not _is_beside(what, verb, every, clause):
        return None
    if any(0 <= thing.start - every.end <= 1 for thing in clause.all(*MAIN_TAGS)):
        # "All the advertising."
        return None
    known = discourse.antecedent(every.start, clause.sentence, CONTRACT_TAGS)
    return (known, every, True) if known else None


def _left(what: str, clause: Clause, discourse: Discourse) -> str:
    """What one unsubscribes from without naming it: a contract, where only that was spoken of.

    "I do not need the plan any more, please sign me off."
    """
    if what != "unsubscribe" or discourse.answers_newsletter or discourse.has(*MAIL_TAGS):
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
    unknown = what == "not-receive" and goes_on(verb, clause)
    return "other" if unknown else "nothing", None, False


def _is_beside(what: str, verb: Hit, it: Hit, clause: Clause) -> bool:
    """Whether "it" is what the verb is about, and not the end of something unknown.

    What is refused stands right behind: not so in "I did not want to say all this".
    """
    if what == "refuse":
        return verb.start <= it.start <= verb.last + 1
    near = clause.count(*sorted((it.start, verb.end))) <= _NEAR_WORDS
    return near and not clause.loose(verb.last, it.start)


def _tells_which(it: Hit, clause: Clause) -> bool:
    """Whether a pronoun only tells which ones: "both addresses"."""
    return any(address.start == it.end for address in clause.all("things.address"))


def has_unknown_object(verb: Hit, clause: Clause, discourse: Discourse) -> bool:
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
        return discourse.antecedent(verb.start, clause.sentence, possible(what, clause))
    if what not in ENDING or clause.loose(verb.end, clause.end) > 1:
        return ""
    near = discourse.sentences[max(0, clause.sentence - 1) : clause.sentence + 1]
    earlier = [c for s in near for c in s.clauses if c.end <= clause.start]
    named = [(h.key, c) for c in earlier for h in c.all(*MAIN_TAGS)]
    key, said_in = named[-1] if named else ("", clause)
    same = said_in.sentence == clause.sentence
    return key if key in OF_MAIL or (same and key in CONTRACT) else ""


def _renewed(what: str, verb: Hit, clause: Clause, discourse: Discourse) -> str:
    """What was told of before: "My plan renews on Monday. I do not want to renew."; or ''."""
    if what != "not-renew" or goes_on(verb, clause):
        return ""
    return discourse.antecedent(verb.start, clause.sentence, MAIN_TAGS)


def _stopped(what: str, verb: Hit, clause: Clause, discourse: Discourse) -> str:
    """The mailing named last, where no more is said than "please stop now"; or ''."""
    if what != "stop" or verb.key != "do" or clause.loose(clause.start, clause.end):
        return ""
    named = discourse.antecedent(verb.start, clause.sentence, MAIN_TAGS)
    return named if named == "marketing" else ""


def _topic(
    what: str, verb: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit | None, bool]:
    """What was spoken of before, unless the clause names something that no phrase knows."""
    if DOMAIN in discourse.words.words[verb.end : min(clause.end, verb.end + _NEAR_WORDS)]:
        # "Cancel shop.example": the hosting of that name, or the name.
        return "part", None, False
    if has_unknown_object(verb, clause, discourse):
        known = "other" if discourse.language in LANGUAGES else "part"
        return (known if what == "cancel" else "nothing"), None, False
    unknown = goes_on(verb, clause) and not _is_number_alone(verb, clause, discourse)
    if what != "cancel" and (unknown or (what == "remove" and verb.key == "done")):
        # "Delete old files", "I would like to be removed as contact".
        return "nothing", None, False
    topic = discourse.topic(clause)
    if topic in _TALK and what == "cancel" and verb.key == "now" and discourse.language in _NOTICE:
        topic = ""
    if topic:
        return topic, None, True
    # "Cancel the dinner": whatever that is, it is no account.
    unknown = what == "cancel" and has_unknown_behind(verb, clause, discourse)
    return "part" if unknown else "nothing", None, False


def _is_number_alone(verb: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether only a number follows: "Account 55102. Close 55102 please."."""
    ends = not clause.loose(verb.end + 1, clause.end)
    return discourse.words.words[verb.end] == NUMBER and ends
