"""A clock that was set back by a day: in no store does anything wait for it to catch up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.ports import MailboxStatus, Process, Store
from handlers.values import Disposition, Filing
from tests.contract.store_values import (
    ANNA,
    HOUR,
    NOW,
    entry,
    mail,
    recall,
    record,
    request,
    take_one,
)
from tests.contract.stores import KINDS, place_of

DAY = timedelta(days=1)
YESTERDAY = NOW - DAY


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = place_of(request.param, tmp_path).open()
    yield opened
    opened.close()


def test_a_retry_is_due_that_no_clock_of_today_has_planned(store: Store) -> None:
    record(store, entry(1, mail(1)))
    row = take_one(store).row
    store.put_off(row, until=NOW + 4 * HOUR, error="later")
    assert store.take_due(1, now=NOW) == []
    assert [queued.row for queued in store.take_due(1, now=YESTERDAY)] == [row]


def test_a_mail_that_was_queued_in_the_future_is_due(store: Store) -> None:
    record(store, entry(1, mail(1)))
    assert store.take_due(1, now=NOW - HOUR) == []
    assert len(store.take_due(1, now=YESTERDAY)) == 1


@pytest.mark.parametrize("ahead_min", [5, 6])
def test_no_cap_counts_what_lies_further_ahead_than_clocks_differ(
    store: Store, ahead_min: int
) -> None:
    ahead = NOW + timedelta(minutes=ahead_min)
    record(store, entry(1, mail(1, "C-1"), requests=(request("C-1"),)), now=ahead)
    store.sent({take_one(store, ahead).row: "250"}, now=ahead)
    counted = int(ahead_min == 5)
    assert store.sent_since(NOW - HOUR, now=NOW) == counted
    memory = recall(store, addresses=[ANNA])
    assert memory.replies_last_day.get(ANNA, 0) == counted
    assert memory.replies_last_month.get(ANNA, 0) == counted
    assert store.dossier([ANNA], now=NOW).mails_last_day.get(ANNA, 0) == counted
    assert store.remind("C-1", mail(2, "C-1"), replies_per_day=1, now=NOW) is not bool(counted)
    # Its time has come.
    assert store.sent_since(ahead - HOUR, now=ahead) == 1


def test_what_was_set_aside_is_tried_again(store: Store) -> None:
    aside = entry(
        1,
        disposition=Disposition.REVIEW,
        filing=Filing.REVIEW,
        error="nested too deeply",
        attempts=3,
        retry_at=NOW + DAY,
    )
    record(store, aside)
    assert store.due_again("support", shadow=False, limit=9, now=NOW) == []
    assert len(store.due_again("support", shadow=False, limit=9, now=YESTERDAY)) == 1


def test_a_daily_task_is_done_again(store: Store) -> None:
    assert store.claim("retention", every=DAY, now=NOW)
    assert not store.claim("retention", every=DAY, now=YESTERDAY)
    assert store.claim("retention", every=DAY, now=YESTERDAY - HOUR)


def test_how_a_mailbox_fares_is_told_by_who_looks_now(store: Store) -> None:
    def tell(process: str, error: str, hours: int) -> str:
        at = NOW + hours * HOUR
        alive = Process(name=process, version="1", started_at=at, beat_at=at)
        status = MailboxStatus(
            mailbox="support",
            process=process,
            polled_at=at,
            succeeded_at=at,
            waiting=0,
            idles=True,
            error=error,
        )
        store.beat(alive, [status])
        (held,) = store.mailbox_statuses()
        return held.error

    assert tell("a", "", 0) == ""
    assert tell("a", "its own clock was set back", -24) == "its own clock was set back"
    assert tell("b", "", 2) == ""
    assert tell("a", "all clocks were set back", -23) == "all clocks were set back"
