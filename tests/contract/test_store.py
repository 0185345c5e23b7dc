"""What every store promises about messages and its transactions, over the real one and its fake.

Requests and the outbox have suites of their own beside this one.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.ports import Entry, Store
from handlers.memory import Copy
from handlers.values import Disposition, Filing, Intent, State
from tests.contract.store_values import (
    ANNA,
    EVIDENCE,
    HOUR,
    NOW,
    UID_VALIDITY,
    change,
    digest,
    entry,
    happened,
    mail,
    mark,
    ordinary,
    recall,
    record,
    request,
    suppression,
)
from tests.contract.stores import KINDS, Place, place_of


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return place_of(request.param, tmp_path)


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    opened = place.open()
    yield opened
    opened.close()


# how far a mailbox was read -----------------------------------------------------------------


def test_a_mailbox_has_no_mark_before_its_first_start(store: Store) -> None:
    assert store.mark("support") is None


def test_a_mark_is_kept_for_each_mailbox_and_replaced_by_the_next(store: Store) -> None:
    store.set_mark("support", mark(5))
    store.set_mark("cancel", mark(7))
    store.set_mark("support", mark(6))
    assert store.mark("support") == mark(6)
    assert store.mark("cancel") == mark(7)


def test_a_batch_moves_the_mark_of_its_mailbox(store: Store) -> None:
    record(store, ordinary(9))
    assert store.mark("support") == mark(9)
    assert store.mark("cancel") is None


def test_a_batch_without_messages_writes_nothing(store: Store) -> None:
    with store.batch() as batch:
        batch.record([], mark=mark(9), now=NOW)
    assert not any(store.counts().values())
    assert store.mark("support") is None


# the ledger ---------------------------------------------------------------------------------


def test_the_ledger_tells_what_became_of_a_message(store: Store) -> None:
    record(store, entry(3, requests=(request(),), repeated=("C-9",)))
    (row,) = store.ledger("support")
    assert (row.mailbox, row.uid_validity, row.uid) == ("support", UID_VALIDITY, 3)
    assert row.digest == digest(3)
    assert row.received_at == NOW - HOUR
    assert (row.disposition, row.reason) == (Disposition.ACT, "opt-out")
    assert row.intents == (Intent.OPT_OUT,)
    assert row.evidence == (EVIDENCE,)
    assert row.filing is Filing.OPT_OUTS
    assert row.references == ("O-1", "C-9")
    assert row.filed_at is None
    assert row.error == ""


def test_ordinary_mail_leaves_none_of_its_words_in_the_ledger(store: Store) -> None:
    record(store, ordinary(evidence=(EVIDENCE,)))
    (row,) = store.ledger("support")
    assert row.evidence == ()


def test_evidence_is_cut_at_200_characters(store: Store) -> None:
    record(store, entry(evidence=(replace(EVIDENCE, words="ä" * 1000),)))
    (row,) = store.ledger("support")
    assert row.evidence[0].words == "ä" * 200


def test_a_message_that_was_set_aside_keeps_the_reason(store: Store) -> None:
    record(store, entry(error="unexpected ValueError", disposition=Disposition.REVIEW))
    (row,) = store.ledger("support")
    assert row.error == "unexpected ValueError"


def test_the_highest_uids_of_a_place_are_told_whatever_became_of_them(store: Store) -> None:
    record(store, *(ordinary(uid) for uid in (3, 5, 4)), entry(6, error="unreadable"))
    record(store, ordinary(7, mailbox="cancel"), ordinary(8, uid_validity=UID_VALIDITY + 2**32))
    rows = store.highest("support", uid_validity=UID_VALIDITY, limit=3)
    assert [row.uid for row in rows] == [6, 5, 4]
    rows = store.highest("support", uid_validity=UID_VALIDITY + 2**32, limit=3)
    assert [row.uid for row in rows] == [8]


def test_the_ledger_gives_the_last_messages_of_one_mailbox_oldest_first(store: Store) -> None:
    record(store, *(ordinary(uid) for uid in (1, 2, 3)))
    record(store, ordinary(4), now=NOW + HOUR)
    record(store, ordinary(9, mailbox="cancel"))
    assert [row.uid for row in store.ledger("support")] == [1, 2, 3, 4]
    assert [row.uid for row in store.ledger("support", limit=2)] == [3, 4]
    assert store.ledger("support", limit=0) == []


def test_an_entry_that_the_ledger_holds_is_skipped_whole(store: Store) -> None:
    first = entry(1, mail(1, "O-1"), requests=(request(),), suppress=(suppression(),))
    record(store, first)
    before = store.counts()
    again = entry(
        1,
        mail(2, "O-2"),
        requests=(request("O-2", address_key="b@b.example"),),
        changes=(change("O-1", State.EFFECTIVE, State.UNDONE),),
        suppress=(suppression("O-2", address_key="b@b.example"),),
        lift=(suppression(),),
        repeated=("O-1",),
    )
    record(store, again, again, now=NOW + HOUR)
    assert store.counts() == before
    assert store.request("O-2") is None
    assert store.suppression("b@b.example") is None
    assert happened(store, "O-1") == ["request_recorded", "suppressed", "reply_queued"]


def test_a_uid_counts_for_one_mailbox_and_one_uid_validity(store: Store) -> None:
    record(store, ordinary(1))
    record(store, ordinary(1, mailbox="cancel"), ordinary(1, uid_validity=2))
    assert store.counts()["message"] == 3


def test_messages_wait_by_folder_until_they_are_filed(store: Store) -> None:
    record(store, entry(5), entry(2, requests=(request(),)), ordinary(3))
    record(store, entry(4, filing=Filing.REVIEW))
    record(store, entry(9, mailbox="cancel"), entry(9, uid_validity=2))
    waiting = store.unfiled("support", UID_VALIDITY)
    assert waiting == {Filing.OPT_OUTS: {2: (request().reference,), 5: ()}, Filing.REVIEW: {4: ()}}
    assert list(waiting[Filing.OPT_OUTS]) == [2, 5]
    store.filed("support", UID_VALIDITY, [2, 4, 77], now=NOW + HOUR)
    store.filed("support", UID_VALIDITY, [2], now=NOW + 2 * HOUR)
    store.filed("support", UID_VALIDITY, [], now=NOW)
    assert store.unfiled("support", UID_VALIDITY) == {Filing.OPT_OUTS: {5: ()}}
    filed_at = {row.uid: row.filed_at for row in store.ledger("support") if row.uid != 9}
    assert filed_at == {2: NOW + HOUR, 3: NOW, 4: NOW + HOUR, 5: None}


# shadow mode --------------------------------------------------------------------------------


def everything(uid: int = 1, **changes: object) -> Entry:
    """An entry from which all that there is would follow."""
    return entry(
        uid,
        mail(uid, f"O-{uid}"),
        requests=(request(f"O-{uid}", address_key=f"{uid}@b.example"),),
        changes=(change("C-1", State.AWAITING_CONFIRMATION, State.CONFIRMED),),
        suppress=(suppression(f"O-{uid}", address_key=f"{uid}@b.example"),),
        lift=(suppression(),),
        repeated=("C-1",),
        silence="in-review",
        **changes,
    )


def test_of_a_message_in_shadow_mode_the_ledger_alone_is_written(store: Store) -> None:
    live = entry(1, mail(1), requests=(request(), request("C-1")), suppress=(suppression(),))
    record(store, live)
    before = store.counts()
    record(store, everything(2, shadow=True, message_id_hash="ab" * 32), now=NOW + HOUR)
    assert store.counts() == {**before, "message": 2}
    assert store.mark("support") == mark(2)
    held = store.request("C-1")
    assert held is not None
    assert held.state is State.AWAITING_CONFIRMATION
    assert store.suppression(ANNA) is not None
    assert happened(store, "C-1") == ["request_recorded"]
    row = store.ledger("support")[-1]
    assert (row.shadow, row.message_id_hash, row.silence) == (True, "ab" * 32, "in-review")
    assert (row.disposition, row.filing) == (Disposition.ACT, Filing.OPT_OUTS)
    assert row.references == ()
    assert not store.ledger("support")[0].shadow


def test_a_message_in_shadow_mode_never_waits_for_being_filed(store: Store) -> None:
    record(store, everything(1, shadow=True, filing=Filing.REVIEW), everything(2, shadow=True))
    assert store.unfiled("support", UID_VALIDITY) == {}


def test_copies_of_a_message_in_shadow_mode_are_told_apart(store: Store) -> None:
    record(store, entry(1, shadow=True, digest="d"), entry(2, shadow=True, digest="d"))
    record(store, entry(3, shadow=True, digest="d", mailbox="cancel", filing=Filing.REVIEW))
    memory = recall(store, digests=["d", "e"])
    assert memory.copies == {}
    assert memory.shadow_copies == {
        "d": {
            "support": Copy(mailbox="support", filing=Filing.OPT_OUTS),
            "cancel": Copy(mailbox="cancel", filing=Filing.REVIEW),
        }
    }
    record(store, entry(4, digest="d", filing=Filing.CANCELLATIONS), now=NOW + HOUR)
    assert recall(store, digests=["d"]).copies == {
        "d": Copy(mailbox="support", filing=Filing.CANCELLATIONS)
    }


# one transaction a batch --------------------------------------------------------------------


def test_a_batch_that_fails_writes_nothing(store: Store) -> None:
    def write_and_fail() -> None:
        with store.batch() as batch:
            batch.record(
                [entry(1, mail(1, "O-1"), requests=(request(),), suppress=(suppression(),))],
                mark=mark(1),
                now=NOW,
            )
            raise KeyError

    with pytest.raises(KeyError):
        write_and_fail()
    assert not any(store.counts().values())
    assert store.mark("support") is None
    assert store.ledger("support") == []
    assert store.history("O-1") == []


def test_a_change_that_no_longer_applies_takes_the_whole_batch_back(store: Store) -> None:
    record(store, entry(1, requests=(request("C-1"),)))
    late = change("C-1", State.CONFIRMED, State.WITHDRAWN)
    with pytest.raises(TemporaryFailure) as failure:
        record(store, entry(2, requests=(request("O-2"),)), entry(3, changes=(late,)))
    assert failure.value.part == "store"
    assert store.request("O-2") is None
    assert store.counts()["message"] == 1
    held = store.request("C-1")
    assert held is not None
    assert held.state is State.AWAITING_CONFIRMATION


def test_a_change_of_an_unknown_request_is_refused(store: Store) -> None:
    with pytest.raises(TemporaryFailure):
        record(store, entry(changes=(change("C-1", State.REVIEW, State.REJECTED),)))


@pytest.mark.parametrize("second", [request("O-1", origin_digest=""), request("O-2")])
def test_a_second_request_of_the_same_reference_or_origin_is_refused(
    store: Store, second: object
) -> None:
    first = request("O-1", origin_digest=request("O-2").origin_digest)
    record(store, entry(1, requests=(first,)))
    with pytest.raises(TemporaryFailure):
        record(store, entry(2, requests=(second,)))
    assert store.counts()["message"] == 1


def test_requests_that_came_without_a_message_do_not_exclude_each_other(store: Store) -> None:
    both = (request("O-1", origin_digest=""), request("O-2", origin_digest=""))
    record(store, entry(requests=both))
    assert store.counts()["request.effective"] == 2


def test_threads_that_write_at_once_all_succeed(store: Store) -> None:
    def write(mailbox: str) -> None:
        for uid in range(1, 21):
            with store.batch() as batch:
                made = request(f"O-{mailbox}-{uid}", address_key=f"{uid}@{mailbox}.example")
                sent = mail(hash((mailbox, uid)), made.reference)
                batch.record(
                    [entry(uid, sent, mailbox=mailbox, requests=(made,))], mark=mark(uid), now=NOW
                )
            store.filed(mailbox, UID_VALIDITY, [uid], now=NOW)
            for queued in store.take_due(1, now=NOW):
                store.sent(queued.row, now=NOW, response="250 OK")

    threads = [threading.Thread(target=write, args=(name,)) for name in ("a", "b", "c", "d")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts = store.counts()
    assert (counts["message"], counts["request.effective"], counts["outbox.sent"]) == (80, 80, 80)
    # Recorded, queued and sent, of each.
    assert counts["event"] == 240


def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="naive"), store.batch() as batch:
        batch.record([ordinary()], mark=mark(), now=datetime(2026, 3, 1))  # noqa: DTZ001 - the point
    assert store.ledger("support") == []


# the store itself ---------------------------------------------------------------------------


def test_the_key_of_tokens_is_made_when_it_is_first_needed_and_stays(place: Place) -> None:
    store = place.open()
    assert store.token_keys() == {}
    number, key = store.token_key(now=NOW)
    assert len(key) == 64
    assert store.token_key(now=NOW) == (number, key)
    assert store.token_keys() == {number: key}
    store.close()
    store = place.open()
    assert store.token_keys() == {number: key}
    store.close()


def test_a_new_key_makes_the_tokens_and_the_older_ones_stay(store: Store) -> None:
    first = store.token_key(now=NOW)
    second = store.new_token_key(now=NOW + HOUR)
    assert (first[0], second[0]) == (1, 2)
    assert store.token_key(now=NOW + HOUR) == second
    assert store.token_keys() == dict([first, second])
    assert first[1] != second[1]
    assert list(store.token_key_dates().items()) == [(1, NOW), (2, NOW + HOUR)]


def test_the_first_key_may_be_asked_for_as_a_new_one(store: Store) -> None:
    assert store.token_key_dates() == {}
    number, _ = store.new_token_key(now=NOW)
    assert number == 1


def test_there_is_no_key_without_a_number_that_fits_into_a_token(store: Store) -> None:
    for _ in range(255):
        store.new_token_key(now=NOW)
    with pytest.raises(PermanentFailure, match="255"):
        store.new_token_key(now=NOW)
    assert len(store.token_keys()) == 255


def test_everything_is_there_after_closing_and_opening(place: Place) -> None:
    store = place.open()
    key = store.log_key()
    record(store, entry(1, mail(1, "O-1"), requests=(request(),), suppress=(suppression(),)))
    before = (store.counts(), store.ledger("support"), store.requests(), store.history("O-1"))
    store.close()
    store = place.open()
    assert (
        store.counts(),
        store.ledger("support"),
        store.requests(),
        store.history("O-1"),
    ) == before
    assert store.mark("support") == mark(1)
    assert store.log_key() == key
    assert len(key) == 32
    store.close()


def test_a_closed_store_refuses_and_may_be_closed_again(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(TemporaryFailure, match="closed"):
        store.requests()
    with pytest.raises(TemporaryFailure, match="closed"):
        store.set_mark("support", mark(1))


def test_a_check_leaves_nothing_behind(store: Store) -> None:
    record(store, entry(requests=(request(),)))
    before = store.counts()
    assert store.check()
    assert store.counts() == before


def test_rows_are_counted_by_table_and_state(store: Store) -> None:
    record(store, entry(1, mail(1), requests=(request("O-1"), request("C-1"))), ordinary(2))
    counts = {name: count for name, count in store.counts().items() if count}
    assert counts == {
        "message": 2,
        "request.effective": 1,
        "request.awaiting_confirmation": 1,
        "outbox.queued": 1,
        "event": 3,
    }


def test_moments_compare_to_the_microsecond(store: Store) -> None:
    record(store, entry(1, mail(1)))
    just_before = NOW - timedelta(microseconds=1)
    assert store.take_due(1, now=just_before) == []
    assert len(store.take_due(1, now=NOW)) == 1
