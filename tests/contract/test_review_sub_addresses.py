"""Whether those who were forgotten under a sub-address stay suppressed under the whole box."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.ports import Store
from tests.contract.store_values import NOW, entry, record, request, suppression
from tests.contract.stores import KINDS, place_of

SUB, BOX = "anna+shop@shop.example", "anna@shop.example"


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = place_of(request.param, tmp_path).open()
    yield opened
    opened.close()


@pytest.mark.parametrize("asked", [BOX, "anna+x@shop.example", SUB])
def test_who_was_forgotten_under_a_sub_address_stays_off(store: Store, asked: str) -> None:
    who = {"address_key": SUB, "address_written": SUB}
    record(store, entry(1, requests=(request("O-1", **who),), suppress=(suppression("O-1", **who),)))
    assert store.suppressed_among({asked}, "*", sub_addresses=True) == {asked}
    store.forget(SUB, by="lena", now=NOW)
    assert store.suppressed_among({asked}, "*", sub_addresses=True) == {asked}
