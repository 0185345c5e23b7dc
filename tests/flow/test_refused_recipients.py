"""A refusal that may be ours or the recipient's: what becomes of the other mails tells which."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.couriers.outcome import Step, refused
from daemon.outbox import Outbox
from handlers.values import State
from tests.contract.fake_courier import FakeCourier
from tests.contract.fake_store import FakeStore
from tests.contract.store_values import NOW, entry, mail, record, request
from tests.flow.routes import Clock
from tests.flow.test_outbox import (
    Raising,
    numbers,
    outbox,
    queue,
    queue_question,
    state_of,
    states,
)
from tests.unit.log_capture import LogCapture

BAD = "bad@there.example"
RELAY = "550 5.7.1 Unable to relay to this recipient"
NULL_SENDER = "550 5.7.1 a message with an empty envelope sender is refused"


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def courier() -> FakeCourier:
    return FakeCourier()


def queue_question_to(store: FakeStore, to: str, number: int = 1) -> None:
    made = (request(f"C-{number}"), request(f"O-{number}"))
    outgoing = mail(number, f"O-{number}", f"C-{number}", to=to, asks=True)
    record(store, entry(number, outgoing, requests=made))


async def next_attempts(box: Outbox, store: FakeStore, clock: Clock, times: int) -> None:
    for _ in range(times):
        if not (due := [found.next_at for found in store.outbox if found.state == "queued"]):
            return
        clock.now = max(clock.now, min(due))
        await box.drain(0.05)


@pytest.mark.parametrize("refusal", [RELAY, NULL_SENDER])
async def test_a_refusal_of_one_recipient_while_others_are_taken_fails_and_is_no_alarm(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture, refusal: str
) -> None:
    queue_question_to(store, BAD)
    courier.answer("rcpt", refusal, only=BAD)
    box = outbox(store, courier, clock)
    await box.drain(0.05)
    queue(store, 2, at=clock())
    await next_attempts(box, store, clock, 3)
    assert states(store) == {"failed": 1, "sent": 1}
    assert state_of(store, "C-1") is State.REVIEW
    assert log.named("courier_misconfigured") == []


async def test_what_was_on_its_way_when_a_relay_was_refused_says_nothing_of_the_recipient(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    """A server that begins to refuse all may have looked at the recipient of one before."""
    queue(store, 2)
    box = outbox(store, courier, clock)
    await box.drain(0.05)
    queue_question_to(store, BAD)
    courier.answer("rcpt", RELAY)
    await next_attempts(box, store, clock, 5)
    assert states(store) == {"sent": 1, "queued": 1}
    assert len(log.named("courier_misconfigured")) == 1


async def test_a_refusal_that_was_taken_for_ours_is_over_when_it_is_the_recipients(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    question = replace(mail(1, "C-1", to=BAD, asks=True), envelope_from="cancel@shop.example")
    record(store, entry(1, question, requests=(request("C-1"),)))
    courier.answer("rcpt", RELAY, only=BAD)
    box = outbox(store, courier, clock)
    await box.drain(0.05)
    await next_attempts(box, store, clock, 5)
    assert len(log.named("courier_misconfigured")) == 1
    queue(store, 2, at=clock())
    await next_attempts(box, store, clock, 2)
    clock.forward(minutes=25)
    await box.drain(0.05)
    assert states(store) == {"failed": 1, "sent": 1}
    assert log.fields("courier_recovered", "setting") == ["smtp.username"]


async def test_a_relay_that_is_refused_for_all_waits_for_five_days_and_is_one_alarm(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    queue_question_to(store, BAD)
    queue_question(store, 2)
    courier.answer("rcpt", RELAY)
    box = outbox(store, courier, clock, connections=1)
    await box.drain(0.05)
    while any(found.state == "queued" for found in store.outbox):
        assert clock() - NOW < timedelta(days=6)
        await next_attempts(box, store, clock, 1)
    assert clock() - NOW >= timedelta(days=5)
    assert states(store) == {"failed": 2}
    assert {state_of(store, "C-1"), state_of(store, "C-2")} == {State.REVIEW}
    assert log.fields("courier_misconfigured", "setting") == ["smtp.username"]


async def test_a_relay_that_is_allowed_in_the_end_has_failed_nobody(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    queue(store, *range(1, 9))
    courier.answer("rcpt", RELAY, times=40)
    box = outbox(store, courier, clock)
    await next_attempts(box, store, clock, 60)
    assert numbers(courier) == list(range(1, 9))
    assert states(store) == {"sent": 8}
    assert len(log.named("courier_misconfigured")) == 1


async def test_a_null_sender_that_one_recipient_puts_off_is_no_alarm_and_given_up_in_five_days(
    store: FakeStore, courier: FakeCourier, clock: Clock, log: LogCapture
) -> None:
    queue_question_to(store, BAD)
    courier.answer("rcpt", "450 4.7.1 no empty sender: <>", only=BAD)
    box = outbox(store, courier, clock)
    await box.drain(0.05)
    for number in range(2, 60):
        queue(store, number, at=clock())
        await next_attempts(box, store, clock, 2)
    assert states(store) == {"failed": 1, "sent": 58}
    assert timedelta(days=5) <= clock() - NOW < timedelta(days=6)
    assert log.named("courier_misconfigured") == []


async def test_a_mail_whose_sender_is_refused_waits_though_others_of_it_are_taken(
    store: FakeStore, clock: Clock, log: LogCapture
) -> None:
    """No recipient can be the cause, for the server has not heard of one."""
    courier = Raising(refused(Step.MAIL, 550, "5.1.7 not now", null_sender=True), only=1)
    box = outbox(store, courier, clock)
    queue(store, 1)
    for number in range(2, 40):
        queue(store, number, at=clock())
        await next_attempts(box, store, clock, 2)
    assert states(store) == {"queued": 1, "sent": 38}
    assert len(log.named("courier_misconfigured")) == 1
