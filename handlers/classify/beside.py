"""What the text says of a contract beside a subject that only tells the topic."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.classify.acts import Act
from handlers.classify.discourse import MAIN_TAGS, Discourse
from handlers.classify.force import Force
from handlers.classify.lexicon import Hit
from handlers.classify.moods import Mood
from handlers.classify.nearest import CONTRACT, CONTRACT_TAGS, OF_MAIL

_ENDING = ("cancel", "close", "leave")
_NOT_MAIL = ("things.service", "things.site", "things.part", "things.other")
_NARROWING = ("caution.wait", "caution.only", "reversal.instead")
_OF_MAIL = ("things.marketing", "things.mail", "things.list", "unsubscribe.do")


def ended_in_text(discourse: Discourse, acts: Sequence[Act]) -> Hit | None:
    """What the text asks to end of a contract, where no mail is spoken of below the subject."""
    below = discourse.words.subject_words
    # 退订 of a server ends a contract, and says "unsubscribe", too.
    ending = {(a.verb.start, a.verb.end) for a in acts if a.what in _ENDING}
    of_mail = (h for h in discourse.hits if h.start >= below and h.tag in _OF_MAIL)
    if any((hit.start, hit.end) not in ending for hit in of_mail):
        return None
    for act in acts:
        asked = act.mood in (Mood.ASKED, Mood.SAID) and act.verb.start >= below
        if asked and act.what in _ENDING and act.thing in CONTRACT:
            return act.verb
    return None


def mail_ended_in_text(discourse: Discourse, acts: Sequence[Act]) -> tuple[Force, Hit] | None:
    """The mailing that the text ends below a subject that does not say what is cancelled.

    "Cancellation", and below it "Please cancel the newsletter". Where the text names a contract as
    well, a person looks.
    """
    below = discourse.words.subject_words
    if any(hit.start < below and hit.tag in MAIN_TAGS for hit in discourse.hits):
        return None
    asked = [
        act
        for act in acts
        if act.verb.start >= below and act.mood in (Mood.ASKED, Mood.SAID) and act.what in _ENDING
    ]
    if not asked or any(act.thing not in OF_MAIL for act in asked):
        return None
    named = any(hit.start >= below and hit.tag in CONTRACT_TAGS for hit in discourse.hits)
    return (Force.DOUBT if named else Force.VETO), asked[0].verb


def kept_in_text(discourse: Discourse) -> Hit | None:
    """What the text wants to keep of a contract: "Cancellation", and below it "… but not that"."""
    for sentence in discourse.sentences:
        for clause in sentence.clauses:
            wish = next(iter(clause.all("mood.wish")), None)
            denied = clause.has("negation.not", "negation.forbid", "mood.refuse")
            if sentence.in_subject or wish is None or denied or not clause.has(*CONTRACT_TAGS):
                continue
            kept = [h for h in clause.all("reversal.keep") if h.start >= wish.end]
            if kept:
                return kept[0]
    return None


def narrowed_in_text(discourse: Discourse) -> Hit | None:
    """What the text says to wait for, or asks instead, below a subject that asks alone.

    "Cancellation", and below it "I shall think about it, and give you word" or "One add-on can go,
    the rest stays": the text does not ask, so what narrows it is about the subject.
    """
    inside = (c for s in discourse.sentences if not s.in_subject for c in s.clauses)
    return next((hit for clause in inside for hit in clause.all(*_NARROWING)), None)


def stops_other(place: int, discourse: Discourse) -> Hit | None:
    """What else a subject "Stop" may be about: the text names other things, and no mail."""
    if discourse.answers_newsletter:
        return None
    stops = any(h.tag == "stop.do" and h.start == place for h in discourse.hits)
    below = [h for h in discourse.hits if h.start >= discourse.words.subject_words]
    if not stops or any(h.tag in (*_OF_MAIL, "things.self") for h in below):
        return None
    return next((h for h in below if h.tag in _NOT_MAIL), None)


def removes_other(place: int, discourse: Discourse, acts: Sequence[Act]) -> Hit | None:
    """What a subject "Remove" is about: the text removes something, and nobody from a list."""
    if not any(h.tag == "remove.do" and h.start == place for h in discourse.hits):
        return None
    below = [
        a for a in acts if a.what == "remove" and a.verb.start >= discourse.words.subject_words
    ]
    others = [a.verb for a in below if a.mood is Mood.ASKED and a.thing in ("nothing", "other")]
    return others[0] if others and len(others) == len(below) else None


def told_in_text(place: int, discourse: Discourse, acts: Sequence[Act]) -> Hit | None:
    """What tells of a cancellation made before; `place` is that of the word in the subject."""
    for act in acts:
        told = act.mood in (Mood.MENTIONED, Mood.TOLD) and act.verb.key in ("noun", "done")
        # "I closed my shop. The contract may end, too."
        told = told and not (act.what == "close" and act.thing == "other")
        if told and act.what in _ENDING and act.verb.start >= discourse.words.subject_words:
            return act.verb
    words = discourse.words.words
    for hit in discourse.hits:
        # "Your cancellation", which asks for nothing.
        inside = words[hit.start : hit.end] if hit.tag == "message.ignore" else ()
        if words[place] in inside and hit.start >= discourse.words.subject_words:
            return hit
    return None
