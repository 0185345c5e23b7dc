"""Everyday Polish requests, each beside what asks for nothing in nearly the same words."""

from __future__ import annotations

import pytest

from handlers.values import Intent
from tests.unit.contrasts import mistaken, pairs_of

# Ends nothing in either mailbox, and a text that asks for the end in cancel@.
NO_END = {
    "pl": (
        ("Proszę wyłączyć i włączyć VPS", "Proszę wyłączyć VPS i zamknąć konto"),
        ("Wyłączcie serwer i włączcie po minucie", "Wyłączcie serwer, konto do zamknięcia"),
        (
            "Moje wypowiedzenie proszę uznać za niebyłe",
            "Proszę uznać ten mail za wypowiedzenie umowy",
        ),
        ("Po okresie próbnym pytanie: ile kosztuje pakiet?", "Po okresie próbnym rezygnuję"),
        ("Certyfikat niech wygaśnie", "Umowa o hosting niech wygaśnie"),
        ("Proszę wyłączyć tryb debugowania", "Proszę wyłączyć konto"),
        ("Nie chcę być klientem drugiej kategorii", "Nie chcę już być waszym klientem"),
        ("Czy mogą mi Państwo otworzyć konto?", "Czy mogą mi Państwo zamknąć konto?"),
    ),
}

# Opts nobody out in either mailbox, and a text that opts its writer out in support@.
NO_OPT_OUT = {
    "pl": (
        (
            "Proszę zapomnieć o prośbie o wypisanie, zostaję na liście",
            "Proszę nie zapomnieć: wypiszcie mnie z listy",
        ),
        ("Nie wysyłajcie odpowiedzi na stary adres", "Nie wysyłajcie mi ofert"),
        ("Zadzwońcie do mnie w sprawie oferty na serwer", "Nie dzwońcie do mnie z ofertami"),
        ("Proszę usunąć mój numer z faktury", "Proszę usunąć mój numer z bazy marketingowej"),
        (
            "Czy mogą mnie Państwo zapisać na newsletter?",
            "Czy mogą mnie Państwo wypisać z newslettera?",
        ),
        (
            "Byłby pan tak miły i wysłał mi ofertę?",
            "Byłby pan tak miły i wypisał mnie z newslettera?",
        ),
        ("SMS-y z kodem nie dochodzą", "Nie życzę sobie SMS-ów z promocjami"),
        (
            "Jeszcze jedno: newsletter sklepu nie wychodzi",
            "Jeszcze jedno: proszę wyłączyć newsletter",
        ),
        ("Chcę brać udział w ankietach", "Nie chcę brać udziału w ankietach"),
    ),
}


@pytest.mark.parametrize(("language", "told", "asked"), pairs_of(NO_END))
def test_ends_only_what_is_asked_to_end(language: str, told: str, asked: str) -> None:
    assert not mistaken(Intent.CANCELLATION, language, told, asked)


@pytest.mark.parametrize(("language", "told", "asked"), pairs_of(NO_OPT_OUT))
def test_opts_out_only_who_asks_for_it(language: str, told: str, asked: str) -> None:
    assert not mistaken(Intent.OPT_OUT, language, told, asked)
