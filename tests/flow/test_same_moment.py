"""Two processes are told the same at the same moment, each by its own way: it is one request.

Each has looked at the store, and waits for the other to have looked as well before it decides. So
where both may look before one of them has written, both write.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.list_exit import Exit
from daemon.office import Office
from daemon.panel import Panel
from daemon.ports import Access, Store
from daemon.stores import open_store
from daemon.tokens import draw_tokens
from handlers.case import Policy
from handlers.list_token import ListToken
from handlers.recorded import Recorded
from handlers.steps import NotPossible
from handlers.ticket import Ticket, read_ticket
from handlers.values import Intent, Role, State, Tokens
from tests.contract.fake_mailbox import FakeMailbox
from tests.flow.routes import NOW, US, classifier, message, route, writer
from tests.servers.postgres import shared_postgres
from tests.unit.cases import address
from tests.unit.test_office import box as settings_of

ANNA = "anna@customer.example"
PROVEN = "Authentication-Results: mx.shop.example; dmarc=pass header.from=customer.example\r\n"
# Longer than any thread takes from its look at the store to its decision.
PATIENCE_S = 0.5

Way = Callable[[Store, Callable[[], Tokens]], object]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Store]]:
    """The daemon's store, and the web service's or a command's beside it."""
    url = "sqlite:///s.db"
    if request.param == "postgres":
        server = shared_postgres()
        url = server.url(server.new_database())
    accesses: tuple[Access, ...] = ("own", "write")
    opened = [open_store(url, access=each, base_dir=tmp_path, now=NOW) for each in accesses]
    yield opened
    for store in opened:
        store.close()


def link(store: Store, draw: Callable[[], Tokens]) -> object:
    way = Exit(store=store, policy=Policy(us=US), now=lambda: NOW, draw=draw)
    return way.leave(ListToken(address=address(ANNA), list_name="*"), "*", language="en")


def mail(role: Role) -> Way:
    """A letter of Anna's to one of the mailboxes, read by the process of this store."""

    def read(store: Store, draw: Callable[[], Tokens]) -> object:
        box = FakeMailbox(name=role.value)
        store.take_lease(role.value)
        one = replace(route(box, store, clock=lambda: NOW, role=role), draw=draw)
        wish = "unsubscribe me" if role is Role.SUPPORT else "cancel my account"
        number = list(Role).index(role)
        box.deliver(message(f"Please {wish}.", number=number, more=PROVEN), internal_date=NOW)
        return one.run()

    return read


def call(kind: Intent, channel: str = "phone") -> Way:
    """Staff record what they were told."""

    def record(store: Store, draw: Callable[[], Tokens]) -> object:
        office = Office(
            store=store,
            boxes=(settings_of("support", "support"),),
            policy=Policy(us=US),
            writer=writer(),
            now=lambda: NOW,
            draw=draw,
        )
        told = Recorded(
            kind=kind, address=address(ANNA), channel=channel, received_at=NOW, taken_by="ida"
        )
        return office.record(told, by="ida", reply=True)

    return record


def ticket(number: str, *, who: str = ANNA) -> Way:
    def take(store: Store, draw: Callable[[], Tokens]) -> object:
        panel = Panel(
            store=store,
            boxes=(settings_of("cancel", "cancel"),),
            policy=Policy(us=US),
            writer=writer(),
            now=lambda: NOW,
            draw=draw,
        )
        return panel.take(_read(number, who)).outcome

    return take


def _read(number: str, who: str) -> Ticket:
    made, _ = read_ticket({"ticket": number, "address": who}, now=NOW)
    assert made is not None
    return made


def both(stores: Sequence[Store], ways: Sequence[Way]) -> list[object]:
    """What comes of these ways, each taken by a process of its own."""
    classifier(), writer()  # which take their time once
    meeting = threading.Barrier(len(ways))
    found: list[object] = []

    def draw() -> Tokens:
        # Where it breaks, the other cannot look before this one has written.
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(PATIENCE_S)
        return draw_tokens()

    def go(store: Store, way: Way) -> None:
        try:
            found.append(way(store, draw))
        except Exception as error:  # noqa: BLE001 - told by the test
            found.append(error)

    pairs = zip(stores, ways, strict=True)
    threads = [threading.Thread(target=go, args=pair) for pair in pairs]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert stores[0].walk_audit().broken_at is None
    return found


@pytest.mark.parametrize(
    "ways",
    [
        pytest.param([link, link], id="the link twice"),
        pytest.param([mail(Role.SUPPORT), link], id="mail and the link"),
        pytest.param([link, call(Intent.OPT_OUT)], id="the link and a call"),
        pytest.param([mail(Role.SUPPORT), call(Intent.OPT_OUT, "letter")], id="mail and a letter"),
    ],
)
def test_one_who_opts_out_by_two_ways_at_once_has_one_request(
    stores: list[Store], ways: list[Way]
) -> None:
    found = both(stores, ways)
    assert [each for each in found if isinstance(each, Exception)] == []
    (made,) = stores[0].requests()
    assert (made.kind, made.state) == (Intent.OPT_OUT, State.EFFECTIVE)
    held = stores[0].suppression(ANNA)
    assert held is not None
    assert held.reference == made.reference
    assert stores[0].counts()["suppression"] == 1


@pytest.mark.parametrize(
    "ways",
    [
        pytest.param([mail(Role.CANCEL), ticket("4711")], id="mail and a ticket"),
        pytest.param([call(Intent.CANCELLATION), ticket("4711")], id="a call and a ticket"),
        pytest.param([ticket("4711"), ticket("4712")], id="two tickets"),
    ],
)
def test_one_who_cancels_by_two_ways_at_once_has_one_request(
    stores: list[Store], ways: list[Way]
) -> None:
    found = both(stores, ways)
    assert [each for each in found if isinstance(each, Exception)] == []
    (made,) = stores[0].requests()
    assert (made.kind, made.state) == (Intent.CANCELLATION, State.CONFIRMED)
    assert stores[0].counts()["outbox.queued"] == 1


def test_a_ticket_that_comes_to_two_processes_at_once_is_taken_once(stores: list[Store]) -> None:
    assert sorted(map(str, both(stores, [ticket("4711"), ticket("4711")]))) == ["known", "made"]
    assert (len(stores[0].requests()), stores[0].counts()["outbox.queued"]) == (1, 1)


def test_of_two_tickets_with_one_number_one_is_taken(stores: list[Store]) -> None:
    found = both(stores, [ticket("4711"), ticket("4711", who="bob@customer.example")])
    assert {type(each) for each in found} == {str, NotPossible}
    assert (len(stores[0].requests()), stores[0].counts()["outbox.queued"]) == (1, 1)
