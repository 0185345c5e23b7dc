"""The beat: what the store and the service manager learn every ten seconds."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.heart import Heart, status_line
from daemon.identity import host_name, process_name
from daemon.ports import MailboxStatus
from daemon.watch import Watch
from tests.contract.fake_mailbox import FakeMailbox
from tests.contract.fake_store import FakeStore
from tests.contract.store_values import NOW
from tests.flow.routes import Clock
from tests.flow.stub_route import StubRoute, watch_of
from tests.unit.log_capture import LogCapture

FULL = TemporaryFailure("the store cannot be used now: disk full", part="store")
REFUSED = PermanentFailure(
    "support: refused the login",
    part="support",
    setting="mailbox.support.username",
    cure="check username",
)
WELL = MailboxStatus(
    mailbox="support", process="p", polled_at=NOW, succeeded_at=NOW, waiting=0, idles=True
)


def watched(clock: Clock) -> tuple[Watch, StubRoute]:
    watch, stub = watch_of(FakeMailbox("support"))
    watch.now = clock
    return watch, stub


async def test_a_beat_tells_how_each_mailbox_fares(log: LogCapture) -> None:
    clock, store = Clock(NOW), FakeStore()
    watch, stub = watched(clock)
    heart = Heart("mx1:42:ab", store, NOW)
    await heart.beat({"support": watch}, now=NOW)
    assert store.mailbox_statuses() == []  # nobody has looked at it yet
    await watch.poll()
    await heart.beat({"support": watch}, now=clock())
    assert store.mailbox_statuses() == [replace(WELL, process="mx1:42:ab")]

    clock.forward(minutes=1)
    stub.failures.append(REFUSED)
    await watch.poll()
    await heart.beat({"support": watch}, now=clock(), stopped=True)
    (status,) = store.mailbox_statuses()
    assert (status.polled_at, status.succeeded_at) == (clock(), NOW)
    assert (status.error, status.failing_since) == (str(REFUSED), clock())
    assert (status.setting, status.cure) == (REFUSED.setting, REFUSED.cure)
    (process,) = store.processes()
    assert (process.name, process.beat_at, process.stopped_at) == ("mx1:42:ab", clock(), clock())
    await watch.stop()


async def test_a_mailbox_that_another_process_has_taken_over_is_left_to_it() -> None:
    clock, store = Clock(NOW), FakeStore()
    watch, _ = watched(clock)
    ours, theirs = Heart("mx1:42:ab", store, NOW), Heart("mx2:43:cd", store, NOW)
    await watch.poll()
    await ours.beat({"support": watch}, now=NOW)
    await theirs.beat({"support": watch}, now=NOW)
    await ours.beat({"support": watch}, now=NOW + timedelta(seconds=10))
    assert [status.process for status in store.mailbox_statuses()] == ["mx2:43:cd"]
    await watch.stop()


async def test_a_store_that_fails_is_one_alarm(log: LogCapture) -> None:
    store = FakeStore()
    heart = Heart("mx1:42:ab", store, NOW)
    for _ in range(2):
        store.fail_next("beat", FULL)
        await heart.beat({}, now=NOW)
    assert log.fields("store_failed", "error") == [str(FULL)]
    await heart.beat({}, now=NOW)
    assert len(store.processes()) == 1


@pytest.mark.parametrize(
    ("statuses", "waiting", "line"),
    [
        ([], 0, "Reading support, cancel"),
        ([WELL], 1, "Reading support, cancel; 1 reply waiting"),
        (
            [replace(WELL, error="NO\nWATCHDOG=1")],
            3,
            "Reading cancel; support cannot be read, see optoutd status; 3 replies waiting",
        ),
        (
            [replace(WELL, error="NO"), replace(WELL, mailbox="cancel", error="NO")],
            0,
            "support, cancel cannot be read, see optoutd status",
        ),
    ],
)
def test_the_service_manager_is_told_in_a_line(
    statuses: list[MailboxStatus], waiting: int, line: str
) -> None:
    assert status_line(["support", "cancel"], statuses, waiting) == line


async def test_the_service_manager_is_told_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setenv("NOTIFY_SOCKET", f"{tmp_path}/notify")
    monkeypatch.setattr("daemon.heart.notify", told.append)
    heart = Heart("mx1:42:ab", FakeStore(), NOW)
    watch, _ = watched(Clock(NOW))
    for afresh in (False, False, True):
        await heart.beat({"support": watch}, now=NOW, afresh=afresh)
    assert told == ["STATUS=Reading support"] * 2
    await watch.stop()


def test_the_name_of_a_process_tells_host_and_number_and_is_no_others() -> None:
    host, pid, rest = process_name().split(":")
    assert (host, int(pid)) == (host_name(), os.getpid())
    assert rest != process_name().split(":")[2]
