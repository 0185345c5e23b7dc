"""A yes to a question that the other side asked: "Shall we close your account?" - "Yes, please".

The question stands in what is quoted, and says what is to end; that it is to be done the writer
says in their own words.
"""

from __future__ import annotations

from collections.abc import Sequence

from handlers.classify.clauses import Sentence, split
from handlers.classify.force import Force
from handlers.classify.lexicon import Hit
from handlers.classify.objections import Objection
from handlers.classify.weigh import Candidate
from handlers.classify.words import Words
from handlers.values import Intent

RULE, UNSETTLED = "cancellation.confirmed", "not.settled"
# As sure as of what only our question names; of a yes beside which something is left open less.
_SURE, _OPEN = 0.90, 0.60
# Not a site: that may only hold what is to be removed.
_CONTRACT = ("things.service", "things.subscription", "owners.reader")
# More than that is a letter of its own.
_MAX_WORDS = 60
_COURTESY = frozenset({"message.polite", "mood.please", "answers.thanks"})
_DENIED = ("answers.no", "answers.undo")
# One word as "no" or "mistake" may stand in any sentence; three in a row say what they mean.
_TELLING_WORDS = 3
# "Yes, but …", "Yes, do it, but …".
_ABOUT_YES = 3
_LEFT_OPEN = frozenset(
    {
        "mood.condition", "mood.maybe", "mood.sooner",
        "reversal.hold", "reversal.instead", "reversal.taken_back",
    }
)  # fmt: skip
# What makes a question another one: "How do you end it?", "Will you keep it, or shall we …?".
_OTHER_QUESTION = ("mood.question", "mood.condition", "reversal.keep", "things.other")


def asks_to_end(words: Words, hits: Sequence[Hit], *, verb_last: bool) -> bool:
    """Whether a quotation asks if a contract is to be ended; `hits` are of one language.

    The contract may be named in the sentence before: "Your server is idle. Shall we cancel it?"
    """
    found = split(words, [h for h in hits if h.table != "answers"], verb_last=verb_last)
    told = [hit for hit in hits if hit.table == "answers"]
    offers = [hit for hit in told if hit.tag == "answers.offered"]
    endings = [hit.start for hit in told if hit.tag == "answers.ending"]
    named = False
    for sentence in found:
        # "Your account" is how advertising speaks to its readers, too.
        named = named or sentence.has(*_CONTRACT)
        inside = range(sentence.start, sentence.end)
        offered = [hit for hit in offers if hit.start in inside]
        if offered and named and sentence.asked and any(place in inside for place in endings):
            return not _asks_other(sentence, offered)
    return False


def _asks_other(sentence: Sentence, offered: Sequence[Hit]) -> bool:
    """Whether anything else is asked there than what is offered to be done."""
    other = (h for c in sentence.clauses for h in c.hits if h.tag in _OTHER_QUESTION)
    return any(
        not any(hit.start < one.end and one.start < hit.end for one in offered) for hit in other
    )


def find_confirmed(
    words: Words, sentences: Sequence[Sentence], hits: Sequence[Hit]
) -> Candidate | None:
    """The yes to such a question; `hits` are of one language, those of answers among them."""
    inside = [hit for hit in hits if hit.start >= words.subject_words]
    asks = any(place >= words.subject_words for place in words.asked)
    if len(words) - words.subject_words > _MAX_WORDS or asks:
        return None
    courtesy = {i for h in inside if h.tag in _COURTESY for i in range(h.start, h.end)}
    starts = [s.start for s in sentences if s.start >= words.subject_words]
    # "Too tired to keep it" is no "Keep it".
    if any(
        h.tag in _DENIED and (h.start in starts or h.end - h.start >= _TELLING_WORDS)
        for h in inside
    ):
        return None
    for yes in sorted(inside, key=lambda hit: (hit.start, -hit.end)):
        start = max((place for place in starts if place <= yes.start), default=None)
        if yes.tag != "answers.yes" or start is None:
            continue
        if courtesy.issuperset(range(start, yes.start)):
            return _candidate(yes, [h for h in inside if _leaves_open(h, yes, starts)])
    return None


def _leaves_open(hit: Hit, yes: Hit, starts: Sequence[int]) -> bool:
    """Whether a phrase opens what the yes settles; "not" and "but" only where they touch it."""
    if yes.start <= hit.start and hit.end <= yes.end:
        return False
    if hit.tag != "answers.unsettled":
        return hit.tag in _LEFT_OPEN
    return hit.start in starts or 0 <= hit.start - yes.last <= _ABOUT_YES


def _candidate(yes: Hit, opened: Sequence[Hit]) -> Candidate:
    doubts = tuple(Objection(rule=UNSETTLED, force=Force.DOUBT, hit=h) for h in opened[:1])
    return Candidate(
        intent=Intent.CANCELLATION,
        rule=RULE,
        confidence=_OPEN if doubts else _SURE,
        start=yes.start,
        end=yes.last,
        in_subject=False,
        objections=doubts,
    )
