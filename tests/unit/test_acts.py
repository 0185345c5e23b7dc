"""What is done, to what, and how it is put."""

from __future__ import annotations

import pytest

from handlers.classify.moods import Mood
from tests.unit.classified import acts


def told(text: str, subject: str = "") -> set[tuple[str, str, str]]:
    return {(act.what, act.thing, act.mood.value) for act in acts(text, subject=subject)}


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Please cancel my account", ("cancel", "service", "asked")),
        ("Cancel my account", ("cancel", "service", "asked")),
        ("I want to cancel my account", ("cancel", "service", "asked")),
        ("Can you close our website", ("close", "site", "asked")),
        ("I hereby cancel my contract", ("cancel", "service", "said")),
        ("Cancellation of my account", ("cancel", "service", "named")),
        ("They cancel my account", ("cancel", "service", "mentioned")),
        ("Yesterday somebody told us customers cancel accounts",
         ("cancel", "service", "mentioned")),
        ("I want my account closed", ("close", "service", "asked")),
        ("My account was closed", ("close", "service", "mentioned")),
        ("Please restart it, my server stopped", ("stop", "site", "mentioned")),
        ("Please cancel my order", ("cancel", "other", "asked")),
        ("Please cancel", ("cancel", "nothing", "asked")),
        ("Please cancel shop.example", ("cancel", "part", "asked")),
        ("Please cancel shop.example hosting", ("cancel", "service", "asked")),
        ("Stop deleting my account", ("stop", "service", "asked")),
        ("Please remove the disk of my server", ("remove", "other", "asked")),
        ("Please delete this widget from the server", ("close", "other", "asked")),
        ("Please remove bob@shop.example from my account", ("remove", "other", "asked")),
        ("Please remove my server from the block list", ("remove", "other", "asked")),
        ("Please remove my colleague from our account", ("remove", "other", "asked")),
        ("Please remove the malware from my website", ("remove", "other", "asked")),
        ("Please delete my website backups", ("close", "other", "asked")),
        ("I want the backup of my site deleted", ("close", "other", "mentioned")),
        ("Please cancel the gizmo for my account", ("cancel", "part", "asked")),
        ("Please cancel the contract for my server", ("cancel", "service", "asked")),
        ("Please cancel by letter from my account", ("cancel", "service", "asked")),
        ("I refer to my contract and want it cancelled", ("cancel", "service", "asked")),
        ("The cancellation of my account was your error", ("cancel", "service", "mentioned")),
        ("Cancellation of my account pending", ("cancel", "service", "told")),
        ("Cancellation of my account by 1 June", ("cancel", "service", "named")),
        ("Cancellation of my account at the earliest date", ("cancel", "service", "named")),
        ("I want to cancel. My contract: 5512", ("cancel", "service", "asked")),
        ("I got an invoice for my contract. Please cancel it", ("cancel", "other", "asked")),
        ("I got a bill. My account was closed in May. Please cancel it",
         ("cancel", "other", "asked")),
        ("I have an account for my shop. Please cancel it", ("cancel", "service", "asked")),
        ("I got an invoice that is wrong. Please cancel", ("cancel", "part", "asked")),
        ("I am fed up. Please cancel", ("cancel", "nothing", "asked")),
        ("I want to cancel. My contract is with the lawyers", ("cancel", "nothing", "asked")),
        ("Please process my cancellation", ("carry_out", "cancellation", "asked")),
        ("Please do not renew my plan", ("not-renew", "service", "asked")),
        ("I do not want to keep my hosting", ("not-keep", "service", "said")),
        ("I no longer need my hosting", ("refuse", "service", "said")),
    ],
)  # fmt: skip
def test_an_act_that_may_cancel_is_read(text: str, act: tuple[str, str, str]) -> None:
    assert act in told(text)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Unsubscribe me", ("unsubscribe", "self", "asked")),
        ("Please unsubscribe me from the newsletter", ("unsubscribe", "marketing", "asked")),
        ("Stop sending me emails", ("stop", "sending", "asked")),
        ("Please stop the newsletter", ("stop", "marketing", "asked")),
        ("Take me off your list", ("remove", "list", "asked")),
        ("I would like to be removed from your list", ("remove", "list", "asked")),
        ("Can I be removed from your list", ("remove", "list", "asked")),
        ("Please do not send me newsletters", ("not-send", "marketing", "asked")),
        ("Stop, please, sending me newsletters", ("not-send", "marketing", "said")),
        ("I do not want, please, to receive ads", ("not-receive", "marketing", "said")),
        ("Send me no gizmos", ("not-send", "nothing", "asked")),
        ("I do not want to receive your emails", ("not-receive", "mail", "said")),
        ("I do not want your newsletter", ("refuse", "marketing", "said")),
        ("I don't want any email from you", ("refuse", "mail", "said")),
        ("No more newsletters", ("no-more", "marketing", "said")),
        ("No newsletters please", ("no-more", "marketing", "said")),
        ("I unsubscribed and still receive your newsletter", ("still", "marketing", "said")),
        ("I object to the use of my data for advertising", ("object", "marketing", "said")),
    ],
)
def test_an_act_that_may_opt_out_is_read(text: str, act: tuple[str, str, str]) -> None:
    assert act in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "Please remove the list",
        "My shop does not send emails",
        "We receive your newsletter",
        "No mails since Monday",
        "We sent you an email",
        "Since April I no longer receive your newsletter",
        "I still receive your newsletter",
    ],
)
def test_what_only_sounds_like_an_act_is_none(text: str) -> None:
    assert told(text) == set()


@pytest.mark.parametrize(
    ("text", "subject", "act"),
    [
        ("The newsletter is too long. Please stop it.", "", ("stop", "marketing", "asked")),
        ("Account 4411. Please cancel.", "", ("cancel", "service", "asked")),
        ("Please cancel it.", "My hosting plan", ("cancel", "service", "asked")),
        ("My order 12. Please cancel it.", "", ("cancel", "other", "asked")),
        ("My account. Your ads annoy. Take me off them.", "", ("remove", "marketing", "asked")),
    ],
)  # fmt: skip
def test_it_is_the_thing_named_last(text: str, subject: str, act: tuple[str, str, str]) -> None:
    assert act in told(text, subject)


def test_a_thing_named_elsewhere_is_told_as_such() -> None:
    (act,) = acts("Account 4411. Please cancel.")
    assert act.resolved
    assert act.thing_hit is None
    (act,) = acts("Please cancel my account")
    assert not act.resolved
    assert act.mood is Mood.ASKED


def test_it_is_forgotten_after_four_sentences() -> None:
    text = "My account. One. Two. Three. Four. Five. Please cancel it."
    assert ("cancel", "service", "asked") not in told(text)
