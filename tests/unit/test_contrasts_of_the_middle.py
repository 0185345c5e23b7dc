"""Finnish, Polish, Czech: what lies close to a request and is none, beside one that is.

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
