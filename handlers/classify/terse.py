"""Messages that are one phrase and no more: "STOP", "unsuscribe", a subject with no body."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from handlers.classify.discourse import HOLDS, Discourse
from handlers.classify.lexicon import Hit
from handlers.classify.nearest import CONTRACT
from handlers.classify.words import NUMBER
from handlers.values import Intent, Role

# A name and a company below the phrase, or the number of the mail that a client answers.
MAX_OTHER_WORDS = 6
_MAX_HITS = 6
_MAX_NAME_WORDS = 2
_COURTESY = ("message.polite", "mood.please", "message.ignore")
_CAUTIONS = (
    "caution.except", "caution.or", "caution.wait", "caution.only", "mood.condition",
    "reversal.untrue",
)  # fmt: skip


class Terse(NamedTuple):
    """A phrase that is the whole of a subject or a text."""

    rule: str
    intent: Intent
    confidence: float
    hit: Hit


def find_terse(discourse: Discourse, hits: Sequence[Hit], role: Role) -> Iterator[Terse]:
    """The phrases of [whole] that the subject or the text consists of."""
    words = discourse.words
    parts = [(words.subject_words, len(words))]
    if not discourse.subject_is_ours:
        parts.append((0, words.subject_words))
    for start, end in parts:
        inside = [
            hit
            for hit in hits
            # An address alone is a phrase to every lexicon, and asks for nothing.
            if hit.table == "whole" and start <= hit.start and hit.end <= end
        ]
        # "Not interested. Remove me." is the plainer of the two.
        for hit in sorted(inside[:_MAX_HITS], key=lambda one: one.key == "vague"):
            if _is_whole(hit, inside, discourse):
                yield _terse(hit, discourse, role)
                break


def _is_whole(hit: Hit, inside: Sequence[Hit], discourse: Discourse) -> bool:
    """Whether nothing else is said, but for courtesy, a name below it, or it once more."""
    words = discourse.words
    in_subject = hit.start < words.subject_words
    start, end = (0, words.subject_words) if in_subject else (words.subject_words, len(words))
    ignored = [other for other in discourse.hits if other.tag == "message.ignore"]
    if any(other.start < hit.end and hit.start < other.end for other in ignored):
        return False
    polite = [other for other in discourse.hits if other.tag in _COURTESY]
    mail = ("opt_out", "vague")
    again = [other for other in inside if other.key in mail and hit.key in mail]
    courtesy = {i for other in (*polite, *again) for i in range(other.start, other.end)}
    courtesy |= _addressee(start, hit.start, courtesy, discourse)
    spoken = [i for i in range(start, end) if i not in courtesy or hit.start <= i < hit.end]
    others = [i for i in spoken if not hit.start <= i < hit.end]
    if any(i < hit.start for i in others) or _is_held_up(hit, end, discourse):
        return False
    clause_end = next((i for i in range(hit.end, end) if words.breaks[i]), end)
    asked_until = end if hit.key == "opt_out" else clause_end
    is_asked = not words.asked.isdisjoint(range(hit.start, asked_until))
    if is_asked or _names_other(hit, clause_end, discourse):
        # "Cancel?" "No more spam! Can you set a filter?" "Cancel order 4411, it is wrong."
        return False
    asks = [o for o in discourse.hits if o.tag == "mood.question" and hit.end <= o.start < end]
    if asks and hit.tag == "whole.cancellation":
        # A cancellation, and below it: why was it refused?
        return False
    rest = [words.words[i] for i in others if i < clause_end]
    allowed = 1 if hit.tag == "whole.cancellation" else 2
    if rest and (len(rest) > allowed or rest[-1] != NUMBER):
        # The clause goes on, and not with a number as in "unsubscribe id=55102".
        return False
    halves = sum(words.at[i + 1] - words.at[i] for i in others)
    return halves <= 2 * MAX_OTHER_WORDS and not (others and _does_behind(hit, discourse))


def _does_behind(hit: Hit, discourse: Discourse) -> bool:
    """Whether anything is done behind it."""
    return any(other.start >= hit.end and other.key == "do" for other in discourse.hits)


def _names_other(hit: Hit, end: int, discourse: Discourse) -> bool:
    """Whether the clause goes on with another thing than an account or mail."""
    behind = (other for other in discourse.hits if hit.end <= other.start < end)
    return any(other.tag == "things.other" for other in behind)


def _is_held_up(hit: Hit, end: int, discourse: Discourse) -> bool:
    """Whether it is taken back, or goes on: "Cancel my account - no, wait!", "No, I like it."."""
    behind = [other for other in discourse.hits if hit.end <= other.start < end]
    if hit.tag == "whole.cancellation":
        held = (*HOLDS, "reversal.instead", "reversal.taken_back", *_CAUTIONS)
        return any(other.tag in held for other in behind)
    known = {place for other in behind for place in range(other.start, other.end)}
    return any(
        other.tag == "reversal.resubscribe"
        # "Stop! Do not touch the shop."
        or (
            (hit.key, other.tag) == ("opt_out", "negation.forbid")
            and other.end < end
            and other.end not in known
        )
        for other in behind
    )


def _addressee(start: int, end: int, courtesy: set[int], discourse: Discourse) -> set[int]:
    """The name behind a greeting in a line or clause of its own: "Hello Ember, …"."""
    breaks = discourse.words.breaks
    stop = next((i for i in range(start + 1, end + 1) if i < len(breaks) and breaks[i]), start)
    name = {i for i in range(start, stop) if i not in courtesy}
    greets = start in courtesy and len(name) <= _MAX_NAME_WORDS
    return name if greets and name == set(range(stop - len(name), stop)) else set()


def _terse(hit: Hit, discourse: Discourse, role: Role) -> Terse:
    cancel = role is Role.CANCEL
    if hit.tag == "whole.cancellation":
        if discourse.answers_newsletter and _names_subscription(hit, discourse):
            # In answer to a mailing "my subscription" may be either.
            return Terse("opt-out.subscription", Intent.OPT_OUT, 0.60, hit)
        plain = cancel and not _is_of_quoted(hit, discourse)
        return Terse("cancellation.terse", Intent.CANCELLATION, 0.90 if plain else 0.60, hit)
    if hit.tag == "whole.vague":
        sure = 0.80 if discourse.answers_newsletter else 0.50
        return Terse("opt-out.vague", Intent.OPT_OUT, sure - (0.3 if cancel else 0.0), hit)
    bare_stop = (
        cancel
        and not discourse.answers_newsletter
        and discourse.words.between(hit.start, hit.end) == 1
    )
    plain = discourse.words.words[hit.start].startswith("unsub")
    return Terse("opt-out.terse", Intent.OPT_OUT, 0.6 if bare_stop and not plain else 0.93, hit)


def _is_of_quoted(hit: Hit, discourse: Discourse) -> bool:
    """Whether "it" is something else that we asked about: "Shall we close the ticket?"."""
    if discourse.quoted_thing in ("", *CONTRACT):
        return False
    return any(h.tag == "things.it" and hit.start <= h.start < hit.end for h in discourse.hits)


def _names_subscription(hit: Hit, discourse: Discourse) -> bool:
    named = [h for h in discourse.hits if h.tag == "things.subscription"]
    return any(hit.start <= other.start < hit.end for other in named)
