"""A server that gives little or nothing: it is asked a bounded number of times in each pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from daemon.errors import AskedToStop, TemporaryFailure
from daemon.flow import Route
from daemon.intake import FAILURES_BORNE, MOST_FAILURES_BORNE
from daemon.ports import LedgerRow, Store
from handlers.places import place_of
from handlers.values import Filing, RawMessage
from tests.contract.fake_mailbox import FakeMailbox
from tests.flow.routes import Clock, message, route

OPT_OUTS = Filing.OPT_OUTS.value
LOST = TemporaryFailure("support: lost", part="support")


class Deaf(FakeMailbox):
    """Ends the connection at each FETCH of a message that it does not give."""

    def __init__(self) -> None:
        super().__init__()
        self.gives: Callable[[int], bool] = lambda _: True
        self.gives_heads = True
        self.asked: list[list[int]] = []

    def fetch(self, uids: Sequence[int], **how: Any) -> list[RawMessage]:
        self.asked.append(list(uids))
        self._end_unless(all(self.gives(uid) for uid in uids))
        return super().fetch(uids, **how)

    def heads(self, uids: Sequence[int]) -> dict[int, bytes]:
        self.asked.append(list(uids))
        self._end_unless(self.gives_heads)
        return super().heads(uids)

    def _end_unless(self, gives: bool) -> None:
        if not gives:
            self.lose_connection()
            raise LOST


@pytest.fixture
def box() -> Deaf:
    return Deaf()


@pytest.fixture
def steps() -> list[int]:
    """How often the mailbox had been asked, each time that the route told of its progress."""
    return []


@pytest.fixture
def one(box: Deaf, store: Store, clock: Clock, steps: list[int]) -> Route:
    first = route(box, store, clock=clock)
    first.progress = lambda _: steps.append(len(box.asked))
    first.run()
    return first


def put(box: Deaf, count: int, folder: str = "") -> list[int]:
    uids = [
        box.deliver(message("Where is my invoice?", number=n, sender=f"p{n}@b.example"))
        for n in range(1, count + 1)
    ]
    return [box.drag(uid, folder) for uid in uids] if folder else uids


def fails(one: Route, count: int, clock: Clock | None = None) -> None:
    """Passes that fail, a minute between them where there is a clock."""
    for _ in range(count):
        with pytest.raises(TemporaryFailure):
            one.run()
        if clock is not None:
            clock.forward(minutes=1)


def aside(store: Store, place: str = "support") -> list[LedgerRow]:
    return [row for row in store.ledger(place) if row.error]


def test_where_none_comes_few_are_asked_for_in_a_pass(
    box: Deaf, store: Store, one: Route, steps: list[int], clock: Clock
) -> None:
    put(box, 50)
    box.gives = lambda _: False
    fails(one, FAILURES_BORNE - 1, clock)
    box.asked.clear()
    steps.clear()
    before = box.logins
    fails(one, 1)
    assert [len(uids) for uids in box.asked] == [50] + [1] * 5
    assert box.logins - before <= 7
    assert {1, 2, 3, 4, 5} <= set(steps)  # each is a step of its own
    box.gives = lambda _: True
    assert one.run().counts.total() == 50
    assert aside(store) == []


def test_but_a_mailbox_is_not_barred_for_ever(
    box: Deaf, store: Store, one: Route, clock: Clock
) -> None:
    put(box, 8)
    box.gives = lambda _: False
    fails(one, MOST_FAILURES_BORNE - 1, clock)
    assert aside(store) == []
    assert dict(one.run().counts) == {"review": 8}


def test_who_is_asked_to_stop_asks_for_no_more(
    box: Deaf, store: Store, one: Route, clock: Clock
) -> None:
    put(box, 50)
    box.gives = lambda _: False
    fails(one, FAILURES_BORNE - 1, clock)
    box.asked.clear()
    one.stopping = lambda: len(box.asked) > 2
    with pytest.raises(AskedToStop):
        one.run()
    assert [len(uids) for uids in box.asked] == [50, 1, 1]
    assert store.ledger("support") == []


def test_one_at_which_a_new_connection_ends_is_asked_for_once(
    box: Deaf, store: Store, one: Route, clock: Clock
) -> None:
    """Behind another one that came, it is asked for once more: octets may have ended that."""
    uids = put(box, 6)
    damaged = {uids[0], uids[1], uids[4]}
    box.gives = lambda uid: uid not in damaged
    fails(one, FAILURES_BORNE - 1, clock)
    box.asked.clear()
    one.run()
    assert box.asked[1:] == [[uids[n]] for n in (0, 1, 2, 3, 4, 4, 5)]
    assert {row.uid for row in aside(store)} == damaged


@pytest.mark.parametrize("folder", ["", OPT_OUTS], ids=["inbox", "folder"])
def test_a_line_that_is_cut_again_and_again_for_some_seconds_sets_none_aside(
    box: Deaf, store: Store, one: Route, clock: Clock, folder: str
) -> None:
    """Also where another pass went well just before, and a trouble of an hour ago is over."""
    one.run()
    uids = put(box, 3, folder)
    box.gives = lambda uid: uid != uids[0]
    fails(one, FAILURES_BORNE - 1, clock)
    box.gives = lambda _: True
    one.run()
    clock.forward(hours=1)
    more = [box.deliver(message("Where is my invoice?", number=n)) for n in (11, 12)]
    more = [box.drag(uid, folder) for uid in more] if folder else more
    box.gives = lambda uid: uid != more[0]
    for _ in range(MOST_FAILURES_BORNE + 5):
        fails(one, 1)
        clock.forward(seconds=1)
    box.gives = lambda _: True
    one.run()
    rows = store.ledger(place_of("support", Filing.OPT_OUTS) if folder else "support")
    assert [row.error for row in rows[-5:]] == [""] * 5
    assert store.reviews() == []


def test_where_all_are_refused_for_a_moment_none_is_set_aside(
    box: Deaf, store: Store, one: Route
) -> None:
    box.refused_uids |= set(put(box, 5))
    fails(one, 3)
    assert aside(store) == []
    assert [held.flags for held in box.folder()] == [frozenset()] * 5
    box.refused_uids.clear()
    assert one.run().counts.total() == 5
    assert aside(store) == []


def test_but_what_stays_refused_is_set_aside(
    box: Deaf, store: Store, one: Route, clock: Clock
) -> None:
    uids = put(box, 5)
    box.refused_uids |= set(uids)
    fails(one, 2)
    uids += [box.deliver(message("Hello", number=9))]  # and what comes meanwhile is read
    assert dict(one.run().counts) == {"review": 5, "leave": 1}
    box.refused_uids |= set(put(box, 2))
    fails(one, MOST_FAILURES_BORNE - 1, clock)
    assert len(aside(store)) == 5
    one.run()
    assert len(aside(store)) == 7


def test_headers_in_a_folder_are_given_up_soon(
    box: Deaf, store: Store, one: Route, steps: list[int]
) -> None:
    put(box, 50, OPT_OUTS)
    box.gives_heads = False
    box.asked.clear()
    steps.clear()
    one.run()
    assert [len(uids) for uids in box.asked] == [50] + [1] * 5 + [50]
    assert {1, 2, 3, 4, 5} <= set(steps)
    # The messages themselves come, and what people have put there is not passed over.
    assert len(store.requests()) == 50
