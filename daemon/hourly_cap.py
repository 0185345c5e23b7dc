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


@dataclass(slots=True)
class HourlyCap:
    """Counts over all processes that share `store`; what was told, it tells once."""

    store: Store
    _told: bool = False
    _told_of_half_at: datetime | None = None

    async def left(self, cap: int, in_delivery: int, *, now: datetime) -> int:
        """How many of `cap` mails an hour may go now, beside those `in_delivery`; 0 or less: none.

        Raises TemporaryFailure or PermanentFailure where the store cannot be used.
        """
        sent = await asyncio.to_thread(self.store.sent_since, now - _WINDOW, now=now)
        self._tell_of_half(sent, cap, now)
        left = cap - sent - in_delivery
        if sent < cap * _OVER_BELOW:
            self._told = False
        elif sent >= cap and not self._told:
            self._told = True
            events.replies_held(waiting_s=CAP_PAUSE_S, cap_per_hour=cap)
        return left

    def _tell_of_half(self, sent: int, cap: int, now: datetime) -> None:
        """Once an hour: who hears of it may find out why before replies have to wait."""
        told_at = self._told_of_half_at
        if sent * 2 < cap or (told_at and now - told_at < _WINDOW):
            return
        self._told_of_half_at = now
        events.replies_near_cap(sent=sent, cap_per_hour=cap)
