"""Everyday Finnish requests, each beside what asks for nothing in nearly the same words."""

from __future__ import annotations

import pytest

from handlers.values import Intent
from tests.unit.contrasts import mistaken, pairs_of

# Ends nothing in either mailbox, and a text that asks for the end in cancel@.
NO_END = {
    "fi": (
        (
            "Sammuttakaa palvelin ja käynnistäkää se uudelleen",
            "Sammuttakaa palvelin ja sulkekaa tili",
        ),
        ("Tiketin voi sulkea", "Tilin voi sulkea"),
        ("Sivulla on kuvani ilman lupaa, sulkekaa se sivusto", "Sulkekaa sivustoni"),
        ("Kokeilujakson jälkeen tulee lasku, paljonko?", "Kokeilujakson jälkeen en jatka"),
        ("Varmenne saa päättyä", "Webhotelli saa päättyä"),
        (
            "Lopettakaa tilaus ennen kuin kysytte lisää?",
            "Lopettakaa tilaus ennen kuin veloitus lähtee",
        ),
        ("Ottakaa kaksivaiheinen tunnistus pois", "Ottakaa sivut alas ja sulkekaa tili"),
    ),
}

# Opts nobody out in either mailbox, and a text that opts its writer out in support@.
NO_OPT_OUT = {
    "fi": (
        (
            "Unohtakaa pyyntöni poistaa minut listalta, haluan jäädä",
            "Pyydän poistamaan minut listalta",
        ),
        ("Soittakaa minulle palvelintarjouksesta", "Älkää soittako minulle tarjouksista"),
        (
            "Poistakaa puhelinnumeroni laskulta",
            "Poistakaa puhelinnumeroni markkinointirekisteristä",
        ),
        ("Ottakaa huoltotila pois päältä", "Ottakaa uutiskirje pois"),
        ("Teiltä ei tarvita enää mitään", "Teiltä ei tarvita enää uutiskirjettä"),
        ("Laskua ei tarvitse lähettää paperilla", "Tarjouksia ei minulle tarvitse lähettää"),
        ("Miten lähetän asiakkailleni kyselyitä?", "En halua osallistua kyselyihin"),
    ),
}


@pytest.mark.parametrize(("language", "told", "asked"), pairs_of(NO_END))
def test_ends_only_what_is_asked_to_end(language: str, told: str, asked: str) -> None:
    assert not mistaken(Intent.CANCELLATION, language, told, asked)


@pytest.mark.parametrize(("language", "told", "asked"), pairs_of(NO_OPT_OUT))
def test_opts_out_only_who_asks_for_it(language: str, told: str, asked: str) -> None:
    assert not mistaken(Intent.OPT_OUT, language, told, asked)
