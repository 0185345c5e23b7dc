"""Whoever leaves one more list is told of to the receivers, by whatever way that comes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from daemon.list_exit import Exit
from daemon.ports import Audience, Outcome, Store
from daemon.tokens import draw_tokens
from handlers.case import Policy
from handlers.list_token import ListToken, Sealer
from tests.contract.fake_mailbox import FakeMailbox
from tests.flow.routes import US, Clock, message, route
from tests.flow.test_link_and_mail import call, office
from tests.unit.cases import address

ANNA = "anna@customer.example"


@pytest.mark.parametrize("first", ["mail", "link"])
def test_whoever_leaves_a_second_list_by_mail_is_told_of_with_that_list(
    store: Store, box: FakeMailbox, clock: Clock, first: str
) -> None:
    store.use_receivers([Audience(name="crm", target="a")], now=clock())
    sealer = Sealer(*store.token_key(now=clock()))
    one = route(box, store, clock=clock)
    one.run()

    def press(list_name: str, number: int) -> None:
        token = sealer.seal(ANNA, list_name)
        box.deliver(
            message("", subject=f"unsubscribe {token}", number=number), internal_date=clock()
        )
        clock.forward(minutes=1)
        one.run()

    if first == "mail":
        press("tips", 1)
    else:
        link = Exit(store=store, policy=Policy(us=US), now=clock, draw=draw_tokens)
        link.leave(ListToken(address=address(ANNA), list_name="tips"), "tips", language="en")
    press("news", 2)
    assert store.suppression(ANNA, "tips") is not None
    assert store.suppression(ANNA, "news") is not None
    off: set[str] = set()
    while found := store.take_announcements("crm", 10, now=clock()):
        for each in found:
            off |= set(each.lists)
            store.announced(each.row, Outcome(state="told"), now=clock())
    assert off == {"tips", "news"}


def test_whoever_asks_to_be_left_alone_by_all_after_one_list_is_told_of_with_all(
    store: Store, box: FakeMailbox, clock: Clock
) -> None:
    """Staff have recorded one list (`record opt-out --list tips`); then the customer writes."""
    store.use_receivers([Audience(name="crm", target="a")], now=clock())
    one = route(box, store, clock=clock)
    one.run()
    tips = replace(call("phone", clock()), list_name="tips")
    office(store, clock).record(tips, by="ida", reply=True)
    clock.forward(minutes=5)
    box.deliver(message("Please unsubscribe me from everything."), internal_date=clock())
    clock.forward(minutes=1)
    one.run()
    assert store.suppression(ANNA, "*") is not None
    off: set[str] = set()
    while found := store.take_announcements("crm", 10, now=clock()):
        for each in found:
            off |= set(each.lists)
            store.announced(each.row, Outcome(state="told"), now=clock())
    assert "*" in off
