"""Requests whose wish and act are parted by a comma, as German and Dutch part them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from config.phrase_book import load_stored
from handlers.classify import Classifier
from handlers.values import Role
from tests.unit.classified import CANCEL, SUPPORT, intents, message


@cache
def classifier() -> Classifier:
    return Classifier(load_stored())


def found(text: str, language: str, role: Role) -> tuple[str, str]:
    return intents(classifier().read(replace(message(text), language=language), role=role))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ich untersage Ihnen, meine Adresse für Werbung zu nutzen.", "de"),
        ("Es wäre nett, wenn Sie mich vom Newsletter abmelden.", "de"),
        ("Ich bekomme täglich Werbung. Bitte nicht mehr schicken.", "de"),
        ("Mag ik uitgeschreven worden?", "nl"),
        ("Отпишите меня, пожалуйста, от вашей рассылки.", "ru"),
        ("Прошу, чтобы вы больше не присылали мне рекламу.", "ru"),
    ],
)
def test_an_opt_out_is_found(text: str, language: str) -> None:
    assert found(text, language, SUPPORT) == ("opt_out", "")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ich bitte Sie, meinen Vertrag zum Jahresende aufzulösen.", "de"),
        ("Ich möchte nicht, dass mein Vertrag verlängert wird.", "de"),
        ("Es wäre schön, wenn Sie meinen Account löschen.", "de"),
        ("Ik verzoek u, mijn contract te beëindigen.", "nl"),
        ("Удалите, пожалуйста, мой аккаунт.", "ru"),
        ("Хочу, чтобы вы закрыли мой аккаунт.", "ru"),
    ],
)
def test_a_cancellation_is_found(text: str, language: str) -> None:
    assert found(text, language, CANCEL) == ("cancellation", "")


@pytest.mark.parametrize(
    "text",
    [
        "Ich habe versucht, mein Konto aufzulösen.",
        "Ich weiß nicht, wie mein Konto aufzulösen ist.",
        "Ich möchte wissen, ob mein Vertrag verlängert wird.",
        "Не закрывайте, пожалуйста, мой аккаунт.",
        "Отмените, пожалуйста, мой заказ.",
        "Sofas bis -60 %! Sie möchten keine Angebote mehr? Hier abmelden. Kundenkonto kündigen.",
    ],
)
def test_what_is_tried_or_asked_about_is_none(text: str) -> None:
    assert found(text, "de", CANCEL) == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        "Ich bitte um Rückmeldung, wenn mein Konto gelöscht wird.",
        "Ich möchte informiert werden, wenn Sie meinen Vertrag kündigen.",
        "Wenn Sie das nicht beheben, löschen Sie bitte meinen Account.",
    ],
)
def test_a_condition_stays_one(text: str) -> None:
    assert not found(text, "de", CANCEL)[0]
