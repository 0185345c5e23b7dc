"""What every store promises about requests, suppressions and recall, real or fake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from daemon.ports import Store
from handlers.memory import Copy, Thread
from handlers.values import Filing, Intent, State
from tests.contract.store_values import (
    ANNA,
    HOUR,
    NOW,
    change,
    digest,
    entry,
    happened,
    mail,
    ordinary,
    recall,
    record,
    request,
    suppression,
)
from tests.contract.stores import KINDS, place_of


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = place_of(request.param, tmp_path).open()
    yield opened
    opened.close()


# requests -----------------------------------------------------------------------------------


def test_a_request_comes_back_as_it_was_written(store: Store) -> None:
    made = request("C-1", wanted_end="31 March", language="")
    record(store, entry(requests=(made,)))
    assert store.request("C-1") == replace(made, updated_at=NOW)
    assert store.request("C-2") is None


def test_times_come_back_in_utc_whatever_zone_they_had(store: Store) -> None:
    berlin = timezone(timedelta(hours=1))
    made = request(received_at=NOW.astimezone(berlin))
    record(store, entry(requests=(made,), received_at=NOW.astimezone(berlin)))
    held = store.request("O-1")
    assert held is not None
    assert held.received_at == NOW
    assert held.received_at.utcoffset() is not None


def test_unicode_addresses_are_kept_as_written_beside_their_key(store: Store) -> None:
    made = request(
        address_key="jürgen@xn--mnchen-3ya.example", address_written="Jürgen@München.example"
    )
    held = suppression(address_key=made.address_key, address_written=made.address_written)
    record(store, entry(requests=(made,), suppress=(held,)))
    assert store.request("O-1") == replace(made, updated_at=NOW)
    assert store.suppression(made.address_key) == held


def test_the_list_of_requests_has_the_newest_of_each_address_and_kind(store: Store) -> None:
    record(store, entry(1, requests=(request("O-1"), request("C-1"))))
    record(store, entry(2, requests=(request("O-2", received_at=NOW - 3 * HOUR),)))
    record(store, entry(3, requests=(request("O-3", address_key="b@b.example"),)))
    # O-2 was received before O-1, but decided on after it.
    assert [found.reference for found in store.requests()] == ["O-2", "C-1", "O-3"]


def test_references_are_found_by_their_beginning_the_newest_first(store: Store) -> None:
    for uid, reference in enumerate(("O-1A", "C-1A", "O-2%", "O-1B"), start=1):
        record(store, entry(uid, requests=(request(reference, origin_digest=digest(uid)),)))
    assert store.references("", 9) == ["O-1B", "O-2%", "C-1A", "O-1A"]
    assert store.references("O-1", 9) == ["O-1B", "O-1A"]
    assert store.references("", 1) == ["O-1B"]
    assert store.references("O-2%", 9) == ["O-2%"]
    assert store.references("%", 9) == []
    assert store.references("O_", 9) == []


def test_a_change_moves_a_request_and_says_why_and_when(store: Store) -> None:
    record(store, entry(1, requests=(request("C-1"),)))
    answer = change("C-1", State.AWAITING_CONFIRMATION, State.CONFIRMED, "confirmed-by-answer")
    record(store, entry(2, changes=(answer,)), now=NOW + HOUR)
    held = store.request("C-1")
    assert held is not None
    assert held.state is State.CONFIRMED
    assert held.reason == "confirmed-by-answer"
    assert held.updated_at == NOW + HOUR


def test_a_request_may_be_made_and_changed_twice_in_one_batch(store: Store) -> None:
    record(
        store,
        entry(1, requests=(request("C-1"),)),
        entry(2, changes=(change("C-1", State.AWAITING_CONFIRMATION, State.CONFIRMED),)),
        entry(3, changes=(change("C-1", State.CONFIRMED, State.WITHDRAWN),)),
    )
    held = store.request("C-1")
    assert held is not None
    assert held.state is State.WITHDRAWN


def test_the_history_of_a_request_tells_all_that_happened_to_it(store: Store) -> None:
    made = request()
    record(store, entry(1, mail(1, "O-1"), requests=(made,), suppress=(suppression(),)))
    record(store, entry(2, repeated=("O-1",)), now=NOW + HOUR)
    undo = change("O-1", State.EFFECTIVE, State.UNDONE, "undone-by-customer")
    record(store, entry(3, changes=(undo,), lift=(suppression(),)), now=NOW + 2 * HOUR)
    history = store.history("O-1")
    assert [what for _, what, _ in history] == [
        "request_recorded",
        "suppressed",
        "reply_queued",
        "request_repeated",
        "request_changed",
        "suppression_lifted",
        "reply_dropped",  # it says what is not so any more
    ]
    assert [at for at, _, _ in history] == [NOW] * 3 + [NOW + HOUR] + [NOW + 2 * HOUR] * 3
    assert "before=effective after=undone reason=undone-by-customer" in history[4][2]
    assert ANNA not in str(history)
    assert store.history("O-2") == []


def test_what_was_asked_for_once_more_is_known_in_a_batch_and_beside(store: Store) -> None:
    record(store, entry(1, requests=(request("O-1"), request("O-2"))))
    assert store.repeated(["O-1", "O-2"]) == set()
    record(store, entry(2, repeated=("O-1",)), now=NOW + HOUR)
    assert store.repeated(["O-1", "O-2"]) == store.repeated(["O-1"]) == {"O-1"}
    assert store.repeated([]) == set()
    with store.batch() as batch:
        assert batch.repeated(["O-1", "O-2"]) == {"O-1"}


def test_questions_without_an_answer_go_to_review(store: Store) -> None:
    record(store, entry(1, requests=(request("C-1"), request("O-1"))))
    made = request("C-2", address_key="b@b.example")
    record(store, entry(2, requests=(made,)), now=NOW + HOUR)
    assert store.expire_questions(asked_before=NOW, now=NOW + 9 * HOUR) == []
    expired = store.expire_questions(asked_before=NOW + HOUR, now=NOW + 9 * HOUR)
    assert expired == ["C-1"]
    assert store.expire_questions(asked_before=NOW + HOUR, now=NOW + 9 * HOUR) == []
    held = store.request("C-1")
    assert held is not None
    assert (held.state, held.reason) == (State.REVIEW, "question-unanswered")
    assert happened(store, "C-1") == ["request_recorded", "request_changed"]


# suppressions -------------------------------------------------------------------------------


def test_a_suppression_of_all_lists_covers_each(store: Store) -> None:
    record(store, entry(suppress=(suppression(),)))
    assert store.suppression(ANNA) == suppression()
    assert store.suppression(ANNA, "weekly") == suppression()
    assert store.suppression("b@b.example") is None


def test_a_suppression_of_one_list_covers_that_list_alone(store: Store) -> None:
    weekly = suppression(list_name="weekly")
    record(store, entry(suppress=(weekly,)))
    assert store.suppression(ANNA, "weekly") == weekly
    assert store.suppression(ANNA, "monthly") is None
    assert store.suppression(ANNA) is None
    assert recall(store, addresses=[ANNA]).suppressed == {}


def test_an_address_that_is_suppressed_already_keeps_its_first_row(store: Store) -> None:
    record(store, entry(1, suppress=(suppression(),)))
    record(store, entry(2, suppress=(suppression("O-2", since=NOW + HOUR),)))
    assert store.suppression(ANNA) == suppression()
    assert happened(store, "O-2") == []


def test_a_suppression_is_lifted_by_its_own_request_only(store: Store) -> None:
    record(store, entry(1, suppress=(suppression(),)))
    record(store, entry(2, lift=(suppression("O-2"),)))
    assert store.suppression(ANNA) == suppression()
    record(store, entry(3, lift=(suppression(),)))
    assert store.suppression(ANNA) is None
    assert happened(store, "O-1") == ["suppressed", "suppression_lifted"]


def test_who_opts_out_again_within_one_batch_is_suppressed(store: Store) -> None:
    record(
        store,
        entry(1, suppress=(suppression(),)),
        entry(2, lift=(suppression(),)),
        entry(3, suppress=(suppression("O-2"),)),
    )
    assert store.suppression(ANNA) == suppression("O-2")


def test_a_suppression_may_be_replaced_within_one_batch(store: Store) -> None:
    record(store, entry(1, suppress=(suppression(),)))
    record(store, entry(2, lift=(suppression(),)), entry(3, suppress=(suppression("O-2"),)))
    assert store.suppression(ANNA) == suppression("O-2")


# what a batch recalls -----------------------------------------------------------------------


def test_the_first_copy_of_a_message_is_recalled(store: Store) -> None:
    record(store, entry(8, mailbox="support", digest="d1"), ordinary(9))
    record(store, ordinary(1, mailbox="cancel", digest="d1"), now=NOW + HOUR)
    memory = recall(store, digests=["d1", "d2", digest(9)])
    assert memory.copies == {
        "d1": Copy(mailbox="support", filing=Filing.OPT_OUTS),
        digest(9): Copy(mailbox="support", filing=Filing.NOWHERE),
    }


def test_requests_are_recalled_by_the_secret_of_any_mail_about_them(store: Store) -> None:
    both = (request("O-1"), request("C-1"))
    record(store, entry(1, mail(1, "O-1", "C-1", secret_hash="s"), requests=both))
    record(store, entry(2, mail(2, "O-1", secret_hash="later"), repeated=("O-1",)))
    record(store, entry(3, mail(3, "O-9", secret_hash="lost")))
    record(store, entry(4, mail(4, "O-1")))
    memory = recall(store, secrets=["s", "later", "lost", "never given out", ""])
    assert {s: [r.reference for r in found] for s, found in memory.by_secret.items()} == {
        "s": ["O-1", "C-1"],
        "later": ["O-1"],
    }


def test_the_newest_request_of_each_kind_is_recalled_by_address(store: Store) -> None:
    record(store, entry(1, requests=(request("O-1"), request("C-1"))))
    record(store, entry(2, requests=(request("O-2"),)))
    record(store, entry(3, requests=(request("O-3", address_key="b@b.example"),)))
    newest = recall(store, addresses=[ANNA, "nobody@b.example"]).newest
    assert {key: found.reference for key, found in newest.items()} == {
        (ANNA, Intent.OPT_OUT): "O-2",
        (ANNA, Intent.CANCELLATION): "C-1",
    }


def test_suppressions_are_recalled_by_address(store: Store) -> None:
    record(store, entry(suppress=(suppression(),)))
    assert recall(store, addresses=[ANNA, "b@b.example"]).suppressed == {ANNA: suppression()}


def test_mails_to_an_address_are_counted_for_24_hours_and_for_30_days(store: Store) -> None:
    record(store, entry(1, mail(1)))
    record(store, entry(2, mail(2)), entry(3, mail(3, to="b@b.example")), now=NOW + HOUR)
    for now, count in [(NOW + HOUR, 2), (NOW + 24 * HOUR, 1), (NOW + 25 * HOUR, 0)]:
        assert recall(store, addresses=[ANNA], now=now).replies_last_day.get(ANNA, 0) == count
    for now, count in [(NOW + 30 * 24 * HOUR, 1), (NOW + (30 * 24 + 1) * HOUR, 0)]:
        assert recall(store, addresses=[ANNA], now=now).replies_last_month.get(ANNA, 0) == count


def test_mails_to_one_inbox_count_together_whatever_its_tags(store: Store) -> None:
    record(store, entry(1, mail(1, to="Anna+news@shop.example")), entry(2, mail(2)))
    record(store, entry(3, mail(3, to="ann@shop.example")), entry(4, mail(4, to="anna@b.example")))
    asked = ["anna+1@shop.example", ANNA]
    assert recall(store, addresses=asked).replies_last_day == {ANNA: 2}
    assert store.dossier(asked, now=NOW).mails_last_day == {ANNA: 2}


def test_mails_of_a_thread_are_counted_by_any_secret_in_it(store: Store) -> None:
    record(store, entry(1, mail(1, "O-1", secret_hash="s"), requests=(request("O-1"),)))
    record(store, entry(2, mail(2, "O-2", secret_hash="t", thread="s")))
    record(store, entry(3, mail(3, "O-1", secret_hash="u")), entry(4, mail(4)))
    memory = recall(store, secrets=["s", "t", "u", "never given out", ""], addresses=[ANNA])
    assert memory.threads == {
        "s": Thread(name="s", mails=2),
        "t": Thread(name="s", mails=2),
        "u": Thread(name="u", mails=1),
    }
    assert memory.mails_about == {"O-1": 2}


def test_what_nobody_asked_about_is_not_recalled(store: Store) -> None:
    record(store, entry(1, mail(1), requests=(request(),), suppress=(suppression(),)))
    memory = recall(store)
    assert (memory.copies, memory.by_secret, memory.newest) == ({}, {}, {})
    assert (memory.suppressed, memory.replies_last_day) == ({}, {})
    assert memory.replies_last_month == {}
    assert (memory.threads, memory.mails_about) == ({}, {})


def test_ten_thousand_keys_at_once_are_no_trouble(store: Store) -> None:
    record(store, *(ordinary(uid) for uid in range(1, 11)))
    many = [digest(uid) for uid in range(1, 10_001)]
    memory = recall(store, digests=many, secrets=many, addresses=many)
    assert len(memory.copies) == 10
