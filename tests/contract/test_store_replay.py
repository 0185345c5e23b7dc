"""What a receiver is told of that was made while it was away, as every store keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from daemon.ports import Audience, Outcome, Store
from handlers.announcement import Announcement
from handlers.values import Request, State
from tests.contract.store_values import NOW, change, entry, record, request, suppression
from tests.contract.stores import KINDS, place_of

CRM, OTHER = Audience(name="crm", target="a"), Audience(name="other", target="b")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LATER = NOW + 30 * DAY
TOLD = Outcome(state="told")
S = State


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """The CRM has heard of O-1, was away while the others came, and is back."""
    opened = place_of(request.param, tmp_path).open()
    opened.use_receivers([CRM, OTHER], now=NOW)
    opt_out(opened, "O-1", 1, at=NOW)
    tell(opened, "crm", now=NOW)
    opened.use_receivers([OTHER], now=NOW)
    opt_out(opened, "O-2", 2, at=NOW + 2 * HOUR)
    record(opened, entry(3, requests=(request_of("C-1"),)), now=NOW + HOUR)
    confirmed = change("C-1", S.AWAITING_CONFIRMATION, S.CONFIRMED)
    record(opened, entry(4, changes=(confirmed,)), now=NOW + 3 * HOUR)
    opt_out(opened, "O-0", 5, at=NOW - 9 * DAY)
    opened.use_receivers([CRM, OTHER], now=LATER)
    yield opened
    opened.close()


def request_of(reference: str) -> Request:
    return request(reference, address_key=f"{reference.lower()}@b.example")


def opt_out(store: Store, reference: str, uid: int, *, at: datetime) -> None:
    key = f"{reference.lower()}@b.example"
    held = suppression(reference, address_key=key, since=at)
    record(
        store,
        entry(uid, requests=(request(reference, address_key=key),), suppress=(held,)),
        now=at,
    )


def tell(store: Store, receiver: str, *, now: datetime = LATER) -> list[Announcement]:
    """All that the receiver is told, in the order in which it hears it."""
    heard: list[Announcement] = []
    while found := store.take_announcements(receiver, 1, now=now):
        heard += found
        store.announced(found[0].row, TOLD, now=now)
    return heard


def replay(
    store: Store, since: datetime = NOW, *, name: str = "crm", dry_run: bool = False
) -> int | None:
    return store.replay_to(name, since=since, by="kim", now=LATER, dry_run=dry_run)


def test_what_was_new_while_it_was_away_is_told_as_it_stands_in_its_order(store: Store) -> None:
    assert tell(store, "crm") == []
    assert replay(store) == 2
    first, second = tell(store, "crm")
    assert (first.request.reference, first.after, first.lists) == ("O-2", S.EFFECTIVE, ("*",))
    assert (first.before, first.changed_at) == (None, NOW + 2 * HOUR)
    assert (second.request.reference, second.after) == ("C-1", S.CONFIRMED)
    assert store.walk_audit().broken_at is None
    assert [e.what for e in store.audit_events()][-1] == "receiver_replayed"


def test_it_has_the_ids_under_which_others_heard_the_same(store: Store) -> None:
    ids = {(e.request.reference, e.after): e.id for e in tell(store, "other")}
    replay(store)
    assert [(e.id == ids[e.request.reference, e.after]) for e in tell(store, "crm")] == [True] * 2


def test_done_again_it_tells_nothing_again(store: Store) -> None:
    assert replay(store) == 2
    assert replay(store) == 0
    assert len(tell(store, "crm")) == 2
    assert (replay(store), tell(store, "crm")) == (0, [])


def test_only_what_is_so_since_then_is_told_and_a_trial_tells_nothing(store: Store) -> None:
    assert replay(store, NOW - 10 * DAY, dry_run=True) == 3
    assert replay(store, NOW + 2 * HOUR, dry_run=True) == 2
    assert replay(store, NOW + 3 * HOUR) == 1
    (only,) = tell(store, "crm")
    assert only.request.reference == "C-1"


def test_it_is_tried_for_its_time_however_long_ago_it_came_to_be_so(store: Store) -> None:
    replay(store)
    (taken, *_) = store.take_announcements("crm", 1, now=LATER)
    assert taken.span_began_at == LATER
    (status,) = [each for each in store.receivers() if each.name == "crm"]
    assert status.oldest_at == LATER


def test_one_that_wants_no_such_changes_or_is_not_there_is_told_nothing(store: Store) -> None:
    opt_outs = Audience(name="crm", target="a", events=("opt_out.*",))
    store.use_receivers([opt_outs], now=LATER)
    assert replay(store, dry_run=True) == 1
    assert replay(store, name="other") is None  # it is not configured any more
    assert replay(store, name="nobody") is None


def test_of_who_was_forgotten_nothing_is_told(store: Store) -> None:
    tell(store, "other")
    store.forget("o-2@b.example", by="kim", now=LATER)
    assert replay(store) == 1


def test_what_follows_is_told_after_it(store: Store) -> None:
    replay(store)
    done = change("C-1", S.CONFIRMED, S.COMPLETED)
    record(store, entry(9, changes=(done,)), now=LATER)
    told = [e.after for e in tell(store, "crm") if e.request.reference == "C-1"]
    assert told == [S.CONFIRMED, S.COMPLETED]


def test_one_more_list_that_was_left_meanwhile_is_told_with_the_others(store: Store) -> None:
    store.use_receivers([OTHER], now=LATER)
    key = "o-0@b.example"
    more = suppression("O-0", address_key=key, list_name="tips", since=LATER)
    record(store, entry(11, suppress=(more,)), now=LATER)
    store.use_receivers([CRM, OTHER], now=LATER)
    assert replay(store, NOW + 9 * DAY) == 1
    (told,) = tell(store, "crm")
    assert (told.request.reference, set(told.lists)) == ("O-0", {"*", "tips"})
