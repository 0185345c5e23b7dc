"""Reminders of questions that nobody has answered: by the real route, writer and store."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from daemon.announcing import Announcer
from daemon.app import App, reply_writer
from daemon.errors import OptoutdError, PermanentFailure, TemporaryFailure
from daemon.outbox import Outbox
from daemon.ports import MailboxStatus, Store
from daemon.reminders import all_are_read, remind
from handlers.values import Intent, OutgoingMail, Request, Role, State
from tests.contract.fake_courier import FakeCourier
from tests.contract.fake_mailbox import FakeMailbox
from tests.contract.fake_store import FakeStore
from tests.flow.routes import NOW, Clock, message, route, store_in
from tests.unit.configs import GOOD, loaded
from tests.unit.log_capture import LogCapture

ANNA = "anna@customer.example"
BUSY = TemporaryFailure("the store cannot be used now: disk full", part="store")
BROKEN = PermanentFailure("the store cannot be used: read-only", part="store")
CONFIG = GOOD.replace("cancel-de", "cancel").replace("cancel@example.com", "cancel@shop.example")


class Desk:
    """A cancel@ mailbox with its route, a store, and what reminds."""

    def __init__(self, folder: Path, store: Store, clock: Clock) -> None:
        self.clock, self.store = clock, store
        self.box = FakeMailbox("cancel")
        self.route = route(self.box, store, clock=clock, role=Role.CANCEL)
        settings = loaded(folder, CONFIG)
        courier = FakeCourier()
        self.app = App(
            settings=settings,
            store=store,
            courier=courier,
            outbox=Outbox(
                store=store,
                courier=courier,
                connections=1,
                replies_per_hour=0,
                now=clock,
                jitter=lambda: 0.5,
            ),
            announcer=Announcer(store=store, known={}, now=clock, jitter=lambda: 0.5),
            watches={},
            now=clock,
            writer=reply_writer(settings),
        )

    def receive(self, text: str, *, number: int = 1, more: str = "") -> None:
        raw = message(
            text,
            subject="Closing down",
            number=number,
            to="cancel@shop.example",
            when=self.clock(),
            more=more,
        )
        self.box.deliver(raw, internal_date=self.clock())
        self.route.run()

    def send(self) -> OutgoingMail:
        """Sends the one mail that is due."""
        (queued,) = self.store.take_due(10, now=self.clock())
        self.store.sent({queued.row: "250"}, now=self.clock())
        return queued.mail

    def request(self) -> Request:
        """The cancellation."""
        (request,) = (r for r in self.store.requests() if r.kind is Intent.CANCELLATION)
        return request


@pytest.fixture
def desk(tmp_path: Path, log: LogCapture) -> Iterator[Desk]:
    clock = Clock(NOW)
    with store_in(tmp_path, clock) as store:
        yield Desk(tmp_path, store, clock)


def read(mail: OutgoingMail) -> EmailMessage:
    parsed = email.message_from_bytes(mail.raw, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


async def test_a_question_is_asked_once_more_in_its_thread_and_the_answer_confirms(
    desk: Desk, log: LogCapture
) -> None:
    desk.receive("Please cancel my account by 31 December 2026.")
    question = desk.send()
    desk.clock.forward(days=2.9)
    await remind(desk.app)
    assert desk.store.waiting() == 0
    desk.clock.forward(days=0.2)
    queued: list[bool] = []
    desk.app.mail_queued.append(lambda: queued.append(True))
    await remind(desk.app)
    assert queued == [True]
    reminder = desk.send()
    await remind(desk.app)
    desk.clock.forward(days=3)
    await remind(desk.app)
    assert desk.store.waiting() == 0

    asked, again = read(question), read(reminder)
    assert again["In-Reply-To"] == asked["Message-ID"] != again["Message-ID"]
    assert again["References"].split()[-1] == asked["Message-ID"]
    assert again["Subject"] == asked["Subject"]
    assert (again["To"], reminder.envelope_from) == (ANNA, "cancel@shop.example")
    assert reminder.references == (desk.request().reference,)
    assert "reminder" in again.get_content()
    assert "2026-11-24 12:00" in again.get_content()
    assert log.fields("questions_reminded", "requests") == [[desk.request().reference]]

    desk.receive("Yes", number=2, more=f"In-Reply-To: {again['Message-ID']}\r\n")
    assert desk.request().state is State.CONFIRMED


async def test_the_answer_to_the_first_question_counts_after_the_reminder_too(
    desk: Desk,
) -> None:
    desk.receive("Please cancel my account.")
    question = desk.send()
    desk.clock.forward(days=4)
    await remind(desk.app)
    desk.send()
    desk.receive("No", number=2, more=f"In-Reply-To: {question.message_id}\r\n")
    assert desk.request().state is State.REJECTED


@pytest.mark.parametrize(("text", "state"), [("No", State.REJECTED), ("Yes", State.CONFIRMED)])
async def test_who_answers_before_the_reminder_has_left_is_not_reminded(
    desk: Desk, text: str, state: State
) -> None:
    desk.receive("Please cancel my account.")
    question = desk.send()
    desk.clock.forward(days=4)
    await remind(desk.app)
    assert desk.store.waiting() == 1
    desk.receive(text, number=2, more=f"In-Reply-To: {question.message_id}\r\n")
    assert desk.request().state is state
    assert "reminder" not in read(desk.send()).get_content()  # what follows the answer, alone


async def test_the_answer_to_the_reminder_may_be_no_and_counts_once(desk: Desk) -> None:
    desk.receive("Please cancel my account.")
    question = desk.send()
    desk.clock.forward(days=4)
    await remind(desk.app)
    reminder = desk.send()
    desk.receive("No", number=2, more=f"In-Reply-To: {reminder.message_id}\r\n")
    assert desk.request().state is State.REJECTED
    desk.send()
    desk.receive("Yes", number=3, more=f"In-Reply-To: {question.message_id}\r\n")
    assert desk.request().state is State.REJECTED
    assert desk.store.waiting() == 0


async def test_a_bounce_of_the_reminder_puts_the_cancellation_on_review(desk: Desk) -> None:
    desk.receive("Please cancel my account.")
    desk.send()
    desk.clock.forward(days=4)
    await remind(desk.app)
    reminder = desk.send()
    report = (
        b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.elsewhere.example\r\n"
        b"To: cancel@shop.example\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        b"Message-ID: <bounce@mx.elsewhere.example>\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nUser unknown.\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + reminder.raw + b"\r\n--b--\r\n"
    )
    desk.box.deliver(report, internal_date=desk.clock())
    desk.route.run()
    assert (desk.request().state, desk.request().reason) == (
        State.REVIEW,
        "question-undeliverable",
    )


@pytest.mark.parametrize(
    "extra",
    [
        "[cancellation]\nreminder_days = 0",
        "[cancellation]\nreminder_days = 7\nquestion_days = 7",
        "[limits]\nreplies_per_address_per_day = 1",
    ],
    ids=["never", "after the end", "cap"],
)
async def test_nobody_is_reminded_where_the_settings_say_so(
    desk: Desk, tmp_path: Path, extra: str
) -> None:
    desk.receive("Please cancel my account.")
    desk.send()
    desk.clock.forward(days=9)
    # Another mail of today, for the cap.
    desk.receive("Please unsubscribe me from your newsletter.", number=2)
    desk.send()
    desk.app.settings = loaded(tmp_path, f"{CONFIG}{extra}\n")
    await remind(desk.app)
    assert desk.store.waiting() == 0
    assert desk.request().reminded_at is None


async def test_a_mailbox_that_is_not_configured_any_more_reminds_nobody(
    desk: Desk, tmp_path: Path
) -> None:
    desk.receive("Please cancel my account.")
    desk.send()
    desk.clock.forward(days=4)
    desk.app.settings = loaded(tmp_path)
    await remind(desk.app)
    assert desk.store.waiting() == 0


@pytest.mark.parametrize("error", [BUSY, BROKEN], ids=["temporary", "permanent"])
async def test_a_store_that_fails_is_an_alarm_and_no_more(
    tmp_path: Path, log: LogCapture, error: OptoutdError
) -> None:
    store = FakeStore()
    desk = Desk(tmp_path, store, Clock(NOW))
    store.fail_next("questions_to_remind", error)
    await remind(desk.app)
    assert log.fields("store_failed", "error") == [str(error)]


WELL = MailboxStatus(
    mailbox="support", process="p", polled_at=NOW, succeeded_at=NOW, waiting=0, idles=True
)


@pytest.mark.parametrize(
    ("changes", "read_of_all"),
    [
        ({}, True),
        ({"error": "NO"}, False),
        ({"succeeded_at": None}, False),
        ({"succeeded_at": NOW - timedelta(minutes=7)}, True),
        ({"succeeded_at": NOW - timedelta(minutes=9)}, False),
        ({"mailbox": "another"}, False),
    ],
)
def test_an_answer_may_lie_unread_unless_each_mailbox_is_read(
    tmp_path: Path, changes: dict[str, object], read_of_all: bool
) -> None:
    settings = loaded(tmp_path, CONFIG)
    statuses = [replace(WELL, **changes), replace(WELL, mailbox="cancel")]  # type: ignore[arg-type]
    assert all_are_read(settings, statuses, NOW) is read_of_all
