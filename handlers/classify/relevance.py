"""Where the model may speak although no rule does: in short texts that come near to a request.

It was trained on mail to a hosting company: asked about everything, it would have held every
fourth of 3,900 mails between other people.
"""

from __future__ import annotations

from handlers.classify.clauses import Clause, Sentence
from handlers.classify.discourse import Discourse
from handlers.classify.lexicon import Hit
from handlers.classify.nearest import CONTRACT_TAGS, MAIL_TAGS
from handlers.classify.understood import MIN_WORDS, Understood
from handlers.values import Intent, Role

MAX_WORDS = 60
# There people write to have an account ended, in whatever words.
MAX_WORDS_IN_CANCEL = 150
# So short a text that ends something need not say what.
_SHORT_WORDS = 25
_ENDINGS = frozenset(
    {"cancel", "close", "leave", "unsubscribe", "remove", "stop", "object", "renew"}
)
_WISHES = ("mood.wish", "mood.please", "mood.perform", "mood.refuse")
_SENDINGS = frozenset({"send", "receive"})


def comes_near(intent: Intent, understood: Understood, role: Role) -> bool:
    """Whether a message without any candidate for `intent` may ask for it in other words."""
    if understood.own_words < MIN_WORDS:
        return False
    if intent is Intent.CANCELLATION and role is Role.CANCEL:
        return understood.own_words <= MAX_WORDS_IN_CANCEL
    if understood.own_words > MAX_WORDS:
        return False
    best = understood.best
    if intent is Intent.OPT_OUT:
        refuses = best.answers_newsletter and any(map(_refuses_something, best.sentences))
        return refuses or any(map(_is_about_mail, best.sentences))
    if understood.own_words < _SHORT_WORDS:
        asks = any(_ends_something(s) and not _only_tells(s) for s in best.sentences)
        return asks and not _ends_other(best)
    return any(_ends_something(s) and s.has(*CONTRACT_TAGS) for s in best.sentences)


def _ends_something(sentence: Sentence) -> bool:
    return any(hit.table in _ENDINGS for clause in sentence.clauses for hit in clause.hits)


def _only_tells(sentence: Sentence) -> bool:
    """Whether it is done, and nothing is wished: "Account closed in April, billed in May"."""
    ending = (h for c in sentence.clauses for h in c.hits if h.table in _ENDINGS)
    return not sentence.has(*_WISHES) and all(hit.key == "done" for hit in ending)


def _ends_other(best: Discourse) -> bool:
    """Whether all that is ended is named, and is no contract with us: "Cancel my gas contract"."""
    if best.has(*CONTRACT_TAGS):
        return False
    ending = [(h, c) for _, c in best.all_clauses() for h in c.hits if h.table in _ENDINGS]
    return all(_is_other(verb, clause) for verb, clause in ending)


def _is_other(verb: Hit, clause: Clause) -> bool:
    """Whether another thing stands beside a verb, with no unknown word between."""
    return any(
        not clause.loose(min(verb.end, thing.end), max(verb.start, thing.start))
        for thing in clause.all("things.other")
    )


def _refuses_something(sentence: Sentence) -> bool:
    return not sentence.asked and (_is_denied(sentence) or _ends_something(sentence))


def _is_denied(sentence: Sentence) -> bool:
    hits = (hit for clause in sentence.clauses for hit in clause.hits)
    return any(hit.table == "negation" or hit.tag == "mood.refuse" for hit in hits)


def _is_about_mail(sentence: Sentence) -> bool:
    """Whether mail is ended, or a sending or mail refused or denied."""
    hits = [hit for clause in sentence.clauses for hit in clause.hits]
    mail = any(hit.tag in MAIL_TAGS for hit in hits)
    denied = _is_denied(sentence)
    sent = any(hit.table in _SENDINGS for hit in hits)
    return (mail and (denied or _ends_something(sentence))) or (sent and denied)
