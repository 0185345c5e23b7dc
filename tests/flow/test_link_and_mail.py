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
from handlers.list_token import ListToken
from handlers.recorded import Recorded
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
