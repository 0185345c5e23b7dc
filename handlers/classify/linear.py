"""The linear models: a second opinion on what a message asks for, by its words and by its signs.

Two votes, for each of which there is a model. The one by words sees pieces of them (features.py),
and how the message came; it knows what no phrase says. The one by signs sees the phrases of the
clauses and their order; what it learnt from one language serves for all. Trained together, the
signs, which fit the messages that phrases were made for better than any other mail, would explain
what the words should: apart, and their sum weighed anew (calibrate), they are right more often.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from handlers.classify.features import Shape, pieces_of, signs_of, signs_of_message
from handlers.classify.kept import Kept
from handlers.classify.understood import Understood
from handlers.values import Intent, Role

Weights = tuple[float, float]  # of an opt-out and of a cancellation
INTENTS = (Intent.OPT_OUT, Intent.CANCELLATION)
_NONE: Weights = (0.0, 0.0)
# Words, and sentences by their phrases: most come again.
_CACHED_TEXTS, _CACHED_SHAPES = 8_192, 1_024


class Vote(NamedTuple):
    """The log-odds of an opt-out and of a cancellation, by the words and by the signs."""

    words: Weights
    signs: Weights

    @property
    def both(self) -> Weights:
        """The sum of the two."""
        return self.words[0] + self.signs[0], self.words[1] + self.signs[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The weights of one of the two, by name, and the bias that it starts from.

    `parts` are those of pieces or of signs of clauses, `message` of the signs of no clause.
    """

    bias: Weights
    parts: Mapping[str, Weights]
    message: Mapping[str, Weights]


class LinearModel:
    """The two models together."""

    def __init__(self, *, words: Model, signs: Model) -> None:
        self._words = words
        self._signs = signs
        self._sums = Kept(self._find_sum_of, most=_CACHED_TEXTS)
        self._known_of = lru_cache(maxsize=_CACHED_SHAPES)(self._find_known_of)

    def vote(self, understood: Understood, role: Role) -> Vote:
        """What the models make of a message as one language reads it."""
        of_message = sorted(signs_of_message(understood.best, role))
        words = _plus(self._words.bias, self._words.message, of_message)
        signs = _plus(self._signs.bias, self._signs.message, of_message)
        return Vote(
            self._of_words(words, understood.texts.chosen()),
            self._of_signs(signs, understood.shapes),
        )

    def vote_on(self, understood: Understood, first: int, behind: int) -> Vote:
        """The log-odds by the writer's sentences from number `first` to before `behind` alone."""
        chosen = understood.sentences[first:behind]
        found = understood.texts.within(chosen[0].start, chosen[-1].end)
        return Vote(
            self._of_words(self._words.bias, found),
            self._of_signs(self._signs.bias, understood.shapes[first:behind]),
        )

    def loudest(self, understood: Understood, intent: Intent) -> str:
        """The word, or the two in a row, that speak most for an intent; '' where none does."""
        which = INTENTS.index(intent)
        told = [(self._sums[text][which], text) for text in understood.texts.chosen()]
        # Of two that say as much the last by its letters.
        return max((one for one in told if one[0] > 0), default=(0.0, ""))[1]

    def _of_words(self, start: Weights, texts: Iterable[str]) -> Weights:
        sums = [*map(self._sums.__getitem__, texts)]
        scale = scale_of(sum([count for _, _, count in sums]))
        opt_out, cancellation = start
        for one, other, _ in sums:
            opt_out += one * scale
            cancellation += other * scale
        return opt_out, cancellation

    def _of_signs(self, start: Weights, shapes: Sequence[Shape]) -> Weights:
        # Each once, and always in the same order: it decides a sum's last digit.
        known = dict.fromkeys(chain.from_iterable(map(self._known_of, shapes)))
        return _plus(start, self._signs.parts, known)

    def _find_sum_of(self, text: str) -> tuple[float, float, int]:
        """The weights of all pieces of a word, or a pair of words, and how many there are."""
        parts = pieces_of(text)
        weights = [self._words.parts.get(part, _NONE) for part in parts]
        return sum(w[0] for w in weights), sum(w[1] for w in weights), len(parts)

    def _find_known_of(self, shape: Shape) -> Sequence[str]:
        """The signs of a sentence that the model knows."""
        return sorted(sign for sign in signs_of(shape) if sign in self._signs.parts)


def _plus(start: Weights, weights: Mapping[str, Weights], names: Iterable[str]) -> Weights:
    opt_out, cancellation = start
    for name in names:
        one, other = weights.get(name, _NONE)
        opt_out += one
        cancellation += other
    return opt_out, cancellation


def scale_of(count: int) -> float:
    """What the weight of one piece is multiplied with, where there are so many."""
    return 1.0 / math.sqrt(max(1, count))
