"""What lies close to a request in Czech, Polish and Turkish and is none, beside one that is.

A relative's letter whose writer had no say, a change of mind in the next breath, one site of four,
a contract with a bank, a jest, a question still to be decided, mail to another address. Both are
read by the rules alone, which no training changes.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from handlers.values import Intent, Role
from tests.unit.contrasts import acted, lines_of

# A line each: the subject and a text, acted upon in neither mailbox.
TRAPS: Mapping[str, str] = {
    "cs": """
| Výpověď účtu vám poslal bývalý kolega, ten na to nemá oprávnění.
| Soused psal, ať smlouvu vypovíte. Spletl si to.
| Manželka vám včera psala, že účet rušíme. Neposlouchejte ji, prosím.
| Kdo vám napsal, ať nám hosting zrušíte?
| Žádal jsem o zrušení účtu. Beru to zpět, zůstávám.
| Chtěli jsme smlouvu ukončit. Tak nic.
| Zrušte nám účet. Anebo počkejte, ještě si to necháme projít hlavou.
| Zrušte hosting. Nechte ho běžet, kolega ho koupil.
| Děda chtěl účet zrušit. Počkejte s tím, prosím.
| Ze čtyř webů zrušte prosím ten s recepty.
| Zrušte prosím tu zálohu. Smlouva trvá dál.
| Výpověď smlouvy nepodáváme, chceme jen jinou fakturu.
| Účet ruším u banky, vám jen hlásím nové číslo pro platby.
| Web mám ještě jinde a tam ho ruším.
| Ruším účet i celý internet, haha. Kde najdu návod k poště?
| Někdo vám napsal, že hosting vypovídáme. My ne.
| Tchyně poslala, že rušíme hosting. To prosím nedělejte.
| Novinky mi neposílejte. Respektive posílejte dál, čtu je.
| Slevy už neposílejte... tak je posílejte, babička je sbírá.
| Novinky neposílejte na sklad, ale na redakci.
| Máme seznam čtenářů, kteří si nepřejí newsletter. Jak ho nahrajeme?
""",
    "pl": """
| Kolega napisał, że zamykamy konto. Proszę go nie słuchać.
| Wspólniczka pisała, że rozwiązujemy umowę. Nie ma upoważnienia.
| Ktoś napisał, że rezygnujemy z hostingu. Pomylił się.
| Teściowa wysłała wam, że kończymy umowę. Nie róbcie tego.
| Kto wam powiedział, że zamykamy konto?
| Zamknijcie konto. Albo nie, żona chce dalej pisać.
| Proszę zamknąć konto, bramę i morze, haha.
| Usuńcie konto, a właściwie nie, zaczęłam je używać.
| Jak do piątku nie naprawicie poczty, zamykam konto.
| Jakby stażysta pisał, że kończymy umowę, tego nie róbcie.
| Zamknąć konto kazał szwagier, który nie ma nic do gadania.
| W sklepie proszę zamknąć dział z butami, reszta umowy zostaje.
| Prośby o zamknięcie konta nie wysłał nikt z nas.
| Rezygnujemy z hostingu, ale w firmie Wiatr, nie u was.
| Proszę bez ofert. Chociaż nie, niech będą.
| Proszę nie wysyłać newslettera. Albo jednak wysyłajcie, lubię przepisy.
| Proszę o zaprzestanie wysyłki komunikatów systemowych z naszego sklepu.
| Wypisanie z newslettera poszło sprawnie, faktura gorzej.
| Czterdziestu pacjentów nie chce naszego biuletynu. Jak ich zaznaczyć?
""",
    "tr": """
| Paketi kapatın... yok yok, kullanıyoruz, kalsın.
| Hesabımı iptal edin. Hayır hayır, vazgeçmedim, dursun.
| Sözleşmenin feshini arz ederiz. Yukarıdaki talebin işleme alınmaması rica olunur.
| Hesap kapatılsın. Düzeltme: devam kararı alındı.
| Elektrik firması ile sözleşmem bitsin istiyorum, mailim onlara gitmiyor.
| Öbür firmadaki hesabımı iptal ediyorum, yönlendirmeyi kontrol eder misiniz?
| Ay sonunda paket kapatılsın mı, ortaklar karar verecek.
| Başka bir şirketin paketinden çıkmak istiyorum, yardımcı olur musunuz?
| Sözleşme iptal edilsin mi, muhasebe karar verecek.
| Reklam maili atmayın... dur dur, indirim mi var, atın.
| Bülten istemiyorum. Hayır hayır, sonuncusu faydalıymış.
""",
}

# A line each: what is asked for, "|", and a text that is read in cancel@.
WANTED: Mapping[str, str] = {
    "cs": """
cancellation | Zůstávám s pozdravem, ruším smlouvu k 31. 12.
cancellation | Zrušte prosím hosting, web už nikdo nečte. Zůstávám s přátelským pozdravem.
cancellation | Jednatel rozhodl, zrušte nám účet.
cancellation | Vypovídám smlouvu, web mám nově u jiné firmy.
cancellation | Ruším hosting, přecházím ke konkurenci.
cancellation | Za společníka i za sebe prosím o zrušení účtu.
cancellation | Prosím o ukončení smlouvy, nic dalšího nepotřebuji.
cancellation | Zrušte prosím náš hosting, s vámi jsme byli spokojeni.
opt_out | Odhlaste mě prosím z novinek.
opt_out | Neposílejte mi už reklamu, jen faktury.
opt_out | Nechci dostávat váš newsletter.
""",
    "pl": """
cancellation | Kolega odszedł, proszę zamknąć nasze konto.
cancellation | Proszę o rozwiązanie umowy, czekam na potwierdzenie.
cancellation | Wypowiadam umowę, strona już nie działa.
cancellation | Proszę usunąć konto, nie używamy go.
cancellation | Rezygnuję z hostingu, przenoszę się do innej firmy.
opt_out | Proszę nie przysyłać mi ofert, tylko faktury.
opt_out | Wypiszcie mnie z newslettera, umowa zostaje.
opt_out | Nie chcę reklam, dziękuję.
""",
    "tr": """
cancellation | Hesabımı iptal edin, artık kullanmıyoruz.
cancellation | Firmamız kapandı, sözleşmemizin feshini rica ederiz.
cancellation | Başka firmaya geçtik, paketimizi iptal edin.
cancellation | Ortaklar karar verdi, hesabımız kapatılsın.
opt_out | Reklam maili göndermeyin lütfen.
opt_out | Bülten listenizden çıkarın beni.
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
