"""What a later line takes back, somebody else wrote, or is left to another's word, in the North.

Swedish, Danish, Norwegian and Finnish; each with a request beside it that stays one. Read by the
rules alone, which no training changes.
"""

from __future__ import annotations

import pytest

from handlers.values import Intent
from tests.unit.contrasts import Pairs, mistaken, pairs_of

# What ends nothing, and what ends a contract.
ENDS: Pairs = {
    "sv": (
        (
            "Säg upp avtalet. PS. Bortse från ovanstående, vi kör ett år till.",
            "Säg upp avtalet. PS. Vi kör resten av året ut.",
        ),
        (
            "Härmed säger vi upp avtalet. Tillägg: vi har sovit på saken och låter det vara.",
            "Härmed säger vi upp avtalet. Tillägg: vi har sovit dåligt över priset.",
        ),
        (
            "Avsluta kontot. Eller strunt i det, min bror säger tvärtom.",
            "Avsluta kontot. Vi stannar ändå inte.",
        ),
        (
            "Därest priset ej sänks uppsäger jag avtalet.",
            "Eftersom priset höjts uppsäger jag avtalet.",
        ),
        (
            "Radera kontot. Nej, låt kontot vara kvar, tåget går.",
            "Radera kontot. Nej, jag behöver ingen hjälp med filerna.",
        ),
        (
            "Ovanstående utgår: säg upp kontot. Eller nej, ovanstående uppsägning återkallas.",
            "Säg upp kontot enligt ovanstående.",
        ),
    ),
    "da": (
        (
            "Hele lejren er blæst væk. Vores aftale er lige meget nu, siger spejderne.",
            "Hele lejren er blæst væk. Opsig vores aftale.",
        ),
        (
            "Aftalen bedes opsagt. Efterskrift: Ovenstående frafaldes.",
            "Aftalen bedes opsagt. Efterskrift: Ovenstående gælder fra i dag.",
        ),
        (
            "Opsig kontoen. PS: Jeg tager det tilbage.",
            "Opsig kontoen. PS: Jeg tager selv backup.",
        ),
        (
            "Jeg opsiger hermed aftalen. P.S. Min kone er imod, og jeg bøjer mig.",
            "Jeg opsiger hermed aftalen. P.S. Min kone er enig.",
        ),
        (
            "Opsig kontoen. Nej, lad den bestå, vinden vendte.",
            "Opsig kontoen. Vi fortsætter alligevel ikke.",
        ),
        (
            "Om aftalen skal opsiges, afgør vores bestyrelse.",
            "Aftalen skal opsiges, det har vores bestyrelse besluttet.",
        ),
        (
            "Den opsigelse, I har fået, var ikke fra foreningen.",
            "Den opsigelse, I får her, er fra foreningen. Opsig kontoen.",
        ),
        (
            "Postkassen bogholder2 bedes nedlagt. Aftalen som sådan består.",
            "Aftalen bedes nedlagt.",
        ),
        (
            "Rykker vi ud næste år, opsiges kontoen formentlig.",
            "Vi er rykket ud. Kontoen bedes opsagt.",
        ),
        (
            "Kan I flytte aftalen kl. 14? Ellers slet aftalen kl. 15.",
            "Slet aftalen.",
        ),
    ),
    "no": (
        (
            "Avslutt kontoen, eller forresten, la den stå.",
            "Avslutt kontoen, den skal ikke stå til neste år.",
        ),
        (
            "Si opp avtalen. PS: Jeg tar det tilbake.",
            "Si opp avtalen. PS: Jeg tar selv backup.",
        ),
        (
            "Si opp avtalen. PS. Ikke gjør det, vi blir her.",
            "Si opp avtalen. PS. Gjør det i dag.",
        ),
        (
            "Eksen min skrev at dere skal avslutte kontoen. Hun har ikke rett.",
            "Jeg ber dere avslutte kontoen.",
        ),
        (
            "Regnskapsføreren vil at avtalen avsluttes, men det er styret som bestemmer.",
            "Styret har bestemt seg. Vi ønsker avtalen avsluttet.",
        ),
        (
            "Blir ikke feilen på siden rettet, stenger vi kontoen.",
            "Feilen ble aldri rettet. Vi ber dere stenge kontoen.",
        ),
        (
            "Har dere en mal for den som vil la avtalen gå ut?",
            "Vi vil avslutte avtalen. Har dere et skjema?",
        ),
        (
            "Stryk avtalen kl. 10, tannlegen ringte.",
            "Stryk avtalen vår.",
        ),
    ),
    "fi": (
        (
            "Sihteeri kirjoitti, että sopimus päätetään. Hän erehtyi.",
            "Hallitus kokoontui. Sopimus päätetään.",
        ),
        (
            "Tili lopetetaan. Lisäys: ei lopeteta.",
            "Tili lopetetaan. Lisäys: lasku maksettu.",
        ),
        (
            "Irtisanon sopimuksen. PS. Otan pyyntöni takaisin.",
            "Irtisanon sopimuksen. PS. Otan tiedostot itse talteen.",
        ),
        (
            "Sopimuksesta päättää hallitus.",
            "Päättäkää sopimus, hallitus on niin päättänyt.",
        ),
        (
            "Serkku ilmoitti, että tili lopetetaan. Ilmoitus oli väärä.",
            "Lopettakaa tili.",
        ),
        (
            "Lopettakaa tili. Ei ei, katsoin väärää riviä.",
            "Lopettakaa tili. Katsoin laskun, se on oikein.",
        ),
        (
            "Irtisanon sopimuksen heti kun raha on tilillä.",
            "Irtisanon sopimuksen heti. Rahaa ei tarvitse palauttaa.",
        ),
    ),
}

# What opts nobody out, and what does.
MAIL: Pairs = {
    "sv": (
        (
            "Skicka ingen reklam. Ps. Nej nej, låt breven komma.",
            "Skicka ingen reklam. Ps. Breven ska sluta komma.",
        ),
        (
            "Föreningen tackar nej till att flyttas till en ny server.",
            "Föreningen tackar nej till nyhetsbrevet.",
        ),
        (
            "Mina läsare vill inte ha mejl från mig. Var lägger jag in dem?",
            "Jag vill inte ha mejl från er.",
        ),
        (
            "Inget nyhetsbrev, tack. Eller strunt i det, min man vill gärna läsa det.",
            "Skicka inga fler nyhetsbrev. Min man läser dem aldrig.",
        ),
    ),
    "da": (
        (
            "Stop jeres reklamer. Nej okay, konen læser dem, bare fortsæt.",
            "Stop jeres reklamer. Konen læser dem ikke.",
        ),
        (
            "Jeg vil ikke have tilbud mere. Se bort fra dette, min mand vil beholde dem.",
            "Jeg vil ikke have tilbud mere. Min mand vil have dem stoppet.",
        ),
        (
            "Ingen flere tilbud, tak. Glem det, chefen vil have dem.",
            "Ingen flere tilbud, tak. Chefen siger det samme.",
        ),
        (
            "Hvordan stopper man mails fra serverens cronjob?",
            "Stop mails fra jer, tak.",
        ),
    ),
    "no": (
        (
            "Dropp nyhetsbrevet! Nei vent, sjefen vil ha dem.",
            "Dropp nyhetsbrevet! Sjefen vil ha dem stoppet.",
        ),
        (
            "Vi ber om å slippe tilbud. PS. La dem komme.",
            "Vi ber om å slippe tilbud. PS. De kommer fortsatt.",
        ),
        (
            "Saken om nyhetsbrevet kan lukkes.",
            "Nyhetsbrevet kan avsluttes for min del.",
        ),
    ),
    "fi": (
        (
            "En halua uutiskirjettä. Tai no, antakaa tulla.",
            "En halua uutiskirjettä. Lukekaa itse.",
        ),
        (
            "Ei lisää mainoksia! Äh, antaa olla.",
            "Ei lisää mainoksia! Kiitos.",
        ),
        (
            "Toinen kuukausi ilman uutiskirjettä, missä vika?",
            "Haluan olla ilman uutiskirjettä, poistakaa minut listalta.",
        ),
    ),
}


@pytest.mark.parametrize(("language", "told", "asked"), pairs_of(ENDS))
def test_what_is_taken_back_or_left_to_others_ends_nothing(
    language: str, told: str, asked: str
) -> None:
    assert not mistaken(Intent.CANCELLATION, language, told, asked)


@pytest.mark.parametrize(("language", "told", "asked"), pairs_of(MAIL))
def test_what_is_taken_back_or_of_others_opts_nobody_out(
    language: str, told: str, asked: str
) -> None:
    assert not mistaken(Intent.OPT_OUT, language, told, asked)
