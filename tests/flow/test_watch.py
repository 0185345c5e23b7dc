"""The watch over one mailbox: the schedule is the floor, IDLE the doorbell, one pass at a time."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic as monotonic_s

import pytest

from daemon.errors import (
    AskedToStop,
    LoginRefused,
    OptoutdError,
    PermanentFailure,
    TemporaryFailure,
    Unreachable,
)
from daemon.watch import Watch
from tests.contract.fake_mailbox import FakeMailbox
from tests.flow.routes import message
from tests.flow.stub_route import watch_of
from tests.unit.log_capture import LogCapture

LOST = TemporaryFailure("support: lost imap.example:993", part="support")
AWAY = Unreachable("support: imap.example:993 cannot be reached", part="support")
REFUSED = LoginRefused("support: the login was refused", part="support")
GONE = PermanentFailure("support: there is no folder Mail", part="support")
FULL = TemporaryFailure("the store cannot be used now: disk full", part="store")
READ_ONLY = PermanentFailure("the store cannot be used: read-only", part="store")


class Monotonic:
    """Stands for time.monotonic in daemon/watch.py."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def monotonic(monkeypatch: pytest.MonkeyPatch) -> Monotonic:
    clock = Monotonic()
    monkeypatch.setattr("daemon.watch.monotonic", clock)
    return clock


@pytest.fixture
def box() -> FakeMailbox:
    return FakeMailbox()


async def until(holds: Callable[[], bool], timeout_s: float = 10.0) -> None:
    """Waits until `holds` gives true."""
    async with asyncio.timeout(timeout_s):
        while not holds():  # noqa: ASYNC110 - what is waited for happens in threads
            await asyncio.sleep(0.002)


@asynccontextmanager
async def idling(watch: Watch, box: FakeMailbox) -> AsyncIterator[asyncio.Task[None]]:
    """A watch that has made its first pass and waits for news; stopped at the end."""
    task = asyncio.create_task(watch.idle())
    assert await watch.poll() is not None
    if box.can_wait:
        await until(lambda: box.is_waiting)
    try:
        yield task
    finally:
        async with asyncio.timeout(10):
            await watch.stop()
            await task


def waits(box: FakeMailbox) -> int:
    return box.calls.count("wait")


# Doorbell and schedule -----------------------------------------------------------------------


async def test_a_poll_does_not_wait_until_idle_is_over(box: FakeMailbox, log: LogCapture) -> None:
    watch, _ = watch_of(box, poll_seconds=3600)
    async with idling(watch, box), asyncio.timeout(10):
        assert await watch.poll("schedule") is not None
        await until(lambda: waits(box) > 1)  # and IDLE goes on afterwards
    assert log.fields("poll_finished", "trigger") == ["schedule", "schedule"]


async def test_new_mail_is_seen_without_the_schedule(box: FakeMailbox, log: LogCapture) -> None:
    watch, stub = watch_of(box, poll_seconds=3600)
    async with idling(watch, box):
        for number in (1, 2):
            box.deliver(message("Hello", number=number))
            await until(lambda: len(log.named("poll_finished")) == number + 1)  # noqa: B023
    assert log.fields("poll_finished", "trigger") == ["schedule", "idle", "idle"]
    assert log.fields("poll_finished", "seen") == [0, 1, 1]
    assert stub.passes == 3


async def test_a_server_without_idle_is_polled_and_never_waited_on(
    log: LogCapture,
) -> None:
    box = FakeMailbox(can_wait=False)
    watch, stub = watch_of(box)
    async with idling(watch, box):
        box.deliver(message("Hello"))
        await asyncio.sleep(0.05)
        assert stub.passes == 1
        report = await watch.poll()
    assert report is not None
    assert report.seen == 1
    assert waits(box) == 0


async def test_there_are_never_two_passes_at_once(box: FakeMailbox) -> None:
    watch, stub = watch_of(box, poll_seconds=3600)
    async with idling(watch, box):
        polls = [asyncio.create_task(watch.poll()) for _ in range(5)]
        for number in range(5):
            box.deliver(message("Hello", number=number))
            await asyncio.sleep(0.002)
        assert None not in await asyncio.gather(*polls)
    assert stub.passes >= 6
    assert stub.most_at_once == 1


# Failures ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("poll_seconds", "gaps_s"),
    [(60.0, [120, 240, 480, 600, 600, 600]), (1.0, [2, 4, 8, 16, 32, 64])],
    ids=["a-minute", "a-second"],
)
async def test_after_each_refusal_the_mailbox_is_left_alone_for_longer(
    box: FakeMailbox, monotonic: Monotonic, poll_seconds: float, gaps_s: list[float]
) -> None:
    watch, stub = watch_of(box, poll_seconds=poll_seconds)
    stub.failures.extend([REFUSED] * 7)
    await watch.poll()
    for number, gap_s in enumerate(gaps_s, 1):
        monotonic.now_s += gap_s - 0.5
        assert await watch.poll() is None
        assert stub.passes == number
        monotonic.now_s += 0.5
        assert await watch.poll() is None
        assert stub.passes == number + 1
    await watch.stop()


async def test_refusals_may_go_on_for_weeks(box: FakeMailbox, monotonic: Monotonic) -> None:
    watch, stub = watch_of(box)
    stub.failures.extend([REFUSED] * 1100)
    for _ in range(1100):
        assert await watch.poll() is None
        monotonic.now_s += 700
    assert stub.passes == 1100
    assert await watch.poll() is not None
    await watch.stop()


async def test_after_a_success_the_pauses_begin_anew(
    box: FakeMailbox, monotonic: Monotonic
) -> None:
    watch, stub = watch_of(box)
    for failure in (REFUSED, REFUSED, REFUSED, None, REFUSED):
        stub.failures.append(failure)
        await watch.poll()
        monotonic.now_s += 600
    monotonic.now_s -= 600 - 120
    assert await watch.poll() is not None
    await watch.stop()


async def test_a_temporary_failure_is_tried_again_at_the_next_poll(
    box: FakeMailbox, monotonic: Monotonic
) -> None:
    watch, stub = watch_of(box)
    stub.failures.extend([LOST] * 5)
    for _ in range(5):
        assert await watch.poll() is None
    assert await watch.poll() is not None
    assert stub.passes == 6
    await watch.stop()


async def test_one_trouble_is_one_alarm_and_one_recovery(
    box: FakeMailbox, log: LogCapture, monotonic: Monotonic
) -> None:
    watch, stub = watch_of(box)
    for failure in (LOST, LOST, LOST, REFUSED, REFUSED, None, None, LOST, None):
        stub.failures.append(failure)
        await watch.poll()
        monotonic.now_s += 600
    await watch.stop()
    told = [name for name in log.names if name != "poll_finished"]
    assert told == [
        "mailbox_failed",
        "mailbox_failed",
        "mailbox_recovered",
        "mailbox_failed",
        "mailbox_recovered",
    ]
    assert log.fields("mailbox_failed", "temporary") == [True, False, True]
    assert log.fields("mailbox_failed", "error") == [str(LOST), str(REFUSED), str(LOST)]
    assert log.fields("mailbox_failed", "retry_in_s") == [60, 120, 60]


async def test_an_outage_is_one_alarm_whatever_the_server_says_until_a_person_is_needed(
    box: FakeMailbox, log: LogCapture, monotonic: Monotonic
) -> None:
    watch, stub = watch_of(box)
    said = [
        TemporaryFailure(f"support: {words}", part="support")
        for words in ("lost it", "cannot be reached", "NO [UNAVAILABLE] 17", "NO [UNAVAILABLE] 18")
    ]
    numbered = [PermanentFailure(f"support: no folder, try {n}", part="support") for n in (1, 2)]
    for failure in (*said, *numbered, FULL, FULL, LOST, GONE, None, LOST):
        stub.failures.append(failure)
        await watch.poll()
        monotonic.now_s += 600
    await watch.stop()
    assert log.fields("mailbox_failed", "error") == [
        str(e) for e in (said[0], numbered[0], GONE, LOST)
    ]
    assert log.fields("store_failed", "error") == [str(FULL)]
    assert len(log.named("mailbox_recovered")) == 1


async def test_a_mailbox_that_fails_is_tried_again_between_its_polls(
    box: FakeMailbox, log: LogCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.backoff.FIRST_S", 0.005)
    watch, stub = watch_of(box, poll_seconds=3600)
    async with idling(watch, box):
        stub.failures.extend([AWAY] * 4)
        assert await watch.poll() is None
        await until(lambda: len(log.named("mailbox_recovered")) == 1)
        await until(lambda: box.is_waiting)
    assert log.fields("poll_finished", "trigger") == ["schedule", "retry"]
    assert stub.passes == 6


async def test_a_server_that_is_down_for_an_hour_is_tried_all_the_while_and_told_of_once(
    box: FakeMailbox, log: LogCapture, monotonic: Monotonic
) -> None:
    dice = random.Random(7)
    watch, stub = watch_of(box, poll_seconds=60)
    watch.jitter = dice.random
    back_at_s = monotonic.now_s + 3600
    while monotonic.now_s < back_at_s:
        stub.failures.append(AWAY)
        assert await watch.poll("retry") is None
        monotonic.now_s = watch.pulse().retry_at_s
    assert 55 <= stub.passes <= 90
    assert monotonic.now_s - back_at_s <= 2 * 60
    assert await watch.poll("retry") is not None
    await watch.stop()
    assert log.fields("mailbox_failed", "error") == [str(AWAY)]
    assert len(log.named("mailbox_recovered")) == 1


@pytest.mark.parametrize("error", [FULL, READ_ONLY], ids=["temporary", "permanent"])
async def test_a_trouble_of_the_store_is_told_as_one(
    box: FakeMailbox, log: LogCapture, error: OptoutdError
) -> None:
    watch, stub = watch_of(box)
    stub.failures.append(error)
    await watch.poll()
    await watch.stop()
    assert log.fields("store_failed", "error") == [str(error)]
    assert log.named("mailbox_failed") == []


async def test_two_polls_that_met_make_one_attempt_at_a_refused_login(
    box: FakeMailbox, log: LogCapture
) -> None:
    watch, stub = watch_of(box)
    stub.failures.extend([REFUSED, REFUSED])
    stub.gate.clear()
    polls = [asyncio.create_task(watch.poll()) for _ in range(2)]
    await until(stub.entered.is_set)
    stub.gate.set()
    assert await asyncio.gather(*polls) == [None, None]
    assert stub.passes == 1
    await watch.stop()


async def test_an_unexpected_exception_is_told_without_its_words_and_the_next_poll_works(
    box: FakeMailbox, log: LogCapture
) -> None:
    watch, stub = watch_of(box)
    async with idling(watch, box):
        stub.failures.append(KeyError("tulip-orchard"))
        assert await watch.poll() is None
        assert await watch.poll() is not None
        before = waits(box)
        await until(lambda: waits(box) > before or before > 1)
    (told,) = log.named("unexpected_error")
    assert (told["where"], told["error"]) == ("poll", "KeyError")
    assert "tulip-orchard" not in log.text
    assert box.logins == 2  # nobody knows in what state the first connection was
    assert len(log.named("mailbox_failed")) == len(log.named("mailbox_recovered")) == 1


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (LOST, "mailbox_failed"),
        (FULL, "store_failed"),
        (KeyError("tulip-orchard"), "unexpected_error"),
    ],
    ids=["mailbox", "store", "mistake"],
)
async def test_copies_that_cannot_be_filed_end_nothing(
    box: FakeMailbox, log: LogCapture, error: Exception, told: str
) -> None:
    watch, stub = watch_of(box)
    assert await watch.poll() is not None
    stub.copy_failures.append(error)
    await watch.file_copies()
    await watch.file_copies()
    assert stub.copy_rounds == 1  # the mailbox fails: no second attempt before the next poll
    assert len(log.named(told)) == 1
    assert await watch.poll() is not None
    await watch.file_copies()
    assert stub.copy_rounds == 2
    await watch.stop()


async def test_copies_are_filed_without_waiting_until_idle_is_over(box: FakeMailbox) -> None:
    watch, stub = watch_of(box, poll_seconds=3600)
    async with idling(watch, box), asyncio.timeout(10):
        await watch.file_copies()
        assert stub.copy_rounds == 1
        before = waits(box)
        await until(lambda: waits(box) > before or before > 1)


async def test_copies_that_met_the_end_are_left_to_the_next_start(box: FakeMailbox) -> None:
    watch, stub = watch_of(box)
    stub.gate.clear()
    poll = asyncio.create_task(watch.poll())
    await until(stub.entered.is_set)
    stop = asyncio.create_task(watch.stop())
    copies = asyncio.create_task(watch.file_copies())
    await asyncio.sleep(0.02)
    stub.gate.set()
    await asyncio.gather(poll, stop, copies)
    await watch.file_copies()
    assert stub.copy_rounds == 0


# IDLE that fails -----------------------------------------------------------------------------


async def test_there_is_no_idle_before_the_first_pass_has_worked(box: FakeMailbox) -> None:
    watch, stub = watch_of(box)
    stub.failures.append(LOST)
    task = asyncio.create_task(watch.idle())
    assert await watch.poll() is None
    await asyncio.sleep(0.05)
    assert waits(box) == 0
    assert await watch.poll() is not None
    await until(lambda: waits(box) >= 1)
    await watch.stop()
    await task


async def test_while_the_mailbox_fails_nobody_idles_on_it(
    box: FakeMailbox, log: LogCapture
) -> None:
    watch, stub = watch_of(box)
    async with idling(watch, box):
        stub.gate.clear()
        stub.failures.append(LOST)
        poll = asyncio.create_task(watch.poll())
        await until(stub.entered.is_set)
        # IDLE waits for the connection by now, and must not take what the pass leaves behind.
        await asyncio.sleep(0.02)
        before = waits(box)
        box.lose_connection()
        stub.gate.set()
        assert await poll is None
        await asyncio.sleep(0.05)
        assert waits(box) == before
    assert log.fields("mailbox_failed", "error") == [str(LOST)]
    assert log.named("idle_ended") == []


async def test_a_connection_that_is_lost_while_idling_is_made_anew_without_an_alarm(
    box: FakeMailbox, log: LogCapture
) -> None:
    watch, _ = watch_of(box, poll_seconds=3600)
    async with idling(watch, box):
        box.lose_connection()
        await until(lambda: box.logins == 2)
        box.deliver(message("Hello"))
        await until(lambda: log.named("poll_finished")[-1]["seen"] == 1)
    assert len(log.named("idle_ended")) == 1
    assert log.named("mailbox_failed") == []


async def test_a_server_that_is_gone_while_idling_is_one_alarm(
    box: FakeMailbox, log: LogCapture
) -> None:
    watch, stub = watch_of(box)
    async with idling(watch, box):
        stub.failures.extend([LOST, LOST])
        box.lose_connection()
        await until(lambda: stub.passes == 2)
        assert await watch.poll() is None
        assert await watch.poll() is not None
    assert len(log.named("mailbox_failed")) == len(log.named("mailbox_recovered")) == 1


class FalseBell(FakeMailbox):
    """A mailbox whose every wait ends at once, as `ending` has it."""

    def __init__(self, ending: Exception | bool) -> None:
        super().__init__()
        self.ending = ending

    @property
    def is_waiting(self) -> bool:
        return waits(self) > 0

    def wait(self, timeout_s: float) -> bool:
        self.calls.append("wait")
        if isinstance(self.ending, Exception):
            raise self.ending
        return self.ending


@pytest.mark.parametrize(
    "ending",
    [True, LOST, REFUSED, KeyError("a mistake")],
    ids=["news-that-are-none", "lost", "refused", "mistake"],
)
async def test_an_idle_that_brings_nothing_but_work_is_tried_ever_more_seldom(
    log: LogCapture, monkeypatch: pytest.MonkeyPatch, ending: Exception | bool
) -> None:
    monkeypatch.setattr("daemon.watch._FIRST_REST_S", 0.02)
    box = FalseBell(ending)
    watch, stub = watch_of(box)
    began_s = monotonic_s()
    async with idling(watch, box):
        await until(lambda: waits(box) >= 4)
        await asyncio.sleep(0.2)
        # After 20, 40, 80 ms and so on; without rests it were thousands a second.
        most = 2 + math.log2(1 + (monotonic_s() - began_s) / 0.02)
        assert waits(box) <= most
        assert stub.passes <= most + 1
        assert await watch.poll() is not None  # which a rest does not hold up
    assert log.named("mailbox_failed") == []
    assert log.named("store_failed") == []


async def test_a_mistake_while_idling_is_told_and_the_connection_made_anew(
    log: LogCapture,
) -> None:
    box = FalseBell(KeyError("tulip-orchard"))
    watch, _ = watch_of(box, poll_seconds=3600)
    async with idling(watch, box):
        await until(lambda: box.logins >= 2)
    assert log.fields("unexpected_error", "where")[0] == "idle"
    assert "tulip-orchard" not in log.text


async def test_new_mail_ends_the_rests(log: LogCapture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daemon.watch._FIRST_REST_S", 0.02)
    box = FalseBell(True)
    watch, _ = watch_of(box)
    async with idling(watch, box):
        await until(lambda: watch._fruitless >= 3)
        box.deliver(message("Hello"))
        await until(lambda: 1 in log.fields("poll_finished", "seen"))
        await until(lambda: watch._fruitless < 3)


async def test_a_server_that_ceases_to_offer_idle_keeps_nobody_busy(box: FakeMailbox) -> None:
    watch, stub = watch_of(box, poll_seconds=3600)
    async with idling(watch, box):
        box._can_wait = False
        box.lose_connection()
        await until(lambda: stub.passes == 2)
        before = waits(box)
        assert await watch.poll() is not None
        await asyncio.sleep(0.05)
        assert waits(box) == before
        box._can_wait = True
        assert await watch.poll() is not None
        await until(lambda: waits(box) > before)


async def test_a_wait_that_returns_at_once_for_want_of_idle_is_not_repeated(
    box: FakeMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    wait = box.wait

    def count(timeout_s: float) -> bool:
        asked.append(timeout_s)
        return wait(timeout_s)

    monkeypatch.setattr(box, "wait", count)
    watch, _ = watch_of(box, poll_seconds=3600)
    async with idling(watch, box):
        box._can_wait = False
        box.interrupt()
        await asyncio.sleep(0.05)
        assert len(asked) <= 2


# What others are told ------------------------------------------------------------------------


async def test_a_trouble_and_its_end_are_told_once_each(box: FakeMailbox, log: LogCapture) -> None:
    told: list[str] = []
    watch, stub = watch_of(box)
    watch.changed = lambda: told.append(watch._fare.error)
    stub.failures.extend([LOST, LOST, None, FULL, FULL])
    for _ in range(7):
        await watch.poll()
    assert told == [str(LOST), "", str(FULL), ""]
    await watch.stop()


async def test_a_pause_lets_what_is_in_hand_end_and_nothing_begin(box: FakeMailbox) -> None:
    watch, stub = watch_of(box)
    stub.gate.clear()
    first = asyncio.create_task(watch.poll())
    await until(stub.entered.is_set)
    began = asyncio.Event()

    async def pause() -> None:
        async with watch.paused():
            began.set()
            second = asyncio.create_task(watch.poll())
            await asyncio.sleep(0.05)
            assert stub.passes == 1
        assert await second is not None

    pausing = asyncio.create_task(pause())
    await asyncio.sleep(0.02)
    assert not began.is_set()
    stub.gate.set()
    await pausing
    assert await first is not None
    await watch.stop()


async def test_a_watch_goes_on_with_another_mailbox_and_closes_the_old_one(
    box: FakeMailbox, log: LogCapture
) -> None:
    watch, stub = watch_of(box)
    task = asyncio.create_task(watch.idle())
    await watch.poll()
    other = FakeMailbox()
    fresh, route = watch_of(other, poll_seconds=5)
    stub.failures.append(REFUSED)
    assert await watch.poll() is None
    async with watch.paused():
        await watch.adopt(fresh)
    assert not box._is_open
    assert await watch.poll() is not None  # at once, whatever the old one was refused
    assert (stub.passes, route.passes) == (2, 1)
    assert watch.poll_seconds == 5
    await until(lambda: waits(other) >= 1)
    assert log.named("mailbox_recovered") != []
    await watch.stop()
    await task
    assert not other._is_open


async def test_a_pass_that_is_given_up_because_we_leave_is_no_trouble(
    box: FakeMailbox, log: LogCapture
) -> None:
    watch, stub = watch_of(box)
    stub.failures.append(AskedToStop("asked to stop while a message was read", part="reading"))
    assert await watch.poll() is None
    await watch.stop()
    assert log.names == []


# The end -------------------------------------------------------------------------------------


async def test_stop_ends_a_wait_at_once_and_closes_the_connection(box: FakeMailbox) -> None:
    watch, _ = watch_of(box, poll_seconds=3600)
    task = asyncio.create_task(watch.idle())
    await watch.poll()
    await until(lambda: waits(box) >= 1)
    async with asyncio.timeout(10):
        await watch.stop()
        await task
    assert not box._is_open


async def test_stop_waits_for_the_pass_in_hand_and_begins_no_other(box: FakeMailbox) -> None:
    watch, stub = watch_of(box)
    task = asyncio.create_task(watch.idle())
    stub.gate.clear()
    first = asyncio.create_task(watch.poll())
    await until(stub.entered.is_set)
    second = asyncio.create_task(watch.poll())
    await asyncio.sleep(0.02)
    stop = asyncio.create_task(watch.stop())
    await asyncio.sleep(0.05)
    assert not stop.done()
    stub.gate.set()
    async with asyncio.timeout(10):
        await stop
        await task
    assert await first is not None
    assert await second is None
    assert await watch.poll() is None
    assert stub.passes == 1
    assert not box._is_open


async def test_stop_ends_a_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daemon.watch._FIRST_REST_S", 3600.0)
    box = FalseBell(True)
    watch, _ = watch_of(box, poll_seconds=3600)
    async with idling(watch, box):
        await until(lambda: watch._fruitless == 1)


async def test_stop_of_a_failing_mailbox_ends_its_idle_task(box: FakeMailbox) -> None:
    watch, stub = watch_of(box)
    stub.failures.append(REFUSED)
    task = asyncio.create_task(watch.idle())
    await watch.poll()
    async with asyncio.timeout(10):
        await watch.stop()
        await task


async def test_what_the_server_wants_a_person_to_read_is_told_also_after_a_failure(
    box: FakeMailbox, log: LogCapture
) -> None:
    watch, stub = watch_of(box)
    box.alerts.append("The quota of anna@customer.example is nearly used up")
    stub.failures.append(LOST)
    await watch.poll()
    box.alerts.append("The quota of anna@customer.example is nearly used up")
    await watch.poll()
    assert log.fields("server_alert", "text") == ["The quota of <address> is nearly used up"]
    await watch.stop()
