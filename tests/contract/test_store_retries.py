"""What every store promises about messages that were set aside, and about what is in hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from daemon.errors import TemporaryFailure
from daemon.ports import Entry, Failing, InHand, LedgerRow, Process, Store
from handlers.values import Disposition, Filing, State
from tests.contract.store_values import (
    ANNA,
    HOUR,
    NOW,
    UID_VALIDITY,
    change,
    digest,
    entry,
    happened,
    mail,
    mark,
    ordinary,
    record,
    request,
    suppression,
)
from tests.contract.stores import KINDS, Place, place_of

IN_AN_HOUR = NOW + HOUR


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return place_of(request.param, tmp_path)


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    opened = place.open()
    yield opened
    opened.close()


def set_aside(uid: int = 1, **changes: Any) -> Entry:
    """A message that could not be read, to be tried again in an hour."""
    values: dict[str, Any] = {
        "disposition": Disposition.REVIEW,
        "reason": "set-aside",
        "intents": (),
        "evidence": (),
        "filing": Filing.REVIEW,
        "error": "nested too deeply",
        "digest": digest(1000 + uid),
        "attempts": 1,
        "retry_at": IN_AN_HOUR,
    }
    return entry(uid, **values | changes)


def flagged(store: Store, *uids: int) -> None:
    store.note_flags("support", UID_VALIDITY, uids, ours=True)
    store.filed("support", UID_VALIDITY, uids, now=NOW)


def due(store: Store, *, place: str = "support", shadow: bool = False) -> list[int]:
    rows = store.due_again(place, shadow=shadow, limit=10, now=IN_AN_HOUR)
    return [row.uid for row in rows]


def again(store: Store, tried: Entry) -> bool:
    with store.batch() as batch:
        return batch.record_again(tried, now=IN_AN_HOUR)


def only_of(store: Store, uid: int) -> LedgerRow:
    (row,) = (row for row in store.ledger("support") if row.uid == uid)
    return row


def only(store: Store) -> LedgerRow:
    (row,) = store.ledger("support")
    return row


# what is due --------------------------------------------------------------------------------


def test_what_was_set_aside_is_due_when_its_time_has_come(store: Store) -> None:
    record(
        store,
        set_aside(3, retry_at=NOW),
        set_aside(2),
        set_aside(4, retry_at=NOW + 2 * HOUR),
        set_aside(5, retry_at=None),
        set_aside(6, mailbox="cancel"),
        set_aside(7, shadow=True),
        ordinary(8),
    )
    assert due(store) == [3, 2]
    assert due(store, place="cancel") == [6]
    assert due(store, shadow=True) == [7]
    first = store.due_again("support", shadow=False, limit=1, now=IN_AN_HOUR)
    assert [(row.uid, row.attempts, row.retry_at) for row in first] == [(3, 1, NOW)]


def test_what_people_have_dealt_with_is_not_due(store: Store) -> None:
    record(store, set_aside(1), set_aside(2))
    with store.batch() as batch:
        held = next(row for row in store_rows(store) if row.uid == 1)
        batch.end_review(held, resolution="dismissed", by="ida", now=NOW)
    store.end_retries("support", UID_VALIDITY, [2, 99])
    assert due(store) == []
    assert not again(store, ordinary(1, attempts=2))
    assert not again(store, set_aside(2, attempts=2))
    assert [row.uid for row in store.reviews()] == [2]  # its review goes on


def store_rows(store: Store) -> list[LedgerRow]:
    return store.ledger("support")


# one more try -------------------------------------------------------------------------------


def test_a_try_that_fails_changes_the_error_and_the_next_time_alone(store: Store) -> None:
    record(store, set_aside())
    flagged(store, 1)
    before = only(store)
    later = IN_AN_HOUR + HOUR
    assert again(store, set_aside(error="it hangs", attempts=2, retry_at=later))
    assert only(store) == replace(before, error="it hangs", attempts=2, retry_at=later)
    assert due(store) == []


def test_what_came_at_last_and_cannot_be_read_is_known_from_then_on(store: Store) -> None:
    """By its octets, and what follows from where people have put it."""
    record(store, entry(7, requests=(request("C-1"),)))
    record(store, set_aside())
    flagged(store, 1)
    before = only_of(store, 1)
    stops = change("C-1", State.AWAITING_CONFIRMATION, State.REVIEW)
    tried = set_aside(digest="x", copy_hash="c", attempts=2, changes=(stops,))
    assert again(store, tried)
    row = only_of(store, 1)
    assert (row.digest, row.copy_hash, row.references) == ("x", "c", ("C-1",))
    assert (row.flagged, row.filed_at, row.decided_at) == (
        True, before.filed_at, before.decided_at,
    )  # fmt: skip
    assert [r.state for r in store.requests()] == [State.REVIEW]


def test_what_came_at_last_and_was_decided_on_before_waits_for_nobody(store: Store) -> None:
    record(store, set_aside())
    flagged(store, 1)
    copy = set_aside(
        digest="x", attempts=2, retry_at=None, disposition=Disposition.LEAVE, filing=Filing.NOWHERE
    )
    assert again(store, copy)
    assert store.reviews() == []
    assert store.unfiled("support", UID_VALIDITY) == {Filing.NOWHERE: {1: ()}}


def test_a_flag_that_was_not_set_after_all_is_not_ours(store: Store) -> None:
    record(store, set_aside())
    store.note_flags("support", UID_VALIDITY, [1], ours=True)
    store.note_flags("support", UID_VALIDITY, [1], ours=False)
    assert store.our_flags("support", UID_VALIDITY, [1]) == set()


def test_a_request_that_is_read_at_last_is_recorded_with_all_that_follows(store: Store) -> None:
    record(store, set_aside())
    flagged(store, 1)
    made = request(origin_digest=digest(1))
    tried = entry(
        1,
        mail(1, "O-1"),
        requests=(made,),
        suppress=(suppression(),),
        copy_hash="c",
        message_id_hash="m",
        attempts=2,
    )
    assert again(store, tried)
    row = only(store)
    assert (row.disposition, row.filing, row.filed_at) == (
        Disposition.ACT, Filing.OPT_OUTS, None,
    )  # fmt: skip
    assert (row.digest, row.copy_hash, row.message_id_hash) == (digest(1), "c", "m")
    assert (row.error, row.attempts, row.retry_at, row.flagged) == ("", 2, None, True)
    assert row.decided_at == IN_AN_HOUR
    assert store.suppression(ANNA) is not None
    assert [m.mail.references for m in store.take_due(10, now=IN_AN_HOUR)] == [("O-1",)]
    assert happened(store, "O-1") == ["request_recorded", "suppressed", "reply_queued"]
    assert store.unfiled("support", UID_VALIDITY) == {Filing.OPT_OUTS: {1: ("O-1",)}}
    assert store.reviews() == []
    assert not again(store, tried)  # as after a crash that came too late
    assert len(store.requests()) == 1


def test_ordinary_mail_waits_for_our_flag_to_be_taken(store: Store) -> None:
    record(store, set_aside())
    flagged(store, 1)
    assert again(store, ordinary(attempts=2))
    assert store.unfiled("support", UID_VALIDITY) == {Filing.NOWHERE: {1: ()}}
    assert store.our_flags("support", UID_VALIDITY, [1]) == {1}
    store.filed("support", UID_VALIDITY, [1], now=IN_AN_HOUR)
    assert store.our_flags("support", UID_VALIDITY, [1]) == set()
    assert store.reviews() == []


def test_what_goes_on_waiting_for_people_keeps_its_flag(store: Store) -> None:
    record(store, set_aside())
    flagged(store, 1)
    held = request("C-1", state=State.REVIEW)
    tried = entry(
        1,
        disposition=Disposition.REVIEW,
        reason="unsure",
        filing=Filing.REVIEW,
        requests=(held,),
        attempts=2,
    )
    assert again(store, tried)
    assert store.unfiled("support", UID_VALIDITY) == {}
    assert [(r.reason, r.flagged, r.references) for r in store.reviews()] == [
        ("unsure", True, ("C-1",))
    ]


def test_in_shadow_mode_nothing_follows(store: Store) -> None:
    record(store, set_aside(shadow=True))
    tried = entry(
        1,
        mail(1, "O-1"),
        requests=(request(),),
        suppress=(suppression(),),
        shadow=True,
        attempts=2,
    )
    assert again(store, tried)
    assert (store.requests(), store.unfiled("support", UID_VALIDITY)) == ([], {})
    assert only(store).filing is Filing.OPT_OUTS


def test_a_request_that_has_moved_on_leaves_the_message_as_it_was(store: Store) -> None:
    record(store, set_aside(), entry(2, requests=(request("C-1"),)))
    moved = change("C-1", State.REVIEW, State.CONFIRMED)
    with pytest.raises(TemporaryFailure):
        again(store, entry(1, changes=(moved,), attempts=2))
    assert due(store) == [1]


# what is in hand ----------------------------------------------------------------------------


def stop(store: Store) -> None:
    ended = Process(name=store.process, version="1", started_at=NOW, beat_at=NOW, stopped_at=NOW)
    store.beat(ended, [])


def in_hand(store: Store, place: str = "support") -> InHand:
    held = store.in_hand(place)
    assert held is not None
    return held


def test_a_process_that_dies_leaves_what_it_had_in_hand(place: Place) -> None:
    store = place.open()
    assert store.in_hand("support") is None
    store.take_in_hand("support", uid_validity=7, uid=5)
    assert in_hand(store).is_over  # it is ours
    store.close()
    store = place.open()
    held = in_hand(store)
    assert (held.uid_validity, held.uid, held.is_over) == (7, 5, False)
    store.take_in_hand("support", uid_validity=7)
    assert (in_hand(store).uid, in_hand(store).is_over) == (0, True)
    stop(store)
    store.close()
    store = place.open()
    assert in_hand(store).is_over
    assert store.in_hand("cancel") is None
    store.close()


def test_what_is_committed_is_not_in_hand_any_more(store: Store) -> None:
    store.take_in_hand("support", uid_validity=UID_VALIDITY, uid=1)
    store.take_in_hand("cancel", uid_validity=UID_VALIDITY, uid=1)
    record(store, set_aside())
    assert (in_hand(store).uid, in_hand(store, "cancel").uid) == (0, 1)
    store.take_in_hand("support", uid_validity=UID_VALIDITY, uid=1)
    assert again(store, set_aside(attempts=2))
    assert in_hand(store).uid == 0
    assert store.mark("support") == mark(1)


def test_fetches_that_fail_at_the_same_message_are_counted(store: Store) -> None:
    def failed(uid: int, uid_validity: int = 7, *, minutes: int = 0) -> Failing:
        now = NOW + timedelta(minutes=minutes)
        return store.fetch_failed("support", uid_validity=uid_validity, uid=uid, now=now)

    assert [failed(5), failed(5, minutes=1)] == [
        Failing(times=1, since=NOW),
        Failing(times=2, since=NOW),
    ]
    assert failed(6, minutes=2) == Failing(times=1, since=NOW + timedelta(minutes=2))
    assert failed(6, 8, minutes=3) == Failing(times=1, since=NOW + timedelta(minutes=3))
    store.take_in_hand("support", uid_validity=8, uid=6)
    # The clock was set back.
    assert failed(6, 8, minutes=1) == Failing(times=2, since=NOW + timedelta(minutes=1))
    assert (in_hand(store).failed_uid, in_hand(store).failures) == (6, 2)


def test_processes_that_end_at_the_same_message_are_counted_apart_from_fetches(
    store: Store,
) -> None:
    def ended(uid: int, uid_validity: int = 7) -> int:
        return store.process_ended("support", uid_validity=uid_validity, uid=uid)

    assert [ended(5), ended(5), ended(6), ended(6, 8), ended(6, 8)] == [1, 2, 1, 1, 2]
    assert store.fetch_failed("support", uid_validity=8, uid=6, now=NOW).times == 1
    store.take_in_hand("support", uid_validity=8, uid=6)
    held = in_hand(store)
    assert (held.failed_uid, held.failures, held.ended_uid, held.ends) == (6, 1, 6, 2)
    assert ended(6, 8) == 3
    assert in_hand(store).failures == 1
