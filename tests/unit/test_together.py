"""Two weaker signs of a cancellation bear each other out; what tells which account is meant."""

from __future__ import annotations

import pytest

from handlers.address import make_address
from handlers.values import Intent, Role
from tests.unit.classified import acts, english, read
from tests.unit.messages import message


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


def test_who_names_their_company_is_taken_off_the_list() -> None:
    sender = make_address("office@benson.example", "Benson Garages")
    assert sender is not None

    def opts_out(text: str) -> bool:
        mail = message(text, senders=(sender,), language="en")
        return bool(english().read(mail, role=Role.SUPPORT).certain)

    assert opts_out("Take Benson Garages off your lists.")
    assert not opts_out("Take Gizmo Motors off your lists.")


def test_a_subject_that_stops_means_the_contract_that_the_text_ends() -> None:
    for text, certain in [
        ("Please finish the contract as soon as possible.", {Intent.CANCELLATION}),
        ("Please cancel my plan. No more emails.", {Intent.CANCELLATION, Intent.OPT_OUT}),
        ("", {Intent.OPT_OUT}),
    ]:
        verdict = read(text, subject="Stop", role=Role.SUPPORT)
        assert {one.intent for one in verdict.certain} == certain, text
