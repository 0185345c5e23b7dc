"""The linear model: a second vote on what a message asks for. It never acts by itself."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from handlers.classify.features import Shape, pieces_of, signs_of, signs_of_message
from handlers.classify.kept import Kept
from handlers.classify.understood import Understood
from handlers.values import Intent, Role

Weights = tuple[float, float]  # of an opt-out and of a cancellation
INTENTS = (Intent.OPT_OUT, Intent.CANCELLATION)
_NONE: Weights = (0.0, 0.0)
# Words, and sentences by their phrases: most come again.
_CACHED_TEXTS, _CACHED_SHAPES = 8_192, 1_024


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """The log-odds of an opt-out and of a cancellation, and the words that speak most for each."""

    log_odds: Mapping[Intent, float]
    loudest: Mapping[Intent, str]


class LinearModel:
    """Weights by name: `pieces` of words, `signs` of clauses, and the bias they start from."""

    def __init__(
        self, *, bias: Weights, pieces: Mapping[str, Weights], signs: Mapping[str, Weights]
    ) -> None:
        self._bias = bias
        self._pieces = pieces
        self._signs = signs
        self._sums = Kept(self._find_sum_of, most=_CACHED_TEXTS)
        self._known_of = lru_cache(maxsize=_CACHED_SHAPES)(self._find_known_of)

    def vote(self, understood: Understood, role: Role) -> Vote:
        """What the model makes of a message as one language reads it."""
        found = understood.texts.chosen()
        of_message = sorted(signs_of_message(understood.best, role))
        totals = self._total(found, of_message, understood.shapes)
        loudest = self._loudest(found)
        return Vote(
            log_odds=dict(zip(INTENTS, totals, strict=True)),
            loudest=dict(zip(INTENTS, loudest, strict=True)),
        )

    def vote_on(self, understood: Understood, first: int, behind: int) -> Weights:
        """The log-odds by the writer's sentences from number `first` to before `behind` alone."""
        chosen = understood.sentences[first:behind]
        found = understood.texts.within(chosen[0].start, chosen[-1].end)
        return self._total(found, (), understood.shapes[first:behind])

    def _total(
        self, texts: Iterable[str], signs: Iterable[str], shapes: Sequence[Shape]
    ) -> Weights:
        sums = [*map(self._sums.__getitem__, texts)]
        scale = scale_of(sum([count for _, _, count in sums]))
        opt_out, cancellation = self._bias
        for one, other, _ in sums:
            opt_out += one * scale
            cancellation += other * scale
        # Each once, and always in the same order: it decides a sum's last digit.
        known = dict.fromkeys(chain.from_iterable(map(self._known_of, shapes)))
        for sign in (*signs, *known):
            one, other = self._signs.get(sign, _NONE)
            opt_out += one
            cancellation += other
        return opt_out, cancellation

    def _loudest(self, texts: Iterable[str]) -> tuple[str, str]:
        """The text that speaks most for an opt-out, and for a cancellation."""
        best = [(0.0, ""), (0.0, "")]
        for text in texts:
            sums = self._sums[text]
            for i in (0, 1):
                if sums[i] >= best[i][0]:  # of two that say as much the last by its letters
                    best[i] = max(best[i], (sums[i], text))
        return best[0][1], best[1][1]

    def _find_sum_of(self, text: str) -> tuple[float, float, int]:
        """The weights of all pieces of a word, or a pair of words, and how many there are."""
        parts = pieces_of(text)
        weights = [self._pieces.get(part, _NONE) for part in parts]
        return sum(w[0] for w in weights), sum(w[1] for w in weights), len(parts)

    def _find_known_of(self, shape: Shape) -> Sequence[str]:
        """The signs of a sentence that the model knows."""
        return sorted(sign for sign in signs_of(shape) if sign in self._signs)


def scale_of(count: int) -> float:
    """What the weight of one piece is multiplied with, where there are so many."""
    return 1.0 / math.sqrt(max(1, count))
