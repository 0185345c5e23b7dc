"""`classify` on message files: the real parser and classifier, and nothing known of the sender."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.classify import Classifier
from handlers.classify.shipped import shipped_classifier
from handlers.judge import Judgement, judge
from handlers.values import Disposition, Role
from tests.unit.cases import CANCELLATION, NOW, OPT_OUT

STOP = "Please remove me from your mailing list.\r\n\r\nAnna\r\n"
CANCEL = "Please cancel my account.\r\n\r\nAnna\r\n"
ASK = "Hello, how do I change the password of my mailbox?\r\n\r\nAnna\r\n"


@cache
def classifier() -> Classifier:
    return shipped_classifier()


def mail(
    text: str, *fields: str, sender: str = "anna@garden.example", to: str = "support"
) -> bytes:
    head = [f"From: {sender}", f"To: {to}@host.example", "Subject: My account", *fields]
    return ("\r\n".join([*head, "", text])).encode()


def judged(raw: bytes, role: Role | None = None) -> Judgement:
    return judge(raw, classifier(), now=NOW, role=role)


@pytest.mark.parametrize(
    ("raw", "disposition", "reason", "may_reply"),
    [
        (mail(STOP), "act", "opt-out", True),
        (mail(CANCEL), "act", "cancellation-asked", True),
        (mail(ASK), "leave", "ordinary", True),
        (mail(ASK, "Auto-Submitted: auto-generated"), "ignore", "auto-submitted", False),
        (mail(STOP, "Auto-Submitted: auto-generated"), "review", "machine-asks", False),
        (mail(STOP, "X-Auto-Response-Suppress: All"), "act", "opt-out", False),
        (mail(CANCEL, sender="clerk@host.example"), "review", "own-address", False),
        (mail(CANCEL, sender="anna@garden.example, bob@bakery.example"), "review",
         "no-single-sender", False),
        (mail(CANCEL, "Reply-To: anna@garden.example", sender="forms@host.example"), "act",
         "cancellation-asked", True),
        (mail(CANCEL, sender="forms@host.example"), "review", "no-single-sender", True),
        (mail(CANCEL, "Authentication-Results: x; dmarc=pass"), "act", "cancellation-asked", True),
        (mail(STOP, to="sales"), "act", "opt-out", True),
    ],
    ids=[
        "opt-out",
        "cancellation",
        "ordinary",
        "automatic",
        "machine",
        "silent",
        "colleague",
        "two senders",
        "form",
        "form without customer",
        "proof of somebody",
        "another mailbox",
    ],
)  # fmt: skip
def test_a_message_is_judged_as_though_it_had_just_arrived(
    raw: bytes, disposition: str, reason: str, may_reply: bool
) -> None:
    found = judged(raw)
    assert (found.decision.disposition.value, found.decision.reason) == (disposition, reason)
    assert found.may_reply is may_reply


def test_the_intents_and_the_language_are_told() -> None:
    found = judged(mail("Please cancel my account, and take me off your mailing list. Anna"))
    assert found.decision.intents == (OPT_OUT, CANCELLATION)
    assert found.language == "en"
    assert found.verdict.confidence > 0.5


def test_a_button_is_honoured_but_not_answered() -> None:
    raw = mail("", "Auto-Submitted: auto-replied").replace(b"My account", b"unsubscribe")
    found = judged(raw)
    assert (found.decision.disposition, found.may_reply) == (Disposition.ACT, False)
    assert found.decision.silence == "auto-submitted"


@pytest.mark.parametrize(
    ("fields", "to", "role"),
    [
        ((), "support", Role.SUPPORT),
        ((), "cancel", Role.CANCEL),
        ((), "sales", Role.SUPPORT),
        (("Delivered-To: cancel@host.example",), "support", Role.CANCEL),
    ],
    ids=["To support", "To cancel", "To neither", "Delivered-To cancel"],
)
def test_the_role_is_that_of_the_address(fields: tuple[str, ...], to: str, role: Role) -> None:
    raw = mail("Cancel\r\n", *fields, to=to)
    assert judged(raw).decision == judged(raw, role).decision
    other = Role.CANCEL if role is Role.SUPPORT else Role.SUPPORT
    assert judged(raw).decision != judged(raw, other).decision


def test_lines_may_end_in_any_way() -> None:
    raw = mail("Please cancel my account.\r\n\r\n\r\nAnna\r\n", to="cancel")
    assert judged(raw).decision.reason == "cancellation-asked"
    assert judged(raw.replace(b"\r\n", b"\n")).decision.reason == "cancellation-asked"


@pytest.mark.parametrize(
    "raw",
    [
        mail("", 'Content-Type: multipart/mixed; boundary="b"')
        + b"".join(
            b'--b\r\nContent-Type: multipart/mixed; boundary="%d"\r\n\r\n' % n for n in range(99)
        ),
        mail("", 'Content-Type: multipart/mixed; boundary="b"') + b"--b\r\n\r\nx\r\n" * 600,
    ],
    ids=["nested", "many parts"],
)
def test_what_is_not_read_to_its_end_is_for_a_person(raw: bytes) -> None:
    found = judged(raw)
    assert (found.decision.disposition, found.decision.reason) == ("review", "cut-short")
    assert found.verdict.intents == ()


# Languages of another script are compiled when the first such text comes.
@settings(max_examples=60)
@given(raw=st.binary(max_size=300) | st.text(max_size=200).map(mail))
def test_any_bytes_get_a_judgement(raw: bytes) -> None:
    found = judged(raw)
    assert found.decision.disposition in Disposition
    assert found.decision.reason
