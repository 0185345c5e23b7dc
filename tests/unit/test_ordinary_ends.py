"""Everyday sentences with the words of an end that ask for none: the rules are certain of nothing.

Each was read by phrases that knew too much, before they went out.
"""

from __future__ import annotations

import pytest

from handlers.values import Role
from tests.unit.classified import message, rules_alone

ORDINARY = [
    ("de", "Bitte unser Konto nicht automatisch umstellen."),
    ("de", "Bitte den PHP-Modus unseres Webhostings nicht automatisch umstellen."),
    ("de", "Der Vertrag darf nicht kostenpflichtig weiterlaufen während der Störung."),
    ("de", "Bitte meinen Vertrag nicht in einen Jahresvertrag umwandeln, ich zahle monatlich."),
    ("no", "Kontoen vår ble ikke videreført til det nye panelet."),
    ("no", "Jeg lurer på om dere vil stenge kontoen min på grunn av den ubetalte fakturaen."),
    ("sv", "Jag undrar om ni vill stänga kontot på grund av den obetalda fakturan."),
    ("sv", "De billiga paketen är slut hos er. När kommer det fler?"),
    ("fr", "L'ancien hébergement chez OVH est vide, il peut être supprimé maintenant."),
    ("pt", "É para manter. Continue com a conta em vez do cancelamento."),
    ("zh", "请释放主机上被占用的空间。"),
    ("zh", "请释放这台主机占用的IP。"),
    ("en", "Friday should be the last day of our old plan before the upgrade to Pro."),
    ("es", "Hoy es el último día de contrato, renuévenlo por favor."),
    ("ja", "解約にしたいのではなく、プランを変更したいです。"),
    ("cs", "Nebudeme obnovovat, záloha není potřeba."),
    ("fr", "Je m'oppose à toute prolongation du délai de réparation."),
    ("it", "Per noi si può chiudere, grazie, il sito ora funziona."),
]
ABOUT_A_PART = [
    ("da", "Domænet shop.example udløber", "Skal ikke fornyes, tak"),
    ("sv", "Domänen shop.example går ut", "Ska inte förnyas"),
    ("fi", "Verkkotunnus shop.example vanhenee", "Ei jatketa"),
    ("it", "Il dominio shop.example scade", "Non rinnovatemi più, grazie."),
    ("pl", "Certyfikat SSL wygasa", "Proszę nie odnawiać."),
    ("cs", "Doména shop.example vyprší", "Neprodlužujte."),
]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("language", "text"), ORDINARY)
def test_what_only_has_the_words_of_an_end_ends_nothing(
    language: str, text: str, role: Role
) -> None:
    assert not rules_alone().read(message(text, language=language), role=role).certain


@pytest.mark.parametrize(("language", "subject", "text"), ABOUT_A_PART)
def test_what_is_not_renewed_may_be_a_part_that_our_subject_names(
    language: str, subject: str, text: str
) -> None:
    letter = message(text, subject=f"Re: {subject}", language=language)
    assert not rules_alone().read(letter, role=Role.CANCEL).certain
