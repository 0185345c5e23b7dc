"""What was set aside is tried again later: what was decided since holds, and nothing is barred."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from daemon.errors import TemporaryFailure, Unreachable
from daemon.flow import Route
from daemon.ports import Act, Store
from daemon.stores import open_store
from handlers.secret import find_secrets
from handlers.values import Change, Decision, Disposition, Filing, RawMessage, State
from tests.contract.fake_mailbox import FakeMailbox
from tests.flow.conftest import POISON
from tests.flow.routes import Clock, message, route
from tests.flow.test_second_look import approved, ends_here, passes, put
from tests.flow.test_set_aside import RECEIVED
from tests.flow.test_withheld import Deaf

PROVEN = "Authentication-Results: mx.shop.example; dmarc=pass header.from=customer.example\r\n"
CANCELS = "Please cancel my account."
CANCELLATIONS, OPT_OUTS = Filing.CANCELLATIONS.value, Filing.OPT_OUTS.value


@pytest.fixture
def one(box: FakeMailbox, store: Store, clock: Clock) -> Route:
    first = route(box, store, clock=clock)
    first.run()
    return first


def come(box: FakeMailbox, clock: Clock, text: str, number: int, more: str = "") -> int:
    raw = message(text, number=number, more=more, when=clock())
    return box.deliver(raw, internal_date=clock())


def states(store: Store) -> list[State]:
    return [request.state for request in store.requests()]


def after_a_time(one: Route, box: FakeMailbox, clock: Clock) -> None:
    """The server gives what it did not give before, and it is tried again."""
    box.refused_uids.clear()
    clock.forward(minutes=6)
    one.run()


# A cancellation nobody asks for any more -------------------------------------------------------


@pytest.mark.parametrize("folder", ["", CANCELLATIONS], ids=["inbox", "folder"])
def test_a_letter_that_is_read_late_does_not_outweigh_the_no_that_came_after_it(
    box: FakeMailbox, store: Store, clock: Clock, one: Route, folder: str
) -> None:
    """Read in their order, the no puts the cancellation on review."""
    come(box, clock, CANCELS, 1)
    one.run()
    (question,) = store.take_due(9, now=clock())
    store.sent({question.row: "250"}, now=clock())
    late = come(box, clock, CANCELS, 2, PROVEN)
    box.refused_uids.add(box.drag(late, folder) if folder else late)
    one.run()
    clock.forward(minutes=1)
    box.refused_uids.clear()
    thread = f"In-Reply-To: {question.mail.message_id}\r\n"
    come(box, clock, "No, that was not me. I do not want to cancel.", 3, thread)
    one.run()
    assert states(store) == [State.REJECTED]
    after_a_time(one, box, clock)
    assert State.CONFIRMED not in states(store)


def test_a_drag_that_is_read_late_does_not_resume_what_people_have_paused_since(
    box: FakeMailbox, store: Store, clock: Clock, one: Route
) -> None:
    come(box, clock, CANCELS, 1, PROVEN)
    one.run()
    (moved,) = box.folder(CANCELLATIONS)
    late = box.drag(come(box, clock, "When will it end?", 2, PROVEN), CANCELLATIONS)
    box.refused_uids.add(late)
    one.run()
    box.refused_uids.clear()
    clock.forward(minutes=1)
    box.drag(moved.uid, "INBOX", source=CANCELLATIONS)
    one.run()
    assert states(store) == [State.REVIEW]
    after_a_time(one, box, clock)
    assert states(store) == [State.REVIEW]


def test_what_a_person_has_taken_back_and_left_marked_as_deleted_confirms_nothing(
    box: FakeMailbox, store: Store, clock: Clock, one: Route
) -> None:
    """Mail clients so move a message where they or the server do without MOVE."""
    uid = come(box, clock, "Where is my invoice?", 1, PROVEN)
    one.run()
    there = box.drag(uid, CANCELLATIONS)
    box.refused_uids.add(there)
    one.run()
    box.refused_uids.clear()
    box.drag(there, "INBOX", source=CANCELLATIONS, copy=True)
    (left,) = box.folder(CANCELLATIONS)
    box.set_flags(there, {*left.flags, r"\Deleted"}, CANCELLATIONS)
    one.run()
    after_a_time(one, box, clock)
    assert states(store) == []


def test_what_a_person_has_taken_out_of_the_inbox_and_left_marked_as_deleted_confirms_nothing(
    box: FakeMailbox, store: Store, clock: Clock, one: Route
) -> None:
    uid = come(box, clock, CANCELS, 1, PROVEN)
    box.refused_uids.add(uid)
    one.run()
    box.drag(uid, "Done", copy=True)
    (left,) = box.folder()
    box.set_flags(uid, {*left.flags, r"\Deleted"})
    after_a_time(one, box, clock)
    assert states(store) == []


def test_a_drag_into_opt_outs_stops_the_cancellation_though_it_cannot_be_read_when_it_comes(
    box: FakeMailbox, store: Store, clock: Clock, one: Route, poison: set[str]
) -> None:
    """It does so where the message comes at once."""
    assert poison
    put(box, f"{CANCELS} {POISON}")
    one.run()
    approved(store, clock, "account@elsewhere.example")
    clock.forward(minutes=1)
    one.run()
    (moved,) = box.folder(CANCELLATIONS)
    box.refused_uids.add(box.drag(moved.uid, OPT_OUTS, source=CANCELLATIONS))
    one.run()
    after_a_time(one, box, clock)
    assert states(store) == [State.REVIEW]


# Written to twice ------------------------------------------------------------------------------


def test_a_drag_that_is_read_late_asks_nobody_again_whose_request_staff_have_rejected_since(
    box: FakeMailbox, store: Store, clock: Clock, one: Route
) -> None:
    come(box, clock, CANCELS, 1)
    one.run()
    late = box.drag(come(box, clock, "Please cancel my account soon.", 2), CANCELLATIONS)
    box.refused_uids.add(late)
    one.run()
    (request,) = store.requests()
    rejected = Change(
        reference=request.reference,
        before=request.state,
        after=State.REJECTED,
        reason="rejected-by-staff",
    )
    decision = Decision(
        disposition=Disposition.ACT, reason="rejected-by-staff", changes=(rejected,)
    )
    clock.forward(minutes=1)
    with store.batch() as batch:
        batch.carry_out([Act(decision=decision)], by="ida", now=clock())
    asked = store.counts().get("outbox.queued", 0)
    after_a_time(one, box, clock)
    assert states(store) == [State.REJECTED]
    assert store.counts().get("outbox.queued", 0) == asked


# A mailbox that is barred, a process that ends -------------------------------------------------


class Crowded(FakeMailbox):
    """Hangs up at one message, and then lets nobody in for a moment: the next pass is let in."""

    hangs_up_at = 0
    _is_shut = False

    def fetch(self, uids: Sequence[int], **how: Any) -> list[RawMessage]:
        if self.hangs_up_at in uids and self._selected == "INBOX":
            self.lose_connection()
            self._is_shut = True
            raise TemporaryFailure("support: lost", part="support")
        return super().fetch(uids, **how)

    def reopen(self) -> None:
        if self._is_shut:
            raise Unreachable("support: too many connections", part="support")
        super().reopen()

    def open(self) -> Any:
        self._is_shut = False
        return super().open()


@pytest.mark.parametrize("at", ["the first reading", "another try"])
def test_a_server_that_lets_nobody_in_after_it_hung_up_at_a_message_bars_nothing_for_ever(
    store: Store, clock: Clock, at: str
) -> None:
    box = Crowded()
    one = route(box, store, clock=clock)
    one.run()
    damaged = put(box, "Hello", 1)
    if at == "another try":
        box.refused_uids.add(damaged)
        one.run()
        after = put(box, "Hello", 2)
        box.drag(after, OPT_OUTS)
        box.refused_uids.clear()
        clock.forward(minutes=5)
    else:
        put(box, "Please unsubscribe me.", 2)
    box.hangs_up_at = damaged
    passes(one, clock, 60)
    assert states(store) == [State.EFFECTIVE]


def test_a_message_that_ends_the_process_is_set_aside_though_people_drag_others_meanwhile(
    box: FakeMailbox,
    store: Store,
    clock: Clock,
    one: Route,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deadly = box.drag(put(box, "Hello, deadly words"), OPT_OUTS)
    box.refused_uids.add(deadly)
    one.run()
    box.refused_uids.clear()
    clock.forward(minutes=5)

    def find(text: str) -> tuple[str, ...]:
        if "deadly words" in text:
            ends_here()
        return find_secrets(text)

    monkeypatch.setattr("handlers.parse.find_secrets", find)
    ends = 0
    for number in range(2, 10):
        box.drag(put(box, "Hello", number), OPT_OUTS)
        try:
            one.run()
        except KeyboardInterrupt:
            ends += 1
        one.store.close()
        one.store = open_store(
            "sqlite:///optoutd.db", access="own", base_dir=tmp_path, now=clock()
        )
    one.store.close()
    assert 0 < ends <= 4


def test_one_message_bars_no_mailbox_for_thirty_passes_of_processes_that_make_one_each(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    """As `optoutd poll` does, started by cron every ten minutes."""
    uids = [put(box, "Please unsubscribe me.", number) for number in (1, 2)]
    box.damaged.add(("INBOX", uids[0]))
    failed = 0
    for _ in range(6):
        failed += passes(route(box, store, clock=clock), clock, 1)
        clock.forward(minutes=9)
    assert failed == 2
    assert states(store) == [State.EFFECTIVE]


# Flags of others -------------------------------------------------------------------------------


def test_a_flag_that_a_person_sets_while_the_server_refuses_ours_stays(
    box: FakeMailbox, store: Store, clock: Clock, one: Route
) -> None:
    uid = put(box, "Please unsubscribe me if the price goes up.")
    box.fail_next(
        "flag_for_review", TemporaryFailure("support: NO", part="support", is_refusal=True)
    )
    one.run()
    box.set_flags(uid, {r"\Flagged"})
    one.run()
    (row,) = store.reviews()
    with store.batch() as batch:
        batch.end_review(row, resolution="dismissed", by="ida", now=clock())
    one.run()
    assert [held.flags & {r"\Flagged"} for held in box.folder()] == [{r"\Flagged"}]


# A needless review -----------------------------------------------------------------------------


def test_a_flag_that_the_server_does_not_take_is_not_one_that_a_person_has_taken_away(
    box: FakeMailbox,
    store: Store,
    clock: Clock,
    poison: set[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(uids: Sequence[int]) -> None:
        if uids:
            raise TemporaryFailure("support: NO", part="support", is_refusal=True)

    put(box, f"Please unsubscribe me. {POISON}")
    monkeypatch.setattr(box, "flag_for_review", refuse)
    one = route(box, store, clock=clock)
    one.run()
    poison.clear()
    after_a_time(one, box, clock)
    assert states(store) == [State.EFFECTIVE]


def test_our_own_move_that_comes_late_and_cannot_be_read_waits_for_nobody(
    box: FakeMailbox,
    store: Store,
    clock: Clock,
    one: Route,
    poison: set[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    poison.clear()
    come(box, clock, f"Please unsubscribe me. {POISON}", 1, RECEIVED)
    one.run()
    (moved,) = box.folder(OPT_OUTS)
    box.refused_uids.add(moved.uid)
    with monkeypatch.context() as until_then:
        until_then.setattr(box, "heads", lambda _uids: {})
        one.run()
    poison.add(POISON)
    after_a_time(one, box, clock)
    assert store.reviews() == []
    assert [held.flags for held in box.folder(OPT_OUTS)] == [frozenset()]


@pytest.mark.parametrize("before", ["moved away", "set aside"])
def test_three_quick_failures_set_nothing_aside_because_of_a_trouble_of_an_hour_ago(
    store: Store, clock: Clock, before: str
) -> None:
    """Of a message that a person has moved away since, or that was set aside then."""
    box = Deaf()
    one = route(box, store, clock=clock)
    one.run()
    first = put(box, "Hello", 1)
    box.gives = lambda uid: uid != first
    passes(one, clock, 1 if before == "moved away" else 4)
    if before == "moved away":
        box.remove(first)
        one.run()
    clock.forward(hours=1)
    more = [put(box, "Hello", number) for number in (2, 3)]
    box.gives = lambda uid: uid not in (first, more[0])
    for _ in range(3):
        try:
            one.run()
        except TemporaryFailure:
            clock.forward(seconds=2)
    box.gives = lambda uid: uid != first
    one.run()
    rows = {row.uid: row for row in store.ledger("support")}
    assert [rows[uid].error for uid in more] == ["", ""]
