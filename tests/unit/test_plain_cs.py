"""Everyday Czech requests, each beside what asks for nothing in nearly the same words."""

from __future__ import annotations

import pytest

from handlers.values import Intent
from tests.unit.contrasts import mistaken, pairs_of

# Ends nothing in either mailbox, and a text that asks for the end in cancel@.
NO_END = {
    "cs": (
        ("Vypněte a zapněte prosím server", "Vypněte prosím server a zrušte účet"),
        ("Můžete VPS vypnout a znovu zapnout?", "Můžete VPS vypnout a účet zrušit?"),
        ("Děkuji, můžete to uzavřít", "Děkuji, můžete účet zrušit"),
        ("Na webu visí moje fotka. Zrušte tomu člověku stránky", "Zrušte mi stránky"),
        ("Po zkušební době dotaz: kolik stojí tarif?", "Po zkušební době končím"),
        ("Nebudeme prodlužovat certifikát", "Nebudeme prodlužovat hosting"),
        ("Vypněte prosím režim údržby", "Vypněte prosím hosting"),
        (
            "Tarif vypněte, jakmile vám dám vědět",
            "Tarif vypněte, jakmile vyprší předplacené období",
        ),
        ("Formulář ke zrušení účtu nejde otevřít", "Účet ke zrušení, děkuji"),
    ),
}

# Opts nobody out in either mailbox, and a text that opts its writer out in support@.
NO_OPT_OUT = {
    "cs": (
        (
            "Zapomeňte prosím na žádost o odhlášení, chci zůstat v seznamu",
            "Prosím o odhlášení ze seznamu",
        ),
        ("Zavolejte mi kvůli nabídce na server", "Nevolejte mi s nabídkami"),
        (
            "Smažte mé telefonní číslo z faktury",
            "Smažte mé telefonní číslo z marketingové databáze",
        ),
        (
            "Byl byste tak hodný a poslal mi nabídku?",
            "Byl byste tak hodný a odhlásil mě z newsletteru?",
        ),
        ("Průzkum na mém webu nefunguje", "Nechci se účastnit průzkumů"),
    ),
}


@pytest.mark.parametrize(("language", "told", "asked"), pairs_of(NO_END))
def test_ends_only_what_is_asked_to_end(language: str, told: str, asked: str) -> None:
    assert not mistaken(Intent.CANCELLATION, language, told, asked)


@pytest.mark.parametrize(("language", "told", "asked"), pairs_of(NO_OPT_OUT))
def test_opts_out_only_who_asks_for_it(language: str, told: str, asked: str) -> None:
    assert not mistaken(Intent.OPT_OUT, language, told, asked)
