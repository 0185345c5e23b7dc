"""Swedish, Danish, Norwegian: what lies close to a request and is none, beside one that is.

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
from handlers.values import Role
from tests.unit.classified import message

# A line each: a subject, "|", and a text, acted upon in neither mailbox.
TRAPS: Mapping[str, str] = {
    "sv": """
konto | Mejlet om att vårt konto ska avslutas är inte från oss.
konto | Brevet om att ni ska säga upp avtalet är varken skrivet av mig eller min man.
| Säg upp kontot, stod det i mejlet. Ingen hos oss har skickat det.
uppsägning | Avvakta med avslutet tills ni hör av oss.
avtalet | Styrelsen vill avsluta kontot. Avvakta med det tills ni hör av oss.
paket | Ta ner oss till det billigaste paketet.
| Ta ner sidan till det mindre paketet, tack.
paket | Mejlkontot info@shop.example kan tas bort från paketet. Resten är kvar.
| Slutar kanske efter provmånaden.
| En gäst vill avsluta sitt konto hos mig, hur gör hon?
mejl | Inga fler mejl från cron, tack. Var stänger jag av dem?
| Jag har inte sagt nej till nyhetsbrevet, varför fick jag inget?
| Vi anmälde oss i mars men inget nyhetsbrev syns till.
| Styrelsen lägger fram förslag att nyhetsbrevet undanbes. Stämman röstar den 4 maj.
| Det har jag aldrig sagt, att jag inte vill ha nyheter.
| Inga fler backupmejl, tack. De kommer från vår egen server.
| Uppsägningen som kom i går från vår adress är falsk, vi vill inte säga upp något.
| Tack för att ni avslutade kontot så snabbt.
| Jag bekräftar att vi fått er uppsägning av vårt konto.
| Min uppsägning av kontot dras tillbaka.
| Uppsägningen av avtalet är inte längre aktuell.
| Säg upp tilläggstjänsten Backup, webbhotellet ska vara kvar.
| Ta bort testmiljön från kontot, resten rör ni inte.
| Hur skriver man "säg upp mitt konto" på engelska?
| Någon gång i framtiden säger vi upp avtalet.
| Kontot avslutas först när ni fått min underskrift.
| Vår kassör har skrivit att ni ska stänga kontot. Han hade ingen rätt till det.
| Skicka nyhetsbrevet till en annan adress i stället.
| Sluta vidarebefordra mejl från info@shop.example till mig.
| Ni kan stänga ärendet om nyhetsbrevet.
| Jag avregistrerade mig av misstag, lägg till mig igen.
| Våra kunder vill slippa vårt nyhetsbrev, var finns länken?
| Skämt åsido, ibland drömmer jag om att säga upp mitt konto. Men inte i dag.
| Ska jag säga upp avtalet själv eller gör ni det automatiskt?
| Om ni höjer priset en gång till säger jag upp avtalet.
| Säg upp mitt avtal, det skrev jag förra året. Varför betalar jag fortfarande?
| Vi har sagt upp vårt avtal med el-leverantören, skicka fakturan till nya adressen.
| Kontot är redan avslutat, jag vill bara ha slutfakturan.
| Vill ni att jag säger upp avtalet så är det bara att fortsätta så här.
| Avsluta inte kontot förrän domänen är flyttad.
| Jag vill byta ägare på kontot, inte avsluta det.
| Kan ni översätta: "Härmed säger jag upp mitt abonnemang"?
| Jag vill pausa kontot över sommaren och kanske avsluta det i höst.
| Radera användaren Pelle från vårt konto.
| Stäng av backuptjänsten i vårt paket.
| Jag vill ha nyhetsbrevet på engelska i stället för svenska.
| Inga fler påminnelser om fakturan, tack, den är betald.
| Sluta skicka sms med inloggningskoder, använd appen.
| Ta bort Kalle från vår lista över kontaktpersoner.
| Vi behåller kontot men tar bort SSL-certifikatet.
| Avtalet sägs upp i dag, tror ni, men det är ett missförstånd.
| Jag vill avsluta chatten om mitt konto.
| Min son bad er stänga kontot. Bry er inte om det.
| Mejlet där jag bad er säga upp kontot skickades av en hackare.
| Mejlet om att vi inte vill ha ert nyhetsbrev är inte från oss.
| Avregistreringen av nyhetsbrevet gjordes av vår praktikant. Bortse från den.
| Någon skrev att vi vill slippa reklamen. Det var inte jag.
| Avregistrera oss från nyhetsbrevet? Nej tack, vi läser det gärna.
| Avvakta med att ta bort mig från listan tills jag hör av mig.
""",
    "da": """
konto | Mailen om, at vores konto skal opsiges, er ikke fra os.
| Opsig kontoen, stod der. Ingen af os har skrevet det.
aftale | Aftalen opsiges først når jeg skriver til jer.
| Lukker måske kontoen efter sommeren. Ikke besluttet.
| Anmodningen om at opsige kontoen bedes ikke udført.
| Jeg vil vide, om kontoen er opsagt.
| Om aftalen skal opsiges, taler jeg med min søn om.
pakke | Sæt os ned til den mindste pakke, og luk den store. Resten bliver.
| Vi bliver på vores server. Hold venligst op med at spørge.
| Opsig det hele, siger min kone hver fredag.
| Jeg har ikke takket nej til jeres tilbud.
| Kan hendes mails ikke sendes til mig?
| Afmeld knappen i vores nyhedsbrevsmodul sender 20 mails.
| Ingen flere tilbud på sofaer. De er ikke fra jer, hvor er spamfilteret?
| Jeg kom til at framelde mig nyhedsbrevet, sæt mig på igen.
| Opsigelsen fra vores adresse er falsk, vi vil ikke opsige noget.
| Tak fordi I lukkede kontoen så hurtigt.
| Jeg bekræfter, at vi har modtaget jeres opsigelse af kontoen.
| Min opsigelse af kontoen trækkes tilbage.
| Opsigelsen af aftalen er ikke længere aktuel.
| Opsig tillægget Backup, webhotellet skal blive.
| Fjern testmiljøet fra kontoen, resten rører I ikke.
| Hvordan skriver man "opsig min konto" på engelsk?
| En gang i fremtiden opsiger vi aftalen.
| Kontoen lukkes først, når I har min underskrift.
| Vores kasserer har skrevet, at I skal lukke kontoen. Det havde han ingen ret til.
| Send nyhedsbrevet til en anden adresse i stedet.
| Stop med at videresende mails fra info@shop.example til mig.
| I kan lukke sagen om nyhedsbrevet.
| Jeg afmeldte mig ved en fejl, skriv mig på igen.
| Nogle gange drømmer jeg om at opsige min konto. Men ikke i dag.
| Skal jeg selv opsige aftalen, eller sker det automatisk?
| Hvis I sætter prisen op igen, opsiger jeg aftalen.
| Opsig min aftale, skrev jeg sidste år. Hvorfor betaler jeg stadig?
| Vi har opsagt vores aftale med elselskabet, send regningen til den nye adresse.
| Kontoen er allerede lukket, jeg vil bare have slutregningen.
| Vil I have, at jeg opsiger aftalen, så bliv bare ved sådan.
| Luk ikke kontoen, før domænet er flyttet.
| Jeg vil skifte ejer på kontoen, ikke lukke den.
| Kan I oversætte: "Hermed opsiger jeg mit abonnement"?
| Jeg vil sætte kontoen på pause til sommer og måske lukke den i efteråret.
| Slet brugeren Palle fra vores konto.
| Slå backup fra i vores pakke.
| Jeg vil have nyhedsbrevet på engelsk i stedet for dansk.
| Ikke flere rykkere for fakturaen, tak, den er betalt.
| Stop med at sende sms med login-koder, brug appen.
| Fjern Kalle fra vores liste over kontaktpersoner.
| Vi beholder kontoen, men fjerner SSL-certifikatet.
| Min søn bad jer lukke kontoen. Tag jer ikke af det.
| Mailen, hvor jeg bad jer opsige kontoen, blev sendt af en hacker.
| Jeg vil afslutte chatten om min konto.
| Mailen om, at vi ikke vil have jeres nyhedsbrev, er ikke fra os.
| Afmeldingen af nyhedsbrevet blev lavet af vores praktikant. Se bort fra den.
| Nogen skrev, at vi vil være fri for reklamer. Det var ikke mig.
| Vent med at fjerne mig fra listen, til I hører fra mig.
""",
    "no": """
konto | Meldingen om at kontoen skal avsluttes er ikke fra oss.
| Si opp avtalen, stod det. Ingen hos oss har skrevet det.
| Broren min skrev at vi vil si opp kontoen. Ikke hør på ham.
| Min sjef må bestemme om vi vil si opp avtalen.
| Noen ganger vil jeg si opp kontoen, andre ganger ikke.
| Stenger kanskje kontoen etter sommeren.
| Dere sier opp avtalen, skrev noen uten fullmakt. Bes sett bort fra.
| Sett oss ned til den minste pakken og slett den store. Resten står.
| Jeg lurer på om kontoen er sagt opp.
| Jeg har ikke takket nei til nyhetsbrevet, hvorfor fikk jeg ingen?
| Jeg har aldri bedt om slikt, tvert imot. Avmelding fra nyhetsbrevet er feil.
| Ikke flere mailer fra cron, takk. Hvordan slår jeg det av i panelet?
| Oppsigelsen fra adressen vår er falsk, vi vil ikke si opp noe.
| Takk for at dere avsluttet kontoen så raskt.
| Jeg bekrefter at vi har mottatt deres oppsigelse av kontoen.
| Oppsigelsen min av kontoen trekkes tilbake.
| Oppsigelsen av avtalen er ikke lenger aktuell.
| Si opp tillegget Backup, webhotellet skal bli.
| Fjern testmiljøet fra kontoen, resten rører dere ikke.
| Hvordan skriver man "si opp kontoen min" på engelsk?
| En gang i fremtiden sier vi opp avtalen.
| Kontoen avsluttes først når dere har fått underskriften min.
| Kassereren skrev at dere skal stenge kontoen. Det hadde han ingen rett til.
| Send nyhetsbrevet til en annen adresse i stedet.
| Slutt å videresende e-post fra info@shop.example til meg.
| Dere kan lukke saken om nyhetsbrevet.
| Jeg meldte meg av ved en feil, legg meg til igjen.
| Noen ganger drømmer jeg om å si opp kontoen min. Men ikke i dag.
| Skal jeg si opp avtalen selv, eller skjer det automatisk?
| Hvis dere setter opp prisen igjen, sier jeg opp avtalen.
| Si opp avtalen min, skrev jeg i fjor. Hvorfor betaler jeg fortsatt?
| Vi har sagt opp avtalen vår med strømselskapet, send fakturaen til ny adresse.
| Kontoen er allerede avsluttet, jeg vil bare ha sluttfakturaen.
| Vil dere at jeg skal si opp avtalen, så bare fortsett slik.
| Ikke steng kontoen før domenet er flyttet.
| Jeg vil bytte eier på kontoen, ikke avslutte den.
| Kan dere oversette: "Jeg sier herved opp abonnementet mitt"?
| Jeg vil sette kontoen på pause i sommer og kanskje avslutte den til høsten.
| Slett brukeren Pål fra kontoen vår.
| Slå av backup i pakken vår.
| Jeg vil ha nyhetsbrevet på engelsk i stedet for norsk.
| Ingen flere purringer på fakturaen, takk, den er betalt.
| Slutt å sende sms med innloggingskoder, bruk appen.
| Fjern Kalle fra listen vår over kontaktpersoner.
| Vi beholder kontoen, men fjerner SSL-sertifikatet.
| Sønnen min ba dere stenge kontoen. Bare overse det.
| E-posten der jeg ba dere si opp kontoen, ble sendt av en hacker.
| Jeg vil avslutte chatten om kontoen min.
| E-posten om at vi ikke vil ha nyhetsbrevet deres er ikke fra oss.
| Avmeldingen av nyhetsbrevet ble gjort av praktikanten vår. Se bort fra den.
| Noen skrev at vi vil slippe reklamen. Det var ikke meg.
| Vent med å fjerne meg fra listen til dere hører fra meg.
""",
}
# A line each: what is acted upon in cancel@, "|", and a text.
WANTED: Mapping[str, str] = {
    "sv": """
cancellation | Vi har inte skickat något besked förut. Säg upp vårt konto.
cancellation | Avsluta mitt konto, tack.
opt_out | Inga fler nyhetsbrev, tack.
opt_out | Ta bort mig från ert nyhetsbrev.
cancellation | Säg upp vårt avtal. Jag har fullmakt från styrelsen.
cancellation | Ni har höjt priset igen, så vi säger upp avtalet nu.
""",
    "da": """
cancellation | Opsig venligst vores konto. Bestyrelsen er enig.
cancellation | Hermed opsiger jeg aftalen.
opt_out | Hold op med at sende mig tilbud.
opt_out | Afmeld mig jeres nyhedsbrev.
cancellation | I har sat prisen op igen, så vi opsiger aftalen nu.
opt_out | Ikke flere reklamer, tak.
""",
    "no": """
cancellation | Jeg vil si opp kontoen min.
cancellation | Styret har besluttet å si opp avtalen.
opt_out | Ingen flere nyhetsbrev, takk.
opt_out | Meld meg av nyhetsbrevet.
cancellation | Avslutt kontoen vår, takk.
opt_out | Slutt å sende meg tilbud.
""",
}


@cache
def rules() -> Classifier:
    """The rules alone: what they are certain of, no vote can doubt."""
    return Classifier(load_stored())


def lines_of(table: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """The language, what stands before the bar, and what behind it."""
    found = []
    for language, block in table.items():
        for line in block.strip().splitlines():
            before, _, behind = line.partition("|")
            found.append((language, before.strip(), behind.strip()))
    return found


@pytest.mark.parametrize(("language", "subject", "text"), lines_of(TRAPS))
@pytest.mark.parametrize("role", Role)
def test_what_lies_close_to_a_request_is_not_acted_upon(
    language: str, subject: str, text: str, role: Role
) -> None:
    verdict = rules().read(message(text, subject=subject, language=language), role=role)
    assert verdict.certain == ()


@pytest.mark.parametrize(("language", "intent", "text"), lines_of(WANTED))
def test_the_request_beside_it_is_acted_upon(language: str, intent: str, text: str) -> None:
    verdict = rules().read(message(text, language=language), role=Role.CANCEL)
    assert [finding.intent.value for finding in verdict.certain] == [intent]
