"""The figures of a period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How long something took, of `count` times: the median, nine in ten, and the longest."""

    count: int = 0
    p50_s: float = 0.0
    p90_s: float = 0.0
    max_s: float = 0.0

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Self:
        """The spread of these times, by nearest rank; all 0 where there are none."""
        ranked = sorted(seconds)
        if not ranked:
            return cls()

        def rank(percent: int) -> float:
            return ranked[max(-(-percent * len(ranked) // 100) - 1, 0)]

        return cls(count=len(ranked), p50_s=rank(50), p90_s=rank(90), max_s=ranked[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What happened from `since` until just before `until`; messages of shadow mode count apart.

    Messages count when they were decided on, requests when they were received, replies when they
    were queued. What is open or late is so at `until`, whenever it began.
    """

    since: datetime
    until: datetime
    messages: Mapping[tuple[str, ...], int]  # by mailbox, disposition, reason
    shadowed: int  # messages that were only looked at, in shadow mode
    silences: Mapping[str, int]  # messages by why nobody was answered
    requests: Mapping[tuple[str, ...], int]  # by kind, channel, state
    # By kind and the state that was reached, from the receipt of the request.
    reached: Mapping[tuple[str, str], Spread]
    answered: Spread  # from the receipt of a message to the sending of its answer
    late: Mapping[tuple[str, ...], int]  # open requests past their due time, by kind, state
    done_late: Mapping[str, int]  # requests that were settled after their due time, by kind
    reviews_open: int  # requests that wait for a person
    reviews_ended: int
    held_open: int  # messages that wait for a person
    held_ended: int
    replies: Mapping[str, int]  # by state of the outbox
    perhaps_twice: int  # replies that went out again after an outcome that nobody knows


class FiguresStore(Protocol):
    """The part of `Store` that counts."""

    def figures(self, since: datetime, until: datetime) -> Figures:
        """The figures of a period, for `optoutd report`."""
        ...
