"""How sure one may be of an intent: the rules' finding and the models' votes, as one probability.

For each intent a line over the grounds (grounds.py), and trees beside it (trees.py), were fitted
to messages that neither phrases nor models had seen, by bench/calibrate.py: of a hundred findings
at 0.9 about ninety are right.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from operator import mul
from typing import TYPE_CHECKING

from handlers.classify.candidate import Candidate
from handlers.classify.grounds import Grounds
from handlers.values import Intent

if TYPE_CHECKING:  # numpy is loaded where there are models
    from handlers.classify.trees import Trees

# Nothing that was fitted to some thousand messages may claim more than this.
_MOST_ODDS = math.log(999)


class State(StrEnum):
    """What the rules found of an intent."""

    CERTAIN = "certain"  # good enough to act on
    WEAK = "weak"  # asked for, but not plainly enough
    DOUBTED = "doubted"  # something speaks against it
    VETOED = "vetoed"  # ruled out, in a text that comes near to a request
    NONE = "none"  # no sign of it, in such a text
    SILENT = "silent"  # neither a sign of it nor anything near it


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From which confidence on an intent is acted upon, and from which a person looks at it."""

    act_on_opt_out: float = 0.92
    act_on_cancellation: float = 0.95
    review_opt_out: float = 0.25
    review_cancellation: float = 0.25

    def act(self, intent: Intent) -> float:
        """What acting on `intent` needs."""
        return self.act_on_opt_out if intent is Intent.OPT_OUT else self.act_on_cancellation

    def review(self, intent: Intent) -> float:
        """What holding a message for `intent` needs."""
        return self.review_opt_out if intent is Intent.OPT_OUT else self.review_cancellation


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The log-odds of an intent: `offset`, and each of the grounds with its slope.

    `slopes` stand in the order of the fields of `Grounds`.
    """

    offset: float
    slopes: tuple[float, ...]

    def log_odds(self, grounds: Sequence[float]) -> float:
        """What the line says of grounds in that order."""
        told: float = sum(map(mul, self.slopes, grounds))
        return self.offset + told


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A line for each intent, and the trees that are added to it, where there are any."""

    lines: Mapping[Intent, Line] = field(repr=False)
    trees: Mapping[Intent, Trees] = field(default_factory=dict, repr=False)

    def confidence(self, intent: Intent, grounds: Grounds) -> float:
        """The probability of `intent`, 0.001 to 0.999."""
        line, trees = self.lines[intent], self.trees.get(intent)
        odds = line.log_odds(grounds.values)
        if trees is not None:
            odds += trees.log_odds(grounds.values)
        return 1.0 / (1.0 + math.exp(-max(-_MOST_ODDS, min(_MOST_ODDS, odds))))


def state_of(intent: Intent, candidates: Sequence[Candidate], comes_near: bool = True) -> State:
    """What the rules found of `intent`, the best of it.

    `comes_near` says whether the text is one that may ask in other words (relevance.py).
    """
    mine = [candidate for candidate in candidates if candidate.intent is intent]
    if any(candidate.is_certain for candidate in mine):
        return State.CERTAIN
    doubtful = [candidate for candidate in mine if candidate.is_doubtful]
    if any(not candidate.objections for candidate in doubtful):
        return State.WEAK
    if doubtful:
        return State.DOUBTED
    if comes_near and any(c.is_vetoed for c in mine):
        return State.VETOED
    return State.NONE if comes_near else State.SILENT
