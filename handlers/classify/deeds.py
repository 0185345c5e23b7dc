"""What a phrase does, by its table: "cancel", or "not-send" where a sending is refused."""

from __future__ import annotations

from collections.abc import Callable

from handlers.classify.clauses import Clause, Sentence, is_inside
from handlers.classify.lexicon import Hit
from handlers.classify.wishes import (
    goes_on_asking,
    is_forbidden,
    is_negated_beside,
    is_no_more,
    is_refused,
    refused_before,
    refused_right_before,
    refuses_unknown,
    wished,
)


def deed_of(hit: Hit, clause: Clause, sentence: Sentence) -> str:
    """What a phrase does, negations taken in ("not-send" for "do not send"); '' for nothing."""
    if hit.table in ("cancel", "close") and _is_of_mail(hit, clause):
        return ""
    if hit.table in _DONE_AS_SAID:
        return "" if hit.key == "noun" and clause.has("carry_out.do") else hit.table
    read = _READERS.get(hit.table) or _READERS.get(hit.tag)
    return read(hit, clause, sentence) if read is not None else ""


def _is_of_mail(hit: Hit, clause: Clause) -> bool:
    """Whether a verb that means either is said of mail: 退订 of offers, 停止 of a sending."""
    either = {h.tag for h in clause.hits if h.start == hit.start and h.end == hit.end}
    if hit.table == "cancel" and "unsubscribe.do" in either:
        return clause.has("things.marketing", "things.mail", "things.list")
    sends = (h for h in clause.all("send.now") if h.start == hit.end)
    return "stop.do" in either and any(sends)


def _carried_out(_hit: Hit, clause: Clause, _sentence: Sentence) -> str:
    named = clause.has("cancel.noun", "close.noun", "unsubscribe.noun")
    return "carry_out" if named else ""


def _sent(hit: Hit, clause: Clause, sentence: Sentence) -> str:
    refused = is_refused(hit, clause) or refused_before(hit, clause, sentence) is not None
    denied = is_forbidden(hit, clause) if hit.key == "do" else is_no_more(hit, clause)
    return "not-send" if refused or denied else ""


def _received(hit: Hit, clause: Clause, sentence: Sentence) -> str:
    refused = is_refused(hit, clause) or refused_before(hit, clause, sentence) is not None
    asked = wished(hit, clause, sentence) or goes_on_asking(hit, clause, sentence)
    negated = is_negated_beside(hit, clause)
    if refused or (negated and asked):
        return "not-receive"
    # "I am subscribed again, and still do not get it."
    return "still" if sentence.has("negation.still") and not negated else ""


def _renewed(hit: Hit, clause: Clause, sentence: Sentence) -> str:
    # "I do not want, that my plan renews": its own thing is what the writer wants to be rid of.
    refused = (
        is_refused(hit, clause)
        or is_forbidden(hit, clause)
        or refused_right_before(clause, sentence)
    )
    return "not-renew" if refused else ""


def _refused(hit: Hit, clause: Clause, _sentence: Sentence) -> str:
    """A thing is refused ("I do not want …"); where an act is refused, that act tells."""
    kept = clause.all("reversal.keep")
    if any(other.start >= hit.end or is_inside(other, hit) for other in kept):
        return "not-keep"
    acts = any(verb.start >= hit.start and verb.key in ("do", "done") for verb in clause.verbs)
    # "I did not ask for the deletion of anything."
    acts = acts or any(verb.start >= hit.last and verb.key == "noun" for verb in clause.verbs)
    if clause.verb_last:
        acts = any(verb.end == hit.start for verb in clause.verbs)
    elif refuses_unknown(hit, clause):
        return ""
    return "" if acts else "refuse"


def _no_more(hit: Hit, clause: Clause, sentence: Sentence) -> str:
    return "no-more" if _stands_alone(hit, clause, sentence) else ""


def _stands_alone(hit: Hit, clause: Clause, sentence: Sentence) -> bool:
    """Whether "no more …" is all that is said, or is wished for."""
    if clause.verbs or clause.has("mood.refuse"):
        return False
    return clause.loose_before(hit.start) <= 1 or wished(hit, clause, sentence)


# What these tables say is done; a phrase of another table, or with this tag, is read as above.
_DONE_AS_SAID = frozenset({"cancel", "close", "unsubscribe", "leave", "remove", "object", "stop"})
_READERS: dict[str, Callable[[Hit, Clause, Sentence], str]] = {
    "carry_out": _carried_out,
    "send": _sent,
    "receive": _received,
    "renew": _renewed,
    "mood.refuse": _refused,
    "negation.no_more": _no_more,
}
