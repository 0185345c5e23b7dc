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
from functools import lru_cache
from itertools import accumulate, chain
from typing import TYPE_CHECKING, NamedTuple

from handlers.classify.features import Shape, pieces_of, signs_of, signs_of_message
from handlers.classify.kept import KeptTogether
from handlers.classify.understood import Understood
from handlers.values import Intent, Role

if TYPE_CHECKING:  # numpy is loaded where there are models
    from config.model_file import Model, Weights, WordModel
    from handlers.classify.net import Net

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


class LinearModel:
    """The two models together."""

    def __init__(self, *, words: WordModel, signs: Model) -> None:
        self.words = words
        self.signs = signs
        self.sums = KeptTogether(self._find_sums_of, most=_CACHED_TEXTS)
        self.known_of = lru_cache(maxsize=_CACHED_SHAPES)(self._find_known_of)

    def _find_sums_of(self, words: Sequence[str]) -> Sequence[tuple[float, float, int]]:
        """Of each word the sums of the weights of all its pieces, and how many these are."""
        parts = [*map(pieces_of, words)]
        sums = self.words.pieces.sums_of(parts).tolist()
        return [(one, other, len(of)) for (one, other), of in zip(sums, parts, strict=True)]

    def _find_known_of(self, shape: Shape) -> Sequence[str]:
        """The signs of a sentence that the model knows."""
        return sorted(signs_of(shape) & self.signs.parts.keys())


class Heard:
    """One message as the models hear it: all, or some of its sentences.

    What is said more than once counts once in all of it. In a sentence hardly a word comes again:
    there the sums of the weights are the difference between those up to its end and its start.
    """

    def __init__(self, model: LinearModel, understood: Understood, net: Net | None = None) -> None:
        self._model = model
        self._net = net
        self._understood = understood
        texts = self._texts = understood.texts
        self._known = [*map(model.known_of, understood.shapes)]
        self._of_words = model.sums.all_of(texts.words)
        # Runs hardly come again: to keep them would cost more than to look them up.
        self._of_runs = model.words.pieces.weights_of(texts.runs).tolist()
        self._up_to = (*_summed(self._of_words, 3), *_summed(self._of_runs, 2))

    def vote(self, role: Role) -> Vote:
        """What the models make of all of it."""
        model, understood = self._model, self._understood
        of_message = sorted(signs_of_message(understood.best, role))
        words = _plus(model.words.bias, model.words.message, of_message)
        signs = _plus(model.signs.bias, model.signs.message, of_message)
        return Vote(self._of_all(words), self._by_signs(signs, self._known))

    def vote_in_order(self, role: Role) -> Weights:
        """What the network makes of all of it: log-odds; nothing where there is none."""
        return self._net.vote(self._understood, role) if self._net else _NONE

    def vote_on(self, first: int, behind: int) -> Vote:
        """The log-odds by the writer's sentences from number `first` to before `behind` alone."""
        model, chosen = self._model, self._understood.sentences[first:behind]
        return Vote(
            self._of_part(model.words.bias, chosen[0].start, chosen[-1].end),
            self._by_signs(model.signs.bias, self._known[first:behind]),
        )

    def vote_on_clause(self, sentence: int, place: int) -> Vote:
        """The log-odds by the one clause of a sentence that the word at `place` stands in."""
        model, understood = self._model, self._understood
        asked, shapes = understood.shapes[sentence]
        clauses = understood.sentences[sentence].clauses
        for clause, shape in zip(clauses, shapes, strict=True):
            if clause.start <= place < clause.end:
                return Vote(
                    self._of_part(model.words.bias, clause.start, clause.end),
                    self._by_signs(model.signs.bias, [model.known_of((asked, (shape,)))]),
                )
        return self.vote_on(sentence, sentence + 1)

    def loudest(self, intent: Intent) -> str:
        """The word, or those in a row, that speak most for an intent; '' where none does."""
        which = INTENTS.index(intent)
        said: dict[str, Sequence[float]] = dict(
            zip(self._texts.words, self._of_words, strict=True)
        )
        said.update(zip(self._texts.runs, self._of_runs, strict=True))
        told = [(said[text][which], text) for text in self._texts.chosen()]
        # Of two that say as much the last by its letters.
        return max((one for one in told if one[0] > 0), default=(0.0, ""))[1]

    def _of_all(self, bias: Weights) -> Weights:
        words: dict[str, tuple[float, float, int]] = {}
        runs: dict[str, Sequence[float]] = {}
        for of_words, of_runs in self._texts.spans():
            words |= zip(self._texts.words[of_words], self._of_words[of_words], strict=True)
            runs |= zip(self._texts.runs[of_runs], self._of_runs[of_runs], strict=True)
        scale = scale_of(sum([count for _, _, count in words.values()]) + len(runs))
        one = sum([row[0] for row in words.values()]) + sum([row[0] for row in runs.values()])
        other = sum([row[1] for row in words.values()]) + sum([row[1] for row in runs.values()])
        return bias[0] + one * scale, bias[1] + other * scale

    def _of_part(self, bias: Weights, start: int, end: int) -> Weights:
        ones, others, counts, run_ones, run_others = self._up_to
        first, behind = self._texts.starts[start], self._texts.starts[end]
        scale = scale_of(int(counts[end] - counts[start]) + behind - first)
        one = ones[end] - ones[start] + run_ones[behind] - run_ones[first]
        other = others[end] - others[start] + run_others[behind] - run_others[first]
        return bias[0] + one * scale, bias[1] + other * scale

    def _by_signs(self, start: Weights, known: Sequence[Sequence[str]]) -> Weights:
        # Each once, and always in the same order: it decides a sum's last digit.
        signs = dict.fromkeys(chain.from_iterable(known))
        return _plus(start, self._model.signs.parts, signs)


def _summed(rows: Iterable[Sequence[float]], columns: int) -> list[list[float]]:
    """The sums of each column of the rows up to each of them, the first of which is 0."""
    # Of equal length, as they are made so: to have that checked takes a third more.
    turned = [*zip(*rows)] or [()] * columns  # noqa: B905
    return [[*accumulate(column, initial=0)] for column in turned]


def _plus(start: Weights, weights: Mapping[str, Weights], names: Iterable[str]) -> Weights:
    opt_out, cancellation = start
    for name in names:
        if name in weights:
            one, other = weights[name]
            opt_out += one
            cancellation += other
    return opt_out, cancellation


def scale_of(count: int) -> float:
    """What the weight of one piece is multiplied with, where there are so many."""
    return 1.0 / math.sqrt(max(1, count))
