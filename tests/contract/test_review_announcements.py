"""What a review of the announcements found: each of these fails as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import ReceiverSettings
from daemon.errors import PermanentFailure
from daemon.ports import Store
from daemon.receivers import audience, open_receiver
from handlers.values import State
from tests.contract.store_values import (
    NOW,
    change,
    entry,
    record,
    request,
)
from tests.contract.stores import KINDS, place_of
from tests.contract.test_store_announcements import CRM, TOLD, cancel, end, take

S = State


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = place_of(request.param, tmp_path).open()
    opened.use_receivers([CRM], now=NOW)
    yield opened
    opened.close()


def test_an_earlier_change_is_not_retried_while_a_later_one_is_on_its_way(store: Store) -> None:
    cancel(store, S.CONFIRMED, S.WITHDRAWN)
    (asked,) = take(store)
    store.announced(asked.row, TOLD, now=NOW)
    (confirmed,) = take(store)
    end(store, confirmed.row, "failed")
    (withdrawn,) = take(store)  # on its way
    store.retry_announcement(confirmed.row, by="lena", now=NOW)
    store.announced(withdrawn.row, TOLD, now=NOW)
    # What the receiver hears last must not be that a withdrawn cancellation is confirmed.
    assert [each.after for each in take(store)] == []


def test_an_earlier_change_is_not_retried_after_a_later_one_was_settled(store: Store) -> None:
    """`receivers retry --all-failed`, after a person has told the receiver of the withdrawal."""
    cancel(store, S.CONFIRMED, S.WITHDRAWN)
    (asked,) = take(store)
    store.announced(asked.row, TOLD, now=NOW)
    for _ in ("confirmed", "withdrawn"):
        (each,) = take(store)
        end(store, each.row, "failed")
    assert store.settle_announcement(each.row, by="lena", now=NOW)
    for row in store.announcements(["failed"], limit=9):
        store.retry_announcement(row.row, by="lena", now=NOW)
    assert [each.after for each in take(store)] == []


def test_who_comes_back_is_not_told_what_was_taken_back_meanwhile(store: Store) -> None:
    """A receiver is taken out of the configuration for a day, and put in again."""
    record(store, entry(1, requests=(request("C-1"),)))
    (asked,) = take(store)
    store.announced(asked.row, TOLD, now=NOW)
    confirmed = change("C-1", S.AWAITING_CONFIRMATION, S.CONFIRMED)
    record(store, entry(2, changes=(confirmed,)))
    store.use_receivers([], now=NOW)
    record(store, entry(3, changes=(change("C-1", S.CONFIRMED, S.WITHDRAWN),)))
    store.use_receivers([CRM], now=NOW)
    heard = [S.AWAITING_CONFIRMATION]
    while found := take(store):
        for each in found:
            heard.append(each.after)
            store.announced(each.row, TOLD, now=NOW)
    assert heard[-1] is not S.CONFIRMED  # it is withdrawn, and nothing more ever comes


def test_a_receiver_of_whmcs_hears_of_what_is_taken_back(tmp_path: Path) -> None:
    """`events` of the configuration goes before the module's own, and leaves that out."""
    settings = ReceiverSettings(
        name="billing",
        module="whmcs",
        url="https://b.example/includes/api.php",
        secret_files=("x",),
        options={"identifier": "x"},
        events=("cancellation.confirmed",),
    )
    try:
        module = open_receiver(settings, ("x",))
    except PermanentFailure:
        return  # refused is as well
    assert "cancellation.withdrawn" in audience(settings, module).events
