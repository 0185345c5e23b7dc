"""What an act is done to: the nearest thing, what "it" stands for, a person, or the topic."""

from __future__ import annotations

from handlers.classify.articles import leads_to_unknown
from handlers.classify.belongings import (
    is_before_noun,
    is_kept_in,
    is_only_where,
    is_owner_of_other,
    is_owner_of_unknown,
    mailing_of,
    owns_unknown,
    taken_from,
)
from handlers.classify.clauses import Clause
from handlers.classify.discourse import MAIN_TAGS, OBJECT_FIRST, Discourse
from handlers.classify.implied import all_of_contract, has_unknown_object, implied
from handlers.classify.lexicon import Hit
from handlers.classify.nearest import (
    CONTRACT,
    DONE_BY_MAIL,
    ENCLITIC,
    ENDING,
    OF_MAIL,
    ends_in_object,
    goes_on,
    nearest,
    possible,
)

_POINTING = ("things.it", "things.address", "things.self")
# An article and an adjective may stand before a thing.
_ATTRIBUTES = 2
_RECEIVED = ("not-send", "not-receive")


def find_thing(
    what: str, verb: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit | None, bool]:
    """What the act is done to: the nearest thing of the clause, or what "it" stands for."""
    if what == "carry_out":
        return _carried_out(clause, discourse)
    everything = all_of_contract(what, verb, clause, discourse)
    if everything is not None:
        return everything
    named = _named(what, verb, clause, discourse)
    if named is None and what in _RECEIVED and leads_to_unknown(verb.end, clause, discourse):
        # "No me envíen más el código."
        return "other", None, False
    return (
        named
        or _part_of_verb(what, verb, clause, discourse)
        or implied(what, verb, clause, discourse)
    )


def _carried_out(clause: Clause, discourse: Discourse) -> tuple[str, Hit | None, bool]:
    """What is carried out: a cancellation, but not "el cierre del ticket", or of a newsletter."""
    noun = clause.all("cancel.noun", "close.noun", "unsubscribe.noun")[0]
    behind = [hit for hit in clause.all(*MAIN_TAGS) if hit.start >= noun.end]
    key = behind[0].key if behind else ""
    if key == "other" and discourse.language in ENCLITIC:
        return key, behind[0], False
    of_mail = noun.table == "unsubscribe" or (key in OF_MAIL and not clause.verb_last)
    return ("unsubscription" if of_mail else "cancellation"), noun, False


def _named(
    what: str, verb: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit | None, bool] | None:
    """The nearest thing that the clause names, or the sending that is stopped."""
    found = nearest(verb, clause, MAIN_TAGS, object_first=discourse.language in OBJECT_FIRST)
    if found is not None and found.key in CONTRACT and found.start >= verb.end:
        found = mailing_of(found, clause, discourse) or found
    if what == "unsubscribe" and found is not None and _is_of_verb_between(verb, found, clause):
        found = None
    if found is not None and clause.verb_last:
        found = _first_of_joined(found, clause)
    if what == "object":
        # "… to the use of my data for advertising": what for decides.
        found = nearest(verb, clause, ("things.marketing",)) or found
        found = found or _purpose(verb, clause, discourse)
    if what == "stop" and (found is None or found.key != "other"):
        sending = _stopped_sending(verb, found, clause, discourse)
        if sending is not None:
            return sending
    if found is None:
        return None
    if what in ENDING and found.key in CONTRACT:
        other = _of_contract(what, verb, found, clause, discourse)
        if other is not None:
            return other
    return found.key, found, False


def _is_of_verb_between(verb: Hit, thing: Hit, clause: Clause) -> bool:
    """Whether a contract is what another verb ends: "hesabımın kapatılmasını ve listeden …"."""
    return thing.key in CONTRACT and any(
        thing.end <= other.start < verb.start for other in clause.verbs
    )


def _stopped_sending(
    verb: Hit, found: Hit | None, clause: Clause, discourse: Discourse
) -> tuple[str, Hit, bool] | None:
    """The sending that is to stop, or what else the end of its verb means."""
    start = clause.start if clause.verb_last else verb.end
    sending = [h for h in clause.hits if h.start >= start and h.key == "now"]
    fits = not clause.verb_last or found is None or found.key in OF_MAIL
    if not sending or sending[0].table not in ("send", "receive") or not fits:
        return None
    if found is None and sending[0].table == "send":
        named = _ends_in_other(sending[0], clause, discourse)
        if named:
            return named, sending[0], True
    unknown = found is None and leads_to_unknown(sending[0].end, clause, discourse)
    return ("other" if unknown else "sending"), sending[0], False


def _of_contract(
    what: str, verb: Hit, found: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit, bool] | None:
    """What is ended, where a contract or site only tells whose, which or where it is; or None."""
    if (
        is_owner_of_unknown(verb, found, clause, discourse)
        or is_owner_of_other(verb, found, clause, discourse)
        or owns_unknown(verb, found, clause, discourse)
        or _is_left(what, found, clause)
        or is_before_noun(found, clause, discourse)
    ):
        # "The disk of my server" is not the server.
        return ("part" if what == "cancel" else "other"), found, False
    if is_only_where(verb, found, clause, discourse) or is_kept_in(found, clause, discourse):
        return "part", found, True
    if _stops_something(what, verb, found, clause):
        return "part", found, False
    return taken_from(what, verb, found, clause, discourse)


def _purpose(verb: Hit, clause: Clause, discourse: Discourse) -> Hit | None:
    """What for, behind a comma: "I forbid you, to use my address for advertising".

    An aside may stand between: "I object, under the law, to advertising".
    """
    following = [c for c in discourse.sentences[clause.sentence].clauses if c.start >= clause.end]
    for other in following[:2]:
        found = nearest(verb, other, ("things.marketing",))
        of_mail = all(verb.table == "send" for verb in other.verbs)
        if found is not None and (other.has("things.address", "things.data") or of_mail):
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


def _is_left(what: str, thing: Hit, clause: Clause) -> bool:
    """Whether a thing is only taken from another: "remove my server from the block list"."""
    return what == "remove" and any(h.start >= thing.last for h in clause.all("things.other"))


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
    if nearest(verb, clause, _POINTING) is not None:
        return None
    if discourse.language == "fr" and what == "remove":
        return _before_verb(verb, clause, discourse)
    if discourse.language not in ENCLITIC:
        return None
    if what in DONE_BY_MAIL and ends_in_object(verb, discourse):
        known = discourse.antecedent(verb.start, clause.sentence, possible(what, clause))
        return (known, verb, True) if known else None
    other = _ends_in_other_before(what, verb, clause, discourse)
    unknown = goes_on(verb, clause) or has_unknown_object(verb, clause, discourse)
    if what == "remove" and not (other or unknown):
        person = next((h for h in clause.all("things.self") if h.start == verb.start), None)
        return (person.key, person, False) if person is not None else None
    return ("other", verb, True) if other else None


def _ends_in_other_before(what: str, verb: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether nothing but another thing was named in the sentence before "it".

    "Abbiamo preso appuntamento per il 14, annullatelo."
    """
    if what not in ENDING or not ends_in_object(verb, discourse):
        return False
    named = [h for c in discourse.sentences[clause.sentence].clauses for h in c.all(*MAIN_TAGS)]
    before = [h for h in named if h.end <= verb.start]
    return bool(before) and all(h.key == "other" for h in before)


def _ends_in_other(sending: Hit, clause: Clause, discourse: Discourse) -> str:
    """What else than mail the end of the verb means: "Le fatture? Smettete di mandarmele"."""
    if discourse.language not in ENCLITIC or not ends_in_object(sending, discourse):
        return ""
    known = discourse.antecedent(sending.start, clause.sentence, MAIN_TAGS)
    return "" if known in OF_MAIL else known


def _before_verb(
    verb: Hit, clause: Clause, discourse: Discourse
) -> tuple[str, Hit | None, bool] | None:
    """Who is taken off by French "me retirer", where advertising is spoken of and no more said."""
    if clause.loose(verb.end, clause.end) or not (
        discourse.answers_newsletter or discourse.has("things.marketing", "things.list")
    ):
        return None
    person = next((h for h in clause.all("things.self") if h.start == verb.start), None)
    return (person.key, person, False) if person is not None else None
