"""What is undone, done already, never made by the writer or taken out of an offer ends nothing.

Beside each stands, behind the bar, what is nearly the same and asks for the end or the opt-out.
"""

from __future__ import annotations

import pytest

from handlers.classify.shipped import shipped_classifier
from handlers.classify.taken_out import takes_other_out
from handlers.values import Intent, Role
from tests.unit.classified import message
from tests.unit.contrasts import acted, lines_of, mistaken

# Ended in cancel@; before the bar what ends nothing in either mailbox.
ENDS = {
    "ja": """
サーバーの解約を避けるのを手伝ってください | サーバーの解約を手伝ってください
契約の解除を取り消すのを手伝ってください | 契約を取り消すのを手伝ってください
退会をお願いしましたが、取り消してください | 退会をお願いしましたが、退会してください
解約を申し込みましたが、キャンセルをお願いします | サーバーを申し込みましたが、解約をお願いします
解約、いったん保留してください | 解約、すぐにお願いします
契約した覚えがありません。解約してください | 契約した会社がありません。解約してください
""",
    "zh": """
请帮我阻止账号注销 | 请帮我注销账号
我提交了销户申请，请帮我取消 | 我们不用了，请帮我注销账户
请取消定时注销账户 | 请取消并注销账户
账户已经取消了，请确认取消 | 套餐已经用完了，请取消账户
我们从未开通过账户，请注销 | 我们从未登录过账户，请注销
""",
    "sv": """
Hjälp oss att hindra att avtalet sägs upp | Hjälp oss att säga upp avtalet
Jag har inte skapat det här kontot, radera det | Jag har inte använt det här kontot, radera det
Någon har skapat ett konto i mitt namn, radera det | Någon har glömt ett konto hos er, radera det
Hjälp mig att radera sidans cache | Hjälp mig att radera sidan
""",
    "da": """
Hjælp os med at undgå at aftalen opsiges | Hjælp os med at opsige aftalen
Vi har aldrig registreret en konto, luk den | Vi har aldrig brugt vores konto, luk den
Kontoen er oprettet af en anden, slet den | Kontoen er ikke længere i brug, slet den
Slet serverens cache | Slet kontoen
""",
    "no": """
Hjelp oss å unngå at avtalen avsluttes | Hjelp oss å avslutte avtalen
Vi har aldri opprettet en konto, steng den | Vi har aldri brukt kontoen, steng den
Kontoen er laget av noen andre, slett den | Kontoen er ikke i bruk lenger, slett den
Slett hurtigbufferen | Slett kontoen
""",
    "fi": """
Irtisanoimme sopimuksen jo, vahvistakaa irtisanominen | Vahvistakaa sopimuksen irtisanominen
Tili on jo poistettu, vahvistakaa poisto | Tili on jo turha, poistakaa se
En ole rekisteröinyt tätä tiliä, poistakaa se | En ole käyttänyt tätä tiliä, poistakaa se
Joku muu on avannut tilin, poistakaa se | Suljen yritykseni, poistakaa tilini
""",
    "tr": """
Sunucumuzda çalışan servisi kapatmak için destek istiyorum | Hesabı kapatmak için destek istiyorum
Hesabın silinmesini önlemek için yardım istiyorum | Hesabı silmek için yardım istiyorum
Bu hesabı biz açmadık, lütfen silin | Bu hesabı biz kullanmıyoruz, lütfen silin
""",
    "cs": """
Pomoc se zrušením hostingu jsme nechtěli | Pomoc se zrušením hostingu jsme hledali
Smlouvu jsme už ukončili, potvrďte ukončení | Prosím, proveďte ukončení smlouvy
Tuto smlouvu jsme nezaložili, zrušte ji | Tuto smlouvu nepotřebujeme, zrušte ji
Účet založil někdo jiný, smažte ho | Účet založil můj kolega, smažte ho
Výpověď, prozatím ji pozdržte | Výpověď, prosím vyřiďte ji
Smažte službu běžící na portu 25 | Smažte účet
""",
    "pl": """
Pomoc przy zamknięciu konta nie jest nam potrzebna | Pomoc przy zamknięciu konta jest nam potrzebna
Umowę już rozwiązaliśmy, proszę potwierdzić rozwiązanie | Proszę rozwiązać umowę
Nie tworzyłam tego konta, usuńcie je | Nie używam tego konta, usuńcie je
Ktoś inny założył konto, usuńcie je | Założyłem konto, usuńcie je
Wypowiedzenie, na razie wstrzymajcie | Wypowiedzenie, proszę przyjąć
Usuńcie pamięć podręczną konta | Usuńcie konto
""",
    "ru": """
Мы уже удалили аккаунт, подтвердите удаление | Подтвердите удаление аккаунта
Я не регистрировала этот аккаунт, удалите его | Я не использую этот аккаунт, удалите его
Кто-то зарегистрировал аккаунт на мою почту, удалите его | Удалите мой аккаунт
Мы просили закрыть договор, но отмените это | Мы продлили договор, но отмените его
Расторжение, пока придержите его | Расторжение, прошу оформить
""",
}

# Opted out in support@; before the bar what opts nobody out in either mailbox.
OPTS_OUT = {
    "tr": "Bizi kara listeden çıkarın | Bizi listeden çıkarın",
    "zh": "请把我们从百度列表中删除 | 请把我们从邮件列表中删除",
    "sv": "Ta bort oss från Googles index | Ta bort oss från er lista",
    "da": "Fjern os fra Googles resultater | Fjern os fra jeres liste",
    "fi": "Poistakaa meidät Googlen hakemistosta | Poistakaa meidät postituslistalta",
    "cs": "Odstraňte nás z černé listiny | Odstraňte nás ze seznamu odběratelů",
    "pl": "Usuńcie nas z wyników Google | Usuńcie nas z listy mailingowej",
    "ru": "Уберите нас из поиска Google | Уберите нас из списка рассылки",
}

# What is taken out of an offer; behind the bar who is taken off a mailing.
TAKEN_OUT = {
    "ja": "セールから商品を外してください | セールの案内から外してください",
    "zh": "请把产品从促销中移除 | 请把我从促销名单中移除",
    "sv": "Ta bort varorna från kampanjen | Ta bort mig från utskicken",
    "da": "Fjern produktet fra kampagnen | Fjern mig fra nyhedsbrevet",
    "no": "Fjern varene fra kampanjen | Fjern meg fra nyhetsbrevet",
    "fi": "Poistakaa tuotteet kampanjasta | Poistakaa minut uutiskirjeestä",
    "cs": "Vyřaďte produkty z akce | Vyřaďte mě z odběru novinek",
    "pl": "Usuńcie towary z promocji | Usuńcie mnie z newslettera",
    "ru": "Уберите товары из акции | Уберите меня из рассылки",
}

# Questions below a heading that names the end, without their sign.
ASKED = {
    "sv": "Avsluta konto | Var avslutar man sitt konto",
    "da": "Opsigelse af konto | Hvor opsiger jeg kontoen",
    "no": "Slette konto | Hvor sletter man kontoen",
}


@pytest.mark.parametrize(("language", "told", "asked"), lines_of(ENDS))
def test_what_is_undone_or_no_ones_own_ends_nothing(language: str, told: str, asked: str) -> None:
    assert not mistaken(Intent.CANCELLATION, language, told, asked)


@pytest.mark.parametrize(("language", "told", "asked"), lines_of(OPTS_OUT))
def test_another_list_by_its_name_opts_nobody_out(language: str, told: str, asked: str) -> None:
    assert not mistaken(Intent.OPT_OUT, language, told, asked)


@pytest.mark.parametrize(("language", "told", "asked"), lines_of(TAKEN_OUT))
def test_another_thing_taken_out_of_an_offer_opts_nobody_out(
    language: str, told: str, asked: str
) -> None:
    classifier = shipped_classifier()
    texts = {text: message(text, language=language) for text in (told, asked)}
    for role in Role:
        verdict = classifier.read(texts[told], role=role)
        assert Intent.OPT_OUT not in {found.intent for found in verdict.certain}, role
    assert takes_other_out(classifier.understand(texts[told]).best)
    assert not takes_other_out(classifier.understand(texts[asked]).best)


@pytest.mark.parametrize(("language", "heading", "text"), lines_of(ASKED))
def test_a_question_without_its_sign_makes_a_topic_of_its_heading(
    language: str, heading: str, text: str
) -> None:
    for role in Role:
        assert not acted(text, language, role, subject=heading)
    assert acted("Takk / tack", language, Role.CANCEL, subject=heading)
