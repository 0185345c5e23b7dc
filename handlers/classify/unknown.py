"""A text in a language that has no phrases: held where its shape is that of a request.

What it says cannot be read, only where it was sent, what it answers, and the words of other
languages in it. Better a look too many than a request lost; ordinary mail is left.
"""

from __future__ import annotations

from dataclasses import dataclass

from handlers.classify.understood import Understood
from handlers.values import Intent, Role

RULE = "unknown-language.shape"
_MIN_WORDS = 3
# "c a n c e l": shorter runs are initials and abbreviations.
_MIN_LETTERS = 5
_CONFIDENCE = 0.3  # not measured: what such mail asks for nobody here has counted
_OF_MAIL = ("things.marketing", "unsubscribe.do", "unsubscribe.noun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The request that the shape of a text suggests, and the words (from `start` to `end`)."""

    intent: Intent
    start: int
    end: int
    confidence: float = _CONFIDENCE


def find_shape(understood: Understood, role: Role) -> Shape | None:
    """What a text in an unknown language may ask for, or None; also None where it can be read."""
    words, discourses = understood.words, understood.discourses
    letters = _spelt_out(understood)
    if letters is not None:
        intent = Intent.CANCELLATION if role is Role.CANCEL else Intent.OPT_OUT
        return Shape(intent=intent, start=letters[0], end=letters[1])
    if understood.own_words < _MIN_WORDS or not understood.is_foreign:
        return None
    start = words.subject_words if len(words) > words.subject_words else 0
    if role is Role.CANCEL:
        return Shape(intent=Intent.CANCELLATION, start=start, end=len(words))
    named = next((h for d in discourses for h in d.hits if h.tag in _OF_MAIL), None)
    if named is not None:
        return Shape(intent=Intent.OPT_OUT, start=named.start, end=named.end)
    if any(d.answers_newsletter or d.own_addresses for d in discourses):
        return Shape(intent=Intent.OPT_OUT, start=start, end=len(words))
    return None


def _spelt_out(understood: Understood) -> tuple[int, int] | None:
    """Where letters stand alone, one behind the other, so that no phrase finds their word."""
    words, breaks = understood.words.words, understood.words.breaks
    start = 0
    for i, word in enumerate(words):
        if len(word) > 1 or not (word.isascii() and word.isalpha()):
            start = i + 1
        elif breaks[i]:
            start = i
        if i + 1 - start >= _MIN_LETTERS:
            return start, i + 1
    return None
