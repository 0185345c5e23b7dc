"""Two weaker signs of a cancellation bear each other out; what tells which account is meant."""

from __future__ import annotations

import pytest

from handlers.values import Intent, Role
from tests.unit.classified import acts, read


def cancels(text: str, role: Role = Role.SUPPORT) -> bool:
    return any(one.intent is Intent.CANCELLATION for one in read(text, role=role).certain)


@pytest.mark.parametrize(
    ("text", "certain"),
    [
        ("Take down the site, end the payments.", True),
        ("I don't need the website any more. Please delete it.", True),
        ("Take down the site.", False),
        ("End the payments.", False),
        ("Take down the site? End the payments.", False),
        ("Take down the site, end the payments. No wait, I changed my mind.", False),
        ("If it fails again, take down the site. End the payments.", False),
        ("Delete my data. End the payments.", False),
    ],
)
def test_two_signs_make_a_cancellation_certain(text: str, certain: bool) -> None:
    assert cancels(text) is certain


@pytest.mark.parametrize(
    ("text", "certain"),
    [
        ("Cancel my contract RW-2003.", True),
        ("Cancel my contract gizmo.", False),
        ("Cancel my account upgrade.", False),
    ],
)
def test_a_code_tells_which_contract_is_meant(text: str, certain: bool) -> None:
    assert cancels(text, Role.CANCEL) is certain


def test_a_number_alone_leaves_the_thing_to_the_topic() -> None:
    (act,) = acts("Pull the plug on 55102.", subject="Account 55102")
    assert (act.what, act.thing) == ("close", "service")
    assert "service" not in {act.thing for act in acts("Delete 30 old files.", subject="Account")}


def test_no_more_of_doing_something_is_asked_as_do_not_is() -> None:
    assert "not-send" in {act.what for act in acts("No more advertising to anna@shop.example.")}
    assert "not-send" not in {act.what for act in acts("No advertising to anna@shop.example.")}
