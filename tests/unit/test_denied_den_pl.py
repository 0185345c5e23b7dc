"""Ends that are denied, refused, objected to or prevented end nothing, whichever mailbox has them.

Requests beside a denial ("we need it no more, please close it") are acted upon as before.
"""

from __future__ import annotations

import pytest

from handlers.classify.shipped import shipped_classifier
from handlers.values import Intent, Role
from tests.unit.classified import message
from tests.unit.contrasts import acted

# Nobody wants, plans, needs or accepts the end that is spoken of.
DENIED = {
    "pl": """
Nie mam zamiaru zamykać mojego konta.
Nie planujemy rozwiązania umowy.
Nie ma żadnych planów zamknięcia naszego konta.
Nie mieliśmy zamiaru rozwiązywać umowy o hosting.
W żadnym momencie nie chcieliśmy, aby konto zostało zamknięte.
Pod żadnym pozorem nie chcemy, żeby umowa wygasła.
W żadnym razie nie zgadzam się na zamknięcie konta.
Nikt w naszej firmie nie chce rezygnować z hostingu.
Nigdy nie prosiłem o zamknięcie konta.
Nie ma powodu, żeby zamykać nasze konto.
Nie ma potrzeby rozwiązywania umowy.
Nie widzę potrzeby zamykania konta.
Proszę powstrzymać się od zamykania naszego konta.
Proszę unikać usuwania naszej strony.
Proszę nie dopuścić do usunięcia mojego konta.
Proszę dopilnować, żeby nasze konto nie zostało zamknięte.
Chcemy uniknąć zamknięcia konta.
Sprzeciwiamy się zamknięciu konta.
Nie akceptuję wypowiedzenia umowy.
Nie zgadzamy się na rozwiązanie umowy o hosting.
Nie wyrażam zgody na usunięcie mojego konta.
Protestuję przeciwko zamknięciu mojego konta.
Kwestionujemy wypowiedzenie naszej umowy.
Nie chcemy, żeby hosting się kończył.
Nie chcę, by moja umowa została rozwiązana.
Nie chcielibyśmy, aby nasza strona zniknęła.
Zdecydowaliśmy, że nie będziemy zamykać konta.
Zdecydowałem się nie zamykać konta.
Postanowiliśmy jednak nie rezygnować z hostingu.
Ostatnia rzecz, jakiej chcę, to zamknięcie konta.
Nie stać nas na utratę hostingu, proszę nie zamykać konta.
Daleki jestem od tego, żeby rozwiązać umowę.
Nie ma mowy o zamknięciu naszego konta.
Zamknięcie konta nie wchodzi w grę.
Rozwiązanie umowy jest wykluczone.
Za wcześnie, żeby zamykać konto.
Konto nie musi być zamykane.
Konta nie należy zamykać.
Po co miałbym zamykać konto?
Dlaczego miałbym chcieć rozwiązać umowę?
Wcale nie chcę rozwiązania umowy, chcę tylko niższej ceny.
Zamiast rozwiązania umowy wolelibyśmy mniejszy pakiet.
Wolałbym nie zamykać konta.
Proszę zatrzymać zamykanie mojego konta.
Proszę anulować wypowiedzenie umowy.
Proszę nie brać pod uwagę wypowiedzenia naszej umowy.
Byłoby nam przykro stracić konto, prosimy go nie usuwać.
Ani ja, ani moja żona nie chcemy zamknąć konta.
Rozwiązania umowy nie chcemy.
Nawet mi do głowy nie przyszło zamykać konto.
Niechcemy zeby hosting sie skonczyl.
Usuwać konta na pewno nie będziemy.
Nie mam zamiaru wypisywać się z newslettera.
Nie chcę się wypisywać z waszej listy.
Nikt u nas nie chce rezygnować z newslettera.
Nie chcemy, żeby hosting skończył się z końcem roku.
Nikt z nas nie zamierza od was odchodzić.
Nie mamy zamiaru rozwiązywać umowy.
Sprzeciwiam się rozwiązaniu mojej umowy.
Nikt u nas nie chce zamykać konta.
Zamiast zamykać konto, chciałbym je zawiesić.
Postanowiliśmy nie rozwiązywać umowy.
""",
    "cs": """
Nemám v úmyslu rušit svůj účet.
Neplánujeme ukončení smlouvy.
Nejsou žádné plány na zrušení našeho účtu.
Neměli jsme v úmyslu ukončit smlouvu na hosting.
V žádném okamžiku jsme nechtěli, aby byl účet zrušen.
V žádném případě nechceme, aby smlouva skončila.
Za žádných okolností nesouhlasím se smazáním účtu.
Nikdo v naší firmě nechce hosting vypovědět.
Nikdy jsem nežádal o zrušení účtu.
Není důvod náš účet rušit.
Není potřeba rušit smlouvu.
Nevidím důvod ke zrušení účtu.
Zdržte se prosím zrušení našeho účtu.
Vyvarujte se prosím smazání našeho webu.
Zabraňte prosím smazání mého účtu.
Zajistěte prosím, aby náš účet nebyl zrušen.
Chceme se vyhnout zrušení účtu.
Jsme proti zrušení účtu.
Neakceptuji výpověď smlouvy.
Nesouhlasíme s ukončením smlouvy na hosting.
Nedávám souhlas se smazáním svého účtu.
Protestuji proti zrušení svého účtu.
Rozporujeme výpověď naší smlouvy.
Nechceme, aby hosting přestal fungovat.
Nechci, aby má smlouva byla ukončena.
Neradi bychom, aby náš web zmizel.
Rozhodli jsme se účet nerušit.
Rozhodl jsem se nezrušit účet.
Nakonec jsme se rozhodli hosting nevypovídat.
Poslední, co chci, je zrušení účtu.
Nemůžeme si dovolit přijít o hosting, účet prosím nerušte.
Jsem dalek toho smlouvu ukončit.
O zrušení našeho účtu nemůže být řeč.
Zrušení účtu nepřipadá v úvahu.
Ukončení smlouvy je vyloučeno.
Na zrušení účtu je ještě brzy.
Účet se nemusí rušit.
Účet by se rušit neměl.
Proč bych měl rušit účet?
Proč bych chtěl ukončit smlouvu?
Vůbec nechci ukončení smlouvy, chci jen nižší cenu.
Místo ukončení smlouvy bychom raději menší balíček.
Radši bych účet nerušil.
Zastavte prosím rušení mého účtu.
Stornujte prosím výpověď smlouvy.
Neberte prosím v úvahu výpověď naší smlouvy.
Mrzelo by nás přijít o účet, nemažte ho prosím.
Já ani moje žena nechceme účet zrušit.
Ukončení smlouvy nechceme.
Ani ve snu by mě nenapadlo zrušit účet.
Nechcem aby hosting skoncil.
Rušit účet určitě nebudeme.
Nemám v úmyslu odhlásit se z newsletteru.
Nechci se odhlašovat z vašeho seznamu.
Nikdo u nás nechce newsletter rušit.
Nechceme, aby hosting koncem roku skončil.
Nic se nemá rušit, zůstáváme u vás.
Nemáme v úmyslu smlouvu vypovědět.
Nesouhlasím se zrušením mého účtu.
Nikdo u nás nechce účet zrušit.
Místo zrušení účtu bych ho chtěl pozastavit.
""",
    "ru": """
Я не собираюсь закрывать свой аккаунт.
Мы не планируем расторжение договора.
Никаких планов закрывать наш аккаунт нет.
У нас не было намерения расторгать договор на хостинг.
Мы никогда не хотели, чтобы аккаунт был закрыт.
Ни в коем случае не хотим, чтобы договор закончился.
Ни при каких обстоятельствах не согласен на удаление аккаунта.
Никто в нашей фирме не хочет отказываться от хостинга.
Я никогда не просил закрыть аккаунт.
Нет причин закрывать наш аккаунт.
Нет необходимости расторгать договор.
Не вижу смысла закрывать аккаунт.
Пожалуйста, воздержитесь от закрытия нашего аккаунта.
Прошу избегать удаления нашего сайта.
Прошу не допустить удаления моего аккаунта.
Проследите, пожалуйста, чтобы наш аккаунт не был закрыт.
Хотим избежать закрытия аккаунта.
Мы против закрытия аккаунта.
Не принимаю расторжение договора.
Мы не согласны с расторжением договора на хостинг.
Не даю согласия на удаление моего аккаунта.
Протестую против закрытия моего аккаунта.
Оспариваем расторжение нашего договора.
Мы не хотим, чтобы хостинг прекратился.
Не хочу, чтобы мой договор был расторгнут.
Нам бы не хотелось, чтобы наш сайт исчез.
Мы решили не закрывать аккаунт.
Решил всё-таки не удалять аккаунт.
В итоге мы решили не отказываться от хостинга.
Меньше всего я хочу закрытия аккаунта.
Мы не можем позволить себе потерять хостинг, не закрывайте аккаунт.
Я далёк от мысли расторгать договор.
О закрытии нашего аккаунта не может быть и речи.
Закрытие аккаунта исключено.
Расторжение договора нам не нужно.
Закрывать аккаунт ещё рано.
Аккаунт закрывать не обязательно.
Аккаунт закрывать не следует.
Зачем мне закрывать аккаунт?
С чего бы мне хотеть расторгнуть договор?
Я вовсе не хочу расторжения договора, мне нужна только цена пониже.
Вместо расторжения договора мы бы хотели тариф поменьше.
Я бы предпочёл не закрывать аккаунт.
Прошу остановить закрытие моего аккаунта.
Прошу отменить расторжение договора.
Не принимайте во внимание расторжение нашего договора.
Было бы жаль потерять аккаунт, не удаляйте его.
Ни я, ни жена не хотим закрывать аккаунт.
Расторжения договора мы не хотим.
Мне и в голову не приходило закрыть аккаунт.
Нехотим чтоб хостинг кончился.
Удалять аккаунт мы точно не будем.
Я не собираюсь отписываться от рассылки.
Не хочу отписываться от вашей рассылки.
Никто у нас не хочет отказываться от рассылки.
Мы не хотим, чтобы хостинг закончился в конце года.
У нас нет намерения расторгать договор.
Возражаю против расторжения моего договора.
Никто у нас не хочет закрывать аккаунт.
Вместо закрытия аккаунта хочу его приостановить.
""",
    "tr": """
Hesabımı kapatmaya niyetim yok.
Sözleşmeyi feshetmeyi planlamıyoruz.
Hesabımızı kapatmak gibi bir planımız yok.
Hosting sözleşmesini sonlandırma niyetimiz olmadı.
Hiçbir zaman hesabın kapatılmasını istemedik.
Sözleşmenin bitmesini kesinlikle istemiyoruz.
Hiçbir koşulda hesabımın silinmesini kabul etmiyorum.
Firmamızda kimse hosting'i iptal etmek istemiyor.
Hesabın kapatılmasını hiç talep etmedim.
Hesabımızı kapatmak için bir neden yok.
Sözleşmeyi iptal etmeye gerek yok.
Hesabı kapatmanın anlamı yok.
Lütfen hesabımızı kapatmaktan kaçının.
Lütfen sitemizi silmekten vazgeçin.
Lütfen hesabımın silinmesini engelleyin.
Lütfen hesabımızın kapatılmamasını sağlayın.
Hesabın kapanmasını önlemek istiyoruz.
Hesabın kapatılmasına karşıyız.
Sözleşmenin feshini kabul etmiyorum.
Hosting sözleşmesinin feshine katılmıyoruz.
Hesabımın silinmesine onay vermiyorum.
Hesabımın kapatılmasını protesto ediyorum.
Sözleşmemizin feshine karşı çıkıyoruz.
Hosting'in sona ermesini istemiyoruz.
Sözleşmemin feshedilmesini istemiyorum.
Sitemizin kaybolmasını istemeyiz.
Hesabı kapatmamaya karar verdik.
Hesabımı silmemeye karar verdim.
Sonunda hosting'i iptal etmekten vazgeçtik.
İsteyeceğim son şey hesabın kapatılması.
Hosting'i kaybetmeyi göze alamayız, hesabı kapatmayın.
Sözleşmeyi feshetmek aklımın ucundan geçmez.
Hesabımızın kapatılması söz konusu değil.
Hesabı kapatmak söz konusu bile olamaz.
Sözleşmenin feshi gündemimizde değil.
Hesabı kapatmak için henüz erken.
Hesabın kapatılması gerekmiyor.
Hesap kapatılmamalı.
Hesabımı neden kapatmak isteyeyim?
Sözleşmeyi niye feshedeyim ki?
Sözleşmenin feshini istemiyorum, sadece daha ucuz fiyat istiyorum.
Sözleşmeyi feshetmek yerine daha küçük bir paket isteriz.
Hesabı kapatmamayı tercih ederim.
Lütfen hesabımın kapatılma işlemini durdurun.
Lütfen sözleşmenin fesih talebini iptal edin.
Lütfen sözleşmemizin feshini dikkate almayın.
Hesabımızı kaybetmek bizi üzer, lütfen silmeyin.
Ne ben ne eşim hesabı kapatmak istiyoruz.
Hesabı kapatmak istediğimizi kim söyledi?
Hesabı kapatmayı düşünmüyoruz.
Hostingin bitmesini istemiyoz.
Hesabı iptal etmeyeceğiz, kalıyoruz.
Bültenden çıkmaya niyetim yok.
Listenizden çıkmak istemiyorum.
Bizde kimse bülten aboneliğini iptal etmek istemiyor.
Hosting'in yıl sonunda bitmesini istemiyoruz.
Hiçbir şeyin sonlandırılmasını istemiyoruz, sizinle kalıyoruz.
Sözleşmemizi feshetmek gibi bir niyetimiz yok.
Hesabımın kapatılmasına itiraz ediyorum.
Bizde kimse hesabı kapatmak istemiyor.
Hesabımı kapatmak yerine dondurmak istiyorum.
""",
}
# Here what is denied is that one stays.
ENDED = {
    "pl": """
Nie potrzebujemy już hostingu, proszę go zamknąć.
Nikt już nie korzysta ze strony, proszę rozwiązać umowę.
Nie mam zamiaru przedłużać umowy.
Nie chcemy kontynuować umowy.
Nie będę już potrzebować konta, proszę je usunąć.
Nie chcę dłużej mieć u was konta, proszę je zamknąć.
Nie widzę powodu, żeby zostać. Proszę zamknąć moje konto.
Nikt u nas nie potrzebuje hostingu, proszę go wypowiedzieć.
Nie stać mnie na hosting, proszę zamknąć konto.
Nie zgadzam się na podwyżkę, proszę rozwiązać umowę.
Nie akceptujemy nowego cennika, rozwiązujemy umowę.
Sprzeciwiam się podwyżce i wypowiadam umowę.
Nie mogę już płacić, proszę rozwiązać moją umowę.
Nie ma sensu tego ciągnąć, proszę zamknąć konto.
Zamiast przedłużać, wypowiadam umowę.
Postanowiliśmy nie przedłużać umowy.
Nie było żadnej odpowiedzi, więc proszę zamknąć moje konto.
Strony nie ma już nikt na oku, proszę usunąć nasze konto.
Nie jestem zadowolony, proszę o zamknięcie konta.
""",
    "cs": """
Hosting už nepotřebujeme, prosím zrušte ho.
Web už nikdo nepoužívá, prosím zrušte smlouvu.
Nechceme pokračovat ve smlouvě.
Účet už nebudu potřebovat, prosím zrušte ho.
Nechci u vás dál mít účet, prosím zrušte ho.
Nevidím důvod zůstávat. Prosím zrušte můj účet.
Nikdo u nás hosting nepotřebuje, zrušte ho prosím.
Nemůžu si hosting dovolit, prosím zrušte můj účet.
Nesouhlasím se zdražením, prosím ukončete smlouvu.
Neakceptujeme nový ceník, vypovídáme smlouvu.
Nesouhlasím se zdražením a vypovídám smlouvu.
Nemůžu už platit, prosím ukončete mou smlouvu.
Nemá smysl to protahovat, prosím zrušte účet.
Rozhodli jsme se smlouvu neprodlužovat.
Nikdo mi neodpověděl, takže prosím zrušte můj účet.
O web se už nikdo nestará, prosím smažte náš účet.
Nejsem spokojený, prosím o zrušení účtu.
""",
    "ru": """
Хостинг нам больше не нужен, прошу его отключить.
Сайтом никто не пользуется, прошу расторгнуть договор.
Не собираюсь продлевать договор.
Мы не хотим продолжать договор.
Аккаунт мне больше не понадобится, удалите его, пожалуйста.
Мы не планируем продлевать хостинг.
Не хочу больше иметь у вас аккаунт, закройте его.
Не вижу смысла оставаться. Закройте мой аккаунт, пожалуйста.
Никому у нас хостинг не нужен, прошу его закрыть.
Не могу позволить себе хостинг, прошу закрыть мой аккаунт.
Не согласен с повышением цен, прошу расторгнуть договор.
Мы не принимаем новые цены, расторгаем договор.
Мы против новых цен, прошу расторгнуть наш договор.
Не хотим, чтобы договор продлевался.
Не могу больше платить, прошу расторгнуть мой договор.
Нет смысла тянуть, прошу закрыть мой аккаунт.
Мы решили не продлевать договор.
Никто не ответил, поэтому прошу закрыть мой аккаунт.
Нет необходимости в хостинге, прошу расторгнуть договор.
""",
    "tr": """
Hosting'e artık ihtiyacımız yok, lütfen iptal edin.
Siteyi artık kimse kullanmıyor, sözleşmeyi iptal edin.
Sözleşmeye devam etmek istemiyoruz.
Hesaba artık ihtiyacım olmayacak, lütfen silin.
Artık sizde hesabım olsun istemiyorum, lütfen kapatın.
Kalmak için bir neden görmüyorum. Lütfen hesabımı kapatın.
Bizde kimsenin hosting'e ihtiyacı yok, lütfen iptal edin.
Hosting ücretini karşılayamıyorum, lütfen hesabımı kapatın.
Zammı kabul etmiyorum, sözleşmemi feshedin lütfen.
Yeni fiyatları kabul etmiyoruz, sözleşmemizi feshediyoruz.
Fiyat artışına itiraz ediyorum ve sözleşmemi feshediyorum.
Sözleşmenin yenilenmesini istemiyoruz.
Artık ödeyemiyorum, lütfen sözleşmemi iptal edin.
Uzatmanın anlamı yok, lütfen hesabımı kapatın.
Yenilemek yerine sözleşmemi feshediyorum.
Kimse cevap vermedi, bu yüzden lütfen hesabımı kapatın.
Siteyle kimse ilgilenmiyor, lütfen hesabımızı silin.
Memnun değilim, hesabımın kapatılmasını istiyorum.
""",
}
# Mail that is refused.
OPTED_OUT = {
    "pl": """
Nie chcę żadnych maili, proszę mnie wypisać z newslettera.
Nie zgadzam się na otrzymywanie newslettera.
Nie chcę, żebyście mi przysyłali newsletter.
""",
    "cs": """
Nechci žádné maily, odhlaste mě z newsletteru.
Nesouhlasím se zasíláním newsletteru.
Nechci, abyste mi posílali newsletter.
""",
    "ru": """
Не хочу никаких писем, отпишите меня от рассылки.
Не согласен на получение рассылки.
Не хочу, чтобы вы присылали мне рассылку.
""",
    "tr": """
Hiç e-posta istemiyorum, beni bültenden çıkarın.
Bülten almayı kabul etmiyorum.
Bana bülten göndermenizi istemiyorum.
""",
}


def _lines(of: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, line) for name, text in of.items() for line in text.strip().splitlines()]


@pytest.mark.parametrize(("language", "text"), _lines(DENIED))
def test_an_end_that_is_denied_is_none(language: str, text: str) -> None:
    told = message(text, language=language)
    for role in Role:
        assert not acted(text, language, role), role
        assert not shipped_classifier().read(told, role=role).certain, role


@pytest.mark.parametrize(("language", "text"), _lines(ENDED))
def test_an_end_beside_a_denial_is_one(language: str, text: str) -> None:
    assert acted(text, language, Role.CANCEL) == {Intent.CANCELLATION}


@pytest.mark.parametrize(("language", "text"), _lines(OPTED_OUT))
def test_mail_that_is_refused_is_an_opt_out(language: str, text: str) -> None:
    assert acted(text, language, Role.CANCEL) == {Intent.OPT_OUT}
