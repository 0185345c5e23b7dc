"""What every store promises about who reads a mailbox, and about processes side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from daemon.errors import LeaseLost
from daemon.ports import Store
from handlers.values import Disposition, Filing, State
from tests.contract.store_values import (
    HOUR,
    NOW,
    UID_VALIDITY,
    change,
    entry,
    happened,
    mail,
    mark,
    ordinary,
    record,
    request,
    take_one,
)
from tests.contract.stores import (
    KINDS,
    LEASE_S,
    SHARED_KINDS,
    SharedPlace,
    place_of,
    shared_place_of,
)


@pytest.fixture(autouse=True)
def _server_of_old(monkeypatch: pytest.MonkeyPatch) -> None:
    # Time passes here for the rows alone; PostgreSQL itself may have begun a second ago, and
    # nobody counts as dead who could not renew because it was down.
    monkeypatch.setattr("daemon.stores.leases._SERVER_SINCE", sa.func.to_timestamp(0))


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = place_of(request.param, tmp_path).open()
    yield opened
    opened.close()


@pytest.fixture(params=SHARED_KINDS)
def place(request: pytest.FixtureRequest) -> SharedPlace:
    return shared_place_of(request.param)


@pytest.fixture
def here(place: SharedPlace) -> Iterator[Store]:
    opened = place.open()
    yield opened
    opened.close()


@pytest.fixture
def there(place: SharedPlace, here: Store) -> Iterator[Store]:
    """The same store in another process."""
    opened = place.open()
    yield opened
    opened.close()


# any store ----------------------------------------------------------------------------------


def test_a_lease_is_granted_kept_and_given_back(store: Store) -> None:
    for _ in range(2):
        lease = store.take_lease("support")
        assert (lease.mailbox, lease.is_ours, lease.after) == ("support", True, "")
        assert lease.holder == store.process
        assert lease.left_s > 0
        assert store.renew_leases() == []
        record(store, ordinary(1))
        store.release_lease("support")
        store.release_lease("support")
    assert store.take_lease("support").is_ours


def test_a_lease_that_was_never_taken_is_nobodys_to_give_back(store: Store) -> None:
    store.release_lease("support")
    assert store.renew_leases() == []
    record(store, ordinary(1))
    assert store.mark("support") == mark(1)


# processes side by side ---------------------------------------------------------------------


def test_each_mailbox_is_one_processs(here: Store, there: Store) -> None:
    assert here.process != there.process
    assert here.take_lease("support").is_ours
    assert there.take_lease("cancel").is_ours
    refused = there.take_lease("support")
    assert (refused.is_ours, refused.holder) == (False, here.process)
    assert 0 < refused.left_s <= LEASE_S
    assert here.take_lease("support").is_ours  # again


def test_a_lease_that_is_renewed_does_not_run_out(
    place: SharedPlace, here: Store, there: Store
) -> None:
    here.take_lease("support")
    for _ in range(3):
        place.pass_time(LEASE_S / 2)
        assert here.renew_leases() == []
        assert not there.take_lease("support").is_ours


def test_a_dead_processs_mailbox_is_taken_over_and_told(
    place: SharedPlace, here: Store, there: Store
) -> None:
    first = here.take_lease("support")
    place.pass_time(LEASE_S + 1)
    second = there.take_lease("support")
    assert (second.is_ours, second.after) == (True, here.process)
    assert second.fence > first.fence
    assert here.renew_leases() == ["support"]
    assert here.renew_leases() == []
    assert not here.take_lease("support").is_ours


def test_a_lease_that_ran_out_and_that_nobody_took_is_still_its_holders(
    place: SharedPlace, here: Store, there: Store
) -> None:
    here.take_lease("support")
    place.pass_time(LEASE_S + 1)
    record(here, ordinary(1))
    assert here.renew_leases() == []
    assert not there.take_lease("support").is_ours


def test_what_was_given_back_is_anybodys_at_once(here: Store, there: Store) -> None:
    first = here.take_lease("support")
    here.release_lease("support")
    second = there.take_lease("support")
    assert (second.is_ours, second.after) == (True, "")
    assert second.fence > first.fence


def test_a_process_that_ends_gives_everything_back(here: Store, there: Store) -> None:
    here.take_lease("support")
    here.take_lease("cancel")
    here.close()
    assert there.take_lease("support").is_ours
    assert there.take_lease("cancel").is_ours


def again(store: Store) -> None:
    """What came of one more try at the message that is set aside."""
    with store.batch() as batch:
        batch.record_again(replace(ASIDE, attempts=2, error="still"), now=NOW)


# One that is set aside, flagged, and to be tried again.
ASIDE = entry(
    3,
    disposition=Disposition.REVIEW,
    reason="set-aside",
    intents=(),
    evidence=(),
    filing=Filing.REVIEW,
    error="nested too deeply",
    attempts=1,
    retry_at=NOW,
)
# Every way in which the reader of a mailbox writes something of it.
COMMITS: dict[str, Callable[[Store], object]] = {
    "batch": lambda store: record(store, entry(2, mail(2, "O-2"), requests=(request("O-2"),))),
    "folder": lambda store: record(store, entry(2, mailbox="support:Optoutd/Opt-outs")),
    "set_mark": lambda store: store.set_mark("support", mark(2)),
    "filed": lambda store: store.filed("support", UID_VALIDITY, [1], now=NOW),
    "record_again": again,
    "end_retries": lambda store: store.end_retries("support", UID_VALIDITY, [3]),
    "note_flags": lambda store: store.note_flags("support", UID_VALIDITY, [3], ours=True),
    "end_reviews": lambda store: store.end_reviews(
        "support", UID_VALIDITY, {3: Filing.NOWHERE}, now=NOW
    ),
    "take_in_hand": lambda store: store.take_in_hand("support", uid_validity=UID_VALIDITY, uid=2),
    "process_ended": lambda store: store.process_ended(
        "support", uid_validity=UID_VALIDITY, uid=2
    ),
    "fetch_failed": lambda store: store.fetch_failed(
        "support", uid_validity=UID_VALIDITY, uid=2, now=NOW
    ),
}


def written(store: Store) -> list[object]:
    """All that `COMMITS` may change."""
    return [
        store.counts(),
        store.mark("support"),
        store.unfiled("support", UID_VALIDITY),
        store.ledger("support"),
        store.in_hand("support"),
        store.due_again("support", shadow=False, limit=9, now=NOW),
        store.our_flags("support", UID_VALIDITY, [3]),
    ]


@pytest.mark.parametrize("name", COMMITS)
@pytest.mark.parametrize("knows", [True, False], ids=["told", "untold"])
def test_a_process_that_lost_a_mailbox_commits_nothing_more_for_it(
    place: SharedPlace, here: Store, there: Store, name: str, knows: bool
) -> None:
    here.take_lease("support")
    record(here, entry(1), ASIDE)
    place.pass_time(LEASE_S + 1)
    there.take_lease("support")
    if knows:
        here.renew_leases()
    before = written(there)
    with pytest.raises(LeaseLost) as failure:
        COMMITS[name](here)
    assert failure.value.mailbox == "support"
    assert written(there) == before
    # What it has of other mailboxes goes on, and so does the new holder of this one.
    record(here, ordinary(1, mailbox="cancel"))
    COMMITS[name](there)
    assert written(there) != before


def test_what_was_given_back_is_committed_to_no_more(here: Store) -> None:
    here.take_lease("support")
    here.release_lease("support")
    with pytest.raises(LeaseLost):
        record(here, ordinary(1))
    here.take_lease("support")
    record(here, ordinary(1))


def test_a_lease_taken_anew_does_not_revive_what_was_begun_before_it_was_lost(
    place: SharedPlace, here: Store, there: Store
) -> None:
    here.take_lease("support")
    place.pass_time(LEASE_S + 1)
    there.take_lease("support")
    record(there, ordinary(7))
    there.release_lease("support")
    assert here.renew_leases() == ["support"]
    with pytest.raises(LeaseLost):
        record(here, ordinary(1))
    assert here.mark("support") == mark(7)


# the outbox of all --------------------------------------------------------------------------


def test_no_mail_is_given_to_two_processes(here: Store, there: Store) -> None:
    for number in range(1, 61):
        record(here, entry(number, mail(number)))
    taken: list[int] = []

    def drain(store: Store) -> None:
        while due := store.take_due(3, now=NOW):
            for queued in due:
                taken.append(queued.row)
                store.sent({queued.row: "250"}, now=NOW)

    threads = [threading.Thread(target=drain, args=(s,)) for s in (here, there, here, there)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # One that came while the others held the rest has found nothing, and gone.
    drain(here)
    assert sorted(taken) == sorted(set(taken))
    assert len(taken) == 60
    assert here.counts()["outbox.sent"] == 60


def test_what_a_living_process_is_sending_is_left_to_it(
    place: SharedPlace, here: Store, there: Store
) -> None:
    record(here, entry(1, mail(1)))
    row = take_one(here).row
    assert there.recover_outbox(now=NOW) == 0
    place.pass_time(LEASE_S / 2)
    here.renew_leases()
    place.pass_time(LEASE_S / 2 + 1)
    there.renew_leases()
    assert there.recover_outbox(now=NOW) == 0
    place.pass_time(LEASE_S / 2)
    there.renew_leases()
    assert there.recover_outbox(now=NOW) == 1
    again = take_one(there)
    assert (again.row, again.unknowns) == (row, 1)


def test_the_outcome_of_a_mail_is_told_by_who_is_sending_it(
    place: SharedPlace, here: Store, there: Store
) -> None:
    record(here, entry(1, mail(1, "O-1"), requests=(request("O-1"),)))
    row = take_one(here).row
    place.pass_time(LEASE_S + 1)
    there.recover_outbox(now=NOW)
    take_one(there)
    here.sent({row: "250 late"}, now=NOW)
    here.put_off(row, until=NOW, error="late")
    assert here.failed(row, now=NOW, error="late") == []
    assert there.counts()["outbox.sending"] == 1
    there.sent({row: "250"}, now=NOW)
    assert happened(there, "O-1").count("reply_sent") == 1


def test_a_mail_that_was_accepted_after_all_is_not_sent_again(
    place: SharedPlace, here: Store, there: Store
) -> None:
    record(here, entry(1, mail(1, "O-1"), requests=(request("O-1"),)))
    row = take_one(here).row
    place.pass_time(LEASE_S + 1)
    assert there.recover_outbox(now=NOW) == 1
    here.sent({row: "250 late, but true"}, now=NOW)
    assert there.take_due(1, now=NOW + HOUR) == []
    assert happened(there, "O-1").count("reply_sent") == 1


def test_a_mail_that_was_given_up_as_unknown_and_was_accepted_after_all_is_sent(
    place: SharedPlace, here: Store, there: Store
) -> None:
    record(here, entry(1, mail(1, "O-1"), requests=(request("O-1"),)))
    here.outcome_unknown(take_one(here).row, until=NOW, error="lost")
    row = take_one(here).row
    place.pass_time(LEASE_S + 1)
    assert there.recover_outbox(now=NOW) == 1
    assert there.counts()["outbox.unknown"] == 1
    here.sent({row: "250 late, but true"}, now=NOW)
    assert there.counts()["outbox.sent"] == 1
    assert there.perhaps_twice() == 1


@pytest.mark.parametrize("when", ["in delivery", "waiting", "taken by another"])
def test_a_mail_that_was_overtaken_and_was_accepted_after_all_is_sent(
    place: SharedPlace, here: Store, there: Store, when: str
) -> None:
    record(here, entry(1, mail(1, "O-1"), requests=(request("O-1"),)))
    undo = change("O-1", State.EFFECTIVE, State.UNDONE)
    row = take_one(here).row
    if when == "in delivery":
        record(there, entry(2, changes=(undo,)))
    place.pass_time(LEASE_S + 1)
    assert there.recover_outbox(now=NOW) == 1
    if when == "taken by another":
        there.hold(take_one(there).row, until=NOW)
    if when != "in delivery":
        record(there, entry(2, changes=(undo,)))
    assert there.counts()["outbox.unknown"] == 1
    here.sent({row: "250 late, but true"}, now=NOW)
    is_ours = when != "taken by another"  # then it is the other's to tell
    assert happened(there, "O-1").count("reply_sent") == is_ours
    assert len(there.copies_to_file("support", 9)) == is_ours


def test_the_hourly_cap_counts_what_others_are_sending(here: Store, there: Store) -> None:
    for number in (1, 2, 3):
        record(here, entry(number, mail(number)))
    first, _ = here.take_due(2, now=NOW)
    assert [s.sent_since(NOW, now=NOW) for s in (here, there)] == [0, 2]
    here.sent({first.row: "250"}, now=NOW)
    assert [s.sent_since(NOW, now=NOW) for s in (here, there)] == [1, 2]
