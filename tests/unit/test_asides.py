"""What stands behind a request and is about something else, and requests that name no thing."""

from __future__ import annotations

import pytest

from handlers.values import Role
from tests.unit.classified import CANCEL, SUPPORT, intents, read

OPT_OUT, CANCELLATION = "opt_out", "cancellation"


@pytest.mark.parametrize(
    "text",
    [
        "Please end my contract in May and tell me if anything is left to pay.",
        "Please end my contract in May, and if anything is left to pay, inform me.",
        "Please close my account and do not bill my card again.",
        "hi i want to cancel my hosting we use it no more thanks",
    ],
)
def test_what_is_said_of_something_else_behind_a_request_does_not_doubt_it(text: str) -> None:
    assert intents(read(text, role=CANCEL)) == (CANCELLATION, "")


@pytest.mark.parametrize(
    "text",
    [
        "Please end my contract if you cannot mend the server, and tell me.",
        "If you cannot mend the server tell me and end my contract.",
        "Please close my account if the price goes up and do not bill my card again.",
        "I want to cancel my hosting not.",
    ],
)
def test_a_condition_or_denial_of_the_request_itself_counts(text: str) -> None:
    assert intents(read(text, role=CANCEL))[0] == ""


@pytest.mark.parametrize(
    ("text", "role", "expected"),
    [
        ("I want to cancel, I moved to another provider.", SUPPORT, (CANCELLATION, "")),
        ("I want to cancel. It rains.", SUPPORT, ("", CANCELLATION)),
        ("Please cancel my order, I moved to another provider.", SUPPORT, ("", "")),
        ("Yes, I am sure. End it.", CANCEL, (CANCELLATION, "")),
        ("Yes, I am sure. End it.", SUPPORT, ("", "")),
        ("The ticket is solved. Please close it.", CANCEL, ("", "")),
        ("Please close the window.", CANCEL, ("", CANCELLATION)),
        ("We have two contracts. The shop is sold. Close the lot.", SUPPORT, (CANCELLATION, "")),
        ("There are two tickets and an order. Close the lot.", SUPPORT, ("", "")),
    ],
)
def test_what_is_ended_without_a_name(text: str, role: Role, expected: tuple[str, str]) -> None:
    assert intents(read(text, role=role)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Please leave me out when you send newsletters.", (OPT_OUT, "")),
        ("Take me off the list unless you pay me.", ("", OPT_OUT)),
    ],
)
def test_when_mail_is_sent_is_no_condition(text: str, expected: tuple[str, str]) -> None:
    assert intents(read(text)) == expected


@pytest.mark.parametrize(
    ("subject", "text", "expected"),
    [
        ("Cancellation", "Hello, what is the notice period? Thanks, Ann", ("", "")),
        ("Cancellation", "What is the notice period? Please end it soon.", (CANCELLATION, "")),
        ("Cancellation of my account", "When will it be done?", ("", CANCELLATION)),
        (
            "Unsubscribe",
            "My colleague left your list and gets no outage mails. Is that so?",
            ("", OPT_OUT),
        ),
        ("Unsubscribe", "My colleague left. Can you take me off?", (OPT_OUT, "")),
    ],
)
def test_a_bare_subject_beside_a_question(
    subject: str, text: str, expected: tuple[str, str]
) -> None:
    assert intents(read(text, subject=subject, role=CANCEL)) == expected
