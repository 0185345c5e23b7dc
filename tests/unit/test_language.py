"""The language of a text, where it can be told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.language import LANGUAGES, MAX_CHARS, detect_language

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
    "ko": "이번 달 말에 계정을 해지하고 싶습니다.",
    "nl": "Ik wil graag mijn abonnement aan het einde van de maand opzeggen.",
    "no": "Jeg ønsker å si opp abonnementet mitt ved utgangen av måneden.",
    "pl": "Proszę o zamknięcie mojego konta z końcem miesiąca.",
    "pt": "Gostaria de cancelar a minha conta no final do mês, obrigado.",
    "ru": "Прошу закрыть мою учётную запись в конце месяца.",
    "sv": "Jag vill säga upp mitt abonnemang i slutet av månaden.",
    "tr": "Ay sonunda hesabımı kapatmak istiyorum, teşekkürler.",
    "uk": "Прошу закрити мій обліковий запис наприкінці місяця.",
    "zh": "请在月底取消我的账户。",
}


@pytest.mark.parametrize(("code", "text"), TEXTS.items(), ids=TEXTS.keys())
def test_a_sentence_is_enough_to_tell_the_language(code: str, text: str) -> None:
    assert detect_language(text) == code


def test_every_language_has_its_sentence_here() -> None:
    assert {code.replace("nb", "no") for code in LANGUAGES} == set(TEXTS)


@pytest.mark.parametrize("text", ["", "  \n", "12 34", "ok", "!?…", "a1b"])
def test_a_text_without_letters_is_of_no_language(text: str) -> None:
    assert detect_language(text) == ""


def test_only_the_beginning_of_a_text_counts() -> None:
    german = (TEXTS["de"] + " ") * (MAX_CHARS // len(TEXTS["de"]) + 1)
    assert detect_language(german + (TEXTS["fr"] + " ") * 100) == "de"


def test_line_breaks_and_spaces_do_not_matter() -> None:
    assert detect_language(TEXTS["es"].replace(" ", "  \n\t")) == "es"


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_gets_a_known_code_or_none(text: str) -> None:
    assert detect_language(text) in {"", *TEXTS}


@pytest.mark.parametrize("text", ["unsubscribe", "Unsubscribe\nunsubscribe", "unsubscribe me"])
def test_a_word_or_two_are_not_guessed_at(text: str) -> None:
    """The letter then goes out in the operator's language, and not in a wrong one."""
    assert detect_language(text) in ("", "en")
