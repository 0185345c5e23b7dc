"""What lies close to a request in six languages and is none, beside one that is.

A letter that is not from us, a word to wait for, a smaller plan, one part of many, somebody else's
contract, a question after the form, thanks for what was done, one's own server's mail. Both are
read by the rules alone, which no training changes.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from handlers.values import Intent, Role
from tests.unit.contrasts import acted, lines_of

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
    "fi": """
| Sulkekaa tili, kirjoitin. Perun puheeni, tili pidetään.
| Kirje, jossa irtisanotaan sopimuksemme, ei ole meiltä.
| Lopettakaa tili. En minä lähettänyt tuota viestiä.
| Ensi vuonna suljen tilin, ehkä.
| Hallitus haluaa lopettaa palvelun. Äänestys on vasta perjantaina.
| Poistakaa lisäpalvelu paketista, muut jäävät.
| Irtisanotaanko sopimus, sen päättää hallitus.
| Poistakaa hänen tunnuksensa meidän webhotellista.
| Poistakaa tili, mutta odottakaa vielä, ilmoitan kun olen valmis.
| Pyysin uutiskirjeen lopettamista, perun pyyntöni.
| Mainokset saa poikki, mutta missä on suodatin?
| Osoitteestamme lähetetty irtisanominen on väärennös, emme halua irtisanoa mitään.
| Kiitos että suljitte tilin niin nopeasti.
| Vahvistan saaneeni ilmoituksenne tilin sulkemisesta.
| Tilin irtisanominen perutaan.
| Sopimuksen irtisanominen ei ole enää ajankohtainen.
| Irtisanokaa lisäpalvelu Backup, webhotelli jatkuu.
| Poistakaa testiympäristö tililtä, muuhun ei kosketa.
| Miten englanniksi sanotaan "sulkekaa tilini"?
| Joskus tulevaisuudessa irtisanomme sopimuksen.
| Tili suljetaan vasta kun olette saaneet allekirjoitukseni.
| Rahastonhoitaja kirjoitti, että pitää sulkea tili. Hänellä ei ollut siihen oikeutta.
| Lähettäkää uutiskirje toiseen osoitteeseen.
| Lopettakaa viestien edelleenlähetys osoitteesta info@shop.example.
| Voitte sulkea uutiskirjettä koskevan tiketin.
| Poistuin listalta vahingossa, lisätkää minut takaisin.
| Joskus haaveilen että irtisanoisin sopimukseni. Mutta en tänään.
| Pitääkö minun irtisanoa sopimus itse, vai päättyykö se automaattisesti?
| Jos nostatte hintaa vielä kerran, irtisanon sopimuksen.
| Irtisanokaa sopimukseni, kirjoitin viime vuonna. Miksi maksan yhä?
| Irtisanoimme sähkösopimuksen, lähettäkää lasku uuteen osoitteeseen.
| Tili on jo suljettu, haluan vain loppulaskun.
| Jos haluatte että irtisanon sopimuksen, jatkakaa vain näin.
| Älkää sulkeko tiliä ennen kuin verkkotunnus on siirretty.
| Haluan vaihtaa tilin omistajan, en sulkea sitä.
| Voitteko kääntää: "Täten irtisanon sopimukseni"?
| Haluan tauottaa tilin kesäksi ja ehkä lopettaa sen syksyllä.
| Poistakaa käyttäjä Kalle meidän tililtä.
| Ottakaa varmuuskopiointi pois paketistamme.
| Haluan uutiskirjeen englanniksi enkä suomeksi.
| Ei enää maksumuistutuksia, kiitos, lasku on maksettu.
| Lopettakaa kirjautumiskoodien lähettäminen tekstiviestillä.
| Poistakaa Kalle yhteyshenkilöidemme listalta.
| Pidämme tilin mutta poistamme SSL-varmenteen.
| Poikani pyysi teitä sulkemaan tilin. Älkää välittäkö siitä.
| Viestin, jossa pyysin sulkemaan tilin, lähetti hakkeri.
| Haluan lopettaa chatin tilistäni.
| Viesti, jonka mukaan emme halua uutiskirjettänne, ei ole meiltä.
| Uutiskirjeen peruutuksen teki harjoittelijamme. Jättäkää se huomiotta.
| Joku kirjoitti että emme halua mainoksia. En minä lähettänyt sitä.
| Odottakaa vielä ennen kuin poistatte minut listalta.
""",
    "pl": """
wypowiedzenie | Jeszcze nie wiemy. Damy sobie czas do lata.
Wypowiedzenie | Wypowiadam dodatek Backup, umowa pozostaje bez zmian.
Rozwiązanie umowy | Tylko pod warunkiem zwrotu opłaty.
| Proszę usunąć moduł sklepu z usług. Reszta zostaje.
| Mail, że zamykam konto i żeby rozwiązać umowę, nie jest ode mnie.
| Proszę rozwiązać umowę, tak tam stało. To nie ja pisałem.
| W przyszłym roku chyba wypowiemy umowę.
| Jedna klientka chce zamknąć konto, jak to zrobić?
| Proszę wskazać, w którym miejscu zamyka się konto.
| Z wypowiedzeniem umowy proszę zaczekać do mojego telefonu.
| Promocje proszę wysyłać nie na stary adres, tylko na nowy.
| Biuro wypisało nas z newslettera. Sprawa nie wymaga żadnych działań.
| Proszę nas dodać do newslettera, wypisaliśmy się przez pomyłkę.
| Wypowiedzenie z naszego adresu jest fałszywe, nie chcemy niczego wypowiadać.
| Dziękuję, że tak szybko zamknęliście konto.
| Potwierdzam otrzymanie Państwa wypowiedzenia umowy.
| Wycofuję wypowiedzenie umowy.
| Rozwiązanie umowy jest już nieaktualne.
| Proszę wypowiedzieć dodatek Backup, hosting zostaje.
| Proszę usunąć środowisko testowe z konta, reszty nie ruszać.
| Jak po angielsku napisać "proszę zamknąć moje konto"?
| Kiedyś w przyszłości wypowiemy umowę.
| Konto proszę zamknąć dopiero, gdy dostaną Państwo mój podpis.
| Nasz skarbnik napisał, żeby zamknąć konto. Nie miał do tego prawa.
| Proszę wysyłać newsletter na inny adres.
| Proszę przestać przekazywać maile z info@shop.example do mnie.
| Mogą Państwo zamknąć zgłoszenie o newsletterze.
| Wypisałem się przez pomyłkę, proszę dopisać mnie z powrotem.
| Czasem marzę, żeby wypowiedzieć umowę. Ale nie dzisiaj.
| Czy mam sam wypowiedzieć umowę, czy wygasa automatycznie?
| Jeżeli jeszcze raz podniesiecie cenę, wypowiem umowę.
| Proszę rozwiązać umowę, pisałem w zeszłym roku. Dlaczego nadal płacę?
| Rozwiązaliśmy umowę z elektrownią, proszę wysłać fakturę na nowy adres.
| Konto jest już zamknięte, chcę tylko fakturę końcową.
| Chcecie, żebym wypowiedział umowę, to róbcie tak dalej.
| Proszę nie zamykać konta, dopóki domena nie zostanie przeniesiona.
| Chcę zmienić właściciela konta, a nie je zamykać.
| Czy mogą Państwo przetłumaczyć: "Niniejszym wypowiadam umowę"?
| Chcę zawiesić konto na lato i może zamknąć je jesienią.
| Proszę usunąć użytkownika Adam z naszego konta.
| Proszę wyłączyć kopie zapasowe w naszym pakiecie.
| Chcę dostawać newsletter po angielsku zamiast po polsku.
| Proszę nie wysyłać więcej przypomnień o fakturze, jest opłacona.
| Proszę przestać wysyłać kody logowania SMS-em.
| Proszę usunąć Adama z naszej listy osób kontaktowych.
| Konto zostawiamy, ale usuwamy certyfikat SSL.
| Syn prosił o zamknięcie konta. Proszę się tym nie przejmować.
| Maila z prośbą o zamknięcie konta wysłał haker.
| Chcę zakończyć czat o moim koncie.
| Mail, że nie chcemy waszego newslettera, nie jest od nas.
| Wypisania z newslettera dokonał nasz praktykant. Proszę to zignorować.
| Ktoś napisał, że nie chcemy ofert. To nie ja pisałem.
| Z wypisaniem mnie z listy proszę zaczekać do mojego telefonu.
""",
    "cs": """
| Ten mail, abyste zrušili účet, není od nás.
| Zrušte smlouvu, stálo tam. Nikdo z nás to nepsal.
Ukončení služby | Ukončete doplňkovou službu Zálohy. Smlouva jinak trvá.
| Děkuji, že jste mi účet tak rychle zrušili.
| Nedostaneme-li slevu, účet zrušíme.
| Ještě jeden výpadek a ruším účet.
| Automatický odpovídač prosím zrušte, web zůstává.
| S bankou to nešlo, smlouvu s nimi ruším. Kde změním číslo účtu?
| Zrušení účtu: kde je odkaz?
| Předchozí hosting udělal zrušení účtu bez ptaní.
| Ukončete přeposílání mailů na mou adresu.
| Cron sype chybové maily, zastavte ho.
| Odkaz odhlásit v našich pozvánkách vede na chybu.
| Výpověď z naší adresy je falešná, nechceme nic rušit.
| Díky, že jste tak rychle zrušili účet.
| Potvrzuji přijetí vaší výpovědi smlouvy.
| Výpověď smlouvy beru zpět.
| Zrušení smlouvy už není aktuální.
| Zrušte prosím doplněk Backup, hosting zůstává.
| Smažte z účtu testovací prostředí, na zbytek nesahejte.
| Jak se anglicky napíše "zrušte můj účet"?
| Někdy v budoucnu smlouvu vypovíme.
| Účet zrušte až poté, co dostanete můj podpis.
| Náš pokladník napsal, ať účet zrušíte. Neměl na to právo.
| Posílejte newsletter na jinou adresu.
| Přestaňte přeposílat maily z info@shop.example na mě.
| Tiket o newsletteru můžete uzavřít.
| Odhlásil jsem se omylem, přidejte mě zpátky.
| Někdy sním o tom, že zruším účet. Ale dnes ne.
| Mám smlouvu vypovědět sám, nebo skončí automaticky?
| Pokud ještě jednou zdražíte, smlouvu vypovím.
| Zrušte mou smlouvu, psal jsem loni. Proč pořád platím?
| Zrušili jsme smlouvu s elektrárnou, fakturu pošlete na novou adresu.
| Účet je už zrušený, chci jen konečnou fakturu.
| Chcete, abych zrušil účet, tak jen pokračujte.
| Nezavírejte účet, dokud není doména převedena.
| Chci změnit majitele účtu, ne ho zrušit.
| Můžete přeložit: "Tímto vypovídám smlouvu"?
| Chci účet přes léto pozastavit a možná ho na podzim zrušit.
| Smažte uživatele Karel z našeho účtu.
| Vypněte zálohování v našem balíčku.
| Chci newsletter anglicky místo česky.
| Už žádné upomínky k faktuře, prosím, je zaplacená.
| Přestaňte posílat přihlašovací kódy v SMS.
| Odstraňte Karla z našeho seznamu kontaktních osob.
| Účet si necháme, ale rušíme SSL certifikát.
| Syn vás prosil o zrušení účtu. Nevšímejte si toho.
| Mail s prosbou o zrušení účtu poslal hacker.
| Chci ukončit chat o mém účtu.
| Mail, že nechceme váš newsletter, není od nás.
| Odhlášení newsletteru provedl náš praktikant. Ignorujte ho.
| Někdo napsal, že nechceme nabídky. Nepsal jsem to já.
| S odhlášením ze seznamu počkejte, až se ozvu.
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
    "fi": """
cancellation | Sulkekaa tilini, kiitos.
cancellation | Irtisanon sopimuksen.
opt_out | Ei enää uutiskirjeitä, kiitos.
opt_out | Poistakaa minut postituslistalta.
cancellation | Poistakaa tilimme, kiitos.
opt_out | Lopettakaa mainosten lähettäminen.
""",
    "pl": """
cancellation | Proszę o rozwiązanie umowy.
cancellation | Wypowiadam umowę z dniem dzisiejszym.
opt_out | Proszę wypisać mnie z newslettera.
opt_out | Nie chcę więcej promocji od was.
cancellation | Proszę zamknąć nasze konto.
opt_out | Proszę nie przysyłać mi więcej ofert.
""",
    "cs": """
cancellation | Vzhledem k tomu, že jste zdražili, ruším smlouvu.
cancellation | Prosím o zrušení účtu.
opt_out | Odhlaste mě prosím z newsletteru.
opt_out | Už mi neposílejte nabídky.
cancellation | Zrušte prosím náš účet.
opt_out | Přestaňte mi posílat reklamu.
""",
}


@pytest.mark.parametrize(("language", "subject", "text"), lines_of(TRAPS))
@pytest.mark.parametrize("role", Role)
def test_what_lies_close_to_a_request_is_not_acted_upon(
    language: str, subject: str, text: str, role: Role
) -> None:
    assert not acted(text, language, role, subject=subject)


@pytest.mark.parametrize(("language", "intent", "text"), lines_of(WANTED))
def test_the_request_beside_it_is_acted_upon(language: str, intent: str, text: str) -> None:
    assert acted(text, language, Role.CANCEL) == {Intent(intent)}
