"""The language that a message is in, as the phrases tell it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.phrase_book import load_stored
from handlers.classify import Classifier
from handlers.values import Role
from tests.unit.classified import message

CLASSIFIER = Classifier(load_stored())
TEXTS = {
    "cs": "Prosím o zrušení mého účtu ke konci měsíce, děkuji.",
    "da": "Jeg vil gerne opsige mit abonnement ved udgangen af måneden.",
    "de": "Bitte kündigen Sie meinen Vertrag zum Ende des Monats.",
    "en": "Please cancel my account at the end of this month.",
    "es": "Por favor, cancelen mi cuenta al final de este mes.",
    "fi": "Haluan irtisanoa tilini tämän kuukauden lopussa.",
    "fr": "Je souhaite résilier mon contrat à la fin du mois.",
    "it": "Vorrei disdire il mio contratto alla fine del mese.",
    "ja": "今月末でアカウントを解約したいです。",
    "nl": "Ik wil graag mijn abonnement aan het einde van de maand opzeggen.",
    "no": "Jeg ønsker å si opp abonnementet mitt ved utgangen av måneden.",
    "pl": "Proszę o zamknięcie mojego konta z końcem miesiąca.",
    "pt": "Gostaria de cancelar a minha conta no final do mês, obrigado.",
    "ru": "Прошу закрыть мою учётную запись в конце месяца.",
    "sv": "Jag vill säga upp mitt abonnemang i slutet av månaden.",
    "tr": "Ay sonunda hesabımı kapatmak istiyorum, teşekkürler.",
    "zh": "请在月底取消我的账户。",
}


def language(text: str, subject: str = "") -> str:
    return CLASSIFIER.read(message(text, subject=subject), role=Role.SUPPORT).language


def test_every_language_that_is_read_has_its_sentence_here() -> None:
    assert set(TEXTS) == CLASSIFIER.languages


@pytest.mark.parametrize(("code", "text"), TEXTS.items(), ids=TEXTS.keys())
def test_a_sentence_is_enough_to_tell_the_language(code: str, text: str) -> None:
    assert language(text) == code
    assert language(text.upper()) == code
    assert language(text.replace(" ", "  \n\t")) == code


@pytest.mark.parametrize(
    "text",
    [
        "이번 달 말에 계정을 해지하고 싶습니다.",
        "Прошу закрити мій обліковий запис наприкінці місяця.",
        "",
        "  \n",
        "12 34",
        "!?…",
    ],
)
def test_what_no_phrase_knows_is_in_no_language(text: str) -> None:
    assert language(text) == ""


@pytest.mark.parametrize("text", ["unsubscribe", "Unsubscribe\nunsubscribe", "unsubscribe me"])
def test_a_word_or_two_are_not_guessed_at(text: str) -> None:
    """The letter then goes out in the operator's language, and not in a wrong one."""
    assert language(text) in ("", "en")


def test_an_own_subject_tells_the_language_and_that_of_the_other_side_does_not() -> None:
    assert language("Danke", subject="Kündigung meines Vertrags bei Ihnen") == "de"
    assert language(TEXTS["fr"], subject="Re: Your account will be suspended on Monday") == "fr"
    assert language("12", subject="Re: Your account will be suspended on Monday") == ""


@given(st.text(max_size=80))
def test_any_text_gets_a_known_code_or_none(text: str) -> None:
    assert language(text) in {"", *TEXTS}
