"""Moods and negations that a language puts inside the verb, and endings that tell what belongs."""

from __future__ import annotations

from functools import cache

import pytest

from config.phrase_book import load_stored
from handlers.classify import Classifier
from tests.unit.classified import CANCEL, intents, message


@cache
def classifier() -> Classifier:
    return Classifier(load_stored())


@pytest.mark.parametrize(
    ("language", "text", "certain"),
    [
        ("tr", "Hesabımı iptal edin", "cancellation"),
        ("tr", "Hesabımı iptal eder misiniz?", "cancellation"),
        ("tr", "Hesabımı iptal etmeyin", ""),
        ("tr", "Hesabımı iptal edebilir miyim?", ""),
        ("tr", "Hesabımı iptal ettim", ""),
        ("tr", "Reklam göndermeyin", "opt_out"),
        ("tr", "Reklamlarınızı severek okuyorum", ""),
        ("tr", "Hesabımın derhal kapatılmasını rica ederim", "cancellation"),
        ("tr", "Hesabımın zımbırtısının kapatılmasını rica ederim", ""),
        ("tr", "Haftada üç kampanya geliyor. Bir daha göndermeyin.", "opt_out"),
        ("tr", "Kağıt fatura geliyor. Bir daha göndermeyin.", ""),
        ("fi", "Irtisanon hostingin", "cancellation"),
        ("fi", "En irtisano hostingia", ""),
        ("fi", "Olen irtisanonut hostingin", ""),
        ("fi", "Poistakaa tilini hilavitkutin", ""),
        ("fi", "Pyydän, että tilini suljetaan", "cancellation"),
        ("fi", "Älkää lähettäkö mainoksia", "opt_out"),
        ("fi", "Lomake ei lähetä viestejä", ""),
    ],
)
def test_what_the_verb_says_of_itself_decides(language: str, text: str, certain: str) -> None:
    verdict = classifier().read(message(text, language=language), role=CANCEL)
    assert intents(verdict)[0] == certain
