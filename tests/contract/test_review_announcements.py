"""What a review of the announcements found: each of these fails as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import ReceiverSettings
from daemon.errors import PermanentFailure
from daemon.ports import Store
from daemon.receivers import audience, open_receiver
from handlers.values import State
from tests.contract.store_values import (
    NOW,
)
from tests.contract.stores import KINDS, place_of
from tests.contract.test_store_announcements import CRM

S = State


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = place_of(request.param, tmp_path).open()
    opened.use_receivers([CRM], now=NOW)
    yield opened
    opened.close()


def test_a_receiver_of_whmcs_hears_of_what_is_taken_back(tmp_path: Path) -> None:
    """`events` of the configuration goes before the module's own, and leaves that out."""
    settings = ReceiverSettings(
        name="billing",
        module="whmcs",
        url="https://b.example/includes/api.php",
        secret_files=("x",),
        options={"identifier": "x"},
        events=("cancellation.confirmed",),
    )
    try:
        module = open_receiver(settings, ("x",))
    except PermanentFailure:
        return  # refused is as well
    assert "cancellation.withdrawn" in audience(settings, module).events
