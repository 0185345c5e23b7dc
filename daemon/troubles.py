"""Troubles that last: each is told once while it lasts, also where several take turns.

A trouble is known by where it is and by its words without their numbers: servers put times, UIDs
and session numbers into them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from daemon.errors import OptoutdError
from daemon.refusals import Refusals

# A server that words it differently each time has one trouble, and not so many.
MOST_TELLINGS = 5

_WITH_A_DIGIT = re.compile(r"\S*\d\S*")


def likeness(words: str) -> str:
    """What two tellings of the same trouble have in common."""
    return _WITH_A_DIGIT.sub("#", words)


@dataclass(slots=True)
class Troubles:
    """What is wrong with the parts of one mailbox, each known by a name such as a folder's."""

    _told: dict[str, set[str]] = field(default_factory=dict)
    _losses: dict[str, int] = field(default_factory=dict)
    _rests: set[str] = field(default_factory=set)
    _refusals: dict[str, Refusals] = field(default_factory=dict)

    def is_news(self, part: str, error: OptoutdError) -> bool:
        """Notes what is wrong with a part; whether it is to be told."""
        told, words = self._told.setdefault(part, set()), likeness(str(error))
        if words in told or len(told) >= MOST_TELLINGS:
            return False
        told.add(words)
        return True

    def is_over(self, part: str) -> bool:
        """Notes that a part works; whether its trouble was told."""
        self._losses.pop(part, None)
        return self._told.pop(part, None) is not None

    def refusals(self, part: str) -> Refusals:
        """What is refused of what is done there, message by message."""
        return self._refusals.setdefault(part, Refusals())

    def lost(self, part: str) -> None:
        """Notes that the connection broke at a part, and has it left alone once."""
        self.broke(part)
        self._rests.add(part)

    def broke(self, part: str) -> None:
        """Notes that the connection broke at a part, which is to be tried again all the same."""
        self._losses[part] = self._losses.get(part, 0) + 1

    def losses(self, part: str) -> int:
        """How often the connection broke at a part since it worked last."""
        return self._losses.get(part, 0)

    def rests(self, part: str) -> bool:
        """Whether a part is to be left alone this time, so that what comes after it is reached."""
        if part in self._rests:
            self._rests.remove(part)
            return True
        return False
