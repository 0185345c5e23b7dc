"""The control panel's tickets, as every store keeps them."""

from __future__ import annotations

from pathlib import Path

import pytest

from daemon.ports import TakenTicket
from tests.contract.store_values import NOW
from tests.contract.stores import KINDS, place_of

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
