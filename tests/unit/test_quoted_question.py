"""A plain yes below a quoted question whether to end a contract is not left lying."""

from __future__ import annotations

from functools import cache

import pytest

from handlers.classify import Classifier
from handlers.classify.shipped import shipped_classifier
from handlers.values import Intent, Role, Verdict
from tests.unit.classified import message

SUBJECT = "Re: Your account"


@cache
def shipped() -> Classifier:
    return shipped_classifier()


def answered(text: str, question: str, role: Role = Role.SUPPORT) -> Verdict:
    return shipped().read(message(text, subject=SUBJECT, quoted=question), role=role)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Shall we close your account?", "yes"),
        ("Shall we close your account?", "Yes, please do."),
        ("Would you like us to cancel your hosting plan?\n\nKind regards\nMia", "Yes please"),
        ("Sollen wir Ihren Vertrag kündigen?", "Ja, bitte."),
        ("Zullen we uw account sluiten?", "Ja graag"),
    ],
)
@pytest.mark.parametrize("role", Role)
def test_a_yes_to_a_question_whether_to_end_is_seen(question: str, text: str, role: Role) -> None:
    verdict = answered(text, question, role)
    assert [f.intent for f in (*verdict.certain, *verdict.unsure)] == [Intent.CANCELLATION]


def test_a_yes_that_goes_on_is_for_a_person() -> None:
    verdict = answered("Yes, I got your mail, but not yet.", "Shall we close your account?")
    assert [f.intent for f in verdict.unsure] == [Intent.CANCELLATION]
    assert verdict.certain == ()


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Shall we close your account?", "No, thanks."),
        ("Shall we close your ticket?", "Yes, please do."),
        ("Shall we keep your account and close the ticket?", "Yes, please."),
        ("Your account is ready. Did you get our mail?", "Yes, thanks."),
        ("We will not close your account, is that right?", "Yes."),
    ],
)
def test_no_other_answer_is_one(question: str, text: str) -> None:
    verdict = answered(text, question)
    assert Intent.CANCELLATION not in {f.intent for f in (*verdict.certain, *verdict.unsure)}


def test_what_it_is_stands_in_the_question() -> None:
    verdict = answered("Yes, close it.", "Shall we close your account?")
    assert [f.intent for f in verdict.certain] == [Intent.CANCELLATION]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Shall we close the ticket?", "Yes, close it."),
        ("Your account works. Shall we close the ticket?", "Yes, delete it"),
        ("Shall we close your support case? Your account stays as it is.", "Yes, close it."),
        ("Shall we cancel the appointment?", "Please cancel"),
        ("Shall I delete the old mailbox?", "Cancel it please"),
        ("Sollen wir das Ticket schließen?", "Ja, bitte schließen"),
        ("Sollen wir die Bestellung stornieren?", "Ja, bitte kündigen"),
    ],
)
@pytest.mark.parametrize("role", Role)
def test_what_the_question_names_is_not_the_contract(question: str, text: str, role: Role) -> None:
    assert answered(text, question, role).certain == ()


def test_who_names_the_contract_ends_it_below_any_question() -> None:
    verdict = answered("No. Cancel my account.", "Shall we close the ticket?", Role.CANCEL)
    assert [f.intent for f in verdict.certain] == [Intent.CANCELLATION]
