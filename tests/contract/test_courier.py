"""What every courier promises, over the real one on a real server and over its fake."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import pytest

from config.settings import SmtpSettings
from daemon.couriers import open_courier
from daemon.errors import (
    CourierMisconfigured,
    CourierUnreachable,
    OutcomeUnknown,
    PermanentFailure,
    SenderDeferred,
    TemporaryFailure,
)
from daemon.ports import Accepted, Courier
from handlers.address import Address, make_address
from handlers.values import OutgoingMail
from tests.contract.fake_courier import DROP, HANG, FakeCourier, Stage
from tests.servers.smtp import SmtpServer

CUSTOMER = "customer@elsewhere.example"
OURS = "cancel@gigapros.example"


@dataclass(frozen=True)
class Taken:
    sender: str
    recipients: tuple[str, ...]
    raw: bytes


class World(Protocol):
    """A courier, and what is at the other end."""

    def new_courier(self) -> Courier: ...

    def answer(
        self,
        stage: Stage,
        reply: str,
        *,
        only: str | None = None,
        sender: str | None = None,
        times: int | None = None,
        keep: bool = False,
    ) -> None: ...

    def taken(self) -> list[Taken]: ...


class RealWorld:
    def __init__(self, server: SmtpServer) -> None:
        self.server = server
        self.answer = server.answer

    def new_courier(self) -> Courier:
        settings = SmtpSettings(
            host=self.server.host,
            port=self.server.port,
            security="none",
            timeout_seconds=3.0,  # a busy machine takes its time
            connections=3,
        )
        return open_courier(settings, None)

    def taken(self) -> list[Taken]:
        return [Taken(mail.sender, mail.recipients, mail.raw) for mail in self.server.received]


class FakeWorld:
    def __init__(self) -> None:
        self.courier = FakeCourier()
        self.answer = self.courier.answer

    def new_courier(self) -> Courier:
        return self.courier

    def taken(self) -> list[Taken]:
        return [
            Taken(mail.envelope_from, (mail.recipient.written,), mail.raw)
            for mail in self.courier.taken
        ]


@pytest.fixture(params=["smtp", "fake"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    if request.param == "fake":
        yield FakeWorld()
        return
    with SmtpServer() as server:
        yield RealWorld(server)


def address(written: str) -> Address:
    made = make_address(written)
    assert made is not None
    return made


def mail(number: int = 1, *, to: str = CUSTOMER, sender: str = "") -> OutgoingMail:
    raw = (
        f"From: support@gigapros.example\r\nTo: {to}\r\nSubject: Re: {number}\r\n"
        f"Message-ID: <{number}@gigapros.example>\r\n\r\n"
        "A line.\r\n.a line that starts with a dot\r\n.\r\n..\r\nThe last line.\r\n"
    ).encode()
    return OutgoingMail(
        idempotency_key=f"k{number}",
        message_id=f"<{number}@gigapros.example>",
        recipient=address(to),
        envelope_from=sender,
        raw=raw,
        references=(),
        secret_hash="",
        mailbox="support",
    )


def outcomes(world: World, *mails: OutgoingMail) -> list[Accepted | BaseException]:
    """What becomes of the mails, delivered one after another by one courier."""

    async def deliver_all() -> list[Accepted | BaseException]:
        courier = world.new_courier()
        found: list[Accepted | BaseException] = []
        for each in mails:
            found += await asyncio.gather(courier.deliver(each), return_exceptions=True)
        await courier.close()
        return found

    return asyncio.run(deliver_all())


def test_a_mail_arrives_with_its_very_bytes_its_sender_and_its_one_recipient(
    world: World,
) -> None:
    sent = mail(sender=OURS)
    (outcome,) = outcomes(world, sent)
    assert isinstance(outcome, Accepted)
    assert outcome.response.startswith("250")
    assert world.taken() == [Taken(OURS, (CUSTOMER,), sent.raw)]


def test_an_empty_envelope_sender_is_the_null_reverse_path(world: World) -> None:
    outcomes(world, mail(sender=""))
    assert [taken.sender for taken in world.taken()] == [""]


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize("code", ["421", "450", "451", "452"])
def test_a_4yz_at_any_step_is_temporary_and_the_next_mail_goes_out(
    world: World, stage: Stage, code: str
) -> None:
    world.answer(stage, f"{code} 4.3.2 come back later", times=1)
    refused, after = outcomes(world, mail(1), mail(2))
    assert isinstance(refused, TemporaryFailure)
    assert not isinstance(refused, CourierMisconfigured | CourierUnreachable)
    assert refused.part == "smtp"
    assert "come back later" in str(refused)
    assert isinstance(after, Accepted)
    assert [taken.raw for taken in world.taken()] == [mail(2).raw]


@pytest.mark.parametrize("reply", ["421 4.3.2 too busy", "450 4.7.0 wait", DROP, HANG])
def test_a_server_that_lets_nobody_in_has_not_seen_the_mail(world: World, reply: str) -> None:
    world.answer("ehlo", reply, times=1)
    away, after = outcomes(world, mail(1), mail(2))
    assert isinstance(away, CourierUnreachable)
    assert isinstance(after, Accepted)
    assert [taken.raw for taken in world.taken()] == [mail(2).raw]


@pytest.mark.parametrize("stage", ["rcpt", "data", "dot"])
@pytest.mark.parametrize("code", ["550", "552", "554"])
def test_a_5yz_to_the_recipient_or_the_mail_is_permanent_and_the_next_mail_goes_out(
    world: World, stage: Stage, code: str
) -> None:
    world.answer(stage, f"{code} 5.1.1 nobody of that name", only=CUSTOMER)
    refused, after = outcomes(world, mail(1), mail(2, to="other@elsewhere.example"))
    assert isinstance(refused, PermanentFailure)
    assert refused.part == "smtp"
    assert "nobody of that name" in str(refused)
    assert isinstance(after, Accepted)
    assert [taken.recipients for taken in world.taken()] == [("other@elsewhere.example",)]


def test_a_server_that_refuses_the_null_sender_is_a_fault_of_the_configuration(
    world: World,
) -> None:
    world.answer("mail", "550 5.1.7 no null sender here", only="")
    refused, after = outcomes(world, mail(1, sender=""), mail(2, sender=OURS))
    assert isinstance(refused, CourierMisconfigured)
    assert refused.setting == "reply.envelope_from"
    assert refused.cure
    assert isinstance(after, Accepted)


@pytest.mark.parametrize(
    ("stage", "reply"),
    [
        ("rcpt", "550 5.7.1 you may not do that"),
        ("rcpt", "550 5.7.1 <>: Sender address rejected"),
        ("data", "554 5.7.1 no null sender, please"),
        ("dot", "554 5.7.1 a message with an empty envelope sender is refused"),
    ],
)
def test_a_null_sender_that_is_refused_later_is_no_fault_of_the_recipient(
    world: World, stage: Stage, reply: str
) -> None:
    world.answer(stage, reply, sender="")
    refused, after = outcomes(world, mail(1, sender=""), mail(2, sender=OURS))
    assert isinstance(refused, CourierMisconfigured)
    assert refused.setting == "reply.envelope_from"
    assert isinstance(after, Accepted)


@pytest.mark.parametrize("stage", ["mail", "rcpt"])
def test_a_null_sender_that_is_put_off_is_no_fault_of_the_recipient(
    world: World, stage: Stage
) -> None:
    world.answer(stage, "450 4.7.1 not now", sender="")
    put_off, after = outcomes(world, mail(1, sender=""), mail(2, sender=OURS))
    assert isinstance(put_off, SenderDeferred)
    assert put_off.setting == "reply.envelope_from"
    assert put_off.cure
    assert isinstance(after, Accepted)


def test_a_server_that_refuses_our_own_address_is_a_fault_of_the_configuration(
    world: World,
) -> None:
    world.answer("mail", "553 5.7.1 not owned by user", only=OURS)
    (refused,) = outcomes(world, mail(sender=OURS))
    assert isinstance(refused, CourierMisconfigured)
    assert refused.setting == "smtp.username"


@pytest.mark.parametrize(
    "words", ["530 5.7.0 Authentication required", "554 5.7.1 Relay access denied"]
)
def test_a_recipient_refused_for_want_of_a_login_is_no_fault_of_the_recipient(
    world: World, words: str
) -> None:
    world.answer("rcpt", words)
    (refused,) = outcomes(world, mail())
    assert isinstance(refused, CourierMisconfigured)
    assert refused.setting == "smtp.username"


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("silence", [DROP, HANG])
def test_a_connection_lost_before_the_final_dot_is_temporary(
    world: World, stage: Stage, silence: str
) -> None:
    world.answer(stage, silence, times=1)
    lost, after = outcomes(world, mail(1), mail(2))
    assert isinstance(lost, TemporaryFailure)
    assert isinstance(after, Accepted)
    assert [taken.raw for taken in world.taken()] == [mail(2).raw]


@pytest.mark.parametrize("silence", [DROP, HANG])
@pytest.mark.parametrize("taken", [True, False])
def test_a_connection_lost_behind_the_final_dot_leaves_the_outcome_unknown(
    world: World, silence: str, taken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.couriers.smtp.MAX_DOT_TIMEOUT_S", 0.0)
    world.answer("dot", silence, times=1, keep=taken)
    lost, after = outcomes(world, mail(1), mail(2))
    assert isinstance(lost, OutcomeUnknown)
    assert isinstance(after, Accepted)
    assert len(world.taken()) == 1 + taken


def test_no_error_shows_the_address_that_the_server_repeats(world: World) -> None:
    world.answer("rcpt", f"550 5.1.1 <{CUSTOMER}>: no such user {CUSTOMER}")
    (refused,) = outcomes(world, mail())
    assert isinstance(refused, PermanentFailure)
    assert "customer" not in str(refused)
    assert "no such user" in str(refused)
    assert refused.__cause__ is None
    assert refused.__suppress_context__ or refused.__context__ is None


def test_many_mails_at_once_arrive_once_each(world: World) -> None:
    async def deliver_all() -> list[Accepted]:
        courier = world.new_courier()
        accepted = await asyncio.gather(*(courier.deliver(mail(n)) for n in range(40)))
        await courier.close()
        return accepted

    assert len(asyncio.run(deliver_all())) == 40
    assert sorted(taken.raw for taken in world.taken()) == sorted(mail(n).raw for n in range(40))


def test_inspecting_sends_no_mail(world: World) -> None:
    async def inspect() -> list[str]:
        courier = world.new_courier()
        notes = await courier.inspect(envelope_from="", recipient=OURS)
        await courier.close()
        return notes

    assert asyncio.run(inspect())
    assert world.taken() == []


@pytest.mark.parametrize("stage", ["mail", "rcpt"])
def test_inspecting_finds_a_null_sender_that_is_refused_or_put_off(
    world: World, stage: Stage
) -> None:
    async def inspect(sender: str) -> None:
        courier = world.new_courier()
        try:
            await courier.inspect(envelope_from=sender, recipient=OURS)
        finally:
            await courier.close()

    for reply, expected in (("550 no", CourierMisconfigured), ("450 no", SenderDeferred)):
        world.answer(stage, reply, sender="")
        asyncio.run(inspect(OURS))
        with pytest.raises(expected) as caught:
            asyncio.run(inspect(""))
        assert caught.value.setting == "reply.envelope_from"


@pytest.mark.parametrize("stage", ["mail", "rcpt"])
def test_inspecting_finds_what_delivering_would(world: World, stage: Stage) -> None:
    world.answer(stage, "550 5.7.0 certainly not")

    async def inspect() -> None:
        courier = world.new_courier()
        try:
            await courier.inspect(envelope_from="", recipient=OURS)
        finally:
            await courier.close()

    expected = CourierMisconfigured if stage == "mail" else PermanentFailure
    with pytest.raises(expected, match="certainly not"):
        asyncio.run(inspect())


def test_closing_twice_and_before_the_first_mail_does_nothing(world: World) -> None:
    async def close_twice() -> None:
        courier = world.new_courier()
        await courier.close()
        await courier.close()

    asyncio.run(close_twice())


@pytest.mark.parametrize(
    ("stage", "answer", "times"),
    [
        ("ehlo", "421 4.3.2 not now", 0),
        ("mail", "451 4.3.0 not now", 0),
        ("rcpt", "550 5.1.1 nobody of that name", 0),
        ("data", "451 4.3.0 not now", 1),
        ("dot", DROP, 1),
        ("dot", "250 taken", 1),
    ],
)
def test_a_server_speaks_when_it_has_taken_sender_and_recipient(
    world: World, stage: Stage, answer: str, times: int
) -> None:
    if not answer.startswith("250"):
        world.answer(stage, answer)
    spoke: list[int] = []

    async def deliver() -> None:
        courier = world.new_courier()
        delivery = courier.deliver(mail(), speaks=lambda: spoke.append(len(world.taken())))
        await asyncio.gather(delivery, return_exceptions=True)
        await courier.close()

    asyncio.run(deliver())
    assert spoke == [0] * times  # and had not taken the mail then
