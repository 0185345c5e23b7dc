"""Plain requests in Finnish, Czech and Polish, such as people type into a contact form.

Help is asked for with an end, the account is named by its kind, and invoices are to be all that
comes. Beside each class stand the near misses: help with something else, thanks for help, how it
is done, and what belongs to others.
"""

from __future__ import annotations

import pytest

from handlers.values import Intent, Role
from tests.unit.contrasts import acted, lines_of

# Ended in cancel@; before the bar what is nearly the same and ends nothing in either mailbox.
ENDS = {
    "fi": """
Tarvitsen apua pankkitilin sulkemiseen. | Tarvitsen apua tilini sulkemisessa.
Saisinko ohjeet sopimuksen irtisanomiseen? | Saisinko apua sopimuksen irtisanomiseen?
Sain teiltä apua tilin sulkemiseen. | Kaipaisin teiltä apua tilin sulkemiseen.
Emme tarvitse apua tilin poistossa. | Tarvitsemme apua tilin poistossa.
Miten saan apua tilin poistoon? | Voiko joku auttaa tilin poistossa?
Tarvitsen apua asiakkaani tilin lopettamiseen. | Tarvitsen apua seuran tilin lopettamiseen.
Tarvitsen apua tilin sulkemisen perumiseen. | Tarvitsen apua tilin sulkemiseen.
Kiitos avusta tilin sulkemisessa! | Auttakaa minua sulkemaan tilini.
Onko teidän mahdollista säilyttää tilini? | Onko teidän mahdollista sulkea tilini?
Poistakaa domainin rekisteröinti. | Poistakaa rekisteröintimme palvelusta.
Poistakaa Facebook-profiilimme sivuilta. | Poistakaa mun accountti.
Perun tilaamani domainin. | Lopettakaa koulupaketti.
Vahvistakaa lähettämäni irtisanominen. | Pyydän vahvistamaan sopimuksen irtisanomisen.
""",
    "cs": """
Děkuji za pomoc se zrušením účtu. | Prosím o pomoc se zrušením účtu.
Jak mi pomůžete se smazáním účtu? | Pomůžete mi prosím se smazáním účtu?
Nepotřebuji pomoc se zrušením účtu. | Potřebuji pomoc se zrušením účtu.
Prosím o pomoc se zrušením objednávky. | Prosím o pomoc se zrušením hostingu.
Potřebuji pomoc se zrušením účtu klienta. | Potřebuji pomoc se zrušením účtu kanceláře.
Prosím o pomoc se zrušením výpovědi. | Prosím o pomoc s výpovědí.
Prosím o pomoc s uzavřením smlouvy. | Prosím o pomoc s ukončením smlouvy.
Mám problém s ukončením hostingu. | Mohli byste mi pomoci s ukončením hostingu?
Poraďte mi prosím, jak zrušit účet. | Můžete mi pomoct zrušit účet?
Zrušte naši registraci na školení. | Zrušte naši registraci.
Zrušte navýšení prostoru. | Zrušte náš zákaznický profil.
Chci účet zachovat, zrušení neplatí. | Chci účet zrušit, zachovat ho nechci.
""",
    "pl": """
Dziękuję za pomoc w zamknięciu konta. | Proszę o pomoc w zamknięciu konta.
Mam problem z likwidacją konta. | Potrzebuję pomocy z likwidacją konta.
Nie potrzebuję pomocy w usunięciu konta. | Potrzebuję pomocy w usunięciu konta.
Proszę o pomoc w anulowaniu wypowiedzenia. | Proszę o pomoc w wypowiedzeniu umowy.
Proszę o pomoc w usunięciu strony z Google. | Proszę o pomoc w usunięciu konta.
Kto mi pomoże w zamknięciu konta? | Czy mogą mi Państwo pomóc w zamknięciu konta?
Proszę o pomoc w usunięciu skrzynki mailowej. | Pomóżcie mi usunąć konto.
Proszę o pomoc w rozwiązaniu problemu. | Proszę o pomoc w rozwiązaniu umowy.
Proszę o pomoc w zamknięciu konta mojego klienta. | Proszę o pomoc w zamknięciu konta klubu.
Proszę o pomoc w anulowaniu zamówienia. | Proszę o pomoc w rezygnacji z usługi.
Proszę o instrukcję zamknięcia konta. | Możecie mi pomóc zamknąć konto?
Proszę uznać wypowiedzenie umowy za niebyłe. | Proszę przyjąć wypowiedzenie umowy.
""",
}
# The same for mail that stops.
STOPS = {
    "fi": """
Miten saan apua uutiskirjeen lopettamiseen? | Tarvitsen apua uutiskirjeen lopettamiseen.
Asiakkaamme ei halua uutiskirjettä. | Seuramme ei halua uutiskirjettä.
Lähettäkää vain laskut tähän osoitteeseen. | Lähettäkää vain laskut ja huoltoilmoitukset.
Markkinointiluvat puuttuvat tililtä. | Ottakaa markkinointiluvat pois.
Haluan eroon virheilmoituksista. | Haluan päästä eroon mainoksistanne.
""",
    "cs": """
Děkuji za pomoc s odhlášením z newsletteru. | Prosím o pomoc s odhlášením z newsletteru.
Potřebuji pomoc s odhlášením z administrace. | Potřebuji pomoct s odhlášením z newsletteru.
Posílejte faktury na účetní a informace na mě. | Posílejte jen faktury a informace o odstávkách.
""",
    "pl": """
Nie potrzebuję pomocy w rezygnacji z newslettera. | Proszę o pomoc w rezygnacji z newslettera.
Kto mi pomoże wypisać się z listy gości? | Możecie mi pomóc wypisać się z newslettera?
Proszę wysyłać faktury i awarie zgłaszać mailem. | Proszę wysyłać tylko faktury i alerty.
""",
}


@pytest.mark.parametrize(("language", "near", "asked"), lines_of(ENDS))
def test_an_end_is_heard_and_what_stands_beside_it_is_none(
    language: str, near: str, asked: str
) -> None:
    for role in Role:
        assert Intent.CANCELLATION not in acted(near, language, role)
    assert Intent.CANCELLATION in acted(asked, language, Role.CANCEL)


@pytest.mark.parametrize(("language", "near", "asked"), lines_of(STOPS))
def test_an_opt_out_is_heard_and_what_stands_beside_it_is_none(
    language: str, near: str, asked: str
) -> None:
    for role in Role:
        assert Intent.OPT_OUT not in acted(near, language, role)
    assert Intent.OPT_OUT in acted(asked, language, Role.SUPPORT)
