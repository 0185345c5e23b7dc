"""A cancellation is paused while its question reaches nobody: resumed, it must not wait for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from daemon.flow import Route
from daemon.office import Office
from daemon.ports import Store
from daemon.tokens import draw_tokens
from handlers.case import Policy
from handlers.staff import Wish
from handlers.steps import Command, NotPossible
from handlers.values import Filing, State
from tests.contract.fake_mailbox import FakeMailbox
from tests.flow.routes import NOW, US, Clock, message, route, writer
from tests.unit.test_office import box as settings_of

CANCELLATIONS = Filing.CANCELLATIONS.value
RECEIVED = "Received: by mx.shop.example; Tue, 24 Nov 2026 12:00:00 +0000\r\n"


def refused(store: Store, row: int, now: Clock) -> None:
    store.failed(row, now=now(), error="550 mailbox full")


def dropped(store: Store, row: int, now: Clock) -> None:
    store.put_off(row, until=now(), error="451 busy")
    assert store.drop_mail(row, by="ida", now=now()) is not None


@pytest.fixture
def one(box: FakeMailbox, store: Store, clock: Clock) -> Route:
    first = route(box, store, clock=clock)
    first.run()
    return first


def paused(
    box: FakeMailbox,
    store: Store,
    clock: Clock,
    one: Route,
    ends: Callable[[Store, int, Clock], None],
) -> str:
    """A letter that was dragged back before its question was given up; the reference."""
    box.deliver(message("Please cancel my account.", more=RECEIVED), internal_date=NOW)
    one.run()
    drag(box, CANCELLATIONS, "INBOX")
    clock.forward(minutes=1)
    one.run()
    (made,) = store.requests()
    assert (made.state, made.reason) == (State.REVIEW, "moved-back-by-staff")
    (question,) = store.take_due(9, now=clock())
    ends(store, question.row, clock)
    clock.forward(minutes=1)
    return made.reference


def drag(box: FakeMailbox, source: str, to: str) -> None:
    for found in box.folder(source):
        box.drag(found.uid, to, source=source)


def stands(store: Store, reference: str) -> tuple[State, str]:
    found = store.request(reference)
    assert found is not None
    return found.state, found.reason


def test_filed_again_a_question_that_came_back_stays_on_review(
    box: FakeMailbox, store: Store, clock: Clock, one: Route
) -> None:
    reference = paused(box, store, clock, one, refused)
    drag(box, "INBOX", CANCELLATIONS)
    one.run()
    assert stands(store, reference) == (State.REVIEW, "question-undeliverable")
    assert store.waiting() == 0


def test_filed_again_a_question_that_staff_have_dropped_is_asked_anew(
    box: FakeMailbox, store: Store, clock: Clock, one: Route
) -> None:
    reference = paused(box, store, clock, one, dropped)
    drag(box, "INBOX", CANCELLATIONS)
    one.run()
    assert stands(store, reference)[0] is State.AWAITING_CONFIRMATION
    (asks,) = store.take_due(9, now=clock())
    assert asks.mail.asks


def test_approved_it_is_asked_anew_or_not_at_all(
    box: FakeMailbox, store: Store, clock: Clock, one: Route
) -> None:
    office = Office(
        store=store,
        boxes=(settings_of("support", "support"),),
        policy=Policy(us=US),
        writer=writer(),
        now=clock,
        draw=draw_tokens,
    )
    reference = paused(box, store, clock, one, refused)
    with pytest.raises(NotPossible, match="could not be delivered"):
        office.decide(reference, Wish(command=Command.APPROVE), by="ida")
    assert stands(store, reference) == (State.REVIEW, "question-undeliverable")
