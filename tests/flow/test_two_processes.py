"""Two processes read two mailboxes of one PostgreSQL at once: each person is answered once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.ports import Store
from daemon.stores import open_store
from handlers.values import Intent, Role, State
from tests.contract.fake_mailbox import FakeMailbox
from tests.contract.store_values import entry, mail, record
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


def test_a_database_that_was_away_makes_nobody_dead_who_was_away_from_it_as_well(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    elapsed_s = 0.0
    monkeypatch.setattr("daemon.stores.postgres.monotonic", lambda: elapsed_s)
    database = postgres.new_database()
    url = postgres.url(database)
    here, there = (
        open_store(url, access="own", base_dir=Path(), now=NOW, lease_s=30) for _ in range(2)
    )

    def pass_time(seconds: float) -> None:
        nonlocal elapsed_s
        elapsed_s += seconds
        postgres.execute(
            f"UPDATE lease SET until = until - interval '{seconds} seconds'", database
        )

    for number in (1, 2):
        record(here, entry(number, mail(number)))
    first, second = here.take_due(2, now=NOW)
    pass_time(60)
    # The other one is first to be back, and leaves the mails to who may have delivered them.
    assert there.recover_outbox(now=NOW) == 0
    there.renew_leases()
    assert there.recover_outbox(now=NOW) == 0
    here.sent(first.row, now=NOW, response="250")
    # Who does not come back for the time of a lease is dead.
    for _ in range(3):
        assert there.recover_outbox(now=NOW) == 0
        pass_time(10)
        there.renew_leases()
    assert there.recover_outbox(now=NOW) == 1
    assert [queued.row for queued in there.take_due(9, now=NOW)] == [second.row]
    here.close()
    there.close()
