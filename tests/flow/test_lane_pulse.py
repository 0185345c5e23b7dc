"""What the watchdog sees of those who tell other systems: what hangs, and no trouble of others."""

from __future__ import annotations

import asyncio
import threading
from datetime import datetime, timedelta

import pytest

from daemon.errors import ReceiverUnreachable, TemporaryFailure
from daemon.liveness import OutboxPulse, stuck
from daemon.ports import Outcome
from handlers.announcement import Announcement
from tests.contract.fake_store import FakeStore
from tests.flow.test_announcing import House, at_work, known

HOUR = timedelta(hours=1)


class Module:
    """A receiver that hangs until it is freed, whoever cuts it off; or raises what it is given."""

    events: tuple[str, ...] = ()

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.calls = 0
        self.free = asyncio.Event()

    async def tell(self, announcement: Announcement, *, now: datetime) -> Outcome:
        del announcement, now
        self.calls += 1
        if self.failure is not None:
            raise self.failure
        while not self.free.is_set():
            try:
                await self.free.wait()
            except asyncio.CancelledError:
                continue
        return Outcome(state="told")

    async def inspect(self) -> list[str]:
        return []

    async def close(self) -> None:
        pass


def seen(house: House) -> list[str]:
    """What the watchdog finds, with an outbox that moves."""
    now_s = house.announcer.monotonic_s()
    outbox = OutboxPulse(round_at_s=now_s, oldest_delivery_s=None, longest_delivery_s=1.0)
    return stuck(now_s, [], outbox, house.announcer.pulses())


async def test_a_module_that_cannot_be_cut_off_is_seen() -> None:
    module = Module()
    async with at_work(FakeStore(), known(module)) as house:
        house.cancel()
        await house.until(lambda: module.calls == 1)
        assert seen(house) == []
        house.pass_time(HOUR)
        assert seen(house) == ["receiver crm"]
        module.free.set()
        await house.until(lambda: house.states() == ["told"])
        await house.until(lambda: seen(house) == [])


async def test_a_store_that_hangs_under_a_lane_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    store, module, free, hangs = FakeStore(), Module(), threading.Event(), threading.Event()
    module.free.set()
    looked = store.next_announcement

    def look(name: str) -> datetime | None:
        hangs.set()
        free.wait()
        return looked(name)

    async with at_work(store, known(module)) as house:
        monkeypatch.setattr(store, "next_announcement", look)
        house.announcer.wake()
        await house.until(hangs.is_set)
        house.pass_time(HOUR)
        assert seen(house) == ["receiver crm"]
        free.set()
        await house.until(lambda: seen(house) == [])


@pytest.mark.parametrize(
    "failure", [ReceiverUnreachable("down", part="receiver crm"), TemporaryFailure("no", part="x")]
)
async def test_a_receiver_that_takes_nothing_is_no_reason_to_be_killed(failure: Exception) -> None:
    module = Module(failure)
    async with at_work(FakeStore(), known(module)) as house:
        house.cancel()
        for number in range(1, 6):
            await house.until(lambda n=number: module.calls >= n)  # type: ignore[misc]
            house.pass_time(HOUR)
            await house.until(lambda: seen(house) == [])


async def test_a_store_that_notes_nothing_is_none_either(monkeypatch: pytest.MonkeyPatch) -> None:
    store, module = FakeStore(), Module()
    module.free.set()
    noted, fails, tried = store.announced, threading.Event(), threading.Event()
    fails.set()

    def announced(*given: object, **named: object) -> object:
        tried.set()
        if fails.is_set():
            raise TemporaryFailure("locked", part="store")
        return noted(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "announced", announced)
    async with at_work(store, known(module)) as house:
        house.cancel()
        await house.until(tried.is_set)
        house.pass_time(HOUR)
        await house.until(lambda: seen(house) == [])
        fails.clear()
        await house.until(lambda: house.states() == ["told"])
