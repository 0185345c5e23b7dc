"""What `optoutd review show` tells programs of a message."""

from __future__ import annotations

from datetime import timedelta

from daemon.cli.finding import held_message
from daemon.cli.review_page import page_object
from handlers.held import waiting
from tests.contract.fake_store import FakeStore
from tests.contract.store_values import record
from tests.contract.test_store_looks import held


def test_the_uidvalidity_is_that_of_the_server() -> None:
    store = FakeStore()
    record(store, held(1, uid_validity=2 * 2**32 + 7))
    (row,) = store.reviews()
    (item,) = waiting([], [held_message(row)], {}, review_due=timedelta(hours=1))
    (message,) = page_object(item, [(row, "it has been deleted", None)])["messages"]
    assert (message["uid_validity"], message["uid"]) == (7, 1)
