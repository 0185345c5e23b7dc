"""Two letters of a customer that are read in one pass, or in two before anything was sent."""

from __future__ import annotations

import pytest

from daemon.flow import Route
from daemon.ports import Store
from handlers.values import Role, State
from tests.contract.fake_mailbox import FakeMailbox
from tests.flow.routes import NOW, Clock, message, route

PROVEN = "Authentication-Results: mx.shop.example; dmarc=pass header.from=customer.example\r\n"


@pytest.mark.parametrize("passes", [1, 2], ids=["in one pass", "in two"])
def test_who_is_proven_by_the_second_letter_is_not_asked_about_the_first(
    store: Store, clock: Clock, passes: int
) -> None:
    box = FakeMailbox("cancel")
    one = route(box, store, clock=clock, role=Role.CANCEL)
    one.run()
    put(box, 1, "Please cancel my account.")
    between(one, clock, passes)
    put(box, 2, "I repeat: please cancel my account.", PROVEN)
    one.run()
    (request,) = store.requests()
    assert request.state is State.CONFIRMED
    (mail,) = store.take_due(9, now=clock())
    assert b"confirm" in mail.mail.raw
    assert not mail.mail.asks
    assert [row.state for row in store.mails(["failed"], limit=9)] == ["failed"]


@pytest.mark.parametrize("passes", [1, 2], ids=["in one pass", "in two"])
def test_an_opt_out_is_told_though_a_cancellation_follows(
    store: Store, clock: Clock, passes: int
) -> None:
    box = FakeMailbox("cancel")
    one = route(box, store, clock=clock, role=Role.CANCEL)
    one.run()
    put(box, 1, "Please unsubscribe me from the newsletter.")
    between(one, clock, passes)
    put(box, 2, "Please cancel my account.")
    one.run()
    told = {q.mail.references[0][:1]: q.mail.asks for q in store.take_due(9, now=clock())}
    assert told == {"O": False, "C": True}


def put(box: FakeMailbox, number: int, text: str, more: str = "") -> None:
    box.deliver(message(text, number=number, more=more), internal_date=NOW)


def between(one: Route, clock: Clock, passes: int) -> None:
    clock.forward(minutes=1)
    if passes == 2:
        one.run()
        clock.forward(seconds=1)
