"""Nordic, Finnish, Polish and Czech: what lies close to a request and is none, beside one that is.

A letter that is not from us, a word to wait for, a smaller plan, one part of many, somebody else's
contract, a question after the form, thanks for what was done, one's own server's mail. Both are
read by the rules alone, which no training changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest

from config.phrase_book import load_stored
from handlers.classify import Classifier
from handlers.values import Intent, Role
from tests.unit.classified import message

# Not acted upon in either mailbox: (subject, text).
TRAPS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "sv": (
        ("konto", "Mejlet om att vårt konto ska avslutas är inte från oss."),
        ("konto", "Brevet om att ni ska säga upp avtalet är varken skrivet av mig eller min man."),
        ("", "Säg upp kontot, stod det i mejlet. Ingen hos oss har skickat det."),
        ("uppsägning", "Avvakta med avslutet tills ni hör av oss."),
        ("avtalet", "Styrelsen vill avsluta kontot. Avvakta med det tills ni hör av oss."),
        ("paket", "Ta ner oss till det billigaste paketet."),
        ("", "Ta ner sidan till det mindre paketet, tack."),
        ("paket", "Mejlkontot info@shop.example kan tas bort från paketet. Resten är kvar."),
        ("", "Slutar kanske efter provmånaden."),
        ("", "En gäst vill avsluta sitt konto hos mig, hur gör hon?"),
        ("mejl", "Inga fler mejl från cron, tack. Var stänger jag av dem?"),
        ("", "Jag har inte sagt nej till nyhetsbrevet, varför fick jag inget?"),
        ("", "Vi anmälde oss i mars men inget nyhetsbrev syns till."),
        ("", "Styrelsen lägger fram förslag att nyhetsbrevet undanbes. Stämman röstar den 4 maj."),
        ("", "Det har jag aldrig sagt, att jag inte vill ha nyheter."),
        ("", "Inga fler backupmejl, tack. De kommer från vår egen server."),
    ),
    "da": (
        ("konto", "Mailen om, at vores konto skal opsiges, er ikke fra os."),
        ("", "Opsig kontoen, stod der. Ingen af os har skrevet det."),
        ("aftale", "Aftalen opsiges først når jeg skriver til jer."),
        ("", "Lukker måske kontoen efter sommeren. Ikke besluttet."),
        ("", "Anmodningen om at opsige kontoen bedes ikke udført."),
        ("", "Jeg vil vide, om kontoen er opsagt."),
        ("", "Om aftalen skal opsiges, taler jeg med min søn om."),
        ("pakke", "Sæt os ned til den mindste pakke, og luk den store. Resten bliver."),
        ("", "Vi bliver på vores server. Hold venligst op med at spørge."),
        ("", "Opsig det hele, siger min kone hver fredag."),
        ("", "Jeg har ikke takket nej til jeres tilbud."),
        ("", "Kan hendes mails ikke sendes til mig?"),
        ("", "Afmeld knappen i vores nyhedsbrevsmodul sender 20 mails."),
        ("", "Ingen flere tilbud på sofaer. De er ikke fra jer, hvor er spamfilteret?"),
        ("", "Jeg kom til at framelde mig nyhedsbrevet, sæt mig på igen."),
    ),
    "no": (
        ("konto", "Meldingen om at kontoen skal avsluttes er ikke fra oss."),
        ("", "Si opp avtalen, stod det. Ingen hos oss har skrevet det."),
        ("", "Broren min skrev at vi vil si opp kontoen. Ikke hør på ham."),
        ("", "Min sjef må bestemme om vi vil si opp avtalen."),
        ("", "Noen ganger vil jeg si opp kontoen, andre ganger ikke."),
        ("", "Stenger kanskje kontoen etter sommeren."),
        ("", "Dere sier opp avtalen, skrev noen uten fullmakt. Bes sett bort fra."),
        ("", "Sett oss ned til den minste pakken og slett den store. Resten står."),
        ("", "Jeg lurer på om kontoen er sagt opp."),
        ("", "Jeg har ikke takket nei til nyhetsbrevet, hvorfor fikk jeg ingen?"),
        ("", "Jeg har aldri bedt om slikt, tvert imot. Avmelding fra nyhetsbrevet er feil."),
        ("", "Ikke flere mailer fra cron, takk. Hvordan slår jeg det av i panelet?"),
    ),
    "fi": (
        ("", "Sulkekaa tili, kirjoitin. Perun puheeni, tili pidetään."),
        ("", "Kirje, jossa irtisanotaan sopimuksemme, ei ole meiltä."),
        ("", "Lopettakaa tili. En minä lähettänyt tuota viestiä."),
        ("", "Ensi vuonna suljen tilin, ehkä."),
        ("", "Hallitus haluaa lopettaa palvelun. Äänestys on vasta perjantaina."),
        ("", "Poistakaa lisäpalvelu paketista, muut jäävät."),
        ("", "Irtisanotaanko sopimus, sen päättää hallitus."),
        ("", "Poistakaa hänen tunnuksensa meidän webhotellista."),
        ("", "Poistakaa tili, mutta odottakaa vielä, ilmoitan kun olen valmis."),
        ("", "Pyysin uutiskirjeen lopettamista, perun pyyntöni."),
        ("", "Mainokset saa poikki, mutta missä on suodatin?"),
    ),
    "pl": (
        ("wypowiedzenie", "Jeszcze nie wiemy. Damy sobie czas do lata."),
        ("Wypowiedzenie", "Wypowiadam dodatek Backup, umowa pozostaje bez zmian."),
        ("Rozwiązanie umowy", "Tylko pod warunkiem zwrotu opłaty."),
        ("", "Proszę usunąć moduł sklepu z usług. Reszta zostaje."),
        ("", "Mail, że zamykam konto i żeby rozwiązać umowę, nie jest ode mnie."),
        ("", "Proszę rozwiązać umowę, tak tam stało. To nie ja pisałem."),
        ("", "W przyszłym roku chyba wypowiemy umowę."),
        ("", "Jedna klientka chce zamknąć konto, jak to zrobić?"),
        ("", "Proszę wskazać, w którym miejscu zamyka się konto."),
        ("", "Z wypowiedzeniem umowy proszę zaczekać do mojego telefonu."),
        ("", "Promocje proszę wysyłać nie na stary adres, tylko na nowy."),
        ("", "Biuro wypisało nas z newslettera. Sprawa nie wymaga żadnych działań."),
        ("", "Proszę nas dodać do newslettera, wypisaliśmy się przez pomyłkę."),
    ),
    "cs": (
        ("", "Ten mail, abyste zrušili účet, není od nás."),
        ("", "Zrušte smlouvu, stálo tam. Nikdo z nás to nepsal."),
        ("Ukončení služby", "Ukončete doplňkovou službu Zálohy. Smlouva jinak trvá."),
        ("", "Děkuji, že jste mi účet tak rychle zrušili."),
        ("", "Nedostaneme-li slevu, účet zrušíme."),
        ("", "Ještě jeden výpadek a ruším účet."),
        ("", "Automatický odpovídač prosím zrušte, web zůstává."),
        ("", "S bankou to nešlo, smlouvu s nimi ruším. Kde změním číslo účtu?"),
        ("", "Zrušení účtu: kde je odkaz?"),
        ("", "Předchozí hosting udělal zrušení účtu bez ptaní."),
        ("", "Ukončete přeposílání mailů na mou adresu."),
        ("", "Cron sype chybové maily, zastavte ho."),
        ("", "Odkaz odhlásit v našich pozvánkách vede na chybu."),
    ),
}
# Acted upon: (intent, text).
WANTED: Mapping[str, tuple[tuple[Intent, str], ...]] = {
    "sv": (
        (Intent.CANCELLATION, "Vi har inte skickat något besked förut. Säg upp vårt konto."),
        (Intent.CANCELLATION, "Avsluta mitt konto, tack."),
        (Intent.OPT_OUT, "Inga fler nyhetsbrev, tack."),
        (Intent.OPT_OUT, "Ta bort mig från ert nyhetsbrev."),
    ),
    "da": (
        (Intent.CANCELLATION, "Opsig venligst vores konto. Bestyrelsen er enig."),
        (Intent.CANCELLATION, "Hermed opsiger jeg aftalen."),
        (Intent.OPT_OUT, "Hold op med at sende mig tilbud."),
        (Intent.OPT_OUT, "Afmeld mig jeres nyhedsbrev."),
    ),
    "no": (
        (Intent.CANCELLATION, "Jeg vil si opp kontoen min."),
        (Intent.CANCELLATION, "Styret har besluttet å si opp avtalen."),
        (Intent.OPT_OUT, "Ingen flere nyhetsbrev, takk."),
        (Intent.OPT_OUT, "Meld meg av nyhetsbrevet."),
    ),
    "fi": (
        (Intent.CANCELLATION, "Sulkekaa tilini, kiitos."),
        (Intent.CANCELLATION, "Irtisanon sopimuksen."),
        (Intent.OPT_OUT, "Ei enää uutiskirjeitä, kiitos."),
        (Intent.OPT_OUT, "Poistakaa minut postituslistalta."),
    ),
    "pl": (
        (Intent.CANCELLATION, "Proszę o rozwiązanie umowy."),
        (Intent.CANCELLATION, "Wypowiadam umowę z dniem dzisiejszym."),
        (Intent.OPT_OUT, "Proszę wypisać mnie z newslettera."),
        (Intent.OPT_OUT, "Nie chcę więcej promocji od was."),
    ),
    "cs": (
        (Intent.CANCELLATION, "Vzhledem k tomu, že jste zdražili, ruším smlouvu."),
        (Intent.CANCELLATION, "Prosím o zrušení účtu."),
        (Intent.OPT_OUT, "Odhlaste mě prosím z newsletteru."),
        (Intent.OPT_OUT, "Už mi neposílejte nabídky."),
    ),
}


@cache
def rules() -> Classifier:
    """The rules alone: what they are certain of, no vote can doubt."""
    return Classifier(load_stored())


def all_of(
    table: Mapping[str, tuple[tuple[object, str], ...]],
) -> list[tuple[str, object, str]]:
    return [(language, *case) for language, cases in table.items() for case in cases]


@pytest.mark.parametrize(("language", "subject", "text"), all_of(TRAPS))
@pytest.mark.parametrize("role", Role)
def test_what_lies_close_to_a_request_is_not_acted_upon(
    language: str, subject: str, text: str, role: Role
) -> None:
    verdict = rules().read(message(text, subject=subject, language=language), role=role)
    assert verdict.certain == ()


@pytest.mark.parametrize(("language", "intent", "text"), all_of(WANTED))
def test_the_request_beside_it_is_acted_upon(language: str, intent: Intent, text: str) -> None:
    verdict = rules().read(message(text, language=language), role=Role.CANCEL)
    assert [finding.intent for finding in verdict.certain] == [intent]
