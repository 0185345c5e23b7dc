"""Plain requests in Swedish, Danish and Norwegian, and near them what asks for nothing.

Such as people type into a contact form: for help with it, of accounts by their kinds, headings
that are a noun and no more, and courtesies between the wish and the verb.
"""

from __future__ import annotations

import pytest

from handlers.values import Intent, Role
from tests.unit.contrasts import acted, lines_of

# What asks for an end, and behind the bar what ends nothing in either mailbox.
ENDS = {
    "sv": """
    Jag behöver hjälp med att stänga vårt konto. | Jag fick hjälp med att stänga vårt konto i maj.
    Kan jag få hjälp med att säga upp avtalet? | Var får jag hjälp med att säga upp avtalet?
    Kan ni hjälpa oss att avsluta abonnemanget? | Kan ni hjälpa oss att avsluta uppdateringen?
    Skulle ni vänligen kunna avsluta vårt konto? | Skulle ni vänligen kunna avsluta vårt ärende?
    Jag vill avsluta mitt gratiskonto. | Jag vill avsluta mitt mejlkonto.
    Vi vill säga upp vårt Solo-abonnemang. | Vi vill säga upp vårt mobilabonnemang.
    Radera min profil. | Radera min profilbild.
    Säg upp mitt abonnemang på poddhosting. | Säg upp mitt abonnemang på tidningen.
    Borttagning av konto | Borttagning av fil
    Begäran om uppsägning | Fråga om uppsägning
    Finns det möjlighet att ni stänger kontot? | Finns det möjlighet att ni stänger chatten?
    Ni kan betrakta vårt avtal som uppsagt. | Kan jag betrakta fakturan som betald?
    Jag vidhåller min uppsägning. | Jag drar tillbaka min uppsägning.
    Gör slut på avtalet från och med i dag. | Gör slut på tjatet om avtalet.
    Stäng kontot. Ni behöver inte vänta på mig. | Stäng kontot. Ni behöver vänta på mig.
    Avsluta kontot och skicka kvitto på att det är gjort. | Skicka kvitto på att det är gjort.
    Vi förnyar inte. | Vi förnyar inte certifikatet själva.
    """,
    "da": """
    Jeg har brug for hjælp til at lukke min konto. | Jeg fik hjælp til at lukke min konto i maj.
    Kan jeg få hjælp til at opsige webhotellet? | Hvor kan jeg få hjælp til at opsige webhotellet?
    Kan I hjælpe os med at lukke vores konto? | Kan I hjælpe os med at lukke vores sag?
    Kunne I være så venlige at opsige aftalen? | Kunne I være så venlige at opsige ordren?
    Jeg vil opsige min basiskonto. | Jeg vil opsige min mailkonto.
    Vi vil gerne opsige vores Plus-abonnement. | Vi vil gerne opsige vores mobilabonnement.
    Slet min profil hos jer. | Slet min profil på Facebook.
    Jeg skal venligst bede jer opsige aftalen. | Ved endnu ikke, om jeg opsiger aftalen.
    Sletning af konto | Sletning af fil
    Gider I lukke kontoen? | Kan godt være vi opsiger kontoen.
    Slet min bruger. | Slet min bruger i WordPress.
    I kan betragte vores aftale som opsagt. | Kan jeg betragte regningen som betalt?
    Vi fastholder vores opsigelse. | Vi trækker vores opsigelse tilbage.
    Vi har ikke længere brug for jer. | Vi har ikke brug for jeres hjælp længere.
    Luk min hosting konto. | Luk min mail konto.
    Jeg bruger ikke webhotellet mere luk det | Min chef skriver, at vi siger op. Det gør vi ikke.
    Vi fornyer ikke aftalen. | Vi fornyer ikke certifikatet selv.
    """,
    "no": """
    Jeg trenger hjelp til å avslutte kontoen min. | Jeg fikk hjelp til å avslutte kontoen i mai.
    Kan jeg få hjelp til å si opp webhotellet? | Hvor får jeg hjelp til å si opp webhotellet?
    Kan dere hjelpe oss å avslutte avtalen? | Kan dere hjelpe oss å avslutte oppdateringen?
    Kunne dere vært så snille å si opp avtalen? | Kunne dere vært så snille å avbestille møtet?
    Jeg vil avslutte gratiskontoen min. | Jeg vil avslutte e-postkontoen min.
    Vi ønsker å si opp Plus-abonnementet. | Vi ønsker å si opp mobilabonnementet.
    Slett profilen min. | Slett profilbildet mitt.
    Er det mulig at dere avslutter kontoen? | Er det sånn at man kan slette konto selv?
    Sletting av konto | Sletting av fil
    Eg ønskjer å seia opp avtalen. | Eg veit ikkje om eg vil seia opp avtalen.
    Slett brukeren min. | Slett brukeren min i WordPress.
    Dere kan betrakte avtalen vår som oppsagt. | Kan jeg betrakte regningen som betalt?
    Vi opprettholder oppsigelsen. | Vi trekker oppsigelsen.
    Vi trenger ikke dere lenger. | Vi trenger ikke hjelp fra dere lenger.
    Da er det slutt hos dere. | Da er det slutt på problemene.
    Vi fornyer ikke avtalen. | Vi fornyer ikke sertifikatet selv.
    """,
}
# What asks to be left out of mailings, and behind the bar what does not.
OPT_OUTS = {
    "sv": """
    Kan ni ta bort kliniken från era utskick? | Kan ni ta bort kliniken från kartan?
    Hjälp oss bort från nyhetsbrevet. | Hjälp oss med nyhetsbrevet.
    Passa på att stryka oss från listan. | Passa på att läsa nyhetsbrevet.
    vill inte ha nyhetsbrev mer ta bort mig | Vårt nyhetsbrev skickas inte ut, det fastnar.
    Jag vill slippa era utskick. | Kunden har bett att få slippa våra utskick.
    Strunta i att skicka reklam till oss. | Strunta i mitt förra mejl.
    tabort mig från listan | Skippa steget med listan.
    """,
    "da": """
    Fjern klubben fra jeres mailliste. | Fjern klubben fra kortet.
    Hjælp mig af nyhedsbrevet. | Hjælp mig med nyhedsbrevet.
    Jeg vil gerne af nyhedsbrevet. | Jeg vil gerne have en kopi af nyhedsbrevet.
    vil ikke have nyhedsbrev mere fjern mig | Vores nyhedsbrev sendes ikke ud, det hænger.
    Jeg tilbagekalder mit samtykke til reklame. | Afmelding af timer senest dagen før.
    Fakturaer er fint, men ingen reklamer tak. | Der er ingen fakturaer i panelet.
    """,
    "no": """
    Fjern klinikken fra nyhetsbrevet. | Fjern klinikken fra kartet.
    Jeg trenger hjelp til å komme av nyhetslista. | Å komme ut av nyhetslista tok ti minutter.
    Vi vil gjerne av nyhetsbrevet. | Vi vil gjerne ha en kopi av nyhetsbrevet.
    vil ikke ha nyhetsbrev mer fjern meg | Nyhetsbrevet vårt sendes ikke ut, det henger.
    Fakturaer er greit, men ingen reklame takk. | Det er ingen fakturaer i panelet.
    """,
}


@pytest.mark.parametrize(("language", "asked", "told"), lines_of(ENDS))
def test_a_plain_end_is_acted_upon_and_what_is_near_it_not(
    language: str, asked: str, told: str
) -> None:
    assert Intent.CANCELLATION in acted(asked, language, Role.CANCEL)
    for role in Role:
        assert Intent.CANCELLATION not in acted(told, language, role)


@pytest.mark.parametrize(("language", "asked", "told"), lines_of(OPT_OUTS))
def test_a_plain_opt_out_is_acted_upon_and_what_is_near_it_not(
    language: str, asked: str, told: str
) -> None:
    assert Intent.OPT_OUT in acted(asked, language, Role.SUPPORT)
    for role in Role:
        assert Intent.OPT_OUT not in acted(told, language, role)
