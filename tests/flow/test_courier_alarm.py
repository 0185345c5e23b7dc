"""A trouble of the submission server is one alarm while it lasts, and one end when it is over."""

from __future__ import annotations

import asyncio

import pytest

from daemon.courier_alarm import CourierAlarm
from daemon.couriers.outcome import Step, refused
from daemon.errors import CourierMisconfigured, CourierUnreachable, OptoutdError
from daemon.outbox import Outbox
from daemon.ports import Accepted, Speaks, unheard
from handlers.values import OutgoingMail
from tests.contract.fake_courier import FakeCourier
from tests.contract.fake_store import FakeStore
from tests.contract.store_values import NOW
from tests.flow.routes import Clock
from tests.flow.test_outbox import outbox, queue, states
from tests.unit.log_capture import LogCapture

LOGIN = CourierMisconfigured("AUTH: 535 no", setting="smtp.password_file")
AWAY = CourierUnreachable("connecting: refused", part="smtp")


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def alarm(clock: Clock) -> CourierAlarm:
    return CourierAlarm(now=clock)


def test_what_works_beside_a_trouble_does_not_end_it(
    alarm: CourierAlarm, clock: Clock, log: LogCapture
) -> None:
    for _ in range(60):
        alarm.failed("the door", LOGIN)
        alarm.works("the door")
        clock.forward(minutes=1)
    assert log.names == ["courier_misconfigured"]
    clock.forward(minutes=5)
    alarm.look()
    assert log.names == ["courier_misconfigured", "courier_recovered"]
    assert log.fields("courier_recovered", "setting") == ["smtp.password_file"]
    alarm.failed("the door", LOGIN)
    assert len(log.named("courier_misconfigured")) == 2


def test_quiet_alone_ends_no_trouble(alarm: CourierAlarm, clock: Clock, log: LogCapture) -> None:
    alarm.failed("the door", LOGIN)
    clock.forward(hours=1)
    alarm.look()
    alarm.works("somebody else")
    assert log.names == ["courier_misconfigured"]


def test_a_server_that_was_away_is_back_at_once_and_one_that_comes_and_goes_when_it_stays(
    alarm: CourierAlarm, clock: Clock, log: LogCapture
) -> None:
    for _ in range(30):
        alarm.failed("the door", AWAY)
        clock.forward(minutes=1)
        alarm.works("the door", had_ceased=True)
        clock.forward(minutes=1)
    assert log.names == ["courier_failed", "courier_recovered", "courier_failed"]
    clock.forward(minutes=5)
    alarm.look()
    assert log.names[3:] == ["courier_recovered"]


def test_two_troubles_that_take_turns_are_told_once_each(
    alarm: CourierAlarm, log: LogCapture
) -> None:
    for _ in range(10):
        alarm.failed("the door", LOGIN)
        alarm.failed("the door", AWAY)
    assert log.names == ["courier_misconfigured", "courier_failed"]


def test_a_clock_that_is_set_back_holds_up_no_end(
    alarm: CourierAlarm, clock: Clock, log: LogCapture
) -> None:
    alarm.failed("the door", LOGIN)
    alarm.works("the door")
    clock.forward(days=-30)
    alarm.look()
    clock.forward(minutes=6)
    alarm.look()
    assert log.names == ["courier_misconfigured", "courier_recovered"]


def test_another_courier_has_the_same_trouble_told_again_or_ends_it_at_once(
    alarm: CourierAlarm, log: LogCapture
) -> None:
    alarm.failed("the door", LOGIN)
    alarm.forget()
    alarm.failed("the door", LOGIN)
    alarm.forget()
    alarm.works("the door")
    assert log.names == ["courier_misconfigured"] * 2 + ["courier_recovered"]


class ServesThree(FakeCourier):
    """A server that turns away each fourth connection at once, for as long as it does."""

    def __init__(self, error: OptoutdError) -> None:
        super().__init__()
        self.error: OptoutdError | None = error
        self.turned_away = 0
        self._served = 0

    async def deliver(self, mail: OutgoingMail, *, speaks: Speaks = unheard) -> Accepted:
        if self.error is not None and self._served == 3:
            self.turned_away += 1
            raise self.error
        self._served += 1
        try:
            await asyncio.sleep(0.002)
            return await super().deliver(mail, speaks=speaks)
        finally:
            self._served -= 1


async def deliver_all(box: Outbox, store: FakeStore, clock: Clock) -> None:
    while store.waiting():
        await box.drain(0.05)
        clock.forward(seconds=1)


@pytest.mark.parametrize(
    ("step", "code", "words"),
    [
        (Step.CONNECT, 554, "5.7.0 too many connections from your host"),
        (Step.AUTH, 535, "5.7.8 too many logins"),
    ],
)
async def test_a_server_that_refuses_one_connection_of_four_is_one_alarm(
    clock: Clock, log: LogCapture, step: Step, code: int, words: str
) -> None:
    store, courier = FakeStore(), ServesThree(refused(step, code, words))
    box = outbox(store, courier, clock)
    queue(store, *range(1, 101))
    await deliver_all(box, store, clock)
    assert states(store) == {"sent": 100}
    assert courier.turned_away > 5
    assert len(log.named("courier_misconfigured")) == 1
    assert log.named("courier_recovered") == []
    courier.error = None
    clock.forward(minutes=5)
    await box.drain(0.01)
    assert len(log.named("courier_recovered")) == 1


async def test_a_refused_login_that_is_mended_is_told_once_and_is_over_at_once(
    clock: Clock, log: LogCapture
) -> None:
    class Refusing(FakeCourier):
        error: OptoutdError | None = LOGIN

        async def deliver(self, mail: OutgoingMail, *, speaks: Speaks = unheard) -> Accepted:
            if self.error is not None:
                raise self.error
            return await super().deliver(mail, speaks=speaks)

    store, courier = FakeStore(), Refusing()
    box = outbox(store, courier, clock)
    queue(store, 1, 2)
    for _ in range(5):
        await box.drain(0.01)
        clock.forward(minutes=20)
    assert log.names == ["courier_misconfigured"]
    courier.error = None
    await box.drain(0.5)
    assert log.names[1] == "courier_recovered"
    assert states(store) == {"sent": 2}


async def test_a_sender_that_is_taken_again_is_told(clock: Clock, log: LogCapture) -> None:
    store, courier = FakeStore(), FakeCourier()
    courier.answer("mail", "550 5.1.7 no null sender here", only="", times=3)
    box = outbox(store, courier, clock)
    queue(store, 1)
    while store.waiting():
        await box.drain(0.05)
        clock.forward(minutes=1)
    clock.forward(minutes=25)
    await box.drain(0.01)
    assert len(log.named("courier_misconfigured")) == 1
    assert log.fields("courier_recovered", "setting") == ["reply.envelope_from"]
