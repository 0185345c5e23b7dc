"""SCREEN condition by condition: a message for which it holds, and near misses."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.button import is_only_the_button
from handlers.screen import REFUTED, SCREEN, Ourselves, Says, screen
from handlers.values import Headers, Message, Proof
from tests.unit.cases import ANNA, BOB, FORM, SUPPORT, US, address, message

NAMES = [condition.name for condition in SCREEN]

HOLDS: dict[str, list[Message]] = {
    "report": [
        message(report_type="delivery-status"),
        message(report_type="disposition-notification"),
        message(report_type="feedback-report"),
        message(attached_types=("text/plain", "message/delivery-status")),
        message(("X-Failed-Recipients", BOB)),
    ],
    "null-return-path": [message(("Return-Path", "<>")), message(("Return-Path", ""))],
    "auto-submitted": [
        message(("Auto-Submitted", "auto-replied")),
        message(("Auto-Submitted", "Auto-Generated; owner-email=x@y.example")),
        message(("Auto-Submitted", "(vacation) auto-replied")),
    ],
    "precedence": [
        message(("Precedence", "bulk")),
        message(("Precedence", "Junk")),
        message(("Precedence", "list")),
        message(("Precedence", "auto_reply")),
    ],
    "auto-response-suppress": [
        message(("X-Auto-Response-Suppress", "All")),
        message(("X-Auto-Response-Suppress", "DR, OOF, NRN")),
        message(("X-Auto-Response-Suppress", "autoreply")),
    ],
    "machine-field": [
        message(("X-Autoreply", "yes")),
        message(("X-Autorespond", "")),
        message(("X-Vacation", "true")),
    ],
    "unsubscribe-button": [message(("X-Apple-Unsubscribe", "true"))],
    "mailing-list": [
        message(("List-Id", "Roses <roses.garden.example>")),
        message(("List-Unsubscribe", "<https://garden.example/leave>")),
        message(("X-BeenThere", "roses@garden.example")),
        message(("List-Id", "<team.host.example>"), ("List-Id", "<roses.garden.example>")),
    ],
    "daemon-return-path": [
        message(("Return-Path", "<MAILER-DAEMON@garden.example>")),
        message(("Return-Path", "<owner-roses@garden.example>")),
        message(("Return-Path", "<roses-bounces+anna=garden.example@lists.example>")),
    ],
    "daemon-sender": [
        message(sender="no-reply@garden.example"),
        message(sender="Postmaster@garden.example"),
        message(senders=(address(ANNA, "Mail Delivery Subsystem"),)),
        message(senders=(address(ANNA, "Mail Delivery System (Mail Delivery Subsystem)"),)),
        message(senders=(address(ANNA, "postmaster@garden.example"),)),
        message(senders=(address(ANNA, "The Mailer-Daemon"),)),
    ],
    "own-loop": [
        message(("X-Optoutd-Loop", "support@other.example")),
        message(("X-Loop", "Support@host.example")),
    ],
    "optoutd-letter": [
        message(
            subject="Re: Newsletter [O-7K3M2Q]",
            new_text="You are off the lists. Number: O-7K3M2Q.",
        ),
        message(
            subject="WG: Kündigung [O-7K3M2Q, C-9Z8Y7X] (fwd)", new_text="Aktenzeichen:\nC-9Z8Y7X"
        ),
    ],
    "too-many-hops": [message(*[("Received", "by mx")] * 100)],
    "away-notice": [
        message(subject="Automatic reply: Your offers"),
        message(subject="Abwesenheit: Ihre Angebote"),
        message(subject="AW: Automatische Antwort"),
        message(new_text="Hello. This is an automated message, we have your mail."),
    ],
    "read-receipt": [message(subject="Read: Your offers", new_text="")],
    "own-address": [
        message(sender=SUPPORT),
        message(sender="clerk@host.example"),
        message(senders=(address(FORM), address("clerk@host.example"))),
    ],
    "no-single-sender": [
        message(senders=()),
        message(senders=(address(ANNA), address(BOB))),
        message(senders_readable=False),
    ],
    "reply-to-us": [message(reply_to=(address(BOB), address(SUPPORT)))],
    "spam-flag": [
        message(("X-Spam-Flag", "YES")),
        message(("X-Spam-Status", "Yes, score=9.1 required=5.0")),
    ],
    "not-addressed": [message(recipients=()), message(recipients=(address(BOB),))],
}

NEAR_MISSES: dict[str, list[Message]] = {
    "report": [
        message(content_type="multipart/report"),
        message(attached_types=("text/plain", "message/rfc822")),
    ],
    "null-return-path": [message(("Return-Path", f"<{ANNA}>")), message()],
    "auto-submitted": [
        message(("Auto-Submitted", "no")),
        message(("Auto-Submitted", "No (written by a person); x=auto-replied")),
        message(("Auto-Submitted", "")),
        message(("X-Note", "auto-replied")),
    ],
    "precedence": [
        message(("Precedence", "first-class")),
        message(("Precedence", "normal")),
        message(("Precedence", "list"), ("List-Id", "<team.host.example>")),
    ],
    "auto-response-suppress": [
        message(("X-Auto-Response-Suppress", "DR, RN, NRN")),
        message(("X-Auto-Response-Suppress", "none")),
    ],
    "machine-field": [
        message(("X-Autoreply", "no")),
        message(("X-Autoreply-To", ANNA)),
        message(("X-Apple-Unsubscribe", "true")),
    ],
    "unsubscribe-button": [message(("List-Unsubscribe", f"<mailto:{SUPPORT}>"))],
    "mailing-list": [
        message(("List-Id", "The team <Team.host.example>"), ("List-Post", f"<mailto:{SUPPORT}>")),
        message(("X-List", "roses")),
    ],
    "daemon-return-path": [
        message(("Return-Path", f"<{ANNA}>")),
        message(("Return-Path", "<bounceton@garden.example>")),
        message(
            ("Return-Path", "<team-bounces@host.example>"), ("List-Id", "<team.host.example>")
        ),
    ],
    "daemon-sender": [
        message(sender="rootham@garden.example"),
        message(sender="nobody.knows@garden.example"),
        message(senders=(address(ANNA, "Hotmail Systems Ltd"),)),
        message(senders=(address(ANNA, "Paula Postmaster"),)),
        message(senders=(address(ANNA, "Mail Systems Ltd"),)),
    ],
    "own-loop": [message(("X-Loop", ANNA)), message(("X-Loop", "yes"))],
    "optoutd-letter": [
        message(
            subject="Re: Newsletter [O-7K3M2Q]", new_text="Undo", quoted_text="Number: O-7K3M2Q."
        ),
        message(subject="Newsletter", new_text="About O-7K3M2Q: when does it start?"),
        message(subject="Re: Rose [O-7K3M2Q]", new_text="My order O-7K3M2QX has not come."),
    ],
    "too-many-hops": [message(*[("Received", "by mx")] * 99)],
    "away-notice": [
        message(subject="The automatic reply of yours"),
        message(subject="Please confirm", new_text="My automatic watering is broken."),
    ],
    "read-receipt": [
        message(subject="Read: Your offers", new_text="I have read them. Anna"),
        message(subject="Reading: a list", new_text=""),
    ],
    "own-address": [
        message(sender=FORM),
        message(sender="clerk@host.example.org"),
        message(sender="clerk@sub.host.example"),
    ],
    "no-single-sender": [message()],
    "reply-to-us": [message(reply_to=(address(BOB),)), message()],
    "spam-flag": [
        message(("X-Spam-Flag", "NO")),
        message(("X-Spam-Status", "No, score=-1.0")),
        message(("X-Spam-Level", "*****")),
    ],
    "not-addressed": [
        message(recipients=(address(BOB), address("Support@HOST.example"))),
        message(recipients=(address(BOB),), delivered_to=(address(SUPPORT),)),
    ],
}


def each(table: dict[str, list[Message]]) -> list[Any]:
    return [
        pytest.param(name, said, id=f"{name}-{place}")
        for name, messages in table.items()
        for place, said in enumerate(messages)
    ]


def told(said: Message, us: Ourselves = US, proof: Proof = Proof.UNPROVEN) -> set[str]:
    return set(screen(said, us, proof).silent)


@pytest.mark.parametrize("table", [HOLDS, NEAR_MISSES], ids=["holds", "near misses"])
def test_each_condition_has_its_cases(table: dict[str, list[Message]]) -> None:
    assert sorted(table) == sorted(NAMES)
    assert all(table.values())


def test_no_two_conditions_have_one_name() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert REFUTED not in NAMES


@pytest.mark.parametrize(("name", "said"), each(HOLDS))
def test_the_condition_holds(name: str, said: Message) -> None:
    assert name in told(said)


@pytest.mark.parametrize(("name", "said"), each(NEAR_MISSES))
def test_the_condition_does_not_hold(name: str, said: Message) -> None:
    assert name not in told(said)


def test_a_plain_message_has_no_sign_and_may_be_answered() -> None:
    found = screen(message(), US, Proof.UNPROVEN)
    assert (found.automatic, found.silent, found.may_reply) == ((), (), True)


@pytest.mark.parametrize("condition", SCREEN, ids=NAMES)
def test_what_is_automatic_is_never_answered(condition: Any) -> None:
    found = screen(HOLDS[condition.name][0], US, Proof.UNPROVEN)
    assert not found.may_reply
    assert (condition.name in found.automatic) is (condition.says is Says.AUTOMATIC)


def test_the_first_condition_of_the_table_is_the_reason() -> None:
    said = message(("Precedence", "bulk"), ("Return-Path", "<>"), ("X-Spam-Flag", "yes"))
    found = screen(said, US, Proof.UNPROVEN)
    assert found.silent == ("null-return-path", "precedence", "spam-flag")
    assert found.automatic == ("null-return-path", "precedence")
    assert found.reason == "null-return-path"


def test_a_refuted_sender_is_not_answered_and_that_is_the_reason_told() -> None:
    found = screen(message(("Precedence", "bulk")), US, Proof.REFUTED)
    assert found.reason == "dmarc-fail"
    assert found.automatic == ("precedence",)


def test_who_we_are_need_not_be_known() -> None:
    assert told(message(recipients=()), Ourselves()) == set()


@pytest.mark.parametrize(
    "fields",
    [
        (("Auto-Submitted", "auto-generated"),),
        (("Return-Path", "<>"),),
        (("Return-Path", "<noreply@host.example>"), ("Precedence", "bulk")),
        (("X-Auto-Response-Suppress", "All"),),
    ],
)
def test_a_form_of_our_own_may_be_a_machine(fields: tuple[tuple[str, str], ...]) -> None:
    said = message(*fields, sender=FORM, reply_to=(address(ANNA),))
    assert screen(said, US, Proof.FORM).may_reply
    assert not screen(said, US, Proof.REFUTED).may_reply
    assert not screen(message(*fields), US, Proof.UNPROVEN).may_reply


def test_a_form_may_send_from_an_address_that_takes_no_mail() -> None:
    us = Ourselves(
        addresses=US.addresses,
        domains=US.domains,
        form_senders=frozenset({"no-reply@host.example"}),
    )
    said = message(sender="no-reply@host.example", reply_to=(address(ANNA),))
    assert screen(said, us, Proof.FORM).may_reply


@pytest.mark.parametrize(
    ("fields", "text", "only"),
    [
        ((("Auto-Submitted", "auto-replied"),), "", True),
        ((("Auto-Submitted", "auto-replied"),), "\n unsubscribe\n", True),
        (
            (("Auto-Submitted", "auto-replied"), ("X-Apple-Unsubscribe", "true")),
            "Apple Mail sent this email to unsubscribe from the message “Spring offers”.",
            True,
        ),
        ((), "This message was automatically generated by Gmail.", True),
        ((("Auto-Submitted", "auto-generated"),), "", False),
        ((("Auto-Submitted", "auto-replied"), ("Auto-Submitted", "auto-notified")), "", False),
        ((("Auto-Submitted", "auto-replied"),), "We will answer you in 24 hours.", False),
        ((("Auto-Submitted", "auto-replied"),), "unsubscribe links are below", False),
    ],
    ids=["empty", "word", "apple", "gmail", "generated", "two", "ticket", "sentence"],
)
def test_an_unsubscribe_button_writes_nothing_else(
    fields: tuple[tuple[str, str], ...], text: str, only: bool
) -> None:
    assert is_only_the_button(message(*fields, new_text=text)) is only


@given(
    fields=st.lists(
        st.tuples(
            st.sampled_from(
                ["Return-Path", "Auto-Submitted", "Precedence", "List-Id", "X-Loop", "X-Autoreply"]
            ),
            st.text(max_size=40),
        ),
        max_size=6,
    ),
    subject=st.text(max_size=60),
    proof=st.sampled_from(Proof),
)
def test_screening_takes_anything_and_keeps_its_two_questions_apart(
    fields: list[tuple[str, str]], subject: str, proof: Proof
) -> None:
    said = message(subject=subject, headers=Headers((("From", ANNA), *fields)))
    found = screen(said, US, proof)
    assert set(found.automatic) <= set(found.silent)
    assert set(found.silent) <= {*NAMES, REFUTED}
    assert found.may_reply is (found.reason == "")
    assert (REFUTED in found.silent) is (proof is Proof.REFUTED)
