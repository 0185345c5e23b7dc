"""What every store promises about the decisions of staff, and about what waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from daemon.errors import TemporaryFailure
from daemon.ports import Act, Entry, Store
from handlers.values import Decision, Disposition, Filing, Intent, Request, State
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
    ordinary,
    record,
    request,
    suppression,
    take_one,
)
from tests.contract.stores import KINDS, place_of

LATER = NOW + HOUR
BERT = "bert@other.example"


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = place_of(request.param, tmp_path).open()
    yield opened
    opened.close()


def decided(**parts: Any) -> Decision:
    return Decision(disposition=Disposition.ACT, reason="confirmed-by-staff", **parts)


def waiting(reference: str, uid: int = 1, **changes: Any) -> Request:
    """A request on review that the message with this UID has made."""
    return request(reference, state=State.REVIEW, origin_digest=digest(uid), **changes)


def held(uid: int = 1, **changes: Any) -> Entry:
    """A message that a person has to look at."""
    return entry(uid, disposition=Disposition.REVIEW, filing=Filing.REVIEW, **changes)


def uids(store: Store) -> list[int]:
    return [row.uid for row in store.reviews()]


# carrying out ---------------------------------------------------------------------------------


def test_a_decision_is_written_whole_with_who_made_it(store: Store) -> None:
    record(store, entry(requests=(request("C-1"), request("O-1")), suppress=(suppression(),)))
    made = request("O-2", address_key=BERT, channel="phone", note="called", taken_by="Kim")
    store.carry_out(
        decided(
            requests=(made,),
            changes=(change("C-1", State.AWAITING_CONFIRMATION, State.CONFIRMED, "by-staff"),),
            suppress=(suppression("O-2", address_key=BERT),),
            lift=(suppression(),),
            repeated=("O-1",),
        ),
        mail(9, "C-1"),
        by="kim",
        now=LATER,
    )
    changed = store.request("C-1")
    assert changed is not None
    assert (changed.state, changed.reason, changed.updated_at) == (
        State.CONFIRMED, "by-staff", LATER,
    )  # fmt: skip
    assert store.request("O-2") == replace(made, updated_at=LATER)
    assert store.suppression(BERT) == suppression("O-2", address_key=BERT)
    assert store.suppression(ANNA) is None
    assert take_one(store, LATER).mail.idempotency_key == "reply:9"
    assert happened(store, "C-1") == ["request_recorded", "request_changed", "reply_queued"]
    assert happened(store, "O-2") == ["request_recorded", "suppressed"]
    assert happened(store, "O-1")[-2:] == ["suppression_lifted", "request_repeated"]
    for reference in ("C-1", "O-2"):
        assert "by=kim" in store.history(reference)[-1][2]


def test_no_message_follows_from_it(store: Store) -> None:
    store.carry_out(decided(requests=(request("O-1"),)), None, by="kim", now=NOW)
    assert store.ledger("support") == []
    assert store.mark("support") is None


def test_what_has_moved_on_is_not_decided_on_and_nothing_else_is_written(store: Store) -> None:
    record(store, entry(requests=(request("C-1"),)))
    late = change("C-1", State.REVIEW, State.CONFIRMED)
    with pytest.raises(TemporaryFailure, match="moved on"):
        store.carry_out(
            decided(changes=(late,), suppress=(suppression(),)),
            mail(9, "C-1"),
            by="kim",
            now=LATER,
        )
    assert store.suppression(ANNA) is None
    assert store.next_due() is None
    assert happened(store, "C-1") == ["request_recorded"]


def test_a_change_sets_proof_and_note_where_it_has_them(store: Store) -> None:
    record(store, entry(requests=(request("C-1", note="first"), request("O-1", note="mine"))))
    settled = replace(
        change("C-1", State.AWAITING_CONFIRMATION, State.CONFIRMED), proof="staff", note="second"
    )
    undone = change("O-1", State.EFFECTIVE, State.UNDONE)
    store.carry_out(decided(changes=(settled, undone)), None, by="kim", now=LATER)
    for reference, proof, note in (("C-1", "staff", "second"), ("O-1", "unproven", "mine")):
        found = store.request(reference)
        assert found is not None
        assert (found.proof, found.note) == (proof, note)


def test_a_long_note_is_kept_to_its_end(store: Store) -> None:
    note = "ä" * 2_000
    store.carry_out(decided(requests=(request(note=note),)), None, by="kim", now=NOW)
    found = store.request("O-1")
    assert found is not None
    assert found.note == note


def test_the_same_mail_is_queued_once(store: Store) -> None:
    for _ in range(2):
        store.carry_out(decided(), mail(9), by="kim", now=NOW)
    assert len(store.take_due(9, now=NOW)) == 1


def test_many_decisions_are_one_transaction(store: Store) -> None:
    acts = [
        Act(decision=decided(requests=(request("O-1"),)), outgoing=mail(1, "O-1")),
        Act(decision=decided(requests=(request("O-2", address_key=BERT),))),
    ]
    with store.batch() as batch:
        batch.carry_out(acts, by="kim", now=NOW)
    assert [r.reference for r in store.requests()] == ["O-1", "O-2"]
    twice = [Act(decision=decided(requests=(request("O-3"),)))] * 2
    with pytest.raises(TemporaryFailure), store.batch() as batch:
        batch.carry_out(twice, by="kim", now=NOW)
    assert store.request("O-3") is None


# what is known ----------------------------------------------------------------------------------


def test_what_is_known_about_addresses_is_told_for_each(store: Store) -> None:
    record(store, entry(1, mail(1, "O-1"), requests=(request("O-1"),), suppress=(suppression(),)))
    record(store, entry(2, requests=(request("O-2"), request("C-1", address_key=BERT))))
    weekly = suppression("C-1", address_key=BERT, list_name="weekly")
    store.carry_out(decided(suppress=(weekly,)), None, by="kim", now=NOW)
    origin = request("O-1").origin_digest
    known = store.dossier([ANNA, BERT], [origin, "never", ""], now=NOW)
    assert {place: r.reference for place, r in known.newest.items()} == {
        (ANNA, Intent.OPT_OUT): "O-2",
        (BERT, Intent.CANCELLATION): "C-1",
    }
    assert known.suppressions == {(ANNA, "*"): suppression(), (BERT, "weekly"): weekly}
    assert known.mails_last_day == {ANNA: 1}
    assert {key: r.reference for key, r in known.by_origin.items()} == {
        (origin, Intent.OPT_OUT, ANNA): "O-1"
    }
    with store.batch() as batch:
        assert batch.dossier([ANNA, BERT], [origin], now=NOW) == known
        assert batch.request("O-1") == store.request("O-1")
        assert batch.request("O-9") is None
    assert store.dossier([ANNA], now=NOW + 25 * HOUR).mails_last_day == {}


def test_requests_are_found_by_their_states_the_most_urgent_first(store: Store) -> None:
    made = (
        waiting("O-1", due_at=NOW + 3 * HOUR),
        waiting("C-1", due_at=NOW + 2 * HOUR),
        request("C-2", address_key=BERT, due_at=NOW + HOUR),
        request("O-2", address_key=BERT),
    )
    record(store, held(requests=made))
    assert [r.reference for r in store.requests_in(State.REVIEW)] == ["C-1", "O-1"]
    both = store.requests_in(State.REVIEW, State.AWAITING_CONFIRMATION)
    assert [r.reference for r in both] == ["C-2", "C-1", "O-1"]
    assert store.requests_in() == []


# what waits -------------------------------------------------------------------------------------


def test_messages_that_are_held_wait_the_oldest_first(store: Store) -> None:
    record(store, held(1, requests=(waiting("O-1"),)), ordinary(2), held(3), entry(4))
    record(store, held(5, received_at=NOW - 2 * HOUR))
    assert uids(store) == [5, 1, 3]


def test_what_was_only_looked_at_in_shadow_mode_waits_for_nobody(store: Store) -> None:
    record(store, held(1, shadow=True))
    assert uids(store) == []


def test_a_message_waits_until_none_of_its_requests_does(store: Store) -> None:
    record(store, held(1, requests=(waiting("O-1"), waiting("C-1"))))
    effective = change("O-1", State.REVIEW, State.EFFECTIVE, "approved-by-staff")
    store.carry_out(decided(changes=(effective,)), None, by="kim", now=LATER)
    assert uids(store) == [1]
    asked = change("C-1", State.REVIEW, State.AWAITING_CONFIRMATION, "asked-by-staff")
    store.carry_out(decided(changes=(asked,)), None, by="kim", now=LATER)
    assert uids(store) == []
    (row,) = store.ledger("support")
    assert (row.resolved_at, row.resolution) == (LATER, "asked-by-staff")
    assert happened(store, "C-1")[-1] == "review_ended"


def test_a_message_that_is_held_because_of_a_request_waits_until_that_changes(
    store: Store,
) -> None:
    record(store, entry(1, requests=(request("O-1"), request("O-2", address_key=BERT))))
    record(store, held(2, repeated=("O-1",)))
    other = change("O-2", State.EFFECTIVE, State.UNDONE)
    store.carry_out(decided(changes=(other,)), None, by="kim", now=LATER)
    assert uids(store) == [2]
    undone = change("O-1", State.EFFECTIVE, State.UNDONE)
    store.carry_out(decided(changes=(undone,)), None, by="kim", now=LATER)
    assert uids(store) == []


def test_a_message_that_waits_by_itself_waits_whatever_becomes_of_its_requests(
    store: Store,
) -> None:
    record(store, entry(1, requests=(request("C-1", state=State.CONFIRMED),)))
    record(store, held(2, repeated=("C-1",), by_itself=True))
    record(store, held(3, repeated=("C-1",)))
    store.filed("support", UID_VALIDITY, [2, 3], now=NOW)
    assert [r.by_itself for r in store.open_reviews("support", UID_VALIDITY)] == [True, False]
    assert [row.by_itself for row in store.reviews()] == [True, False]
    withdrawn = change("C-1", State.CONFIRMED, State.WITHDRAWN)
    store.carry_out(decided(changes=(withdrawn,)), None, by="kim", now=LATER)
    assert uids(store) == [2]


def test_that_a_cancellation_is_carried_out_ends_no_review(store: Store) -> None:
    record(store, entry(1, requests=(request("C-1", state=State.HANDED_OVER),)))
    record(store, held(2, repeated=("C-1",)))
    completed = change("C-1", State.HANDED_OVER, State.COMPLETED)
    store.carry_out(decided(changes=(completed,)), None, by="kim", now=LATER)
    assert uids(store) == [2]


def test_a_person_ends_the_review_of_a_message_once(store: Store) -> None:
    record(store, held(1), held(2))
    row, _ = store.reviews()
    with store.batch() as batch:
        batch.end_review(row, resolution="approved", by="kim", reference="O-1", now=LATER)
    assert uids(store) == [2]
    ended, _ = store.ledger("support")
    assert (ended.resolved_at, ended.resolution) == (LATER, "approved")
    assert ended.references == ("O-1",)
    assert happened(store, "O-1") == ["review_ended"]
    with pytest.raises(TemporaryFailure), store.batch() as batch:
        batch.end_review(row, resolution="dismissed", by="lee", now=LATER)


def test_what_was_never_held_has_no_review_to_end(store: Store) -> None:
    record(store, entry(1))
    (row,) = store.ledger("support")
    with pytest.raises(TemporaryFailure), store.batch() as batch:
        batch.end_review(row, resolution="dismissed", by="kim", now=LATER)


def test_the_messages_of_a_request_are_the_one_that_made_it_its_copies_and_those_held(
    store: Store,
) -> None:
    record(store, held(1, requests=(waiting("C-1"),)), ordinary(2))
    record(store, ordinary(7, mailbox="cancel", digest=digest(1), received_at=NOW))
    record(store, held(3, repeated=("C-1",), received_at=NOW + HOUR), entry(4, repeated=("C-1",)))
    found = store.messages_about("C-1")
    assert [(row.mailbox, row.uid) for row in found] == [
        ("support", 1), ("cancel", 7), ("support", 3),
    ]  # fmt: skip
    assert store.messages_about("C-9") == []
