"""A loop that looks for what is due, begins it, and sleeps until more is: outbox and lanes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic

from daemon import events
from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.noting import STORE_PAUSE_S
from daemon.store_alarm import StoreAlarm
from daemon.tracing import places

# No round sleeps for longer; so long also after a mistake of ours.
LONGEST_WAIT_S = 60.0

# One look: in how many seconds to look again, or None where nothing waits.
Round = Callable[[], Awaitable[float | None]]


@dataclass(slots=True, kw_only=True)
class Rounds:
    """Rounds, one after the other. `part` is what the store's alarm knows them by.

    `where` names the place in the log where a mistake of ours was met. Where nothing waits, or
    for long, the next look comes after `look_again_s`: others may have queued something.
    """

    part: str
    where: str
    alarm: StoreAlarm
    look_again_s: float
    monotonic_s: Callable[[], float] = monotonic
    at_s: float = field(init=False)  # when the last one began, for the watchdog
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.at_s = self.monotonic_s()

    @property
    def is_stopping(self) -> bool:
        """Whether nothing more is to be begun."""
        return self._stop.is_set()

    def wake(self) -> None:
        """The next round begins at once. Call it in the event loop's thread."""
        self._wake.set()

    def stop(self) -> None:
        """The round that goes on is the last."""
        self._stop.set()
        self._wake.set()

    async def go(self, look: Round) -> None:
        """Rounds until `stop`; whatever fails in one is waited for, the process goes on."""
        while not self.is_stopping:
            self._wake.clear()
            self.at_s = self.monotonic_s()
            pause_s = await self._survived(look)
            if pause_s > 0 and not self.is_stopping:
                await self._sleep(pause_s)

    async def drain(self, look: Round, *, is_idle: Callable[[], bool], timeout_s: float) -> None:
        """Rounds until nothing is due in time and all is idle, or `timeout_s` has passed.

        Raises TemporaryFailure or PermanentFailure where the store cannot be used.
        """
        deadline_s = self.monotonic_s() + timeout_s
        while (left_s := deadline_s - self.monotonic_s()) > 0 and not self.is_stopping:
            self._wake.clear()
            pause_s = await look()
            if is_idle() and (pause_s is None or pause_s > left_s):
                return
            await self._sleep(left_s if pause_s is None else min(pause_s, left_s))

    async def _survived(self, look: Round) -> float:
        try:
            pause_s = await look()
        except (TemporaryFailure, PermanentFailure) as error:
            self.alarm.failed(self.part, error, retry_in_s=STORE_PAUSE_S)
            return STORE_PAUSE_S
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the loop
            name = type(error).__name__
            events.unexpected_error(where=self.where, error=name, trace=places(error))
            return LONGEST_WAIT_S
        self.alarm.worked(self.part)
        return self.look_again_s if pause_s is None else min(pause_s, self.look_again_s)

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), timeout=seconds)
        except TimeoutError:
            return
