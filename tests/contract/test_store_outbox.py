"""What every store promises about its outbox, over the real one and over its fake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.ports import Store
from handlers.address import Address
from handlers.values import State
from tests.contract.store_values import (
    ANNA,
    HOUR,
    NOW,
    WRITTEN,
    change,
    entry,
    happened,
    mail,
    record,
    request,
    take_one,
)
from tests.contract.stores import KINDS, Place, place_of


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return place_of(request.param, tmp_path)


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    opened = place.open()
    yield opened
    opened.close()


def states(store: Store) -> dict[str, int]:
    return {
        name.removeprefix("outbox."): count
        for name, count in store.counts().items()
        if name.startswith("outbox.") and count
    }


def queue(store: Store, *numbers: int, at: timedelta = timedelta(0)) -> None:
    for number in numbers:
        record(store, entry(number, mail(number)), now=NOW + at)


def test_a_mail_is_due_when_it_is_queued_and_comes_with_its_very_bytes(store: Store) -> None:
    queued = mail(1, "O-1", "C-1")
    record(store, entry(1, queued))
    taken = take_one(store)
    recipient = Address(written=WRITTEN, key=ANNA)  # the name is in the bytes
    assert taken.mail == replace(queued, recipient=recipient)
    assert (taken.attempts, taken.unknowns, taken.queued_at) == (1, 0, NOW)


def test_what_is_being_sent_is_not_due(store: Store) -> None:
    queue(store, 1)
    take_one(store)
    assert store.take_due(10, now=NOW + HOUR) == []
    assert store.next_due() is None
    assert states(store) == {"sending": 1}


def test_the_oldest_mails_are_taken_first_and_no_more_than_asked_for(store: Store) -> None:
    queue(store, 3, 1)
    queue(store, 2, at=-HOUR)
    assert [q.mail.idempotency_key for q in store.take_due(2, now=NOW)] == ["reply:2", "reply:3"]
    assert [q.mail.idempotency_key for q in store.take_due(2, now=NOW)] == ["reply:1"]
    assert store.take_due(2, now=NOW) == []


def test_nothing_is_due_in_an_empty_outbox(store: Store) -> None:
    assert store.take_due(5, now=NOW) == []
    assert store.next_due() is None
    assert store.copies_to_file("support", 5) == []


def test_a_mail_of_the_same_idempotency_key_is_queued_once(store: Store) -> None:
    record(store, entry(1, mail(1, "O-1")), entry(2, mail(1, "O-1")), entry(3, mail(3, "O-1")))
    record(store, entry(4, mail(1, "O-1")))
    assert states(store) == {"queued": 2}
    assert happened(store, "O-1") == ["reply_queued"] * 2


def test_an_accepted_mail_is_sent_for_good(store: Store) -> None:
    record(store, entry(1, mail(1, "O-1", "C-1")))
    row = take_one(store).row
    store.sent({row: "250 OK"}, now=NOW + HOUR)
    store.sent({row: "250 OK"}, now=NOW + 2 * HOUR)
    store.put_off(row, until=NOW, error="late")
    store.hold(row, until=NOW)
    store.outcome_unknown(row, until=NOW, error="late")
    assert store.failed(row, now=NOW, error="late") == []
    assert states(store) == {"sent": 1}
    assert store.recover_outbox(now=NOW) == 0
    for reference in ("O-1", "C-1"):
        assert happened(store, reference) == ["reply_queued", "reply_sent"]
    assert store.history("O-1")[1][0] == NOW + HOUR


def test_an_outcome_of_a_mail_that_is_not_being_sent_is_ignored(store: Store) -> None:
    queue(store, 1)
    row = take_one(store).row
    store.hold(row, until=NOW)
    store.sent({row: "250 OK"}, now=NOW)
    store.sent({row + 1: "250 OK"}, now=NOW)
    store.hold(row + 1, until=NOW)
    assert states(store) == {"queued": 1}


def test_a_mail_that_is_put_off_is_due_again_later_and_counts_its_attempts(store: Store) -> None:
    queue(store, 1)
    store.put_off(take_one(store).row, until=NOW + HOUR, error="451 busy")
    assert store.next_due() == NOW + HOUR
    assert store.take_due(1, now=NOW) == []
    assert take_one(store, NOW + HOUR).attempts == 2


def test_an_attempt_that_was_held_does_not_count(store: Store) -> None:
    queue(store, 1)
    store.hold(take_one(store).row, until=NOW + HOUR)
    assert store.next_due() == NOW + HOUR
    assert take_one(store, NOW + HOUR).attempts == 1


def test_the_next_due_is_the_earliest_that_waits(store: Store) -> None:
    queue(store, 1, 2)
    first, second = store.take_due(2, now=NOW)
    store.put_off(first.row, until=NOW + 3 * HOUR, error="")
    store.put_off(second.row, until=NOW + 2 * HOUR, error="")
    assert store.next_due() == NOW + 2 * HOUR


def test_a_question_that_cannot_be_delivered_goes_to_review(store: Store) -> None:
    made = (request("C-1"), request("O-1"))
    record(store, entry(1, mail(1, "O-1", "C-1", asks=True), requests=made))
    row = take_one(store).row
    why = "question-undeliverable"
    asked = change("C-1", State.AWAITING_CONFIRMATION, State.REVIEW, why)
    assert store.failed(row, now=NOW + HOUR, error="550 nobody here") == [asked]
    assert store.failed(row, now=NOW + HOUR, error="550 nobody here") == []
    held = store.request("C-1")
    assert held is not None
    assert (held.state, held.reason) == (State.REVIEW, "question-undeliverable")
    assert held.updated_at == NOW + HOUR
    assert states(store) == {"failed": 1}
    assert happened(store, "C-1")[-2:] == ["reply_failed", "request_changed"]
    assert happened(store, "O-1")[-1] == "reply_failed"
    assert store.next_due() is None


@pytest.mark.parametrize("how", ["failed", "dropped"])
def test_a_paused_question_that_nobody_gets_is_not_taken_for_one_that_was_asked(
    store: Store, how: str
) -> None:
    made = (request("C-1"), request("C-2", state=State.CONFIRMED))
    record(store, entry(1, mail(1, "C-1", "C-2", asks=True), requests=made))
    queued = take_one(store)
    paused = [
        change("C-1", State.AWAITING_CONFIRMATION, State.REVIEW, "moved-back-by-staff"),
        change("C-2", State.CONFIRMED, State.REVIEW, "confirmation-moved-back"),
    ]
    record(store, entry(2, changes=tuple(paused)))
    if how == "failed":
        why = "question-undeliverable"
        again = change("C-1", State.REVIEW, State.REVIEW, why)
        assert store.failed(queued.row, now=NOW + HOUR, error="550 nobody here") == [again]
    else:
        why = "question-dropped"
        store.put_off(queued.row, until=NOW + HOUR, error="451 busy")
        assert store.drop_mail(queued.row, by="eve", now=NOW + HOUR) == ["C-1"]
    found = [(each.reason, each.state) for each in map(store.request, ("C-1", "C-2")) if each]
    assert found == [(why, State.REVIEW), ("confirmation-moved-back", State.REVIEW)]
    assert happened(store, "C-1")[-1] == "request_changed"


def test_a_letter_that_cannot_be_delivered_and_asks_nothing_puts_nothing_on_review(
    store: Store,
) -> None:
    record(store, entry(1, mail(1, "C-1"), requests=(request("C-1"),)))
    assert store.failed(take_one(store).row, now=NOW + HOUR, error="550 nobody here") == []
    held = store.request("C-1")
    assert held is not None
    assert held.state is State.AWAITING_CONFIRMATION


def test_a_question_that_was_answered_meanwhile_stays_answered(store: Store) -> None:
    record(store, entry(1, mail(1, "C-1", asks=True), requests=(request("C-1"),)))
    row = take_one(store).row
    answer = change("C-1", State.AWAITING_CONFIRMATION, State.CONFIRMED)
    record(store, entry(2, changes=(answer,)))
    assert store.failed(row, now=NOW, error="550") == []
    held = store.request("C-1")
    assert held is not None
    assert held.state is State.CONFIRMED


def test_a_mail_of_unknown_outcome_is_tried_again_where_a_time_is_given(store: Store) -> None:
    queue(store, 1)
    store.outcome_unknown(take_one(store).row, until=NOW + HOUR, error="lost")
    again = take_one(store, NOW + HOUR)
    assert (again.attempts, again.unknowns) == (2, 1)
    store.outcome_unknown(again.row, until=None, error="lost")
    assert states(store) == {"unknown": 1}
    assert store.next_due() is None


def test_what_a_dead_process_was_sending_is_sent_once_more_and_never_a_third_time(
    place: Place,
) -> None:
    store = place.open()
    queue(store, 1, 2)
    (sending,) = store.take_due(1, now=NOW)
    assert store.recover_outbox(now=NOW + HOUR) == 0  # we are not dead
    store.close()
    store = place.open()
    assert store.recover_outbox(now=NOW + HOUR) == 1
    # It is due at once, though behind what has waited for longer.
    again = store.take_due(2, now=NOW + HOUR)[1]
    assert (again.row, again.unknowns) == (sending.row, 1)
    store.close()
    store = place.open()
    assert store.recover_outbox(now=NOW + 2 * HOUR) == 2
    assert states(store) == {"unknown": 1, "queued": 1}
    assert store.recover_outbox(now=NOW + 2 * HOUR) == 0
    store.close()


def test_whatever_may_have_arrived_twice_is_counted(store: Store) -> None:
    queue(store, 1, 2, 3, 4, 5, 6)
    for lost in store.take_due(5, now=NOW):
        store.outcome_unknown(lost.row, until=NOW, error="lost")
    assert store.perhaps_twice() == 0  # each of them has gone out once
    sent, lost_again, refused, busy, waiting, once = store.take_due(6, now=NOW)
    store.sent({once.row: "250"}, now=NOW)
    store.sent({sent.row: "250"}, now=NOW)
    store.outcome_unknown(lost_again.row, until=None, error="lost")
    store.failed(refused.row, now=NOW, error="550")
    store.put_off(busy.row, until=NOW + HOUR, error="451")
    store.hold(waiting.row, until=NOW + 2 * HOUR)
    assert store.perhaps_twice() == 2
    store.sent({take_one(store, NOW + HOUR).row: "250"}, now=NOW + HOUR)
    assert store.perhaps_twice() == 3
    assert store.figures(NOW, NOW + HOUR).perhaps_twice == 3
    assert store.figures(NOW + HOUR, NOW + 2 * HOUR).perhaps_twice == 0
    # Who has it sent a third time is told that it may arrive once more; it counts all the same.
    assert store.retry_mail(lost_again.row, by="kim", now=NOW)
    assert store.perhaps_twice() == 3


def test_accepted_mails_are_counted_for_the_hourly_cap(store: Store) -> None:
    queue(store, 1, 2, 3)
    for hours, queued in enumerate(store.take_due(2, now=NOW)):
        store.sent({queued.row: "250"}, now=NOW + hours * HOUR)
    now = NOW + HOUR
    assert store.sent_since(NOW, now=now) == 2
    assert store.sent_since(NOW + timedelta(microseconds=1), now=now) == 1
    assert store.sent_since(NOW + 2 * HOUR, now=now) == 0


def test_copies_are_filed_once_and_in_the_mailbox_they_are_of(store: Store) -> None:
    queue(store, 1, 2, 3)
    record(store, entry(4, mail(4, mailbox="cancel")))
    taken = store.take_due(10, now=NOW)
    for queued in taken[:2] + taken[3:]:
        store.sent({queued.row: "250"}, now=NOW)
    rows = [(copy.row, copy.raw) for copy in store.copies_to_file("support", 10)]
    assert rows == [(queued.row, queued.mail.raw) for queued in taken[:2]]
    assert len(store.copies_to_file("support", 1)) == 1
    assert len(store.copies_to_file("cancel", 10)) == 1
    store.copied([row for row, _ in rows], now=NOW)
    store.copied([], now=NOW)
    assert store.copies_to_file("support", 10) == []


@pytest.mark.parametrize("words", ["x" * 10_000, "250 \udcff\0 ok"])
def test_whatever_words_a_server_says_are_stored(store: Store, words: str) -> None:
    queue(store, 1, 2, 3, 4)
    accepted, refused, lost, busy = store.take_due(4, now=NOW)
    store.sent({accepted.row: words}, now=NOW)
    store.failed(refused.row, now=NOW, error=words)
    store.outcome_unknown(lost.row, until=None, error=words)
    store.put_off(busy.row, until=NOW, error=words)
    assert states(store) == {"sent": 1, "failed": 1, "unknown": 1, "queued": 1}
