"""What a review of the panel's ticket found: each of these fails as it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.contract.store_values import entry, record, request
from tests.flow.test_web_panel import hand_in, prepared, told
from tests.flow.web_world import ANNA, NOW, REAL, World, running


@pytest.fixture(params=REAL)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with running(request.param, tmp_path) as made:
        yield prepared(made)


def test_the_end_that_a_ticket_names_is_kept_where_it_confirms_what_mail_asked_for(
    world: World,
) -> None:
    waits = request("C-1", address_key=ANNA, received_at=NOW, due_at=NOW + timedelta(days=3))
    record(world.store, entry(1, requests=(waits,)))
    world.now += timedelta(hours=1)
    done = hand_in(world, wanted_end="31 December 2026")
    assert (done.status, told(done)["state"]) == (200, "confirmed")
    (mail,) = world.store.take_due(9, now=world.now)
    assert b"31 December 2026" in mail.mail.raw  # the customer is told so
    (held,) = world.store.requests()
    assert held.wanted_end == "31 December 2026"  # and staff and WHMCS are to know it


def test_the_end_that_a_second_ticket_names_is_not_lost_without_a_word(world: World) -> None:
    assert hand_in(world).status == 201
    world.now += timedelta(minutes=5)
    done = hand_in(world, ticket="4712", wanted_end="31 December 2026")
    (held,) = world.store.requests()
    assert done.status == 409 or held.wanted_end == "31 December 2026", done.status
