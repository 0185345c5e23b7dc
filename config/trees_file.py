"""The trees beside the calibration: config/model/trees.tsv, which bench/calibrate.py writes.

A line a tree: whose it is, its seven questions, its eight answers. A question is "net>1.25", and
"-" where none is asked: that is answered with no. The first is at the root; behind the one at
place n, counted from 0, stand at 2n+1 and 2n+2 what is asked next after no and after yes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from config.model_error import ModelError

DEPTH = 3
QUESTIONS, ANSWERS = 2**DEPTH - 1, 2**DEPTH
_NONE = "-"
# No tree says more, for many are added: a lost decimal point is told.
_MOST = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """Asks `DEPTH` questions in a row, and adds to the log-odds what stands at their end.

    A question is a ground's name and what that has to be greater than; None is answered with no.
    `answers` stand from all no to all yes, the first question counting most.
    """

    questions: Sequence[tuple[str, float] | None]
    answers: Sequence[float]


def load_trees() -> Mapping[str, Sequence[Tree]]:
    """The shipped trees by the name of the intent they are for.

    Raises:
        ModelError: the file is not what it has to be.
    """
    try:
        text = (resources.files("config") / "model" / "trees.tsv").read_text("utf-8")
    except FileNotFoundError as error:
        raise ModelError("trees.tsv: the file is missing") from error
    except UnicodeDecodeError as error:
        raise ModelError("trees.tsv: it is no text") from error
    found = read_trees(text)
    if len({len(trees) for trees in found.values()}) != 1:
        raise ModelError("trees.tsv: it has not as many trees for each intent, or none")
    return found


def read_trees(text: str) -> Mapping[str, Sequence[Tree]]:
    """The trees of a file's text.

    Raises:
        ModelError: a line is not of the form that this module tells.
    """
    found: dict[str, list[Tree]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        intent, *cells = line.split("\t")
        if len(cells) != QUESTIONS + ANSWERS:
            raise ModelError(
                f"trees.tsv: line {number} has not {QUESTIONS} questions and {ANSWERS} answers"
            )
        try:
            tree = Tree(
                questions=tuple(map(_question, cells[:QUESTIONS])),
                answers=tuple(map(_answer, cells[QUESTIONS:])),
            )
        except ValueError:
            raise ModelError(
                f"trees.tsv: line {number} has what is neither a question nor a number"
            ) from None
        found.setdefault(intent, []).append(tree)
    if text and not text.endswith("\n"):
        raise ModelError("trees.tsv: its last line is cut")
    return found


def written(trees: Mapping[str, Sequence[Tree]]) -> str:
    """The lines that `read_trees` reads."""
    return "".join(
        "\t".join((intent, *map(_cell, one.questions), *(f"{value:g}" for value in one.answers)))
        + "\n"
        for intent, those in trees.items()
        for one in those
    )


def _cell(question: tuple[str, float] | None) -> str:
    return _NONE if question is None else f"{question[0]}>{question[1]:g}"


def _question(cell: str) -> tuple[str, float] | None:
    if cell == _NONE:
        return None
    name, _, least = cell.partition(">")
    return name, finite(least)


def _answer(cell: str) -> float:
    value = finite(cell)
    if abs(value) > _MOST:
        raise ValueError(f"{cell} is more than a tree says")
    return value


def finite(cell: str) -> float:
    """The number that a cell has.

    Raises:
        ValueError: it is none, or none that can be reckoned with.
    """
    value = float(cell)
    if not math.isfinite(value):
        raise ValueError(f"{cell} is no number")
    return value
