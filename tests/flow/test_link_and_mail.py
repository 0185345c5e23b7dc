"""Who leaves by the newsletter's link and asks in another way too stays off the lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from daemon.list_exit import Exit
from daemon.office import Office
from daemon.ports import Store
from daemon.tokens import draw_tokens
from handlers.case import Policy
from handlers.list_token import ListToken, Sealer
from handlers.recorded import Recorded
from handlers.staff import Wish
from handlers.steps import Command
from handlers.values import Intent, State
from tests.contract.fake_mailbox import FakeMailbox
from tests.flow.routes import US, Clock, message, route, writer
from tests.unit.cases import address
from tests.unit.test_office import box as settings_of

ANNA = "anna@customer.example"
TOKEN = ListToken(address=address(ANNA), list_name="tips")


@pytest.fixture
def link(store: Store, clock: Clock) -> Exit:
    return Exit(store=store, policy=Policy(us=US), now=clock, draw=draw_tokens)


def by_mail(text: str) -> Callable[[Store, FakeMailbox, Clock], None]:
    def ask(store: Store, box: FakeMailbox, clock: Clock) -> None:
        one = route(box, store, clock=clock)
        one.run()
        box.deliver(message(text), internal_date=clock())
        clock.forward(minutes=1)
        one.run()
        assert len(store.take_due(9, now=clock())) == 1

    return ask


def office(store: Store, clock: Clock) -> Office:
    return Office(
        store=store,
        boxes=(settings_of("support", "support"),),
        policy=Policy(us=US),
        writer=writer(),
        now=clock,
        draw=draw_tokens,
    )


def call(channel: str, at: datetime) -> Recorded:
    return Recorded(
        kind=Intent.OPT_OUT,
        address=address(ANNA),
        channel=channel,
        received_at=at,
        taken_by="ida",
        language="en",
    )


def by_phone(store: Store, _: FakeMailbox, clock: Clock) -> None:
    office(store, clock).record(call("phone", clock()), by="ida", reply=True)


def in_a_file(store: Store, _: FakeMailbox, clock: Clock) -> None:
    lines = [call("panel", clock())]
    for _twice in range(2):
        office(store, clock).record_many(lines, by="ida", reply=False)
    (made,) = store.requests()
    noted = [what for _, what, _ in store.history(made.reference)]
    assert noted.count("request_repeated") == 1


@pytest.mark.parametrize(
    "ask",
    [by_mail("Please unsubscribe me from everything."), by_phone, in_a_file],
    ids=["mail", "phone", "a file of the panel's"],
)
def test_what_was_asked_for_in_another_way_as_well_is_not_taken_back_by_the_link(
    store: Store,
    box: FakeMailbox,
    clock: Clock,
    link: Exit,
    ask: Callable[[Store, FakeMailbox, Clock], None],
) -> None:
    assert link.leave(TOKEN, "*", language="en").may_undo
    clock.forward(minutes=5)
    ask(store, box, clock)
    assert not link.standing(TOKEN).may_undo
    done, stands = link.undo(TOKEN)
    assert (done, stands.left_all, stands.may_undo) == (False, True, False)
    assert store.suppression(ANNA) is not None
    assert [request.state for request in store.requests()] == [State.EFFECTIVE]


def test_a_line_of_a_file_from_before_the_link_leaves_it_to_take_back_what_it_did(
    store: Store, clock: Clock, link: Exit
) -> None:
    before = clock()
    clock.forward(minutes=5)
    link.leave(TOKEN, "*", language="en")
    office(store, clock).record_many([call("panel", before)], by="ida", reply=False)
    assert link.undo(TOKEN)[0]
    assert store.suppression(ANNA) is None


@pytest.mark.parametrize("way", ["button", "link"])
def test_who_leaves_a_list_while_a_letter_is_held_can_be_put_back_when_that_is_rejected(
    store: Store, box: FakeMailbox, clock: Clock, link: Exit, way: str
) -> None:
    """What was held is another wish: its end is not the end of what the token did."""
    sealer = Sealer(*store.token_key(now=clock()))
    one = route(box, store, clock=clock)
    one.run()
    forged = "Authentication-Results: mx.shop.example; dmarc=fail header.from=customer.example\r\n"
    box.deliver(message("Please unsubscribe me.", more=forged), internal_date=clock())
    clock.forward(minutes=1)
    one.run()
    (held,) = store.requests()
    assert held.state is State.REVIEW
    if way == "button":
        token = sealer.seal(ANNA, "tips")
        pressed = message("", subject=f"unsubscribe {token}", number=2)
        box.deliver(pressed, internal_date=clock())
        clock.forward(minutes=1)
        one.run()
    else:
        link.leave(TOKEN, "tips", language="en")
    staff = office(store, clock)
    staff.decide(held.reference, Wish(command=Command.REJECT), by="ida")
    kept = store.suppression(ANNA, "tips")
    assert kept is not None
    assert kept.reference != held.reference
    staff.decide(kept.reference, Wish(command=Command.UNDO), by="ida")
    assert store.suppression(ANNA, "tips") is None
