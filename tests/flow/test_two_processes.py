"""Two processes read two mailboxes of one PostgreSQL at once: each person is answered once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from config.settings import RetentionSettings
from daemon import retention
from daemon.errors import LeaseLost, TemporaryFailure
from daemon.ports import MailboxStatus, Process, Store
from daemon.stores import leases, open_store
from handlers.values import Decision, Disposition, Filing, Intent, Role, State
from tests.contract.fake_mailbox import FakeMailbox
from tests.contract.store_values import change, entry, mail, record, request, suppression
from tests.flow.routes import NOW, Clock, message, route
from tests.servers.postgres import Postgres

pytestmark = pytest.mark.postgres

PEOPLE = 24


@pytest.fixture
def stores(postgres: Postgres) -> Iterator[list[Store]]:
    """One store, opened by two processes."""
    url = postgres.url(postgres.new_database())
    opened = [open_store(url, access="own", base_dir=Path(), now=NOW) for _ in range(2)]
    yield opened
    for store in opened:
        store.close()


def read_at_once(boxes: list[FakeMailbox], stores: list[Store]) -> None:
    """A pass over each mailbox by a process of its own, in small batches that meet."""
    failures: list[BaseException] = []

    def read(box: FakeMailbox, store: Store) -> None:
        role = Role.SUPPORT if box.name == "support" else Role.CANCEL
        try:
            store.take_lease(box.name)
            route(box, store, clock=Clock(), role=role, batch_messages=3).run()
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [
        threading.Thread(target=read, args=pair) for pair in zip(boxes, stores, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_copies_of_a_message_in_both_mailboxes_are_one_request_and_one_answer(
    stores: list[Store],
) -> None:
    boxes = [FakeMailbox("support"), FakeMailbox("cancel")]
    for number in range(PEOPLE):
        copy = message("Please unsubscribe me.", sender=f"p{number}@a.example", number=number)
        for box in boxes:
            box.deliver(copy)
    read_at_once(boxes, stores)
    counts = stores[0].counts()
    assert counts["message"] == 2 * PEOPLE
    assert counts["request.effective"] == counts["suppression"] == PEOPLE
    assert counts["outbox.queued"] == PEOPLE


def test_who_writes_to_both_mailboxes_is_answered_as_often_as_the_cap_allows(
    stores: list[Store],
) -> None:
    boxes = [FakeMailbox("support"), FakeMailbox("cancel")]
    number = 0
    for round_ in range(4):
        for person in range(6):
            for box in boxes:
                number += 1
                text = f"Please cancel my account, and stop the newsletter. {round_} {box.name}"
                box.deliver(message(text, sender=f"p{person}@a.example", number=number))
    read_at_once(boxes, stores)
    store = stores[0]
    # One cancellation and one opt-out each, whichever message came first.
    requests = Counter((r.address_key, r.kind) for r in store.requests())
    assert set(requests.values()) == {1}
    assert len(requests) == 12
    assert store.counts()["request.effective"] == 6
    assert store.counts()["request.awaiting_confirmation"] == 6
    waiting = store.take_due(1000, now=NOW)
    mails = Counter(queued.mail.recipient.key for queued in waiting)
    assert max(mails.values()) <= 3
    states = {r.state for r in store.requests() if r.kind is Intent.CANCELLATION}
    assert states == {State.AWAITING_CONFIRMATION}


class Time:
    """Passes for two processes of one store, and for its database: their own, and its clock's."""

    def __init__(self, postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
        self._postgres, self._database = postgres, postgres.new_database()
        self._elapsed_s, self._clock = 0.0, NOW
        monkeypatch.setattr("daemon.stores.postgres.monotonic", lambda: self._elapsed_s)
        monkeypatch.setattr(leases, "clock", lambda _: self._clock)
        # The time that passes here passes for the rows alone; the server may be a second old.
        monkeypatch.setattr(leases, "_SERVER_SINCE", sa.func.to_timestamp(0))

    def processes(self) -> tuple[Store, Store]:
        url = self._postgres.url(self._database)
        here, there = (
            open_store(url, access="own", base_dir=Path(), now=NOW, lease_s=30) for _ in range(2)
        )
        return here, there

    def passes(self, seconds: float) -> None:
        self._elapsed_s += seconds
        self.is_set(seconds)

    def is_set(self, seconds: float) -> None:
        """The clock of the database leaps."""
        self._clock += timedelta(seconds=seconds)
        self._postgres.execute(
            f"UPDATE lease SET until = until - interval '{seconds} seconds'", self._database
        )


@pytest.fixture
def time_(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(postgres, monkeypatch)


def test_a_database_that_was_away_makes_nobody_dead_who_was_away_from_it_as_well(
    time_: Time,
) -> None:
    here, there = time_.processes()
    for number in (1, 2):
        record(here, entry(number, mail(number)))
    first, second = here.take_due(2, now=NOW)
    time_.passes(31)
    # The other one is first to be back, and leaves the mails to who may have delivered them.
    assert there.recover_outbox(now=NOW) == 0
    there.renew_leases()
    assert there.recover_outbox(now=NOW) == 0
    here.sent(first.row, now=NOW, response="250")
    # Who is not heard of for the time of a lease then is dead.
    here.renew_leases()
    for _ in range(3):
        assert there.recover_outbox(now=NOW) == 0
        time_.passes(10.5)
        there.renew_leases()
    assert there.recover_outbox(now=NOW) == 1
    assert [queued.row for queued in there.take_due(9, now=NOW)] == [second.row]
    here.close()
    there.close()


@pytest.mark.parametrize("hours", [3, -24])
def test_a_databases_clock_that_is_set_makes_nobody_dead_and_no_lease_last_for_ever(
    time_: Time, hours: int
) -> None:
    here, there = time_.processes()
    here.take_lease("support")
    record(here, entry(1, mail(1)))
    here.take_due(1, now=NOW)
    time_.is_set(hours * 3600)
    assert there.recover_outbox(now=NOW) == 0
    there.renew_leases()
    assert there.recover_outbox(now=NOW) == 0
    # A mailbox may change hands: who had it commits nothing more.
    assert there.take_lease("support").is_ours
    with pytest.raises(LeaseLost):
        record(here, entry(2))
    # Who is not heard of for the time of a lease after that is dead.
    for _ in range(4):
        assert there.recover_outbox(now=NOW) == 0
        time_.passes(9)
        there.renew_leases()
    assert there.recover_outbox(now=NOW) == 1
    here.close()
    there.close()


def test_a_server_that_was_down_makes_nobody_dead_for_a_process_that_begins() -> None:
    with Postgres() as server:
        url = server.url(server.new_database(fresh=True))
        here = open_store(url, access="own", base_dir=Path(), now=NOW, lease_s=1)
        record(here, entry(1, mail(1)))
        (sending,) = here.take_due(1, now=NOW)
        server.stop()
        time.sleep(1.2)  # the lease runs out by the server's clock, which nobody else can set
        server.start()
        there = open_store(url, access="own", base_dir=Path(), now=NOW, lease_s=60)
        assert there.recover_outbox(now=NOW) == 0
        here.sent(sending.row, now=NOW, response="250")
        assert there.counts()["outbox.sent"] == 1
        here.close()
        there.close()


def at_once(stores: list[Store], work: Callable[[Store], Any]) -> list[Any]:
    """What `work` gives to threads of both processes, all of which begin together."""
    ready = threading.Barrier(2 * len(stores))
    given: list[Any] = []

    def do(store: Store) -> None:
        try:
            ready.wait(60)  # a busy machine begins with some of them late
            given.append(work(store))
        except Exception as error:  # noqa: BLE001 - told by the test
            given.append(error)

    threads = [threading.Thread(target=do, args=(store,)) for store in (*stores, *stores)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def test_keys_are_made_once(stores: list[Store]) -> None:
    keys = at_once(stores, lambda store: store.token_key(now=NOW))
    assert len(set(keys)) == 1
    assert dict([keys[0]]) == stores[0].token_keys()


def test_new_tables_and_the_key_for_the_log_are_made_once(postgres: Postgres) -> None:
    url = postgres.url(postgres.new_database(empty=True))

    def log_key(_: Store | None) -> bytes:
        store = open_store(url, access="own", base_dir=Path(), now=NOW)
        try:
            return store.log_key()
        finally:
            store.close()

    keys = at_once([None, None], log_key)  # type: ignore[list-item]
    assert [key for key in keys if not isinstance(key, bytes)] == []
    assert len(set(keys)) == 1


def test_people_who_are_forgotten_at_once_are_hashed_with_one_key(stores: list[Store]) -> None:
    people = [f"p{number}@a.example" for number in range(4)]
    for number, person in enumerate(people, 1):
        made = request(f"O-{number}", address_key=person)
        held = suppression(f"O-{number}", address_key=person)
        record(stores[0], entry(number, requests=(made,), suppress=(held,)))
    left = iter(people)
    done = at_once(stores, lambda store: store.forget(next(left), by="kim", now=NOW))
    assert [outcome for outcome in done if isinstance(outcome, Exception)] == []
    assert [outcome.requests for outcome in done] == [1, 1, 1, 1]
    # With a key of its own for any of them, they would not be found any more.
    assert all(stores[1].suppression(person) is not None for person in people)
    assert stores[1].walk_audit().broken_at is None


def test_what_is_due_is_done_by_one_of_those_who_look_at_once(stores: list[Store]) -> None:
    store, late = stores[0], NOW + timedelta(days=30)
    asking = mail(1, "C-1", secret_hash="s", asks=True)
    record(store, entry(1, asking, requests=(request("C-1"),)))
    store.sent(store.take_due(1, now=NOW)[0].row, now=NOW, response="250")

    assert sorted(at_once(stores, lambda s: s.note_alarms({"C-1": 50}))) == [[], [], [], ["C-1"]]

    numbers = iter(range(2, 9))

    def remind(each: Store) -> bool:
        mine = mail(next(numbers), "C-1", secret_hash="t", asks=True)
        return each.remind("C-1", mine, replies_per_day=3, now=late)

    assert sorted(at_once(stores, remind)) == [False, False, False, True]
    assert store.counts()["outbox.queued"] == 1

    (row,) = (waiting.row for waiting in store.mails(["queued"], limit=9))
    retried = at_once(stores, lambda s: s.retry_mail(row, by="kim", now=late))
    assert retried == [True] * 4
    assert store.counts()["outbox.queued"] == 1

    expire = at_once(stores, lambda s: s.expire_questions(asked_before=late, now=late))
    assert sorted(expire) == [[], [], [], ["C-1"]]
    day = timedelta(days=1)
    claims = at_once(stores, lambda s: s.claim("retention", every=day, now=late))
    assert sorted(claims) == [False, False, False, True]
    later = late + 2 * day
    claims = at_once(stores, lambda s: s.claim("retention", every=day, now=later))
    assert sorted(claims) == [False, False, False, True]
    assert store.walk_audit().broken_at is None


def test_retention_by_all_lets_each_row_go_once(stores: list[Store]) -> None:
    store, late = stores[0], NOW + timedelta(days=900)
    for number in range(1, 41):
        gone = request(f"C-{number}", state=State.REJECTED, address_key=f"p{number}@a.example")
        record(store, entry(number, mail(number), requests=(gone,)))
    for queued in store.take_due(99, now=NOW):
        store.sent(queued.row, now=NOW, response="250")

    def retain(each: Store) -> retention.Counts:
        settings = RetentionSettings()
        return retention.retain(each, settings, now=late, by="kim")

    done = at_once(stores, retain)
    assert [each for each in done if isinstance(each, Exception)] == []
    assert sum(each["requests"] for each in done) == 40
    erased = [e for e in store.audit_events() if e.what == "request_erased"]
    assert len({e.reference for e in erased}) == len(erased) == 40
    assert store.walk_audit().broken_at is None


def test_of_staff_who_decide_at_once_one_is_heard(stores: list[Store]) -> None:
    record(stores[0], entry(1, requests=(request("C-1", state=State.REVIEW),)))
    wishes = iter([State.CONFIRMED, State.REJECTED] * 2)

    def decide(store: Store) -> None:
        made = change("C-1", State.REVIEW, next(wishes), "staff")
        acts = Decision(
            disposition=Disposition.ACT, reason="staff", changes=(made,), filing=Filing.NOWHERE
        )
        store.carry_out(acts, mail("staff:C-1", "C-1"), by="kim", now=NOW)

    done = at_once(stores, decide)
    refused = [error for error in done if error is not None]
    assert [type(error) for error in refused] == [TemporaryFailure] * 3
    assert stores[0].counts()["outbox.queued"] == 1
    happenings = [what for _, what, _ in stores[0].history("C-1")]
    assert happenings.count("request_changed") == happenings.count("reply_queued") == 1


def test_two_hearts_that_begin_at_once_are_both_known(stores: list[Store]) -> None:
    names = iter("abcd")

    def beat(store: Store) -> None:
        name = next(names)
        alive = Process(name=f"mx1:1:{name}", version="1", started_at=NOW, beat_at=NOW)
        status = MailboxStatus(
            mailbox="support", process=name, polled_at=NOW, succeeded_at=NOW, waiting=0, idles=True
        )
        store.beat(alive, [status])

    assert at_once(stores, beat) == [None] * 4
    assert len(stores[0].processes()) == 4
    assert len(stores[0].mailbox_statuses()) == 1
