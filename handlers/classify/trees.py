"""What a line does not tell: small trees over the grounds, whose answers are added to it.

A line weighs each of the grounds alone. That a vote is worth less where something speaks against
the request, or more where the sentence and the whole agree, takes two or three of them together.
bench/calibrate.py grows the trees, and holds them to what is plain: more of a vote on all
of the message, or on what tells most of it, never makes the intent less likely to them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from config.model_error import ModelError
from config.trees_file import ANSWERS, DEPTH, Tree
from handlers.classify.grounds import NAMES

_NUMBERS = {name: number for number, name in enumerate(NAMES)}


class Trees:
    """Trees over the grounds of one intent.

    Raises:
        ModelError: one asks about what is none of the grounds.
    """

    def __init__(self, trees: Sequence[Tree]) -> None:
        try:
            asked = [[_asked(one) for one in tree.questions] for tree in trees]
        except KeyError as error:
            raise ModelError(f"trees.tsv: {error.args[0]} is none of the grounds") from None
        shape = len(trees), ANSWERS - 1
        self._grounds = np.array([[n for n, _ in row] for row in asked], np.intp).reshape(shape)
        self._greater_than = np.array([[at for _, at in row] for row in asked]).reshape(shape)
        self._answers = np.array([tree.answers for tree in trees]).ravel()
        self._rows = np.arange(len(trees))

    def log_odds(self, grounds: Sequence[float]) -> float:
        """What all of them add to the log-odds; `grounds` stand in the order of `NAMES`."""
        yes = (np.array(grounds)[self._grounds] > self._greater_than).astype(np.intp)
        place = np.zeros(len(self._rows), np.intp)
        for _ in range(DEPTH):
            place = 2 * place + 1 + yes[self._rows, place]
        return float(self._answers[self._rows * ANSWERS + place - (ANSWERS - 1)].sum())


def _asked(question: tuple[str, float] | None) -> tuple[int, float]:
    """The number of a ground, and what it has to be greater than."""
    if question is None:
        return 0, np.inf
    name, at = question
    return _NUMBERS[name], at
