"""Watches of two processes over one mailbox: one reads, the other stands by and takes over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from daemon import leases
from daemon.errors import LeaseLost, PermanentFailure, TemporaryFailure
from daemon.leases import MailboxLease
from daemon.ports import Lease, Process
from daemon.service import PollResult, _stand_by, poll_once
from daemon.store_alarm import StoreAlarm
from daemon.watch import Watch, _utc_now
from tests.contract.fake_mailbox import FakeMailbox
from tests.contract.fake_store import FakeStore
from tests.contract.store_values import NOW, entry, mail, record
from tests.flow.routes import Clock, message, route
from tests.flow.stub_route import StubRoute, watch_of
from tests.flow.test_service import House
from tests.flow.test_watch import Monotonic, monotonic
from tests.unit.log_capture import LogCapture

__all__ = ["monotonic"]

LEASE_S = 30.0
BUSY = TemporaryFailure("the store cannot be used now: shutting down", part="store")


class Worker:
    """A process of its own, with a connection of its own to the same mailbox."""

    def __init__(self, store: FakeStore, *, can_wait: bool = True) -> None:
        self.store = store
        self.box = FakeMailbox(can_wait=can_wait)
        self.watch, self.route = watch_of(self.box, poll_seconds=3600)
        self.watch.lease = MailboxLease(store=store, mailbox=self.box.name)


@pytest.fixture
def here() -> Worker:
    return Worker(FakeStore(lease_s=LEASE_S))


@pytest.fixture
def there(here: Worker) -> Worker:
    return Worker(here.store.beside())


async def until(holds: Callable[[], bool], timeout_s: float = 10.0) -> None:
    """Waits until `holds` gives true."""
    async with asyncio.timeout(timeout_s):
        while not holds():  # noqa: ASYNC110 - what is waited for happens in threads
            await asyncio.sleep(0.002)


# one reads, the other stands by --------------------------------------------------------------


async def test_the_second_stands_by_without_a_word_of_trouble(
    here: Worker, there: Worker, log: LogCapture
) -> None:
    assert await here.watch.poll() is not None
    for _ in range(3):
        assert await there.watch.poll() is None
    assert there.route.passes == 0
    assert not there.box._is_open
    assert log.fields("lease_taken", "fence") == [1]
    assert log.fields("lease_held_elsewhere", "holder") == [here.store.process]
    assert log.named("mailbox_failed") == log.named("store_failed") == []


async def test_a_lease_is_asked_for_once_and_not_at_each_pass(here: Worker) -> None:
    assert await here.watch.poll() is not None
    here.store.fail_next("take_lease", BUSY)
    assert await here.watch.poll() is not None


async def test_a_store_that_grants_everything_is_not_told_of(log: LogCapture) -> None:
    alone = Worker(FakeStore())
    assert await alone.watch.poll() is not None
    assert [name for name in log.names if name.startswith("lease")] == []


async def test_who_stands_by_does_not_idle_and_files_no_copies(
    here: Worker, there: Worker
) -> None:
    await here.watch.poll()
    idling = asyncio.create_task(there.watch.idle())
    await there.watch.poll()
    await there.watch.file_copies()
    await asyncio.sleep(0.02)
    assert there.box.calls.count("wait") == 0
    assert there.route.copy_rounds == 0
    await there.watch.stop()
    await idling


async def test_who_stands_by_tells_nothing_of_a_mailbox_that_it_could_not_ask_for(
    here: Worker, there: Worker
) -> None:
    await here.watch.poll()
    there.store.fail_next("take_lease", BUSY)
    assert await there.watch.poll() is None
    assert there.watch.status("there") is None
    assert here.watch.status("here") is not None


async def test_a_reload_keeps_the_lease_that_is_held(here: Worker, there: Worker) -> None:
    await here.watch.poll()
    fresh = Worker(here.store).watch
    async with here.watch.paused():
        await here.watch.adopt(fresh)
    assert here.watch.is_ours
    assert await here.watch.poll() is not None
    assert await there.watch.poll() is None
    await here.watch.stop()
    assert await there.watch.poll() is not None


async def test_who_takes_over_again_does_not_tell_of_its_earlier_success(
    here: Worker, there: Worker
) -> None:
    await here.watch.poll()
    here.store.pass_time(LEASE_S + 1)
    await there.watch.take_over()
    here.store.renew_leases()
    here.watch.lose()
    assert await here.watch.poll() is None
    await there.watch.stop()
    here.route.failures.append(TemporaryFailure("support: no route to host", part="support"))
    assert await here.watch.poll() is None
    status = here.watch.status("here")
    assert status is not None
    assert status.error
    assert status.succeeded_at is None


async def test_who_stops_gives_the_mailbox_back(
    here: Worker, there: Worker, log: LogCapture
) -> None:
    await here.watch.poll()
    await here.watch.stop()
    await there.watch.take_over()
    assert there.route.passes == 1
    assert log.fields("poll_finished", "trigger") == ["schedule", "takeover"]
    assert log.named("lease_taken_over") == []
    await there.watch.take_over()
    assert there.route.passes == 1


async def test_who_died_is_replaced_and_told_of(
    here: Worker, there: Worker, log: LogCapture
) -> None:
    await here.watch.poll()
    here.store.pass_time(LEASE_S + 1)
    await there.watch.take_over()
    assert there.route.passes == 1
    (taken,) = log.named("lease_taken_over")
    assert (taken["after"], taken["mailbox"]) == (here.store.process, "support")


async def test_a_store_that_fails_when_a_lease_is_asked_for_is_a_trouble_of_the_store(
    here: Worker, log: LogCapture
) -> None:
    here.store.fail_next("take_lease", BUSY)
    assert await here.watch.poll() is None
    assert log.fields("store_failed", "error") == [str(BUSY)]
    assert await here.watch.poll() is not None


async def test_a_store_that_fails_at_the_end_keeps_nobody_from_leaving(here: Worker) -> None:
    await here.watch.poll()
    here.store.fail_next("release_lease", BUSY)
    await here.watch.stop()


# a mailbox that this process does not reach ---------------------------------------------------

NO_ROUTE = TemporaryFailure("support: no route to host", part="support")


def is_alive(store: FakeStore) -> None:
    store.beat(Process(name=store.process, version="1", started_at=NOW, beat_at=_utc_now()), [])


async def in_vain(one: Worker, clock: Monotonic, *, minutes: int) -> None:
    """Its polls of so many minutes, each of which fails."""
    for _ in range(minutes):
        clock.now_s += 60
        one.route.failures.append(NO_ROUTE)
        assert await one.watch.poll() is None
        one.store.renew_leases()


async def test_who_does_not_reach_a_mailbox_gives_it_to_one_who_may(
    here: Worker, there: Worker, log: LogCapture, monotonic: Monotonic
) -> None:
    for one in (here, there):
        one.watch.poll_seconds = 60
        is_alive(one.store)
    await in_vain(here, monotonic, minutes=3)
    assert log.named("lease_handed_over") == []
    await in_vain(here, monotonic, minutes=1)
    assert log.fields("lease_handed_over", "mailbox") == ["support"]
    assert not here.watch.is_ours
    assert not here.box._is_open
    # It leaves the other one the time to look, and stands by as long as that one reads.
    assert await here.watch.poll() is None
    await there.watch.take_over()
    assert there.watch.is_ours
    assert there.route.passes == 1
    monotonic.now_s += 60
    assert await here.watch.poll() is None
    assert here.watch.status("here") is None
    assert log.fields("mailbox_failed", "error") == [str(NO_ROUTE)]
    assert log.named("mailbox_recovered") == []


async def test_a_mailbox_that_nobody_reaches_goes_back_and_forth_and_is_told_once_by_each(
    here: Worker, there: Worker, log: LogCapture, monotonic: Monotonic
) -> None:
    for one in (here, there):
        one.watch.poll_seconds = 60
        is_alive(one.store)
    for _ in range(3):
        await in_vain(here, monotonic, minutes=4)
        await in_vain(there, monotonic, minutes=4)
        assert not there.watch.is_ours
    assert len(log.named("lease_handed_over")) == 6
    assert len(log.named("mailbox_failed")) == 2
    monotonic.now_s += 60
    assert await here.watch.poll() is not None
    assert len(log.named("mailbox_recovered")) == 1
    # Whoever else has it for long does reach it: the next trouble is a new one.
    monotonic.now_s += 3600
    assert await there.watch.poll() is None
    await here.watch.stop()
    await in_vain(there, monotonic, minutes=1)
    assert len(log.named("mailbox_failed")) == 3


@pytest.mark.parametrize("other", ["none", "stopped", "dead"])
async def test_who_is_alone_keeps_a_mailbox_that_it_does_not_reach(
    here: Worker, there: Worker, log: LogCapture, monotonic: Monotonic, other: str
) -> None:
    here.watch.poll_seconds = 60
    is_alive(here.store)
    if other != "none":
        at = _utc_now() - timedelta(minutes=5 if other == "dead" else 0)
        ended = at if other == "stopped" else None
        there.store.beat(
            Process(
                name=there.store.process, version="1", started_at=at, beat_at=at, stopped_at=ended
            ),
            [],
        )
    await in_vain(here, monotonic, minutes=12)
    assert here.watch.is_ours
    assert log.named("lease_handed_over") == []


# a lease that is lost -------------------------------------------------------------------------


async def test_a_pass_whose_lease_was_lost_is_dropped_and_the_watch_stands_by(
    here: Worker, log: LogCapture
) -> None:
    here.route.failures.extend([None, LeaseLost("support")])
    idling = asyncio.create_task(here.watch.idle())
    await here.watch.poll()
    await until(lambda: here.box.calls.count("wait") > 0)
    assert await here.watch.poll() is None
    assert not here.box._is_open
    assert not here.watch.is_ours
    assert log.fields("lease_lost", "mailbox") == ["support"]
    assert log.named("mailbox_failed") == log.named("unexpected_error") == []
    await here.watch.stop()
    await idling


async def test_a_real_pass_whose_lease_was_lost_commits_files_and_answers_nothing(
    here: Worker, there: Worker, log: LogCapture
) -> None:
    number = here.box.deliver(message("Please unsubscribe me."))
    assert number
    clock = Clock(NOW)
    slow = Watch(
        route=route(here.box, here.store, clock=clock),
        mailbox=here.box,
        poll_seconds=60,
        jitter=lambda: 0.5,
        lease=here.watch.lease,
    )
    assert here.watch.lease is not None
    here.watch.lease.take()
    here.store.pass_time(LEASE_S + 1)
    assert there.store.take_lease("support").is_ours
    assert await slow.poll() is None
    assert here.store.ledger("support") == []
    assert here.store.counts().get("outbox.queued", 0) == 0
    assert "move" not in here.box.calls
    assert log.named("lease_lost")


async def test_renewing_keeps_a_mailbox_and_tells_of_a_lost_one(
    log: LogCapture,
) -> None:
    store = FakeStore(lease_s=0.03)
    other = store.beside()
    lost: list[str] = []
    store.take_lease("support")
    keeping = asyncio.create_task(leases.keep(store, lost.append, StoreAlarm()))
    renewed = store._tables.leases["support"].until_s
    store.pass_time(0.02)
    await until(lambda: store._tables.leases["support"].until_s > renewed)
    assert not other.take_lease("support").is_ours
    # One trouble, one alarm; then it goes on.
    for _ in range(2):
        store.fail_next("renew_leases", BUSY)
    await until(lambda: len(log.named("store_failed")) == 1 and not store._failures)
    with store._world.lock:
        store.pass_time(1)
        assert other.take_lease("support").is_ours
    await until(lambda: lost == ["support"])
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert len(log.named("store_failed")) == 1


async def test_where_one_process_owns_the_store_nothing_is_renewed() -> None:
    async with asyncio.timeout(5):
        await leases.keep(FakeStore(), lambda _: None, StoreAlarm())
        await leases.stand_by(FakeStore(), lambda: None)


# the service ----------------------------------------------------------------------------------


class TwoHouses:
    """Two processes with the same two mailboxes, on one store."""

    def __init__(self, folder: Path, lease_s: float) -> None:
        self.houses = [House(folder), House(folder)]
        first = FakeStore(lease_s=lease_s)
        for house, store in zip(self.houses, (first, first.beside()), strict=True):
            house.store = store
            for name, watch in house.watches.items():
                watch.lease = MailboxLease(store=store, mailbox=name)


def passes(house: House) -> list[int]:
    stubs: list[StubRoute] = list(house.routes.values())
    return [stub.passes for stub in stubs]


async def test_a_poll_leaves_what_a_living_process_reads_and_does_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.service._LOOK_AGAIN_S", 0.01)
    daemon, by_hand = TwoHouses(tmp_path, LEASE_S).houses
    daemon.store.take_lease("support")
    daemon.store.pass_time(1)
    told: list[Lease] = []

    def waiting(lease: Lease) -> None:
        told.append(lease)
        daemon.store.renew_leases()  # a sign of life

    result: PollResult = await poll_once(by_hand.app(), timeout_s=1, waiting=waiting)
    assert result.busy == {"support": daemon.store.process}
    assert not result.complete
    assert list(result.reports) == ["support", "cancel-de"]
    assert passes(by_hand) == [0, 1]
    assert [lease.mailbox for lease in told] == ["support"]


async def test_a_poll_waits_a_dead_processs_lease_out_and_sends_what_it_was_sending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: LogCapture
) -> None:
    monkeypatch.setattr("daemon.service._LOOK_AGAIN_S", 0.01)
    dead, by_hand = TwoHouses(tmp_path, LEASE_S).houses
    dead.store.take_lease("support")
    record(dead.store, entry(1, mail(1)))
    assert len(dead.store.take_due(1, now=NOW)) == 1

    def waiting(_: Lease) -> None:
        asyncio.get_running_loop().call_later(0.05, dead.store.pass_time, LEASE_S + 1)

    result = await poll_once(by_hand.app(), timeout_s=5, waiting=waiting)
    assert result.complete
    assert result.busy == {}
    assert passes(by_hand) == [1, 1]
    assert result.sent == 1
    assert log.fields("outbox_recovered", "unknown") == [1]
    # Both mailboxes are given back at the end.
    assert dead.store.take_lease("support").after == ""


async def test_a_poll_whose_store_fails_while_it_waits_says_so(tmp_path: Path) -> None:
    _, by_hand = TwoHouses(tmp_path, LEASE_S).houses
    by_hand.store.fail_next("take_lease", BUSY)
    with pytest.raises(TemporaryFailure, match="shutting down"):
        await poll_once(by_hand.app(), timeout_s=1)
    assert by_hand.courier.closed


async def test_a_daemon_that_stands_by_takes_over_mailboxes_and_mails(
    tmp_path: Path, log: LogCapture
) -> None:
    dead, standing_by = TwoHouses(tmp_path, 0.03).houses
    for name in dead.watches:
        dead.store.take_lease(name)
    record(dead.store, entry(1, mail(1)))
    dead.store.take_due(1, now=NOW)
    for watch in standing_by.watches.values():
        assert await watch.poll() is None
    app = standing_by.app()
    # What fails once is tried again at the next look.
    standing_by.store.fail_next("recover_outbox", PermanentFailure("read-only", part="store"))
    task = asyncio.create_task(_stand_by(app))
    await asyncio.sleep(0.05)
    assert passes(standing_by) == [0, 0]
    dead.store.pass_time(1)
    standing_by.store.renew_leases()
    await until(lambda: passes(standing_by) == [1, 1])
    await until(lambda: log.fields("outbox_recovered", "unknown") == [1])
    task.cancel()
    for watch in standing_by.watches.values():
        await watch.stop()
