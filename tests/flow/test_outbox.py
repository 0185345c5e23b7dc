"""The outbox between store and courier: each mail once, late rather than lost, never in a loop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.settings import SmtpSettings
from daemon.couriers import open_courier
from daemon.errors import (
    CourierMisconfigured,
    CourierUnreachable,
    OptoutdError,
    PermanentFailure,
    TemporaryFailure,
)
from daemon.noting import Notes, SentNotes
from daemon.outbox import Outbox
from daemon.ports import Accepted, Act, Courier, QueuedMail, Speaks, Store, unheard
from daemon.ports.courier import NotHandedOver
from daemon.store_alarm import StoreAlarm
from daemon.stores import open_store
from handlers.retry import FEWEST_TRIES
from handlers.values import Decision, Disposition, OutgoingMail, State
from tests.contract.fake_batch import FakeMail
from tests.contract.fake_courier import DROP, FakeCourier, Stage
from tests.contract.fake_store import FakeStore
from tests.contract.store_values import NOW, entry, mail, record, request
from tests.flow.routes import Clock
from tests.servers.smtp import SmtpServer
from tests.unit.log_capture import LogCapture

BUSY = TemporaryFailure("the store cannot be used now: disk full", part="store")
BROKEN = PermanentFailure("the store cannot be used: read-only", part="store")


class Gate(FakeCourier):
    """A courier that holds some mails, by the number of them, until it is opened."""

    def __init__(self, *held: int) -> None:
        super().__init__()
        self.held = {mail(number).message_id for number in held}
        self.opened = asyncio.Event()
        self.waiting: list[str] = []
        self.most_at_once = 0
        self._at_once = 0

    async def deliver(self, mail: OutgoingMail, *, speaks: Speaks = unheard) -> Accepted:
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await asyncio.sleep(0.001)
            if mail.message_id in self.held:
                self.waiting.append(mail.message_id)
                await self.opened.wait()
            return await super().deliver(mail, speaks=speaks)
        finally:
            self._at_once -= 1


class Raising(FakeCourier):
    """A courier that raises `error` for each mail, or only for that of the number `only`."""

    def __init__(self, error: Exception, only: int = 0) -> None:
        super().__init__()
        self.error: Exception | None = error
        self.only = mail(only).message_id if only else ""
        self.attempts: Counter[str] = Counter()

    async def deliver(self, mail: OutgoingMail, *, speaks: Speaks = unheard) -> Accepted:
        self.attempts[mail.message_id] += 1
        if self.error is not None and self.only in ("", mail.message_id):
            raise self.error
        return await super().deliver(mail, speaks=speaks)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def courier() -> FakeCourier:
    return FakeCourier()


def outbox(
    store: Store,
    courier: Courier,
    clock: Callable[[], datetime],
    *,
    connections: int = 4,
    cap: int = 0,
    jitter: float = 0.5,
) -> Outbox:
    return Outbox(
        store=store,
        courier=courier,
        connections=connections,
        replies_per_hour=cap,
        now=clock,
        jitter=lambda: jitter,
    )


def queue(store: Store, *numbers: int, at: datetime = NOW) -> None:
    for number in numbers:
        record(store, entry(number, mail(number, f"O-{number}")), now=at)


def queue_question(store: Store, number: int = 1) -> None:
    made = (request(f"C-{number}"), request(f"O-{number}"))
    outgoing = mail(number, f"O-{number}", f"C-{number}", asks=True)
    record(store, entry(number, outgoing, requests=made))


def only_mail(store: FakeStore) -> FakeMail:
    (found,) = store.outbox
    return found


def states(store: FakeStore) -> dict[str, int]:
    return dict(Counter(found.state for found in store.outbox))


def numbers(courier: FakeCourier) -> list[int]:
    """The numbers of the mails that were taken, sorted."""
    return sorted(int(taken.idempotency_key.removeprefix("reply:")) for taken in courier.taken)


def state_of(store: Store, reference: str) -> State:
    found = store.request(reference)
    assert found is not None
    return found.state


async def until(holds: Callable[[], bool], timeout_s: float = 10.0) -> None:
    """Waits until `holds` gives true."""
    async with asyncio.timeout(timeout_s):
        while not holds():  # noqa: ASYNC110 - what is waited for happens in fakes and threads
            await asyncio.sleep(0.002)


# What becomes of one mail --------------------------------------------------------------------


async def test_each_waiting_mail_goes_out_once_and_is_noted(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    queue(store, *range(1, 11))
    box = outbox(store, courier, clock, connections=3)
    assert await box.drain(10) == 10
    assert await box.drain(10) == 0
    assert numbers(courier) == list(range(1, 11))
    assert states(store) == {"sent": 10}
    assert log.names == ["reply_sent"] * 10
    assert {found.response for found in store.outbox} == {"250 2.0.0 OK: taken"}


async def test_what_was_sent_is_told_with_its_request_but_without_its_message_id(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    queue(store, 1)
    await outbox(store, courier, clock).drain(10)
    (event,) = log.named("reply_sent")
    assert (event["requests"], event["attempt"]) == (["O-1"], 1)
    assert event["response"] == "250 2.0.0 OK: taken"
    assert event["recipient"] == "a***@shop.example"
    assert "<1@shop.example>" not in log.text


async def test_a_mail_that_is_put_off_waits_longer_each_time(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    queue(store, 1)
    courier.answer("rcpt", "451 4.7.1 greylisted")
    box = outbox(store, courier, clock)
    waits = []
    for _ in range(15):
        assert await box.drain(1) == 0
        waits.append((only_mail(store).next_at - clock()).total_seconds())
        clock.now = only_mail(store).next_at
    assert waits == [2.0 * 2**n for n in range(13)] + [14_400, 14_400]
    assert log.fields("reply_put_off", "attempt") == list(range(1, 16))
    assert log.fields("reply_put_off", "next_at")[0] == "2026-03-01T12:30:17.123456Z"


@pytest.mark.parametrize(
    ("later_s", "sent"), [(0, 0), (1.5, 0), (2, 1)], ids=["at-once", "too-early", "due"]
)
async def test_the_first_retry_comes_two_seconds_later(
    store: FakeStore, courier: FakeCourier, clock: Clock, later_s: float, sent: int
) -> None:
    queue(store, 1)
    courier.answer("dot", "452 4.3.1 no room", times=1)
    box = outbox(store, courier, clock)
    await box.drain(1)
    clock.forward(seconds=later_s)
    assert await box.drain(0.2) == sent


async def test_after_five_days_a_mail_is_given_up_and_its_question_goes_to_review(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    queue_question(store)
    courier.answer("rcpt", "451 4.7.1 later")
    box = outbox(store, courier, clock)
    while only_mail(store).state == "queued":
        assert state_of(store, "C-1") is State.AWAITING_CONFIRMATION
        clock.now = only_mail(store).next_at
        await box.drain(1)
    assert clock() - NOW == timedelta(days=5)
    assert states(store) == {"failed": 1}
    assert state_of(store, "C-1") is State.REVIEW
    assert state_of(store, "O-1") is State.EFFECTIVE
    assert log.names[-2:] == ["reply_failed", "request_changed"]


async def test_a_refused_mail_puts_its_pending_question_on_review_at_once(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    queue_question(store, 1)
    queue(store, 2)
    courier.answer("rcpt", "550 5.1.1 nobody of that name", times=1)
    assert await outbox(store, courier, clock, connections=1).drain(1) == 1
    assert states(store) == {"failed": 1, "sent": 1}
    assert state_of(store, "C-1") is State.REVIEW
    assert state_of(store, "O-1") is State.EFFECTIVE
    (changed,) = log.named("request_changed")
    assert (changed["request"], changed["before"], changed["after"], changed["reason"]) == (
        "C-1",
        "awaiting_confirmation",
        "review",
        "question-undeliverable",
    )


async def test_a_mail_of_unknown_outcome_is_repeated_once_and_never_again(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    queue(store, 1)
    courier.answer("dot", DROP, keep=True)
    box = outbox(store, courier, clock)
    for _ in range(5):
        await box.drain(1)
        clock.forward(days=1)
    assert [taken.message_id for taken in courier.taken] == ["<1@shop.example>"] * 2
    assert states(store) == {"unknown": 1}
    assert log.fields("reply_outcome_unknown", "again") == [True, False]


async def test_an_unexpected_exception_of_the_courier_leaves_the_others_alone(
    store: FakeStore, clock: Clock, log: LogCapture
) -> None:
    queue(store, *range(1, 6))
    courier = Raising(RuntimeError("it held the words tulip-orchard"), only=2)
    box = outbox(store, courier, clock, connections=2)
    for _ in range(4):
        await box.drain(1)
        clock.forward(hours=1)
    assert numbers(courier) == [1, 3, 4, 5]
    # It may have been sent: as with a lost connection, once more and no third time.
    assert courier.attempts["<2@shop.example>"] == 2
    assert states(store) == {"sent": 4, "unknown": 1}
    assert log.fields("unexpected_error", "error") == ["RuntimeError"] * 2
    assert "tulip-orchard" not in log.text


# A courier that is set up wrong --------------------------------------------------------------


async def test_a_fault_of_ours_never_gives_a_mail_up_and_is_one_alarm(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    queue_question(store)
    box = outbox(store, courier, clock)
    for number in range(40):
        courier.answer("mail", f"550 5.1.7 no null sender here ({number})", only="")
        await box.drain(1)
        clock.forward(hours=6)
    assert states(store) == {"queued": 1}
    assert state_of(store, "C-1") is State.AWAITING_CONFIRMATION
    assert only_mail(store).next_at - clock() <= timedelta(minutes=20)
    assert log.fields("courier_misconfigured", "setting") == ["reply.envelope_from"]


@pytest.mark.parametrize("stage", ["mail", "rcpt"])
async def test_a_null_sender_that_is_put_off_for_ever_waits_and_is_one_alarm(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture, stage: Stage
) -> None:
    queue_question(store)
    courier.answer(stage, "450 4.7.1 not from you", sender="")
    box = outbox(store, courier, clock)
    for tries in range(40):
        await box.drain(1)
        clock.forward(hours=6)
        assert len(log.named("courier_misconfigured")) == (tries >= 9)
    assert states(store) == {"queued": 1}
    assert state_of(store, "C-1") is State.AWAITING_CONFIRMATION
    assert only_mail(store).next_at - clock() <= timedelta(minutes=20)
    assert log.fields("courier_misconfigured", "setting") == ["reply.envelope_from"]


async def test_a_fault_that_concerns_some_mails_holds_up_no_other(
    store: FakeStore, courier: FakeCourier, clock: Clock
) -> None:
    queue(store, *range(1, 9))
    question = replace(mail(9), envelope_from="cancel@shop.example")
    record(store, entry(9, question))
    courier.answer("mail", "550 5.1.7 no null sender here", only="")
    await outbox(store, courier, clock, connections=2).drain(1)
    assert numbers(courier) == [9]


async def test_a_sender_that_is_refused_is_one_alarm_though_another_one_is_taken(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    queue(store, 1)
    courier.answer("mail", "550 5.1.7 no null sender here", only="")
    box = outbox(store, courier, clock)
    for number in range(2, 6):
        record(store, entry(number, replace(mail(number), envelope_from="cancel@shop.example")))
        await box.drain(1)
        clock.forward(hours=1)
    assert numbers(courier) == [2, 3, 4, 5]
    assert log.fields("courier_misconfigured", "setting") == ["reply.envelope_from"]


LOGIN_REFUSED = CourierMisconfigured("AUTH: 535 no", setting="smtp.password_file")


async def test_a_refused_login_is_tried_by_one_mail_at_a_time_and_ever_more_seldom(
    store: FakeStore, clock: Clock, log: LogCapture
) -> None:
    queue(store, *range(1, 31))
    courier = Raising(LOGIN_REFUSED)
    box = outbox(store, courier, clock, connections=3)
    for _ in range(3 * 60):
        await box.drain(0.5)
        clock.forward(minutes=1)
    # 3 at first, then one after 2 s, 4 s ... 17 minutes; without a bar it were hundreds.
    assert 10 < courier.attempts.total() < 30
    assert log.fields("courier_misconfigured", "setting") == ["smtp.password_file"]

    courier.error = None
    for _ in range(20):
        await box.drain(0.5)
        clock.forward(minutes=1)
    assert states(store) == {"sent": 30}
    assert numbers(courier) == list(range(1, 31))


AWAY = CourierUnreachable("connecting: refused", part="smtp")


async def test_a_server_that_is_away_for_long_has_all_that_waits_within_a_minute_of_its_return(
    store: FakeStore, clock: Clock, log: LogCapture
) -> None:
    """One mail asks at the door, no attempt of any is used up, and it is one alarm."""
    queue(store, *range(1, 31))
    courier = Raising(AWAY)
    box = outbox(store, courier, clock, connections=3)
    for minute in range(24 * 60):
        courier.error = CourierUnreachable(f"EHLO: 421 busy, {minute}", part="smtp")
        await box.drain(0.001)
        clock.forward(minutes=1)
    assert courier.attempts.total() < 2 + 24 * 60 * 2
    assert {found.attempts for found in store.outbox} == {0}
    assert log.names == ["courier_failed"]
    courier.error = None
    clock.forward(seconds=40)
    assert await box.drain(5) == 30
    assert {found.attempts for found in store.outbox} == {1}
    assert Counter(log.names) == {"courier_failed": 1, "courier_recovered": 1, "reply_sent": 30}


async def test_a_mail_that_staff_retry_has_five_days_again(
    store: FakeStore, courier: FakeCourier, clock: Clock
) -> None:
    queue(store, 1)
    courier.answer("rcpt", "451 4.7.1 later", times=FEWEST_TRIES)
    box = outbox(store, courier, clock)
    for _ in range(FEWEST_TRIES):
        await box.drain(1)
        clock.now = only_mail(store).next_at
    clock.now = NOW + timedelta(days=6)
    courier.answer("ehlo", "421 4.3.2 closed for a while", times=3)
    assert store.retry_mail(1, by="kim", now=clock())
    for _ in range(3):
        await box.drain(1)
        clock.forward(minutes=1)
        assert states(store) == {"queued": 1}
    courier.answer("rcpt", "451 4.7.1 later")
    retried_at = NOW + timedelta(days=6)
    while only_mail(store).state == "queued":
        clock.now = max(only_mail(store).next_at, clock.now)
        await box.drain(1)
    assert clock() - retried_at == timedelta(days=5)


async def test_a_server_that_takes_fewer_connections_than_we_have_is_no_alarm(
    store: FakeStore, clock: Clock, log: LogCapture
) -> None:
    class Narrow(Gate):
        at_once = 0

        async def deliver(self, mail: OutgoingMail, *, speaks: Speaks = unheard) -> Accepted:
            if self.at_once == 2:
                raise AWAY
            self.at_once += 1
            try:
                await asyncio.sleep(0.005)
                return await super().deliver(mail, speaks=speaks)
            finally:
                self.at_once -= 1

    queue(store, *range(1, 21))
    courier = Narrow()
    box = outbox(store, courier, clock, connections=3)
    while store.waiting():
        await box.drain(0.05)
        clock.forward(seconds=1)
    assert numbers(courier) == list(range(1, 21))
    assert set(log.names) == {"reply_sent"}


async def test_who_waits_for_the_answer_to_its_final_dot_keeps_nobody_from_the_door(
    store: FakeStore, clock: Clock, log: LogCapture
) -> None:
    class Away(Gate):
        is_away = True

        async def deliver(self, mail: OutgoingMail, *, speaks: Speaks = unheard) -> Accepted:
            if self.is_away and mail.message_id not in self.held:
                raise AWAY
            return await super().deliver(mail, speaks=speaks)

    queue(store, 1, 2, 3)
    courier = Away(1)
    box = outbox(store, courier, clock, connections=3)
    running = asyncio.create_task(box.run())
    await until(lambda: len(courier.waiting) == 1 and states(store) == {"sending": 1, "queued": 2})
    clock.forward(seconds=3)
    box.wake()
    await until(lambda: len(log.named("courier_failed")) == 1)
    courier.is_away = False
    clock.forward(seconds=5)
    box.wake()
    await until(lambda: numbers(courier) == [2, 3])
    courier.opened.set()
    box.stop()
    await running


async def test_the_first_mail_after_an_outage_that_waits_for_its_final_answer_holds_up_no_other(
    store: FakeStore, clock: Clock, log: LogCapture
) -> None:
    class Slow(Gate):
        is_away = True

        async def deliver(self, mail: OutgoingMail, *, speaks: Speaks = unheard) -> Accepted:
            if self.is_away:
                raise AWAY
            speaks()
            return await super().deliver(mail, speaks=speaks)

    queue(store, *range(1, 7))
    courier = Slow(1)
    box = outbox(store, courier, clock, connections=3)
    for _ in range(10):
        await box.drain(0.001)
        clock.forward(minutes=1)
    courier.is_away = False
    running = asyncio.create_task(box.run())
    await until(lambda: len(courier.waiting) == 1)
    # And the door may be shut again, while that one still waits.
    await until(lambda: numbers(courier) == [2, 3, 4, 5, 6])
    courier.is_away = True
    queue(store, 7)
    clock.forward(seconds=1)
    box.wake()
    await until(lambda: states(store) == {"sending": 1, "sent": 5, "queued": 1})
    courier.is_away = False
    clock.forward(minutes=1)
    box.wake()
    await until(lambda: numbers(courier) == [2, 3, 4, 5, 6, 7])
    courier.opened.set()
    box.stop()
    await running
    assert log.names.count("courier_recovered") == 1


async def test_a_server_that_is_away_for_days_has_those_mails_given_up_that_were_tried_often(
    store: FakeStore, clock: Clock, log: LogCapture
) -> None:
    queue_question(store)
    courier = Raising(TemporaryFailure("RCPT TO: 451 later", part="smtp"))
    box = outbox(store, courier, clock)
    while only_mail(store).attempts < FEWEST_TRIES:
        clock.now = only_mail(store).next_at
        await box.drain(1)
    courier.error = AWAY
    queue(store, 2)
    clock.forward(days=5)
    await box.drain(1)
    assert [(found.state, found.attempts) for found in store.outbox] == [
        ("failed", FEWEST_TRIES + 1),
        ("queued", 0),
    ]
    assert state_of(store, "C-1") is State.REVIEW


@pytest.mark.parametrize(
    "error", [AWAY, TemporaryFailure("RCPT TO: 451 greylisted", part="smtp")], ids=["away", "451"]
)
async def test_a_mail_that_has_waited_for_days_without_a_try_is_not_given_up_at_the_first(
    store: FakeStore, clock: Clock, log: LogCapture, error: OptoutdError
) -> None:
    queue_question(store)
    clock.forward(days=5, minutes=1)  # of a daemon that was stopped, or a login refused
    courier = Raising(error)
    box = outbox(store, courier, clock)
    await box.drain(1)
    assert only_mail(store).error == str(error)
    assert states(store) == {"queued": 1}
    courier.error = None
    clock.forward(minutes=1)
    assert await box.drain(1) == 1
    assert state_of(store, "C-1") is State.AWAITING_CONFIRMATION


async def test_what_waits_since_a_clock_was_wrong_does_not_wait_for_days(
    store: FakeStore, clock: Clock, log: LogCapture
) -> None:
    clock.forward(days=3)
    queue(store, 1, at=clock())
    courier = Raising(AWAY)
    box = outbox(store, courier, clock)
    await box.drain(0.1)
    clock.forward(days=-3)
    courier.error = None
    assert await box.drain(1) == 1


async def test_a_trouble_that_comes_again_after_minutes_of_success_is_a_new_alarm(
    store: FakeStore, clock: Clock, log: LogCapture
) -> None:
    courier = Raising(LOGIN_REFUSED)
    box = outbox(store, courier, clock)
    for number, error in enumerate([LOGIN_REFUSED, None, LOGIN_REFUSED], 1):
        courier.error = error
        queue(store, number)
        await box.drain(0.5)
        clock.forward(minutes=6)
    assert len(log.named("courier_misconfigured")) == 2


# The hourly cap ------------------------------------------------------------------------------


async def test_above_the_hourly_cap_mails_wait_and_go_out_when_there_is_room(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    queue(store, *range(1, 6))
    box = outbox(store, courier, clock, cap=3)
    assert await box.drain(1) == 3
    for _ in range(3):
        clock.forward(minutes=19)
        assert await box.drain(1) == 0
    assert [found.attempts for found in store.outbox] == [1, 1, 1, 0, 0]
    assert log.fields("replies_held", "cap_per_hour") == [3]
    clock.forward(minutes=3, seconds=1)
    assert await box.drain(1) == 2
    assert states(store) == {"sent": 5}


async def test_a_cap_is_told_once_while_a_backlog_drains(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    box = outbox(store, courier, clock, cap=20)
    for number in range(1, 21):  # so that an hour later one place a minute comes free
        queue(store, number)
        await box.drain(1)
        clock.forward(minutes=1)
    queue(store, *range(21, 60))
    await box.drain(1)
    clock.now = NOW + timedelta(hours=1)
    for _ in range(15):
        clock.forward(minutes=1)
        await box.drain(1)
    assert states(store) == {"sent": 35, "queued": 24}
    assert len(log.named("replies_held")) == 1


async def test_mails_in_delivery_count_for_the_cap(store: FakeStore, clock: Clock) -> None:
    queue(store, *range(1, 10))
    courier = Gate(1, 2)
    box = outbox(store, courier, clock, connections=8, cap=4)
    running = asyncio.create_task(box.run())
    await until(lambda: len(courier.waiting) == 2 and len(courier.taken) == 2)
    box.wake()
    await asyncio.sleep(0.05)
    courier.opened.set()
    await until(lambda: len(courier.taken) == 4)
    box.stop()
    await running
    assert states(store) == {"sent": 4, "queued": 5}


async def test_a_cap_that_is_reached_holds_nothing_where_nothing_waits(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    queue(store, 1, 2)
    async with asyncio.timeout(20):
        assert await outbox(store, courier, clock, cap=2).drain(3600) == 2
    assert log.named("replies_held") == []


async def test_half_of_the_cap_is_told_once_an_hour(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    box = outbox(store, courier, clock, connections=1, cap=4)
    queue(store, 1, 2)
    await box.drain(1)
    assert log.named("replies_near_cap") == []
    queue(store, 3, 4)
    await box.drain(1)
    assert log.fields("replies_near_cap", "sent") == [2]
    clock.forward(minutes=61)
    queue(store, 5, 6, 7, at=clock())
    await box.drain(1)
    assert log.fields("replies_near_cap", "sent") == [2, 2]
    assert log.fields("replies_near_cap", "cap_per_hour") == [4, 4]


# Another courier, and signs of life ----------------------------------------------------------


async def test_another_courier_takes_the_next_mail_and_lets_the_one_in_delivery_be(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    old = Gate(1)
    box = outbox(store, old, clock)
    running = asyncio.create_task(box.run())
    queue(store, 1)
    box.wake()
    await until(lambda: len(old.waiting) == 1)
    assert box.pulse().oldest_delivery_s is not None
    box.use(courier, connections=2, longest_delivery_s=60)
    ended = asyncio.create_task(box.in_delivery_ended())
    queue(store, 2)
    box.wake()
    await until(lambda: numbers(courier) == [2])
    assert not ended.done()
    old.opened.set()
    await ended
    assert numbers(old) == [1]
    await until(lambda: states(store) == {"sent": 2})
    assert box.pulse().oldest_delivery_s is None
    box.stop()
    await running


async def test_another_courier_is_tried_at_once_after_a_refusal_at_the_door(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    refused = CourierMisconfigured("AUTH: 535 no", setting="smtp.password_file")
    box = outbox(store, Raising(refused), clock)
    queue(store, 1, 2)
    await box.drain(0.2)
    box.use(courier, connections=2, longest_delivery_s=60)
    clock.forward(seconds=3)
    assert await box.drain(1) == 2


async def test_an_outcome_that_cannot_be_noted_is_no_delivery_that_hangs(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    queue(store, 1)
    for _ in range(50):
        store.fail_next("sent", BROKEN)
    box = outbox(store, courier, clock)
    running = asyncio.create_task(box.run())
    await until(lambda: len(log.named("store_failed")) == 1)
    assert box.pulse().oldest_delivery_s is None
    running.cancel()
    await asyncio.wait([running])


# Mails beside each other ---------------------------------------------------------------------


async def test_one_slow_recipient_does_not_hold_up_the_others(
    store: FakeStore, clock: Clock
) -> None:
    queue(store, *range(1, 9))
    courier = Gate(1)
    box = outbox(store, courier, clock, connections=2)
    running = asyncio.create_task(box.run())
    await until(lambda: len(courier.taken) == 7)
    assert numbers(courier) == list(range(2, 9))
    courier.opened.set()
    await until(lambda: len(courier.taken) == 8)
    box.stop()
    await running
    assert states(store) == {"sent": 8}


async def test_no_more_mails_are_in_delivery_than_there_are_connections(
    store: FakeStore, clock: Clock
) -> None:
    queue(store, *range(1, 31))
    courier = Gate()
    await outbox(store, courier, clock, connections=3).drain(10)
    assert courier.most_at_once == 3
    assert numbers(courier) == list(range(1, 31))


async def test_mail_that_is_queued_later_wakes_the_outbox(
    store: FakeStore, courier: FakeCourier, clock: Clock
) -> None:
    box = outbox(store, courier, clock)
    running = asyncio.create_task(box.run())
    await asyncio.sleep(0.05)  # it sleeps for a minute by then
    queue(store, 1)
    box.wake()
    await until(lambda: states(store) == {"sent": 1})
    box.stop()
    await running


# A store that fails --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("note", "reply", "state", "failures"),
    [
        ("sent", "", "sent", [BUSY, BUSY]),
        ("sent", "", "sent", [BROKEN]),
        ("put_off", "451 4.3.0 later", "queued", [BUSY]),
        ("failed", "550 5.1.1 nobody", "failed", [BROKEN]),
        ("outcome_unknown", DROP, "queued", [BUSY]),
    ],
    ids=["sent-twice", "sent-permanent", "put-off", "failed", "unknown"],
)
async def test_an_outcome_is_noted_in_the_end_however_often_the_store_fails(
    store: FakeStore,
    courier: FakeCourier,
    clock: Clock,
    log: LogCapture,
    note: str,
    reply: str,
    state: str,
    failures: list[OptoutdError],
) -> None:
    queue(store, 1)
    if reply:
        courier.answer("dot", reply)
    for failure in failures:
        store.fail_next(note, failure)
    assert await outbox(store, courier, clock).drain(1) == (state == "sent")
    assert states(store) == {state: 1}
    assert only_mail(store).attempts == 1
    assert log.fields("store_failed", "error") == [str(failures[0])]


@pytest.mark.parametrize("ends", ["a-mistake", "cancelled"])
async def test_an_outcome_that_is_noted_by_nobody_keeps_no_trouble_of_the_store_open(
    log: LogCapture, ends: str
) -> None:
    error: Exception | None = BUSY

    def note(row: int) -> None:
        if error is not None:
            raise error

    notes = Notes(StoreAlarm())
    noting = asyncio.create_task(notes.note(note, 1))
    await until(lambda: log.names == ["store_failed"])
    if ends == "cancelled":
        noting.cancel()
    error = RuntimeError("unforeseen")
    with pytest.raises((RuntimeError, asyncio.CancelledError)):
        await noting
    error = None
    await notes.note(note, 2)
    assert log.names == ["store_failed", "store_recovered"]


async def test_mails_that_are_accepted_together_are_noted_together(
    store: FakeStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(store, *range(1, 9))
    noted: list[list[int]] = []
    sent = store.sent

    def note(responses: Mapping[int, str], *, now: datetime) -> None:
        noted.append(sorted(responses))
        sent(responses, now=now)

    monkeypatch.setattr(store, "sent", note)
    assert await outbox(store, FakeCourier(), clock, connections=4).drain(5) == 8
    assert states(store) == {"sent": 8}
    assert noted == [[1, 2, 3, 4], [5, 6, 7, 8]]


@pytest.mark.parametrize("ends", ["a-mistake", "cancelled"])
async def test_a_note_that_somebody_else_did_not_write_is_written_all_the_same(
    store: FakeStore, clock: Clock, ends: str
) -> None:
    queue(store, 1, 2)
    store.take_due(2, now=NOW)
    held = asyncio.Event()
    notes = SentNotes(store, Notes(StoreAlarm()), clock, held.wait)
    first = asyncio.create_task(notes.note(1, "250 one"))
    await asyncio.sleep(0)
    second = asyncio.create_task(notes.note(2, "250 two"))
    await asyncio.sleep(0)
    if ends == "cancelled":
        first.cancel()
    else:
        store.fail_next("sent", KeyError("a mistake of ours"))  # type: ignore[arg-type]
    held.set()
    with pytest.raises((KeyError, asyncio.CancelledError)):
        await first
    await second
    assert "sent" in states(store)
    assert next(m for m in store.outbox if m.row == 2).state == "sent"


async def test_a_cap_that_is_far_off_is_not_counted_for_each_mail(
    store: FakeStore, courier: FakeCourier, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(store, *range(1, 41))
    counted: list[datetime] = []
    count = store.sent_since

    def counting(since: datetime, *, now: datetime) -> int:
        counted.append(now)
        return count(since, now=now)

    monkeypatch.setattr(store, "sent_since", counting)
    box = outbox(store, courier, clock, cap=20_000)
    assert await box.drain(5) == 40
    assert len(counted) == 1
    queue(store, 41)
    clock.forward(seconds=10)
    assert await box.drain(5) == 1
    assert len(counted) == 2


@pytest.mark.parametrize("error", [BUSY, BROKEN], ids=["temporary", "permanent"])
@pytest.mark.parametrize("step", ["next_due", "take_due", "sent_since"])
async def test_the_loop_outlives_a_store_that_cannot_be_used(
    store: FakeStore,
    courier: FakeCourier,
    clock: Clock,
    log: LogCapture,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    error: OptoutdError,
) -> None:
    monkeypatch.setattr("daemon.rounds.STORE_PAUSE_S", 0.01)
    queue(store, 1)
    for _ in range(3):
        store.fail_next(step, error)
    box = outbox(store, courier, clock, cap=100)
    running = asyncio.create_task(box.run())
    await until(lambda: states(store) == {"sent": 1})
    box.stop()
    await running
    assert log.fields("store_failed", "error") == [str(error)]


async def test_the_loop_outlives_a_mistake_of_ours(
    store: FakeStore,
    courier: FakeCourier,
    clock: Clock,
    log: LogCapture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("daemon.rounds.LONGEST_WAIT_S", 0.01)
    queue(store, 1)
    faults = iter([KeyError("tulip-orchard")])
    take_due = store.take_due

    def take_or_fail(limit: int, *, now: datetime) -> list[QueuedMail]:
        for fault in faults:
            raise fault
        return take_due(limit, now=now)

    monkeypatch.setattr(store, "take_due", take_or_fail)
    box = outbox(store, courier, clock)
    running = asyncio.create_task(box.run())
    await until(lambda: states(store) == {"sent": 1})
    box.stop()
    await running
    (told,) = log.named("unexpected_error")
    assert (told["where"], told["error"]) == ("outbox", "KeyError")
    assert "tulip-orchard" not in log.text


async def test_drain_raises_what_the_store_raises_when_what_is_in_delivery_is_done(
    store: FakeStore, clock: Clock
) -> None:
    queue(store, 1, 2)
    courier = Gate(1)
    box = outbox(store, courier, clock, connections=2)
    draining = asyncio.create_task(box.drain(10))
    await until(lambda: numbers(courier) == [2] and states(store).get("sent") == 1)
    await asyncio.sleep(0.05)
    store.fail_next("next_due", BROKEN)
    box.wake()
    await asyncio.sleep(0.05)
    assert not draining.done()
    courier.opened.set()
    with pytest.raises(PermanentFailure, match="read-only"):
        await draining
    assert states(store) == {"sent": 2}


# Beginning and end ---------------------------------------------------------------------------


async def test_what_a_dead_process_was_delivering_goes_out_once_more(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    queue(store, 1, 2)
    store.take_due(1, now=NOW)
    store.reopen()  # that process is dead
    box = outbox(store, courier, clock)
    await box.recover()
    assert await box.drain(1) == 2
    assert numbers(courier) == [1, 2]
    assert log.fields("outbox_recovered", "unknown") == [1]
    sent = {event["attempt"]: event["perhaps_twice"] for event in log.named("reply_sent")}
    assert sent == {1: False, 2: True}


async def test_a_mail_that_two_processes_died_with_is_not_sent_a_third_time(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    queue(store, 1)
    box = outbox(store, courier, clock)
    for _ in range(2):
        store.take_due(1, now=NOW)
        store.reopen()
        await box.recover()
    assert await box.drain(1) == 0
    assert states(store) == {"unknown": 1}
    assert courier.taken == []


async def test_recovering_is_not_told_where_there_was_nothing(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    queue(store, 1)
    await outbox(store, courier, clock).recover()
    assert log.names == []
    assert states(store) == {"queued": 1}


async def test_who_was_taken_for_dead_in_the_middle_of_a_delivery_does_not_begin_it_again(
    clock: Clock,
) -> None:
    here = FakeStore(lease_s=10)
    there = here.beside()
    queue(here, 1)
    courier = Gate(1)
    box = outbox(here, courier, clock)
    running = asyncio.create_task(box.run())
    await until(lambda: len(courier.waiting) == 1)
    here.pass_time(11)
    there.renew_leases()
    assert there.recover_outbox(now=clock()) == 1
    box.wake()
    await until(lambda: here.next_due() == clock() + timedelta(minutes=1))
    courier.opened.set()
    await until(lambda: states(here) == {"sent": 1})
    assert numbers(courier) == [1]
    assert (only_mail(here).attempts, only_mail(here).unknowns) == (1, 1)
    box.stop()
    await running


async def test_stop_finishes_what_is_in_delivery_and_takes_nothing_more(
    store: FakeStore, clock: Clock
) -> None:
    queue(store, 1, 2, 3)
    courier = Gate(1, 2)
    box = outbox(store, courier, clock, connections=2)
    running = asyncio.create_task(box.run())
    await until(lambda: len(courier.waiting) == 2)
    box.stop()
    await asyncio.sleep(0.05)
    assert not running.done()
    courier.opened.set()
    async with asyncio.timeout(10):
        await running
    assert numbers(courier) == [1, 2]
    assert [found.state for found in store.outbox] == ["sent", "sent", "queued"]
    assert only_attempts(store) == [1, 1, 0]


def only_attempts(store: FakeStore) -> list[int]:
    return [found.attempts for found in store.outbox]


async def test_stop_waits_for_the_others_where_one_outcome_cannot_be_noted_for_a_mistake(
    store: FakeStore, clock: Clock, log: LogCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object, **__: object) -> list[str]:
        raise KeyError("a mistake of ours")

    monkeypatch.setattr(store, "failed", break_down)
    queue(store, 1, 2)
    courier = Gate(2)
    courier.answer("rcpt", "550 5.1.1 nobody", times=1)
    box = outbox(store, courier, clock, connections=2)
    running = asyncio.create_task(box.run())
    await until(lambda: len(courier.waiting) == 1 and log.named("unexpected_error") != [])
    box.stop()
    await asyncio.sleep(0.05)
    assert not running.done()
    courier.opened.set()
    await running
    # It was refused, so that it may go out later; that much could be noted.
    assert states(store) == {"queued": 1, "sent": 1}


async def test_what_was_taken_while_stop_was_called_is_put_back_as_if_never_tried(
    store: FakeStore, courier: FakeCourier, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(store, 1, 2)
    box = outbox(store, courier, clock)
    loop = asyncio.get_running_loop()
    take_due = store.take_due

    def take_and_be_stopped(limit: int, *, now: datetime) -> list[QueuedMail]:
        taken = take_due(limit, now=now)
        stopped = threading.Event()
        loop.call_soon_threadsafe(box.stop)
        loop.call_soon_threadsafe(stopped.set)
        assert stopped.wait(10)
        return taken

    monkeypatch.setattr(store, "take_due", take_and_be_stopped)
    async with asyncio.timeout(10):
        await box.run()
    assert courier.taken == []
    assert states(store) == {"queued": 2}
    assert only_attempts(store) == [0, 0]


async def test_a_delivery_that_is_cut_off_is_known_to_be_of_unknown_outcome(
    store: FakeStore, clock: Clock
) -> None:
    queue(store, 1)
    courier = Gate(1)
    box = outbox(store, courier, clock)
    running = asyncio.create_task(box.run())
    await until(lambda: len(courier.waiting) == 1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    courier.opened.set()
    await asyncio.sleep(0.05)
    assert courier.taken == []
    assert states(store) == {"sending": 1}
    store.reopen()
    await box.recover()
    assert await outbox(store, courier, clock).drain(1) == 1
    assert only_mail(store).unknowns == 1


async def test_a_delivery_that_is_cut_off_before_the_final_dot_was_none(
    store: FakeStore, courier: FakeCourier, clock: Clock
) -> None:
    class CutOff(Gate):
        async def deliver(self, mail: OutgoingMail, *, speaks: Speaks = unheard) -> Accepted:
            try:
                return await super().deliver(mail, speaks=speaks)
            except asyncio.CancelledError:
                raise NotHandedOver from None

    queue(store, 1)
    gate = CutOff(1)
    running = asyncio.create_task(outbox(store, gate, clock).run())
    await until(lambda: len(gate.waiting) == 1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await until(lambda: states(store) == {"queued": 1})
    assert (only_mail(store).attempts, only_mail(store).unknowns) == (0, 0)


async def test_a_mail_whose_outcome_a_mistake_of_ours_has_kept_from_being_noted_is_not_given_back(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    queue(store, 1)
    box = outbox(store, courier, clock)
    store.fail_next("sent", KeyError("a mistake of ours"))  # type: ignore[arg-type]
    await box.drain(1)
    queue(store, 2)
    store.fail_next("take_due", BUSY)
    with pytest.raises(TemporaryFailure):
        await box.drain(1)
    await box.drain(1)
    assert numbers(courier) == [1, 2]
    # It was noted as soon as that could be done again.
    assert states(store) == {"sent": 2}
    assert len(log.named("reply_sent")) == 2


async def test_an_accepted_mail_that_can_never_be_noted_as_such_is_unknown_and_counted(
    store: FakeStore,
    courier: FakeCourier,
    clock: Clock,
    log: LogCapture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise KeyError("a mistake of ours")

    monkeypatch.setattr(store, "sent", break_down)
    monkeypatch.setattr("daemon.unnoted.PAUSE_S", 0.0)
    queue(store, 1)
    box = outbox(store, courier, clock)
    running = asyncio.create_task(box.run())

    def is_noted() -> bool:
        box.wake()
        return states(store) == {"unknown": 1}

    await until(is_noted)
    clock.forward(days=1)
    box.wake()
    await asyncio.sleep(0.05)
    box.stop()
    await running
    assert (states(store), only_mail(store).unknowns) == ({"unknown": 1}, 1)
    assert numbers(courier) == [1]
    assert log.fields("reply_outcome_unknown", "again") == [False]
    assert log.fields("unexpected_error", "where") == ["outbox", "note"]


async def test_an_unknown_outcome_that_a_mistake_kept_from_being_noted_is_noted_later(
    store: FakeStore, courier: FakeCourier, clock: Clock
) -> None:
    queue(store, 1)
    courier.answer("dot", DROP, keep=True, times=1)
    store.fail_next("outcome_unknown", KeyError("a mistake of ours"))  # type: ignore[arg-type]
    box = outbox(store, courier, clock)
    await box.drain(1)
    assert (states(store), only_mail(store).unknowns) == ({"queued": 1}, 1)
    clock.forward(hours=1)
    await box.drain(1)
    assert (states(store), numbers(courier)) == ({"sent": 1}, [1, 1])


async def test_drain_takes_nothing_after_its_timeout_and_finishes_what_is_in_delivery(
    store: FakeStore, clock: Clock
) -> None:
    queue(store, 1, 2, 3)
    courier = Gate(2)
    box = outbox(store, courier, clock, connections=1)
    draining = asyncio.create_task(box.drain(0.2))
    await until(lambda: len(courier.waiting) == 1)
    await asyncio.sleep(0.3)
    assert not draining.done()
    courier.opened.set()
    assert await draining == 2
    assert [found.state for found in store.outbox] == ["sent", "sent", "queued"]


async def test_a_drain_without_time_sends_nothing(
    store: FakeStore, courier: FakeCourier, clock: Clock
) -> None:
    queue(store, 1)
    assert await outbox(store, courier, clock).drain(0) == 0
    assert only_attempts(store) == [0]


async def test_drain_does_not_wait_for_what_is_due_after_its_timeout(
    store: FakeStore, courier: FakeCourier, clock: Clock
) -> None:
    queue(store, 1)
    queue(store, 2, at=NOW + timedelta(seconds=30))
    async with asyncio.timeout(10):
        assert await outbox(store, courier, clock).drain(20) == 1
    assert states(store) == {"sent": 1, "queued": 1}


# A real store and a real server --------------------------------------------------------------


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Store]:
    opened = open_store("sqlite:///s.db", access="own", base_dir=tmp_path, now=NOW)
    yield opened
    opened.close()


def letter(number: int, to: str) -> OutgoingMail:
    raw = f"To: {to}\r\nMessage-ID: <{number}@shop.example>\r\n\r\nDone.\r\n"
    return replace(mail(number, f"O-{number}", to=to), raw=raw.encode())


def queue_letters(store: Store, *recipients: str) -> None:
    for number, to in enumerate(recipients, 1):
        record(store, entry(number, letter(number, to)))


def real_courier(server: SmtpServer) -> Courier:
    return open_courier(
        SmtpSettings(host=server.host, port=server.port, security="none", connections=2), None
    )


def outbox_states(store: Store) -> dict[str, int]:
    return {
        name.removeprefix("outbox."): count
        for name, count in store.counts().items()
        if name.startswith("outbox.") and count
    }


async def test_over_a_real_server_each_mail_has_the_outcome_that_the_server_gave(
    sqlite: Store, smtp_server: SmtpServer, clock: Clock, log: LogCapture
) -> None:
    people = [f"person-{number}@there.example" for number in range(1, 9)]
    queue_letters(sqlite, *people)
    smtp_server.answer("rcpt", "550 5.1.1 <person-3@there.example> unknown", only=people[2])
    smtp_server.answer("rcpt", "451 4.7.1 greylisted", only=people[4], times=1)
    smtp_server.answer("dot", DROP, only=people[6], times=1, keep=True)
    courier = real_courier(smtp_server)
    box = outbox(sqlite, courier, clock, connections=2)
    assert await box.drain(1) == 5
    assert outbox_states(sqlite) == {"sent": 5, "failed": 1, "queued": 2}
    clock.forward(seconds=2)
    assert await box.drain(1) == 2
    await courier.close()
    assert outbox_states(sqlite) == {"sent": 7, "failed": 1}
    got = Counter(recipient for taken in smtp_server.received for recipient in taken.recipients)
    assert got == Counter({p: 1 for p in people if p != people[2]}) + Counter([people[6]])
    ids = {t.raw.split(b"\r\n")[1] for t in smtp_server.received if people[6] in t.recipients}
    assert ids == {b"Message-ID: <7@shop.example>"}
    assert [person for person in people if person in log.text] == []


async def test_nothing_is_sent_before_its_commit_nor_without_one(
    sqlite: Store, smtp_server: SmtpServer, clock: Clock
) -> None:
    def act(number: int) -> Act:
        decided = Decision(disposition=Disposition.ACT, reason="confirmed-by-staff")
        return Act(decision=decided, outgoing=letter(number, f"person-{number}@there.example"))

    def write(number: int, ends: Callable[[], object]) -> None:
        with contextlib.suppress(ZeroDivisionError), sqlite.batch() as batch:
            batch.carry_out([act(number)], by="kim", now=NOW)
            written.set()
            assert committing.wait(10)
            ends()

    courier = real_courier(smtp_server)
    box = outbox(sqlite, courier, clock)
    for number, ends in enumerate((lambda: 1 / 0, lambda: None), 1):
        written, committing = threading.Event(), threading.Event()
        writing = asyncio.create_task(asyncio.to_thread(write, number, ends))
        await asyncio.to_thread(written.wait, 10)
        assert await box.drain(5) == 0
        committing.set()
        await writing
        assert await box.drain(5) == number - 1
    await courier.close()
    (taken,) = smtp_server.received
    assert taken.recipients == ("person-2@there.example",)


async def test_a_server_that_tells_the_message_id_does_not_bring_it_into_the_log(
    sqlite: Store, smtp_server: SmtpServer, clock: Clock, log: LogCapture
) -> None:
    # As Exchange Online does; the Message-ID of a question holds its secret.
    queue_letters(sqlite, "greta@there.example")
    smtp_server.answer("dot", "250 2.6.0 <1@shop.example> [InternalId=7] Queued", keep=True)
    courier = real_courier(smtp_server)
    assert await outbox(sqlite, courier, clock).drain(5) == 1
    await courier.close()
    assert "[InternalId=7] Queued" in log.text
    assert "1@shop.example" not in log.text


async def test_mail_waits_for_a_server_that_is_down(
    sqlite: Store, smtp_server: SmtpServer, clock: Clock, log: LogCapture
) -> None:
    queue_letters(sqlite, "greta@there.example", "olaf@there.example")
    courier = real_courier(smtp_server)
    box = outbox(sqlite, courier, clock)
    smtp_server.stop()
    assert await box.drain(1) == 0
    assert log.names == []
    clock.forward(seconds=2)
    assert await box.drain(1) == 0
    assert log.names == ["courier_failed"]
    smtp_server.start()
    clock.forward(seconds=4)
    assert await box.drain(1) == 2
    assert log.names == ["courier_failed", "courier_recovered", "reply_sent", "reply_sent"]
    await courier.close()
    assert len(smtp_server.received) == 2


async def test_by_the_real_clock_drain_waits_for_the_first_retry(
    sqlite: Store, smtp_server: SmtpServer
) -> None:
    def now() -> datetime:
        return datetime.now(UTC)

    record(sqlite, entry(1, letter(1, "greta@there.example")), now=now())
    smtp_server.answer("rcpt", "451 4.7.1 greylisted", times=1)
    courier = real_courier(smtp_server)
    assert await outbox(sqlite, courier, now, jitter=0.0).drain(30) == 1
    await courier.close()
    assert outbox_states(sqlite) == {"sent": 1}


async def test_mail_that_staff_have_queued_from_another_process_is_found_without_a_wake(
    tmp_path: Path, courier: FakeCourier, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The daemon learns nothing of their commit: it looks by itself, every ten seconds."""
    monkeypatch.setattr("daemon.outbox._LOOK_AGAIN_S", 0.05)
    url = "sqlite:///s.db"
    own = open_store(url, access="own", base_dir=tmp_path, now=NOW)
    beside = open_store(url, access="write", base_dir=tmp_path, now=NOW)
    box = outbox(own, courier, clock)
    running = asyncio.create_task(box.run())
    await asyncio.sleep(0)
    decided = Decision(disposition=Disposition.ACT, reason="confirmed-by-staff")
    await asyncio.to_thread(beside.carry_out, decided, mail(1), by="kim", now=NOW)
    await until(lambda: numbers(courier) == [1])
    box.stop()
    await running
    beside.close()
    own.close()


class Unanswering(FakeStore):
    """A store whose connection breaks when it has just given mails out, once."""

    breaks = True

    def take_due(self, limit: int, *, now: datetime) -> list[QueuedMail]:
        taken = super().take_due(limit, now=now)
        if taken and self.breaks:
            self.breaks = False
            raise BUSY
        return taken


async def test_a_mail_that_was_given_out_to_a_broken_connection_is_sent(clock: Clock) -> None:
    store, courier = Unanswering(), FakeCourier()
    queue(store, 1, 2)
    with pytest.raises(TemporaryFailure):
        await outbox(store, courier, clock).drain(5.0)
    assert states(store) == {"sending": 2}

    store.breaks = True
    queue(store, 3)
    sending = outbox(store, courier, clock)
    with pytest.raises(TemporaryFailure):
        await sending.drain(5.0)
    others = store.beside()
    queue(others, 4)
    others.take_due(1, now=NOW)
    await sending.drain(5.0)
    # Those that it does not hold wait again, and another process's are left to that.
    assert numbers(courier) == [1, 2, 3]
    assert {found.attempts for found in store.outbox} == {1}
    assert states(store) == {"sent": 3, "sending": 1}
