"""The linear model: a second vote on what a message asks for. It never acts by itself."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from handlers.classify.clauses import Sentence
from handlers.classify.features import pieces_of, signs, signs_of, texts, texts_of
from handlers.classify.understood import Understood
from handlers.classify.words import Words
from handlers.values import Intent, Role

Weights = tuple[float, float]  # of an opt-out and of a cancellation
INTENTS = (Intent.OPT_OUT, Intent.CANCELLATION)
_NONE: Weights = (0.0, 0.0)


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
        self._sum_of = lru_cache(maxsize=8_192)(self._find_sum_of)

    def vote(self, understood: Understood, role: Role) -> Vote:
        """What the model makes of a message as one language reads it."""
        found = [(text, *self._sum_of(text)) for text in texts(understood.words)]
        scale = scale_of(sum([count for _, _, count in found]))
        totals = [*self._bias]
        for _, (opt_out, cancellation), _ in found:
            totals[0] += opt_out * scale
            totals[1] += cancellation * scale
        loudest = [
            max([(0.0, ""), *((weights[i], text) for text, weights, _ in found)]) for i in (0, 1)
        ]
        for sign in signs(understood.best, role):
            for i, weight in enumerate(self._signs.get(sign, _NONE)):
                totals[i] += weight
        return Vote(
            log_odds=dict(zip(INTENTS, totals, strict=True)),
            loudest={intent: loudest[i][1] for i, intent in enumerate(INTENTS)},
        )

    def vote_on(self, words: Words, sentences: Sequence[Sentence]) -> Weights:
        """The log-odds by these sentences alone, which stand one behind the other."""
        totals = [*self._bias]
        stretch = range(sentences[0].start, sentences[-1].end)
        found = [self._sum_of(text) for text in texts_of(words, stretch)]
        scale = scale_of(sum(count for _, count in found))
        for weights, _ in found:
            for i, weight in enumerate(weights):
                totals[i] += weight * scale
        for sign in signs_of(sentences):
            for i, weight in enumerate(self._signs.get(sign, _NONE)):
                totals[i] += weight
        return totals[0], totals[1]

    def _find_sum_of(self, text: str) -> tuple[Weights, int]:
        """The weights of all pieces of a word, or a pair of words, and how many there are."""
        parts = pieces_of(text)
        weights = [self._pieces.get(part, _NONE) for part in parts]
        return (sum(w[0] for w in weights), sum(w[1] for w in weights)), len(parts)


def scale_of(count: int) -> float:
    """What the weight of one piece is multiplied with, where there are so many."""
    return 1.0 / math.sqrt(max(1, count))
