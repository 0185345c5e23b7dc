"""How many mails may leave in an hour: above that they wait, and none is dropped."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon import events
from daemon.ports import Store

CAP_PAUSE_S = 60.0
_WINDOW = timedelta(hours=1)
# What was told is over when less than this part of the cap is used: while a backlog drains, every
# place that comes free is taken at once.
_OVER_BELOW = 0.9
# Counting reads all of an hour, so not at each mail. Until it is done again each process uses up
# no more than this part of what is left: so many processes together stay below the cap.
_PROCESSES = 16
_COUNT_AGAIN = timedelta(seconds=10)


@dataclass(slots=True)
class HourlyCap:
    """Counts over all processes that share `store`; what was told, it tells once."""

    store: Store
    _left: int = 0  # that may go before it is counted again
    _counted: tuple[int, datetime] | None = None  # for which cap, and when
    _told: bool = False
    _told_of_half_at: datetime | None = None

    async def left(self, cap: int, in_delivery: int, *, now: datetime) -> int:
        """How many of `cap` mails an hour may go now, beside those `in_delivery`; 0 or less: none.

        Raises TemporaryFailure or PermanentFailure where the store cannot be used.
        """
        if self.is_far_off and self._is_counted(cap, now):
            return self._left
        sent = await asyncio.to_thread(self.store.sent_since, now - _WINDOW, now=now)
        self._tell_of_half(sent, cap, now)
        left = cap - sent - in_delivery
        self._left, self._counted = left // _PROCESSES, (cap, now)
        if sent < cap * _OVER_BELOW:
            self._told = False
        elif sent >= cap and not self._told:
            self._told = True
            events.replies_held(waiting_s=CAP_PAUSE_S, cap_per_hour=cap)
        return left

    def use_up(self, mails: int) -> None:
        """So many have been taken since `left` was asked."""
        self._left -= mails

    @property
    def is_far_off(self) -> bool:
        """Whether more may go before it has to be counted again."""
        return self._left > 0

    def _is_counted(self, cap: int, now: datetime) -> bool:
        if self._counted is None or self._counted[0] != cap:
            return False
        return timedelta() <= now - self._counted[1] < _COUNT_AGAIN

    def _tell_of_half(self, sent: int, cap: int, now: datetime) -> None:
        """Once an hour: who hears of it may find out why before replies have to wait."""
        told_at = self._told_of_half_at
        if sent * 2 < cap or (told_at and now - told_at < _WINDOW):
            return
        self._told_of_half_at = now
        events.replies_near_cap(sent=sent, cap_per_hour=cap)
