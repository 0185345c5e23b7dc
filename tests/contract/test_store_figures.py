"""What every store counts for the report, over the real one and its fake."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.ports import Spread, Store
from handlers.values import Disposition, Filing, State
from tests.contract.store_values import (
    HOUR,
    NOW,
    change,
    digest,
    entry,
    mail,
    ordinary,
    record,
    request,
)
from tests.contract.stores import KINDS, place_of

DAY = 24 * HOUR


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = place_of(request.param, tmp_path).open()
    yield opened
    opened.close()


def test_messages_count_by_mailbox_disposition_and_reason_when_they_were_decided_on(
    store: Store,
) -> None:
    record(store, ordinary(1), ordinary(2), entry(3), ordinary(4, mailbox="cancel"))
    record(store, ordinary(5), now=NOW + DAY)
    record(store, ordinary(6, shadow=True), entry(7, shadow=True, silence="in-review"))
    held = entry(8, disposition=Disposition.REVIEW, filing=Filing.REVIEW, silence="in-review")
    record(store, held)
    found = store.figures(NOW, NOW + DAY)
    assert (found.since, found.until) == (NOW, NOW + DAY)
    assert dict(found.messages) == {
        ("support", "leave", "ordinary"): 2,
        ("support", "act", "opt-out"): 1,
        ("support", "review", "opt-out"): 1,
        ("cancel", "leave", "ordinary"): 1,
    }
    assert found.shadowed == 2
    assert dict(found.silences) == {"in-review": 1}
    assert (found.held_open, found.held_ended) == (1, 0)


def test_requests_count_when_they_were_received(store: Store) -> None:
    made = (
        request("O-1"),
        request("O-2", channel="phone"),
        request("C-1"),
        request("C-2", received_at=NOW - 30 * DAY),
    )
    record(store, entry(requests=made))
    found = store.figures(NOW - DAY, NOW)
    assert dict(found.requests) == {
        ("opt_out", "mail", "effective"): 1,
        ("opt_out", "phone", "effective"): 1,
        ("cancellation", "mail", "awaiting_confirmation"): 1,
    }


def test_the_time_to_each_milestone_counts_from_the_receipt(store: Store) -> None:
    opt_outs = [request(f"O-{n}", received_at=NOW - n * HOUR) for n in range(1, 11)]
    record(store, entry(1, requests=(*opt_outs, request("C-1"))))
    confirm = change("C-1", State.AWAITING_CONFIRMATION, State.CONFIRMED)
    record(store, entry(2, changes=(confirm,)), now=NOW + HOUR)
    found = store.figures(NOW - DAY, NOW + DAY)
    hour = HOUR.total_seconds()
    assert dict(found.reached) == {
        ("opt_out", "effective"): Spread(
            count=10, p50_s=5 * hour, p90_s=9 * hour, max_s=10 * hour
        ),
        ("cancellation", "confirmed"): Spread(
            count=1, p50_s=2 * hour, p90_s=2 * hour, max_s=2 * hour
        ),
    }


def test_what_is_late_and_what_was_done_late(store: Store) -> None:
    soon = {"due_at": NOW + HOUR}
    made = (request("C-1", **soon), request("C-2", **soon), request("C-3"), request("O-1", **soon))
    record(store, entry(1, requests=made))
    withdraw = change("C-2", State.AWAITING_CONFIRMATION, State.WITHDRAWN)
    record(store, entry(2, changes=(withdraw,)), now=NOW + 2 * HOUR)
    found = store.figures(NOW - DAY, NOW + 3 * HOUR)
    assert dict(found.late) == {("cancellation", "awaiting_confirmation"): 1}
    assert dict(found.done_late) == {"cancellation": 1}


def test_reviews_that_wait_and_that_ended(store: Store) -> None:
    in_review = {"state": State.REVIEW}
    record(store, entry(1, requests=(request("O-1", **in_review), request("O-2", **in_review))))
    end = change("O-1", State.REVIEW, State.REJECTED)
    record(store, entry(2, changes=(end,)), now=NOW + HOUR)
    found = store.figures(NOW, NOW + DAY)
    assert (found.reviews_open, found.reviews_ended) == (1, 1)
    assert store.figures(NOW + 2 * HOUR, NOW + DAY).reviews_ended == 0


def test_replies_count_by_state_and_answers_from_the_receipt_of_their_message(
    store: Store,
) -> None:
    record(store, entry(1, mail(digest(1), "O-1")), entry(2, mail(digest(2))))
    store.sent({take_one_of(store): "250 OK"}, now=NOW + HOUR)
    found = store.figures(NOW, NOW + DAY)
    assert dict(found.replies) == {"sent": 1, "queued": 1}
    two_hours = 2 * HOUR.total_seconds()
    assert found.answered == Spread(count=1, p50_s=two_hours, p90_s=two_hours, max_s=two_hours)
    assert store.figures(NOW - DAY, NOW).answered == Spread()


def take_one_of(store: Store) -> int:
    (queued,) = store.take_due(1, now=NOW)
    return queued.row


def test_an_empty_store_has_figures_too(store: Store) -> None:
    found = store.figures(NOW - DAY, NOW)
    assert not any((found.messages, found.requests, found.late, found.replies, found.shadowed))


def test_what_shadow_mode_has_noted_comes_by_time_of_receipt(store: Store) -> None:
    record(
        store,
        entry(3, shadow=True, received_at=NOW - 2 * DAY, message_id_hash="ab"),
        ordinary(1, shadow=True, received_at=NOW),
        ordinary(2),
        ordinary(9, shadow=True, mailbox="cancel"),
    )
    rows = store.shadow_ledger("support")
    assert [(row.uid, row.message_id_hash) for row in rows] == [(3, "ab"), (1, "")]
    assert [row.uid for row in store.shadow_ledger("support", NOW - DAY)] == [1]
    assert store.shadow_ledger("nowhere") == []
