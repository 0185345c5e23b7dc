"""Whom of many a newsletter must not go to, as every store tells it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.ports import Store
from daemon.stores import asking
from daemon.stores.sql_store import SqlStore
from tests.contract.store_values import ANNA, NOW, entry, record, request, suppression
from tests.contract.stores import KINDS, place_of

BEN, SHOP, BARE = "ben@b.example", "cleo+shop@c.example", "dora@d.example"
EVERYBODY = {ANNA, BEN, SHOP, BARE, "cleo@c.example", "cleo+else@c.example", "dora+x@d.example"}


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = place_of(request.param, tmp_path).open()
    fill(opened)
    yield opened
    opened.close()


def fill(store: Store) -> None:
    """Anna wants nothing, Ben no tips; Cleo has opted out with a sub-address, Dora without."""
    wanted = ((ANNA, "*"), (BEN, "tips"), (SHOP, "*"), (BARE, "*"))
    record(
        store,
        entry(
            1,
            requests=tuple(request(f"O-{n}", address_key=k) for n, (k, _) in enumerate(wanted)),
            suppress=tuple(
                suppression(f"O-{n}", address_key=k, list_name=name)
                for n, (k, name) in enumerate(wanted)
            ),
        ),
    )


def test_of_many_those_are_told_that_get_no_mail_of_a_list(store: Store) -> None:
    assert store.suppressed_among(EVERYBODY) == {ANNA, SHOP, BARE}
    assert store.suppressed_among(EVERYBODY, "tips") == {ANNA, BEN, SHOP, BARE}
    assert store.suppressed_among(["nobody@n.example", ANNA], "news") == {ANNA}
    assert store.suppressed_among([]) == set()


def test_sub_addresses_are_others_unless_they_shall_count(store: Store) -> None:
    assert store.suppressed_among(EVERYBODY, "tips", sub_addresses=True) == EVERYBODY
    assert store.suppressed_among(["ben+x@b.example"], sub_addresses=True) == set()
    assert store.suppressed_among(["dora+x@other.example"], sub_addresses=True) == set()


def test_the_lists_that_somebody_has_left_are_known(store: Store) -> None:
    assert store.lists_left() == {"tips"}


@pytest.mark.parametrize("few", [10_000, 1], ids=["few", "many"])
def test_who_was_forgotten_is_told_too(
    store: Store, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(asking, "_FEW", few)
    store.forget(BARE, by="kim", now=NOW)
    for asked in ([BARE], EVERYBODY):
        assert BARE in store.suppressed_among(asked)
    assert store.suppressed_among(["dora+x@d.example"], sub_addresses=True)
    assert not store.suppressed_among(["dora+x@d.example"])


def test_what_json_and_sql_would_trip_over_is_an_address_like_another(store: Store) -> None:
    odd = ["o'hara%_@c.example", "back`tick@c.example", "ünï{}@c.example"]
    assert store.suppressed_among([*odd, ANNA], 'it\'s "tips"') == {ANNA}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "fake"])
def test_the_view_answers_by_sql_in_each_database(kind: str, tmp_path: Path) -> None:
    opened = place_of(kind, tmp_path).open()
    assert isinstance(opened, SqlStore)
    fill(opened)
    opened.forget(BARE, by="kim", now=NOW)
    with opened._reading() as connection:
        found = connection.exec_driver_sql(
            "SELECT address FROM no_marketing WHERE list IN ('*', 'tips')"
        )
        assert set(found.scalars()) == {ANNA, BEN, SHOP}
    opened.close()
