"""Tells other systems of each change of a request: a lane for each, which waits for no other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from daemon import events
from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.lane import Lane
from daemon.liveness import LanePulse
from daemon.noting import STORE_PAUSE_S
from daemon.ports import Audience, Receiver, Store
from daemon.store_alarm import StoreAlarm

_PART = "receivers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A configured receiver; `longest_s` is what one telling takes at most."""

    audience: Audience
    receiver: Receiver
    connections: int
    longest_s: float


@dataclass(slots=True, kw_only=True)
class Announcer:
    """The lanes to all receivers. `now` and `jitter` are the clock and the dice."""

    store: Store
    known: Mapping[str, Known]
    now: Callable[[], datetime]
    jitter: Callable[[], float]
    monotonic_s: Callable[[], float] = monotonic
    alarm: StoreAlarm = field(default_factory=StoreAlarm)
    _lanes: dict[str, tuple[Lane, asyncio.Task[None]]] = field(default_factory=dict)
    _leaving: set[asyncio.Task[None]] = field(default_factory=set)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """A request may have changed. Call it in the event loop's thread."""
        for lane, _ in self._lanes.values():
            lane.wake()

    def stop(self) -> None:
        """Finishes what is under way, takes nothing more, and lets `run` return."""
        self._stop.set()
        self._changed.set()
        for lane, _ in self._lanes.values():
            lane.stop()

    def use(self, known: Mapping[str, Known]) -> None:
        """From now on these are told; what is under way to others is finished."""
        self.known = known
        self._changed.set()

    def pulses(self) -> list[LanePulse]:
        """How long ago each of the lanes moved, for the watchdog."""
        return [lane.pulse() for lane, _ in self._lanes.values()]

    async def recover(self) -> None:
        """What dead processes were telling is told again, with its id."""
        again = await asyncio.to_thread(self.store.recover_announcements, now=self.now())
        if again:
            events.announcements_recovered(again=again)
            self.wake()

    async def run(self) -> None:
        """Tells until `stop`."""
        try:
            while not self._stop.is_set():
                self._changed.clear()
                if await self.enlist():
                    self._open_lanes()
                    await self._changed.wait()
                else:
                    await self._sleep(STORE_PAUSE_S)
            await asyncio.gather(*(task for _, task in self._lanes.values()), *self._leaving)
        finally:
            for _, task in self._lanes.values():
                task.cancel()

    async def drain(self, timeout_s: float) -> int:
        """Tells until nothing is due any more or `timeout_s` has passed; how many were told.

        Raises TemporaryFailure or PermanentFailure where the store cannot be used.
        """
        await asyncio.to_thread(self._use_receivers)
        lanes = [self._lane(known) for known in self.known.values()]
        try:
            await asyncio.gather(*(lane.drain(timeout_s) for lane in lanes))
        finally:
            await asyncio.gather(*(lane.receiver.close() for lane in lanes))
        return sum(lane.told for lane in lanes)

    async def enlist(self) -> bool:
        """Writes into the store who is told from now on; whether that was possible.

        Before anything is read: what is recorded before it is told to nobody.
        """
        try:
            await asyncio.to_thread(self._use_receivers)
        except (TemporaryFailure, PermanentFailure) as error:
            self.alarm.failed(_PART, error, retry_in_s=STORE_PAUSE_S)
            return False
        self.alarm.worked(_PART)
        return True

    def _use_receivers(self) -> None:
        if self.known or self.store.receivers():
            audiences = [known.audience for known in self.known.values()]
            self.store.use_receivers(audiences, now=self.now())

    def _open_lanes(self) -> None:
        for name, (lane, task) in list(self._lanes.items()):
            known = self.known.get(name)
            if known is None or known.receiver is not lane.receiver:
                lane.stop()
                self._leaving.add(task)
                task.add_done_callback(self._leaving.discard)
                del self._lanes[name]
        for name, known in self.known.items():
            if name not in self._lanes:
                lane = self._lane(known)
                self._lanes[name] = lane, asyncio.create_task(lane.run(), name=f"receiver {name}")

    def _lane(self, known: Known) -> Lane:
        return Lane(
            name=known.audience.name,
            receiver=known.receiver,
            connections=known.connections,
            longest_s=known.longest_s,
            store=self.store,
            alarm=self.alarm,
            now=self.now,
            jitter=self.jitter,
            monotonic_s=self.monotonic_s,
        )

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._changed.wait(), timeout=seconds)
        except TimeoutError:
            return
