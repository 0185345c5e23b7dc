"""Messages that were set aside are tried again, and none ends the process for ever."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from daemon.errors import TemporaryFailure
from daemon.flow import Route
from daemon.office import Office
from daemon.ports import LedgerRow, Store
from daemon.readers.here import Here
from daemon.stores import open_store
from daemon.tokens import draw_tokens
from handlers.case import Policy
from handlers.places import place_of
from handlers.recorded import Recorded
from handlers.retry import READ_AGAIN_AFTER
from handlers.secret import find_secrets
from handlers.set_aside import ENDED
from handlers.values import Filing, Intent, RawMessage, State
from tests.contract.fake_mailbox import FakeMailbox
from tests.flow.conftest import POISON
from tests.flow.routes import NOW, US, Clock, message, route, writer
from tests.unit.cases import address
from tests.unit.test_office import box as settings_of

ASKS = "Please unsubscribe me."
OPT_OUTS = Filing.OPT_OUTS.value


def put(box: FakeMailbox, text: str, number: int = 1) -> int:
    raw = message(text, sender=f"customer-{number}@elsewhere.example", number=number)
    return box.deliver(raw, internal_date=NOW)


def aside(store: Store) -> list[LedgerRow]:
    return [row for row in store.ledger("support") if row.error]


def states(store: Store) -> dict[str, State]:
    return {r.address_key: r.state for r in store.requests() if r.kind is Intent.OPT_OUT}


def test_what_can_be_read_at_last_is_honoured_filed_and_answered_once(
    box: FakeMailbox, store: Store, clock: Clock, poison: set[str]
) -> None:
    put(box, f"{ASKS} {POISON}")
    one = route(box, store, clock=clock)
    assert dict(one.run().counts) == {"review": 1}
    (row,) = aside(store)
    assert (row.attempts, row.retry_at) == (1, NOW + READ_AGAIN_AFTER[0])
    poison.clear()
    assert one.run().seen == 0  # not yet
    clock.forward(minutes=5)
    put(box, ASKS, 2)
    assert dict(one.run().counts) == {"act": 2}
    assert box.folder() == []
    assert [m.flags & {r"\Flagged"} for m in box.folder(OPT_OUTS)] == [set(), set()]
    assert set(states(store)) == {"customer-1@elsewhere.example", "customer-2@elsewhere.example"}
    clock.forward(days=3)
    assert one.run().seen == 0
    assert aside(store) == []
    assert store.counts()["outbox.queued"] == 2


def test_it_is_tried_three_times_more_at_growing_intervals_and_then_left_to_people(
    box: FakeMailbox, store: Store, clock: Clock, poison: set[str]
) -> None:
    assert poison
    put(box, POISON)
    one = route(box, store, clock=clock)
    one.run()
    tried = []
    for _ in range(60 * 30):
        clock.forward(minutes=1)
        if one.run().seen:
            tried.append(clock.now - NOW)
    minutes = [round(after.total_seconds() / 60) for after in tried]
    assert minutes == [5, 5 + 60, 5 + 60 + 1440]
    (row,) = aside(store)
    assert (row.attempts, row.retry_at) == (4, None)
    (left,) = box.folder()
    assert left.flags == {r"\Flagged", "$OptoutdReview"}


def test_ordinary_mail_is_left_as_it_was_found(
    box: FakeMailbox, store: Store, clock: Clock, poison: set[str]
) -> None:
    put(box, f"Where is my invoice? {POISON}")
    box.deliver(message(f"And mine? {POISON}", number=2), internal_date=NOW, flags=[r"\Flagged"])
    one = route(box, store, clock=clock)
    one.run()
    poison.clear()
    clock.forward(minutes=5)
    assert dict(one.run().counts) == {"leave": 2}
    # The second was flagged by somebody else.
    assert [m.flags for m in box.folder()] == [set(), {r"\Flagged"}]


def test_what_people_have_seen_to_is_not_decided_over_their_heads(
    box: FakeMailbox, store: Store, clock: Clock, poison: set[str]
) -> None:
    uids = [put(box, f"{ASKS} {POISON}", number) for number in range(1, 4)]
    one = route(box, store, clock=clock)
    one.run()
    poison.clear()
    box.end_review([uids[0]], unflag=[uids[0]])
    box.remove(uids[1])
    clock.forward(minutes=5)
    assert dict(one.run().counts) == {"act": 1}
    assert set(states(store)) == {"customer-3@elsewhere.example"}
    assert [m.uid for m in box.folder()] == [uids[0]]
    clock.forward(days=2)
    assert one.run().seen == 0


def test_a_renumbered_folder_ends_the_retries(
    box: FakeMailbox, store: Store, clock: Clock, poison: set[str]
) -> None:
    put(box, POISON)
    one = route(box, store, clock=clock)
    one.run()
    poison.clear()
    box.renumber()
    clock.forward(minutes=5)
    one.run()
    assert [row.retry_at for row in aside(store)] == [None]


def test_the_message_at_which_a_process_ended_is_set_aside_by_the_next(
    box: FakeMailbox, store: Store, clock: Clock, tmp_path: Path
) -> None:
    uids = [put(box, ASKS, number) for number in range(1, 4)]
    one = route(box, store, clock=clock)
    store.take_in_hand("support", uid_validity=box.uid_validity, uid=0)
    store.close()  # without a word that it stops: as a kill leaves it
    for _ in range(3):
        next_one = open_store("sqlite:///optoutd.db", access="own", base_dir=tmp_path, now=clock())
        noted = next_one.in_hand("support")
        if noted is not None and noted.uid:
            next_one.process_ended("support", uid_validity=box.uid_validity, uid=noted.uid)
        next_one.take_in_hand("support", uid_validity=box.uid_validity, uid=uids[1])
        next_one.close()
    third = open_store("sqlite:///optoutd.db", access="own", base_dir=tmp_path, now=clock())
    one.store = third
    assert dict(one.run().counts) == {"act": 2, "review": 1}
    (row,) = aside(third)
    assert (row.uid, row.error) == (uids[1], ENDED)
    # It is tried again like any other, now that a process outlives it.
    clock.forward(minutes=5)
    one.reader = Here(survives=lambda _raw, _desk: True)
    assert dict(one.run().counts) == {"act": 1}
    third.close()


def refusal() -> TemporaryFailure:
    return TemporaryFailure("support: NO [UNAVAILABLE]", part="support", is_refusal=True)


def test_a_fetch_that_is_refused_for_a_time_costs_no_message_its_place(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    for number in range(1, 4):
        put(box, ASKS, number)
    one = route(box, store, clock=clock)
    for _ in range(2):
        box.fail_next("fetch", refusal())
        with pytest.raises(TemporaryFailure):
            one.run()
    assert store.ledger("support") == []
    assert dict(one.run().counts) == {"act": 3}


def test_but_one_message_cannot_bar_the_mailbox_for_ever(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    uids = [put(box, ASKS, number) for number in range(1, 4)]
    box.refused_uids.add(uids[1])
    one = route(box, store, clock=clock)
    for attempt in range(3):
        box.fail_next("fetch", refusal())
        if attempt < 2:
            with pytest.raises(TemporaryFailure):
                one.run()
            clock.forward(minutes=1)
    assert dict(one.run().counts) == {"act": 2, "review": 1}
    assert [row.uid for row in aside(store)] == [uids[1]]


def test_an_empty_message_is_ordinary_mail(box: FakeMailbox, store: Store, clock: Clock) -> None:
    box.deliver(b"", internal_date=NOW)
    assert dict(route(box, store, clock=clock).run().counts) == {"leave": 1}


def hang_up_at(box: FakeMailbox, uid: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server ends the connection whenever it is asked for this message."""
    real = box.fetch

    def fetch(wanted: Sequence[int], **given: Any) -> list[RawMessage]:
        if uid in wanted:
            box.lose_connection()
            raise TemporaryFailure("support: lost", part="support")
        return real(wanted, **given)

    monkeypatch.setattr(box, "fetch", fetch)


def passes(one: Route, clock: Clock, count: int) -> int:
    """So many passes; how many of them failed: the next one comes a minute later."""
    failed = 0
    for _ in range(count):
        try:
            one.run()
        except TemporaryFailure:
            failed += 1
            clock.forward(minutes=1)
    return failed


def test_a_message_at_which_the_server_hangs_up_does_not_bar_the_mailbox(
    box: FakeMailbox, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    uids = [put(box, ASKS, number) for number in (1, 2, 3)]
    hang_up_at(box, uids[1], monkeypatch)
    one = route(box, store, clock=clock)
    assert passes(one, clock, 12) == 2
    assert len(store.requests()) == 2
    assert [row.uid for row in aside(store)] == [uids[1]]
    # Nor does a retry of it.
    clock.forward(minutes=5)
    assert passes(one, clock, 2) == 0
    assert [row.attempts for row in aside(store)] == [2]


def test_a_connection_that_is_cut_after_some_messages_sets_none_aside(
    box: FakeMailbox, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 9):
        put(box, ASKS, number)
    given, real_fetch, real_reopen = [0], box.fetch, box.reopen

    def fetch(wanted: Sequence[int], **how: Any) -> list[RawMessage]:
        given[0] += len(wanted)
        if given[0] > 3:
            box.lose_connection()
            raise TemporaryFailure("support: lost", part="support")
        return real_fetch(wanted, **how)

    def reopen() -> None:
        given[0] = 0
        real_reopen()

    monkeypatch.setattr(box, "fetch", fetch)
    monkeypatch.setattr(box, "reopen", reopen)
    one = route(box, store, clock=clock)
    passes(one, clock, 4)
    assert aside(store) == []
    assert len(store.requests()) == 8


def test_nor_does_one_at_whose_size_the_server_hangs_up(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    uids = [put(box, ASKS, number) for number in (1, 2, 3)]
    box.damaged.add(("INBOX", uids[1]))
    one = route(box, store, clock=clock)
    assert passes(one, clock, 4) == 2
    assert len(store.requests()) == 2
    assert [row.uid for row in aside(store)] == [uids[1]]
    # Nor where a process ended at it, so often that it is not read any more.
    assert one._intake.is_there(uids[1])


def test_nor_does_one_in_a_folder_of_ours_bar_what_people_drag_there(
    box: FakeMailbox, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = route(box, store, clock=clock)
    one.run()
    damaged, good = (box.drag(put(box, "Hello", number), OPT_OUTS) for number in (1, 2))
    box.damaged.add((OPT_OUTS, damaged))
    assert passes(one, clock, 4) == 2
    place = place_of("support", Filing.OPT_OUTS)
    rows = {row.uid: row for row in store.ledger(place)}
    assert (rows[damaged].reason, rows[good].reason) == ("set-aside", "filed-by-staff")
    assert len(store.requests()) == 1

    # Where no header can be had, what we have put there is known by the whole message.
    put(box, ASKS, 3)
    one.run()

    def heads(_: Sequence[int]) -> dict[int, bytes]:
        box.lose_connection()
        raise TemporaryFailure("support: lost", part="support")

    monkeypatch.setattr(box, "heads", heads)
    before = store.requests()
    assert passes(one, clock, 2) == 0
    assert store.requests() == before
    assert max(store.ledger(place), key=lambda row: row.uid).reason == "copy"
    assert box.folder(OPT_OUTS)[-1].flags == frozenset()


def test_what_does_not_come_for_a_time_in_a_folder_of_ours_is_peoples_decision_all_the_same(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    one = route(box, store, clock=clock)
    one.run()
    uid = box.drag(put(box, "Hello"), OPT_OUTS)
    box.refused_uids.add(uid)
    one.run()
    assert [r"\Flagged" in m.flags for m in box.folder(OPT_OUTS)] == [True]
    assert len(store.reviews()) == 1
    box.refused_uids.clear()
    clock.forward(minutes=4)
    assert one.run().seen == 0
    clock.forward(minutes=1)
    assert dict(one.run().counts) == {"act": 1}
    (request,) = store.requests()
    assert request.state is State.EFFECTIVE
    assert [m.flags for m in box.folder(OPT_OUTS)] == [frozenset()]
    assert store.reviews() == []
    assert one.run().seen == 0


def test_and_our_own_move_is_nobodys_decision_though_neither_header_nor_text_came(
    box: FakeMailbox, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = route(box, store, clock=clock)
    one.run()
    put(box, "Please cancel my account.")
    one.run()
    before = store.requests()
    (moved,) = box.folder(Filing.CANCELLATIONS.value)
    box.refused_uids.add(moved.uid)
    monkeypatch.setattr(box, "heads", lambda _uids: {})
    one.run()
    assert [r"\Flagged" in m.flags for m in box.folder(Filing.CANCELLATIONS.value)] == [True]
    box.refused_uids.clear()
    clock.forward(minutes=5)
    assert dict(one.run().counts) == {"leave": 1}
    assert store.requests() == before
    assert [m.flags for m in box.folder(Filing.CANCELLATIONS.value)] == [frozenset()]
    assert store.reviews() == []


def test_nor_does_one_whose_header_is_left_out_of_an_answer_escape_being_read(
    box: FakeMailbox, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = route(box, store, clock=clock)
    one.run()
    omitted = box.drag(put(box, "Hello"), OPT_OUTS)
    box.drag(put(box, "Hello", 2), OPT_OUTS)
    heads = box.heads
    monkeypatch.setattr(
        box, "heads", lambda uids: {u: head for u, head in heads(uids).items() if u != omitted}
    )
    assert passes(one, clock, 2) == 0
    assert len(store.requests()) == 2


def test_where_the_server_gives_nothing_at_all_nothing_is_set_aside(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    uids = [put(box, ASKS, number) for number in (1, 2, 3)]
    box.refused_uids |= set(uids)
    one = route(box, store, clock=clock)
    for _ in range(6):
        box.fail_next("fetch", refusal())
        assert passes(one, clock, 1) == 1
    box.refused_uids.clear()
    assert dict(one.run().counts) == {"act": 3}


def test_sizes_that_are_refused_do_not_bar_the_mailbox(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    put(box, ASKS)
    box.fail_next("sizes", refusal())
    assert dict(route(box, store, clock=clock).run().counts) == {"act": 1}


def test_who_dismisses_one_message_that_is_not_given_leaves_the_other_on_review(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    uids = [put(box, ASKS, number) for number in (1, 2)]
    box.refused_uids |= set(uids)
    put(box, "Hello", 3)  # where none came, it would be asked again
    one = route(box, store, clock=clock)
    one.run()
    rows = store.reviews()
    with store.batch() as batch:
        batch.end_review(rows[-1], resolution="dismissed", by="ida", now=clock())
    one.run()
    assert [row.uid for row in store.reviews()] == [uids[0]]
    assert r"\Flagged" in box.folder()[0].flags


def test_a_kill_after_the_commit_leaves_no_flag_of_ours(
    box: FakeMailbox,
    store: Store,
    clock: Clock,
    poison: set[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(box, f"{ASKS} {POISON}")
    one = route(box, store, clock=clock)
    one.run()
    poison.clear()
    clock.forward(minutes=5)
    with monkeypatch.context() as until_then:
        until_then.setattr(box, "end_review", ends_here)
        with pytest.raises(KeyboardInterrupt):
            one.run()
    one.run()
    assert [m.flags for m in box.folder(OPT_OUTS)] == [set()]


def ends_here(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("times", ["at once", "after a time"])
def test_a_message_in_a_folder_of_ours_does_not_end_the_process_for_ever(
    box: FakeMailbox,
    store: Store,
    clock: Clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    times: str,
) -> None:
    """Whether it comes at once or did not come for a time."""
    one = route(box, store, clock=clock)
    one.run()
    uid = put(box, "Hello, deadly words")
    one.run()
    dragged = box.drag(uid, OPT_OUTS)
    if times == "after a time":
        box.refused_uids.add(dragged)
        one.run()
        box.refused_uids.clear()
        clock.forward(minutes=5)

    def find(text: str) -> tuple[str, ...]:
        if "deadly words" in text:
            ends_here()
        return find_secrets(text)

    monkeypatch.setattr("handlers.parse.find_secrets", find)
    ends = 0
    for _ in range(7):
        try:
            one.run()
        except KeyboardInterrupt:
            ends += 1
        one.store.close()
        one.store = open_store(
            "sqlite:///optoutd.db", access="own", base_dir=tmp_path, now=clock()
        )
    (row,) = [row for row in one.store.ledger(place_of("support", Filing.OPT_OUTS)) if row.error]
    assert row.error == ENDED
    one.store.close()
    assert 0 < ends <= 4


def test_what_has_vanished_is_not_set_aside(
    box: FakeMailbox, store: Store, clock: Clock, tmp_path: Path
) -> None:
    uids = [put(box, ASKS, number) for number in (1, 2, 3)]
    for _ in range(2):
        store.process_ended("support", uid_validity=box.uid_validity, uid=uids[1])
    store.take_in_hand("support", uid_validity=box.uid_validity, uid=uids[1])
    store.close()
    box.remove(uids[1])
    again = open_store("sqlite:///optoutd.db", access="own", base_dir=tmp_path, now=clock())
    assert dict(route(box, again, clock=clock).run().counts) == {"act": 2}
    assert aside(again) == []
    again.close()


# What people make of it -----------------------------------------------------------------------


def approved(store: Store, clock: Clock, whose: str) -> None:
    """Staff have read what we could not, and record the cancellation that it asks for."""
    (row,) = store.reviews()
    recorded = Recorded(
        kind=Intent.CANCELLATION,
        address=address(whose),
        channel="mail",
        received_at=row.received_at,
        taken_by="ida",
        mailbox="support",
        digest=row.digest,
        language="en",
    )
    office = Office(
        store=store,
        boxes=(settings_of("support", "support"),),
        policy=Policy(us=US),
        writer=writer(),
        now=clock,
        draw=draw_tokens,
    )
    office.approve_message(row, recorded, by="ida", reply=True)


@pytest.mark.parametrize("read_later", [True, False], ids=["read later", "never read"])
def test_our_move_of_what_staff_have_approved_is_not_taken_for_a_persons(
    box: FakeMailbox, store: Store, clock: Clock, poison: set[str], read_later: bool
) -> None:
    """The account is another one's than the sender's: he must not lose his own."""
    one = route(box, store, clock=clock)
    one.run()
    put(box, f"Please cancel my account. {POISON}")
    one.run()
    approved(store, clock, "account@elsewhere.example")
    if read_later:
        poison.clear()
    for _ in range(3):
        clock.forward(minutes=6)
        one.run()
    assert [r.address_key for r in store.requests()] == ["account@elsewhere.example"]
    assert store.reviews() == []
    assert [m.flags for m in box.folder(Filing.CANCELLATIONS.value)] == [set()]


def test_what_staff_have_approved_unseen_stays_where_it_would_not_be_known_again(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    """The server gave nothing of it then, and gives it to whoever looks into the folder."""
    one = route(box, store, clock=clock)
    one.run()
    box.refused_uids.add(put(box, "Please cancel my account."))
    one.run()
    approved(store, clock, "account@elsewhere.example")
    for _ in range(3):
        clock.forward(minutes=6)
        one.run()
    assert [r.address_key for r in store.requests()] == ["account@elsewhere.example"]
    assert store.reviews() == []
    assert [m.flags for m in box.folder()] == [set()]
