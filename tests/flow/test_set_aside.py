"""Messages that cannot be read, and those on review, where people and servers move them about.

Such a message stands in the ledger under a digest of its octets. Read at another time it has the
digest of what it says, and is the same message.
"""

from __future__ import annotations

import pytest

from daemon.flow import Route
from daemon.office import Office
from daemon.ports import Store
from daemon.tokens import draw_tokens
from handlers.case import Policy
from handlers.recorded import Recorded
from handlers.values import Filing, Intent, State
from tests.contract.fake_mailbox import FakeMailbox
from tests.flow.conftest import POISON
from tests.flow.routes import NOW, US, Clock, message, route, writer
from tests.unit.cases import address
from tests.unit.log_capture import LogCapture
from tests.unit.test_office import box as settings_of

CANCELS = f"Please cancel my account. {POISON}"
ORDINARY = f"Where is my invoice? {POISON}"
UNSURE = "Please unsubscribe me if the price goes up."
RECEIVED = "Received: by mx.shop.example; Tue, 24 Nov 2026 12:00:00 +0000\r\n"
OPT_OUTS, CANCELLATIONS = Filing.OPT_OUTS.value, Filing.CANCELLATIONS.value
OURS = {r"\Flagged", "$OptoutdReview"}
WHOSE = "anna@customer.example"


@pytest.fixture
def one(box: FakeMailbox, store: Store, clock: Clock) -> Route:
    """The route, after its first look."""
    first = route(box, store, clock=clock)
    first.run()
    return first


def put(box: FakeMailbox, text: str, number: int = 1, *, more: str = RECEIVED) -> int:
    return box.deliver(message(text, number=number, more=more), internal_date=NOW)


def passes(one: Route, clock: Clock, count: int = 2) -> None:
    for _ in range(count):
        clock.forward(minutes=1)
        one.run()


def office(store: Store, clock: Clock) -> Office:
    return Office(
        store=store,
        boxes=(settings_of("support", "support"),),
        policy=Policy(us=US),
        writer=writer(),
        now=clock,
        draw=draw_tokens,
    )


def approve(store: Store, clock: Clock) -> None:
    """Staff have read what we could not: it asks for a cancellation."""
    (row,) = store.reviews()
    recorded = Recorded(
        kind=Intent.CANCELLATION,
        address=address(WHOSE),
        channel="mail",
        received_at=row.received_at,
        taken_by="ida",
        mailbox="support",
        digest=row.digest,
        language="en",
    )
    office(store, clock).approve_message(row, recorded, by="ida", reply=True)


def dismiss(store: Store, clock: Clock) -> None:
    (row,) = store.reviews()
    office(store, clock).dismiss_message(row, by="ida")


def drag(box: FakeMailbox, source: str, to: str) -> None:
    for found in box.folder(source):
        box.drag(found.uid, to, source=source)


def flags(box: FakeMailbox, folder: str = "INBOX") -> list[set[str]]:
    return [set(found.flags) for found in box.folder(folder)]


# Dragged back --------------------------------------------------------------------------------


@pytest.mark.parametrize("read_later", [True, False], ids=["read later", "never read"])
@pytest.mark.parametrize("more", [RECEIVED, ""], ids=["received", "no trace"])
def test_what_staff_have_approved_is_paused_when_a_person_drags_it_back(
    box: FakeMailbox,
    store: Store,
    clock: Clock,
    one: Route,
    poison: set[str],
    log: LogCapture,
    read_later: bool,
    more: str,
) -> None:
    put(box, CANCELS, more=more)
    passes(one, clock)
    approve(store, clock)
    passes(one, clock)
    assert len(box.folder(CANCELLATIONS)) == 1
    if read_later:
        poison.clear()
    drag(box, CANCELLATIONS, "INBOX")
    passes(one, clock, 10)
    (request,) = store.requests()
    assert (request.state, request.reason) == (State.REVIEW, "moved-back-by-staff")
    assert flags(box) == [OURS]
    assert len(store.reviews()) == 1
    assert len(store.take_due(9, now=clock())) == 1
    assert "message_moved_back" in log.names
    assert "request_changed" in log.names


def test_what_was_read_before_and_cannot_be_now_is_paused_too(
    box: FakeMailbox, store: Store, clock: Clock, one: Route, poison: set[str]
) -> None:
    poison.clear()
    put(box, CANCELS)
    passes(one, clock)
    assert len(box.folder(CANCELLATIONS)) == 1
    poison.add(POISON)
    drag(box, CANCELLATIONS, "INBOX")
    passes(one, clock, 10)
    (request,) = store.requests()
    assert (request.state, request.reason) == (State.REVIEW, "moved-back-by-staff")
    assert flags(box) == [OURS]


def test_what_nobody_could_read_in_a_folder_is_decided_on_when_it_comes_back(
    box: FakeMailbox, store: Store, clock: Clock, one: Route, poison: set[str]
) -> None:
    put(box, f"Please unsubscribe me. {POISON}")
    passes(one, clock)
    drag(box, "INBOX", OPT_OUTS)
    passes(one, clock)
    assert [row.mailbox for row in store.reviews()] == ["support:Optoutd/Opt-outs"]
    assert flags(box, OPT_OUTS) == [OURS]
    poison.clear()
    drag(box, OPT_OUTS, "INBOX")
    passes(one, clock)
    assert [request.state for request in store.requests()] == [State.EFFECTIVE]
    assert store.reviews() == []
    assert flags(box, OPT_OUTS) == [set()]


def test_our_flag_is_known_on_what_is_dragged_into_a_folder_unread(
    box: FakeMailbox, store: Store, clock: Clock, one: Route, poison: set[str]
) -> None:
    assert poison
    put(box, CANCELS)
    passes(one, clock)
    drag(box, "INBOX", CANCELLATIONS)
    passes(one, clock)
    dismiss(store, clock)  # there is one thing on review, and no more
    passes(one, clock)
    assert flags(box, CANCELLATIONS) == [set()]


def test_what_is_read_once_it_lies_in_a_folder_is_on_review_no_more(
    box: FakeMailbox, store: Store, clock: Clock, one: Route, poison: set[str]
) -> None:
    put(box, CANCELS)
    passes(one, clock)
    poison.clear()
    drag(box, "INBOX", CANCELLATIONS)
    passes(one, clock)
    assert [request.state for request in store.requests()] == [State.AWAITING_CONFIRMATION]
    assert store.reviews() == []
    assert flags(box, CANCELLATIONS) == [set()]


def test_a_flag_of_ours_goes_with_a_message_that_comes_back_with_nothing_to_decide(
    box: FakeMailbox, store: Store, clock: Clock, one: Route
) -> None:
    raw = message("Hello", sender="colleague@shop.example", more=RECEIVED)
    box.deliver(raw, internal_date=NOW)
    passes(one, clock)
    drag(box, "INBOX", OPT_OUTS)
    passes(one, clock)
    assert flags(box, OPT_OUTS) == [OURS]  # nobody in particular asks
    drag(box, OPT_OUTS, "INBOX")
    passes(one, clock)
    assert flags(box) == [set()]
    assert store.reviews() == []


def test_what_waits_goes_on_waiting_though_a_person_has_moved_it_away_and_back(
    box: FakeMailbox, store: Store, clock: Clock, one: Route
) -> None:
    put(box, UNSURE)
    passes(one, clock)
    drag(box, "INBOX", "Later")
    passes(one, clock)
    drag(box, "Later", "INBOX")
    passes(one, clock)
    assert flags(box) == [OURS]
    (held,) = store.reviews()
    office(store, clock).dismiss_message(held, by="ida")
    passes(one, clock)
    assert flags(box) == [set()]


def test_an_opt_out_made_of_it_unread_stops_the_cancellation_that_it_was_taken_for(
    box: FakeMailbox, store: Store, clock: Clock, one: Route, poison: set[str]
) -> None:
    poison.clear()
    put(box, CANCELS)
    passes(one, clock)
    poison.add(POISON)
    drag(box, CANCELLATIONS, OPT_OUTS)
    passes(one, clock)
    (request,) = store.requests()
    assert (request.state, request.reason) == (State.REVIEW, "moved-back-by-staff")
    assert flags(box, OPT_OUTS) == [OURS]


def test_what_people_filed_unread_is_decided_on_when_its_folder_is_copied(
    box: FakeMailbox, store: Store, clock: Clock, one: Route, poison: set[str]
) -> None:
    put(box, f"Hello, it is me. {POISON}")
    passes(one, clock)
    drag(box, "INBOX", OPT_OUTS)
    passes(one, clock)
    assert store.requests() == []
    poison.clear()
    # It comes under another UID, above what the folder held when it was looked at first.
    (lying,) = box.folder(OPT_OUTS)
    box.drag(lying.uid, "Later", source=OPT_OUTS)
    passes(one, clock)
    drag(box, "Later", OPT_OUTS)
    passes(one, clock)
    assert [request.state for request in store.requests()] == [State.EFFECTIVE]
    assert store.reviews() == []
    assert flags(box, OPT_OUTS) == [set()]


# Alike ---------------------------------------------------------------------------------------


def form(text: str) -> bytes:
    """What a web form hands in without date, name and trace: one header for all its messages."""
    head = "From: form@partner.example\r\nTo: support@shop.example\r\nSubject: Contact form\r\n"
    return f"{head}\r\n{text}\r\n".encode()


def test_the_next_message_of_a_form_ends_no_review_of_one_that_could_not_be_read(
    box: FakeMailbox, store: Store, clock: Clock, one: Route, poison: set[str]
) -> None:
    assert poison
    box.deliver(form(f"Please unsubscribe me. {POISON}"), internal_date=NOW)
    passes(one, clock, 1)
    (held,) = store.reviews()
    box.deliver(form("Where is my invoice?"), internal_date=NOW)
    passes(one, clock)
    assert [(row.uid, row.retry_at) for row in store.reviews()] == [(held.uid, held.retry_at)]
    assert flags(box) == [OURS, set()]


@pytest.mark.parametrize("read", [True, False], ids=["read", "not read either"])
def test_what_a_form_asks_for_is_no_copy_of_what_staff_have_dismissed(
    box: FakeMailbox, store: Store, clock: Clock, one: Route, poison: set[str], read: bool
) -> None:
    assert poison
    box.deliver(form(f"Buy now. {POISON}"), internal_date=NOW)
    passes(one, clock, 1)
    dismiss(store, clock)
    passes(one, clock, 1)
    asks = "Please unsubscribe me."
    box.deliver(form(asks if read else f"{asks} {POISON}"), internal_date=NOW)
    passes(one, clock)
    assert len(store.requests()) == read
    assert len(store.reviews()) == (not read)


def test_what_cannot_be_read_is_no_copy_of_the_message_of_the_same_form_before_it(
    box: FakeMailbox, store: Store, clock: Clock, one: Route, poison: set[str]
) -> None:
    assert poison
    box.deliver(form("Please unsubscribe me."), internal_date=NOW)
    passes(one, clock, 1)
    box.deliver(form(f"Please cancel my account. {POISON}"), internal_date=NOW)
    passes(one, clock)
    assert [row.reason for row in store.reviews()] == ["set-aside"]


# Renumbered ----------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["move", "flag"])
@pytest.mark.parametrize("again", ["renumbered", "restored"])
def test_ordinary_mail_that_can_be_read_in_a_new_numbering_is_left_as_it_was(
    box: FakeMailbox,
    store: Store,
    clock: Clock,
    one: Route,
    poison: set[str],
    way: str,
    again: str,
) -> None:
    one.filing = way
    put(box, ORDINARY)
    box.deliver(message(f"And mine? {POISON}", number=2), internal_date=NOW, flags=[r"\Flagged"])
    last = put(box, "Hello", 3)
    passes(one, clock)
    box.remove(last)
    assert flags(box) == [OURS, OURS]
    poison.clear()
    renumber(box, again)
    passes(one, clock)
    assert flags(box) == [set(), {r"\Flagged"}]
    assert store.reviews() == []
    assert store.requests() == []


def renumber(box: FakeMailbox, how: str) -> None:
    if how == "renumbered":
        box.renumber()
    else:  # the server gives the UIDs out again, and says that it is the same numbering
        saved = box.back_up()
        box.restore()
        for found in saved.folders["INBOX"]:
            box.copy_in("INBOX", found, found.internal_date)
        box._is_open = False


@pytest.mark.parametrize("way", ["move", "flag"])
def test_what_cannot_be_read_in_a_new_numbering_either_is_on_review_once(
    box: FakeMailbox, store: Store, clock: Clock, one: Route, poison: set[str], way: str
) -> None:
    assert poison
    one.filing = way
    put(box, CANCELS)
    passes(one, clock)
    box.renumber()
    passes(one, clock)
    assert flags(box) == [OURS]
    dismiss(store, clock)
    passes(one, clock)
    assert flags(box) == [set()]
    box.renumber()
    passes(one, clock)
    assert flags(box) == [set()]
    assert store.reviews() == []


@pytest.mark.parametrize("read_later", [True, False], ids=["read later", "never read"])
@pytest.mark.parametrize("seen", [True, False], ids=["after a pass", "at once"])
def test_what_staff_have_approved_is_asked_for_once_whatever_is_renumbered(
    box: FakeMailbox,
    store: Store,
    clock: Clock,
    one: Route,
    poison: set[str],
    read_later: bool,
    seen: bool,
) -> None:
    one.filing = "flag"
    put(box, CANCELS)
    passes(one, clock)
    approve(store, clock)
    if seen:
        passes(one, clock)
    if read_later:
        poison.clear()
    box.renumber()
    passes(one, clock, 10)
    assert [request.state for request in store.requests()] == [State.AWAITING_CONFIRMATION]
    assert len(store.take_due(9, now=clock())) == 1
    assert store.reviews() == []
    assert r"\Flagged" not in flags(box)[0]


@pytest.mark.parametrize("way", ["move", "flag"])
def test_a_review_goes_on_and_ends_in_a_new_numbering(
    box: FakeMailbox, store: Store, clock: Clock, one: Route, way: str
) -> None:
    one.filing = way
    put(box, UNSURE)
    passes(one, clock)
    box.renumber()
    passes(one, clock)
    assert flags(box) == [OURS]
    put(box, "Please unsubscribe me.", 2)
    passes(one, clock)
    assert store.reviews() == []
    if way == "move":
        assert flags(box) == []
    else:
        assert flags(box) == [{"$OptoutdOptOut"}] * 2


def test_what_came_back_unread_waits_on_when_it_can_be_read_in_a_new_numbering(
    box: FakeMailbox, store: Store, clock: Clock, one: Route, poison: set[str]
) -> None:
    poison.clear()
    put(box, f"Please unsubscribe me. {POISON}")
    passes(one, clock)
    poison.add(POISON)
    drag(box, OPT_OUTS, "INBOX")
    passes(one, clock)
    assert flags(box) == [OURS]
    poison.clear()
    box.renumber()
    passes(one, clock)
    assert flags(box) == [OURS]
    assert len(store.take_due(9, now=clock())) == 1
    dismiss(store, clock)
    passes(one, clock)
    assert flags(box) == [set()]
    assert [request.state for request in store.requests()] == [State.EFFECTIVE]
