"""The answer to our own question or confirmation: yes, no, undo, thanks, or not clear.

A yes has to be all that is said: "yes, but not yet" and "yes, one question" confirm nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers.classify.clauses import split
from handlers.classify.lexicon import Hit
from handlers.classify.words import Break, Words

# The name below an answer.
MAX_OTHER_WORDS = 4
# One word as "no" or "mistake" may stand in any sentence; three in a row say what they mean.
_TELLING_WORDS = 3
_MAX_SIGNATURE_WORDS = 20
# Longer than that is our own letter, quoted without marks: it speaks of UNDO, too.
_MAX_UNDO_WORDS = 60
# Each is looked at beside all that is said: nobody says no more often.
_MAX_DENIALS = 20
_IN_SIGNATURES = frozenset({"things", "owners"})

_COURTESY = ("message.polite", "mood.please", "answers.thanks", "message.ignore")
_OPEN = ("mood.question", "mood.condition", "mood.maybe", "mood.may_i", "answers.unsettled")


class Answer(StrEnum):
    """What a customer answers to us."""

    YES = "yes"
    NO = "no"
    UNDO = "undo"
    THANKS = "thanks"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAnswer:
    """An answer with the words that it was read from, `start` to `end`; none where unclear."""

    answer: Answer
    start: int = 0
    end: int = 0


UNCLEAR = FoundAnswer(answer=Answer.UNCLEAR)


def find_answer(
    words: Words,
    hits: Sequence[Hit],
    *,
    cancels: bool,
    names: frozenset[str] = frozenset(),
    beside_thanks: int = MAX_OTHER_WORDS,
) -> FoundAnswer:
    """Reads the answer from the text's words; `hits` are phrases of one language.

    `cancels` says that the text also asks plainly for the cancellation, so that more words than
    a name may follow a yes. `names` are the words of the sender's name and address: of no other
    word can it be known that it does not mean "I never asked for that". `beside_thanks` is how
    many other words may stand beside thanks.
    """
    inside = [hit for hit in hits if hit.start >= words.subject_words]
    ignored = [hit for hit in inside if hit.tag == "message.ignore"]
    said = [h for h in inside if h.table == "answers" and not any(_in(h, i) for i in ignored)]
    undo = _first(said, "undo")
    denials = [hit for hit in said if hit.key == "no"]
    no = next((hit for hit in denials[:_MAX_DENIALS] if _is_no(hit, words, inside)), None)
    yes = _first(said, "yes")
    asked = bool(words.asked)
    if (
        undo is not None
        and not asked
        and len(words) <= _MAX_UNDO_WORDS
        and not _unsettled(inside, undo)
    ):
        return FoundAnswer(answer=Answer.UNDO, start=undo.start, end=undo.last)
    if no is not None and yes is None:
        return FoundAnswer(answer=Answer.NO, start=no.start, end=no.last)
    if asked or undo is not None or denials:
        return UNCLEAR
    if yes is not None and _is_yes(yes, words, inside, cancels=cancels, names=names):
        return FoundAnswer(answer=Answer.YES, start=yes.start, end=yes.last)
    courtesies = [hit for hit in said if hit.key == "thanks"]
    thanks = next(iter(courtesies), None)
    # "Non ho capito" is not "capito".
    if (
        thanks is not None
        and yes is None
        and not _unsettled(inside, *courtesies)
        and sum(words.words[i] not in names for i in _others(words, inside, ())) <= beside_thanks
    ):
        return FoundAnswer(answer=Answer.THANKS, start=thanks.start, end=thanks.last)
    return UNCLEAR


def _first(said: Sequence[Hit], key: str) -> Hit | None:
    return next((hit for hit in said if hit.key == key), None)


def _in(inner: Hit, outer: Hit) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _is_no(no: Hit, words: Words, hits: Sequence[Hit]) -> bool:
    """Whether it denies in so many words, or comes first and stands alone there.

    "No, thanks" does; "No problem, go ahead" and "No entiendo" go on, and say something else.
    """
    if no.end - no.start >= _TELLING_WORDS:
        return not next(s for s in split(words, hits) if s.start <= no.start < s.end).asked
    courtesy = _covered(hits, _COURTESY)
    leads = all(i in courtesy for i in range(words.subject_words, no.start))
    ends = no.end == len(words) or bool(words.breaks[no.end]) or no.end in courtesy
    return leads and ends and not words.asked


def _is_yes(
    yes: Hit, words: Words, hits: Sequence[Hit], *, cancels: bool, names: frozenset[str]
) -> bool:
    """Whether the yes comes first, its sentence says no more, and nothing is left open."""
    if _unsettled(hits, yes):
        return False
    courtesy = _covered(hits, _COURTESY)
    if any(i not in courtesy for i in range(words.subject_words, yes.start)):
        return False
    if cancels:
        return True
    signed = _signature(yes, words, hits)
    others = [
        i
        for i in _others(words, hits, ("answers.yes",))
        if i < signed and words.words[i] not in names
    ]
    return not others


def _signature(yes: Hit, words: Words, hits: Sequence[Hit]) -> int:
    """Where the signature begins that a closing ("Kind regards") on a line of its own opens.

    The end of the text where there is none, or where what follows may be more than a name, a
    company and its address: any phrase but courtesy and things, or too many words.
    """
    for hit in hits:
        own_line = hit.start > yes.start and words.breaks[hit.start] >= Break.SENTENCE
        closes = hit.end < len(words) and bool(words.breaks[hit.end])
        if hit.tag == "message.polite" and own_line and closes:
            below = [other for other in hits if other.start >= hit.end]
            plain = all(h.tag in _COURTESY or h.table in _IN_SIGNATURES for h in below)
            if plain and len(words) - hit.end <= _MAX_SIGNATURE_WORDS:
                return hit.start
    return len(words)


def _unsettled(hits: Sequence[Hit], *answers: Hit) -> bool:
    """Whether anything is left open, but for what stands in the answers themselves.

    "Recibido" is a courtesy, and leaves a yes open: "confirmo recibido" confirms that our mail
    has come, and nothing else.
    """
    opened = (hit for hit in hits if hit.tag in _OPEN)
    return any(not any(_in(hit, answer) for answer in answers) for hit in opened)


def _others(words: Words, hits: Sequence[Hit], tags: tuple[str, ...]) -> list[int]:
    """The places of the words that are neither courtesy nor of `tags`."""
    covered = _covered(hits, (*_COURTESY, *tags))
    return [i for i in range(words.subject_words, len(words)) if i not in covered]


def _covered(hits: Sequence[Hit], tags: tuple[str, ...]) -> set[int]:
    return {i for hit in hits if hit.tag in tags for i in range(hit.start, hit.end)}
