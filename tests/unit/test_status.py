"""What `optoutd status` makes of a store: how it stands, and what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config.settings import Settings
from daemon.ports import MailboxStatus, Process
from daemon.status import RequestsView, Status, take_status
from handlers.values import Disposition, State
from tests.contract.fake_store import FakeStore
from tests.contract.store_values import HOUR, NOW, entry, mail, record, request, take_one
from tests.unit.configs import GOOD, loaded

HERE, THERE = "mx1", "mx2"
ALIVE = Process(name="mx1:42:ab", version="1.2.3", started_at=NOW - HOUR, beat_at=NOW)
WELL = MailboxStatus(
    mailbox="support",
    process=ALIVE.name,
    polled_at=NOW,
    succeeded_at=NOW,
    waiting=0,
    idles=True,
)
BOXES = [WELL, replace(WELL, mailbox="cancel-de")]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return loaded(tmp_path)


def taken(
    settings: Settings,
    *,
    processes: Sequence[Process] = (ALIVE,),
    boxes: Sequence[MailboxStatus] = BOXES,
    store: FakeStore | None = None,
) -> Status:
    store = store or FakeStore()
    for process in processes:
        store.beat(process, boxes)
    return take_status(store, settings, now=NOW, host=HERE, pid_exists=lambda pid: pid == 42)


def wrong(status: Status) -> list[str]:
    return [trouble.what for trouble in status.troubles]


def test_where_all_is_well_nothing_is_wrong(settings: Settings) -> None:
    status = taken(settings)
    assert [view.life for view in status.processes] == ["runs"]
    assert [view.state for view in status.mailboxes] == ["ok", "ok"]
    assert wrong(status) == []


@pytest.mark.parametrize(
    ("process", "life", "words"),
    [
        (replace(ALIVE, beat_at=NOW - 30 * MINUTE / 60), "runs", []),
        (replace(ALIVE, beat_at=NOW - 2 * MINUTE), "silent", ["gives no sign of life"]),
        (replace(ALIVE, name="mx1:43:ab"), "died", ["has died"]),
        (replace(ALIVE, name="mx2:43:ab"), "runs", []),  # of another host: the beat alone says so
        (replace(ALIVE, name="mx2:43:ab", beat_at=NOW - 2 * MINUTE), "silent", ["no sign"]),
        (replace(ALIVE, stopped_at=NOW), "stopped", []),  # a timer runs `poll`
    ],
)
def test_a_process_lives_by_its_beat_and_here_by_its_number(
    settings: Settings, process: Process, life: str, words: list[str]
) -> None:
    status = taken(settings, processes=[process])
    assert [view.life for view in status.processes] == [life]
    assert len(wrong(status)) == len(words)
    assert all(part in line for part, line in zip(words, wrong(status), strict=True))


@pytest.mark.parametrize(
    ("name", "beat_at", "lease_s", "is_missed"),
    [
        # ALIVE began an hour ago, on mx1.
        ("mx1:7:aa", NOW - HOUR - MINUTE, 30, False),  # in its place
        ("mx1:7:aa", NOW - HOUR + MINUTE, 30, True),  # beside it
        ("mx2:7:aa", NOW - HOUR - MINUTE, 30, True),  # another stood by there
        ("mx2:7:aa", NOW - HOUR - MINUTE, None, False),  # moved: one at a time owns the store
        ("mx2:7:aa", NOW - 25 * HOUR, 30, False),  # taken away for good
        ("mx2:7:aa", NOW + HOUR, 30, True),  # by a clock that was set back since
    ],
)
def test_a_process_that_is_gone_is_told_of_until_another_runs_in_its_place(
    settings: Settings, name: str, beat_at: datetime, lease_s: float | None, is_missed: bool
) -> None:
    store = FakeStore(lease_s=lease_s)
    gone = replace(ALIVE, name=name, started_at=NOW - 30 * HOUR, beat_at=beat_at)
    left = replace(gone, name="mx3:8:ee", stopped_at=beat_at)
    other = replace(ALIVE, name="mx2:43:cd", started_at=NOW - 20 * HOUR)
    status = taken(settings, processes=[gone, left, ALIVE, other], store=store)
    alive = [ALIVE.name, other.name]
    names = [view.process.name for view in status.processes]
    assert names == ([*alive, name] if is_missed else alive)
    assert len(wrong(status)) == is_missed


@pytest.mark.parametrize(
    ("status", "state", "words"),
    [
        (replace(WELL, polled_at=NOW - 4 * MINUTE), "ok", ""),
        (replace(WELL, polled_at=NOW - 6 * MINUTE), "late", "support is not being read"),
        (replace(WELL, error="support: NO login"), "failing", "support fails: NO login"),
    ],
)
def test_a_mailbox_that_is_not_read_is_wrong(
    settings: Settings, status: MailboxStatus, state: str, words: str
) -> None:
    found = taken(settings, boxes=[status, BOXES[1]])
    assert [view.state for view in found.mailboxes] == [state, "ok"]
    assert "".join(wrong(found)).removeprefix("mailbox ") == words


def test_a_failing_mailbox_is_told_with_its_cure(settings: Settings) -> None:
    failing = replace(WELL, error="NO", setting="mailbox.support.username", cure="check username")
    for status, cure in (
        (failing, "check username; optoutd check"),
        (replace(failing, cure=""), "look at mailbox.support.username; optoutd check"),
        (replace(failing, cure="", setting=""), "optoutd check"),
    ):
        (trouble,) = taken(settings, boxes=[status, BOXES[1]]).troubles
        assert trouble.cure == cure


def test_where_nothing_has_run_yet_that_is_what_is_wrong(settings: Settings) -> None:
    status = taken(settings, processes=[])
    assert wrong(status) == [
        "no optoutd runs",
        "mailbox support was never read",
        "mailbox cancel-de was never read",
    ]


def test_replies_that_wait_for_long_are_wrong_and_their_last_error_is_told(
    settings: Settings,
) -> None:
    store = FakeStore()
    record(store, entry(1, mail(1)), entry(2, mail(2)), now=NOW - HOUR)
    for queued in store.take_due(2, now=NOW):
        store.put_off(queued.row, until=NOW + HOUR, error=f"451 busy {queued.row}")
    record(store, entry(3, mail(3)), now=NOW - 14 * MINUTE)
    record(store, entry(4, mail(4)), now=NOW - 14 * MINUTE)
    store.failed(take_one_of(store), now=NOW, error="550")
    status = taken(settings, store=store)
    outbox = status.outbox
    assert (outbox.queued, outbox.in_delivery, outbox.failed) == (3, 0, 1)
    assert [row.row for row in outbox.late] == [1, 2]
    assert wrong(status) == [
        "2 replies have waited for more than 15 minutes; the last error: 451 busy 2"
    ]


def test_replies_that_the_hourly_cap_holds_back_are_told_as_that(tmp_path: Path) -> None:
    store = FakeStore()
    settings = loaded(tmp_path, f"{GOOD}[limits]\nreplies_per_hour = 1\n")
    record(store, entry(1, mail(1)), entry(2, mail(2)), now=NOW - HOUR)
    store.sent(take_one_of(store), now=NOW, response="250")
    assert wrong(taken(settings, store=store)) == ["the hourly cap of 1 replies holds 1 back"]


def take_one_of(store: FakeStore) -> int:
    return store.take_due(1, now=NOW)[0].row


def test_a_mail_in_delivery_is_counted(settings: Settings) -> None:
    store = FakeStore()
    record(store, entry(1, mail(1)), now=NOW)
    take_one(store)
    assert taken(settings, store=store).outbox.in_delivery == 1


def test_a_mail_that_may_have_arrived_twice_is_counted(settings: Settings) -> None:
    store = FakeStore()
    record(store, entry(1, mail(1)), now=NOW)
    store.outcome_unknown(take_one(store).row, until=NOW, error="lost")
    store.sent(take_one(store).row, now=NOW, response="250")
    status = taken(settings, store=store)
    assert status.outbox.perhaps_twice == 1
    assert wrong(status) == []


def test_late_requests_are_wrong_unless_the_customer_is_who_has_to_answer(
    settings: Settings,
) -> None:
    store = FakeStore()
    made = (
        request("C-1", due_at=NOW - HOUR),
        request("C-2", due_at=NOW - HOUR, state=State.CONFIRMED),
        request("C-3", due_at=NOW + HOUR, state=State.REVIEW),
        request("C-4", due_at=NOW + 25 * HOUR, state=State.REVIEW),
        request("O-1", due_at=NOW - HOUR),
    )
    record(store, entry(1, requests=made), entry(2, disposition=Disposition.REVIEW))
    status = taken(settings, store=store)
    assert status.requests == RequestsView(
        due_soon=1, late=1, late_answers=1, on_review=2, held=1, questions=1
    )
    (trouble,) = status.troubles
    assert (trouble.what, trouble.cure) == ("1 request is late", "optoutd due")


def test_a_mail_that_is_being_sent_for_longer_than_any_delivery_takes_is_wrong(
    settings: Settings,
) -> None:
    store = FakeStore()
    record(store, entry(1, mail(1)))
    store.take_due(1, now=NOW - HOUR / 2)
    assert wrong(taken(settings, store=store)) == []
    record(store, entry(2, mail(2)), now=NOW - HOUR)
    store.take_due(1, now=NOW - HOUR)
    (found,) = wrong(taken(settings, store=store))
    assert found.startswith("1 reply has been in delivery for longer")
