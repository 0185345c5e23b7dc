"""The watchdog is fed while everything moves, and only then."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest

from daemon.liveness import LanePulse, OutboxPulse, WatchPulse, feed, stuck
from daemon.notify import watchdog_s
from tests.contract.fake_mailbox import FakeMailbox
from tests.flow.stub_route import watch_of
from tests.unit.log_capture import LogCapture

BOX = WatchPulse(
    name="support",
    poll_seconds=60.0,
    longest_step_s=1000.0,
    in_hand=False,
    moved_at_s=0.0,
    retry_at_s=0.0,
)
BUSY = replace(BOX, in_hand=True)
OUTBOX = OutboxPulse(round_at_s=0.0, oldest_delivery_s=None, longest_delivery_s=510.0)
LANE = LanePulse(name="crm", round_at_s=0.0, oldest_call_s=None, longest_call_s=120.0)


async def until(holds: Callable[[], bool]) -> None:
    """Waits until `holds` gives true."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - what is waited for happens in threads
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("now_s", "pulse", "is_stuck"),
    [
        (359, BOX, False),  # a poll is due after 60 s; three may be missed, and two minutes more
        (361, BOX, True),
        (900, replace(BOX, poll_seconds=3600.0), False),
        (900, replace(BOX, retry_at_s=600.0), False),  # a refused login backs off
        (961, replace(BOX, retry_at_s=600.0), True),  # and is tried again
        (999, BUSY, False),  # a batch may take long
        (1001, BUSY, True),
        (1001, replace(BUSY, moved_at_s=2.0), False),  # of many batches, each moves it
        (1001, replace(BUSY, retry_at_s=2000.0), True),
    ],
)
def test_a_mailbox_is_stuck_when_neither_a_pass_nor_the_clock_brings_it_on(
    now_s: float, pulse: WatchPulse, is_stuck: bool
) -> None:
    outbox = replace(OUTBOX, round_at_s=now_s)
    assert stuck(now_s, [pulse], outbox) == (["mailbox support"] if is_stuck else [])


@pytest.mark.parametrize(
    ("now_s", "pulse", "names"),
    [
        (179, OUTBOX, []),
        (181, OUTBOX, ["outbox"]),
        (600, replace(OUTBOX, round_at_s=599, oldest_delivery_s=100.0), []),
        (611, replace(OUTBOX, round_at_s=610, oldest_delivery_s=100.0), ["delivery"]),
        (611, replace(OUTBOX, oldest_delivery_s=100.0), ["outbox", "delivery"]),
    ],
)
def test_the_outbox_is_stuck_when_its_loop_or_a_delivery_hangs(
    now_s: float, pulse: OutboxPulse, names: list[str]
) -> None:
    assert stuck(now_s, [replace(BOX, moved_at_s=now_s)], pulse) == names


@pytest.mark.parametrize(
    ("now_s", "pulse", "is_stuck"),
    [
        (179, LANE, False),
        (181, LANE, True),
        (220, replace(LANE, round_at_s=219, oldest_call_s=100.0), False),
        (221, replace(LANE, round_at_s=220, oldest_call_s=100.0), True),
    ],
)
def test_a_receivers_lane_is_stuck_when_its_loop_or_a_call_hangs(
    now_s: float, pulse: LanePulse, is_stuck: bool
) -> None:
    outbox = replace(OUTBOX, round_at_s=now_s)
    found = stuck(now_s, [], outbox, [replace(LANE, name="billing", round_at_s=now_s), pulse])
    assert found == (["receiver crm"] if is_stuck else [])


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "120000000"}, 120.0),
        ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": str(os.getpid())}, 120.0),
        ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "-5"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": ""}, None),
    ],
)
def test_the_watchdog_is_fed_where_the_service_manager_asks_for_it(
    environ: dict[str, str], seconds: float | None
) -> None:
    assert watchdog_s(environ) == seconds


async def test_a_mailbox_that_stands_still_for_the_batch_of_another_is_not_stuck() -> None:
    watch, stub = watch_of(FakeMailbox())
    async with watch.paused():
        pulse = watch.pulse()
        assert pulse.in_hand  # as long as a batch may take, not as a poll that is missed
        assert stub.passes == 0
    assert not watch.pulse().in_hand
    assert watch.pulse().moved_at_s >= pulse.moved_at_s
    await watch.stop()


async def test_copies_that_take_long_are_work_in_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    watch, stub = watch_of(FakeMailbox())
    seen: list[WatchPulse] = []
    monkeypatch.setattr(stub, "file_copies", lambda: seen.append(watch.pulse()))
    await watch.file_copies()
    assert [pulse.in_hand for pulse in seen] == [True]
    assert not watch.pulse().in_hand
    await watch.stop()


async def test_a_thread_that_hangs_starves_the_watchdog_until_it_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: LogCapture
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", f"{tmp_path}/notify")
    watch, stub = watch_of(FakeMailbox())
    watch.longest_step_s = 0.1
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as unix:
        unix.bind(f"{tmp_path}/notify")
        unix.setblocking(False)

        def fed() -> int:
            count = 0
            while True:
                try:
                    assert unix.recv(100) == b"WATCHDOG=1"
                except BlockingIOError:
                    return count
                count += 1

        def look() -> list[str]:
            now_s = monotonic()
            return stuck(now_s, [watch.pulse()], replace(OUTBOX, round_at_s=now_s))

        feeding = asyncio.create_task(feed(0.02, look))
        await until(lambda: fed() > 0)
        stub.gate.clear()
        poll = asyncio.create_task(watch.poll())
        await until(lambda: log.named("watchdog_withheld") != [])
        fed()
        await asyncio.sleep(0.1)
        assert fed() == 0
        stub.gate.set()
        assert await poll is not None
        await until(lambda: fed() > 0)
        feeding.cancel()
    assert log.fields("watchdog_withheld", "stuck") == [["mailbox support"]]
    assert len(log.named("watchdog_resumed")) == 1
    await watch.stop()
