"""The control panel's tickets, as every store keeps them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from daemon.ports import TakenTicket
from handlers.values import State
from tests.contract.store_values import NOW, entry, record, request
from tests.contract.stores import KINDS, place_of

DAY = timedelta(days=1)
TAKEN = TakenTicket(number="4711", fingerprint="f" * 64, reference="C-1")


@pytest.mark.parametrize("kind", KINDS)
def test_a_ticket_is_known_with_the_commit_and_not_without(kind: str, tmp_path: Path) -> None:
    store = place_of(kind, tmp_path).open()

    def fail() -> None:
        with store.batch() as batch:
            batch.note_ticket(TAKEN, now=NOW)
            assert batch.ticket("4711") == TAKEN
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    with store.batch() as batch:
        assert batch.ticket("4711") is None
        batch.note_ticket(TAKEN, now=NOW)
    with store.batch() as batch:
        assert batch.ticket("4711") == TAKEN
        assert batch.ticket("471") is None
    store.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_ticket_goes_after_its_request_and_not_before_its_time(
    kind: str, tmp_path: Path
) -> None:
    store = place_of(kind, tmp_path).open()
    record(store, entry(1, requests=(request("C-1", state=State.COMPLETED),)))
    with store.batch() as batch:
        batch.note_ticket(TAKEN, now=NOW)
        batch.note_ticket(TakenTicket(number="1", fingerprint="f", reference="C-9"), now=NOW + DAY)

    def expire(days: int) -> int:
        return store.expire("tickets", before=NOW + days * DAY, limit=9, now=NOW + 99 * DAY)

    assert [expire(0), expire(1)] == [0, 0]  # its request is there
    assert store.overdue("tickets", before=NOW + 3 * DAY).oldest == NOW + DAY
    assert store.expire("requests", before=NOW + DAY, limit=9, now=NOW + 99 * DAY) == 1
    assert [expire(0), expire(1), expire(1), expire(2)] == [0, 1, 0, 1]
    with store.batch() as batch:
        assert (batch.ticket("4711"), batch.ticket("1")) == (None, None)
    store.close()
