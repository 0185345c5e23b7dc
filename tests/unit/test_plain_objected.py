"""An end that is objected to, wondered at or laughed off, beside one that is asked for."""

from __future__ import annotations

import pytest

from handlers.classify.shipped import shipped_classifier
from handlers.classify.standing import trusted_intents
from handlers.values import Intent, Role
from tests.unit.classified import message
from tests.unit.contrasts import mistaken, pairs_of

OBJECTED = {
    "cs": (
        ("Tímto se ohrazuji proti výpovědi smlouvy.", "Tímto se loučím, zrušte mi smlouvu."),
        ("Výpověď hostingu se tímto odvolává.", "Souhlas se odvolává a účet mi zrušte."),
    ),
    "pl": (
        (
            "Zgłaszam sprzeciw wobec wypowiedzenia umowy.",
            "Zgłaszam sprzeciw wobec podwyżki i proszę zamknąć moje konto.",
        ),
    ),
    "tr": (
        (
            "Sözleşmenin feshini hükümsüz sayıyorum.",
            "Faturayı hükümsüz sayıyorum, hesabımı kapatın.",
        ),
    ),
    "sv": (
        (
            "Jag bestrider bestämt uppsägningen av avtalet.",
            "Jag bestrider fakturan. Avsluta mitt konto.",
        ),
        ("Uppsägningen av kontot återtas.", "Medgivandet återtas. Avsluta kontot."),
    ),
    "da": (
        ("Opsigelsen af kontoen trækkes tilbage.", "Samtykket trækkes tilbage. Opsig kontoen."),
    ),
    "no": (
        ("Oppsigelsen av kontoen trekkes tilbake.", "Samtykket trekkes tilbake. Avslutt kontoen."),
    ),
    "ja": (
        ("解約されるのは迷惑です。", "請求されるのは迷惑です。契約を解約してください。"),
        (
            "契約の解除には断固として反対します。",
            "値上げには断固として反対します。契約を解約してください。",
        ),
        ("サイトの閉鎖をやめてください。", "請求をやめて、サイトの契約を解約してください。"),
    ),
    "zh": (
        ("我们并无注销账户的计划。", "我们并无其他问题，请注销我的账户。"),
        ("终止合同？我可没答应。", "涨价我可没答应。请终止我的合同。"),
    ),
}
WONDERED_AT = {
    "cs": (
        (
            "Kdo přišel na to, že chci zrušit hosting?",
            "Přišel jsem na to, že chci zrušit hosting.",
        ),
        (
            "Nikdo u nás netvrdil, že chceme zrušit účet.",
            "Ve firmě tvrdíme, že chceme zrušit účet.",
        ),
    ),
    "pl": (("Skąd pomysł, że chcę zamknąć konto?", "Mam taki pomysł: chcę zamknąć konto."),),
    "fi": (("Kuka keksi, että haluan sulkea tilini?", "Ilmoitan, että haluan sulkea tilini."),),
    "ru": (
        ("С чего это вы взяли, что я хочу закрыть аккаунт?", "Сообщаю, что хочу закрыть аккаунт."),
        (
            "Никто не говорил, что мы хотим закрыть аккаунт.",
            "Говорю, что мы хотим закрыть аккаунт.",
        ),
    ),
    "ja": (
        ("解約したいと言いましたっけ。", "解約したいので、契約を解約してください。"),
        (
            "退会したいと思ったことは一度もありません。",
            "契約をやめたいと思ったので、解約してください。",
        ),
    ),
    "sv": (
        ("Avsluta mitt konto? Du skojar väl.", "Avsluta mitt konto. Tack för allt."),
        ("Min fru ville avsluta kontot, men inte jag.", "Min fru och jag vill avsluta kontot."),
    ),
}
FOOLISH = {
    "cs": (
        ("Ukončit smlouvu by byl nesmysl.", "Ukončit smlouvu je naše přání, ukončete ji."),
        ("Bratr vám ze srandy napsal, ať zrušíte můj účet.", "Bratr vám děkuje, zrušte můj účet."),
    ),
    "pl": (("Brat żartem napisał, żebyście zamknęli konto.", "Brat dziękuje, zamknijcie konto."),),
    "fi": (("Perumme pyyntömme sulkea tilimme.", "Perumme tilauksemme. Sulkekaa tilimme."),),
    "tr": (("Sözleşmeyi feshetmek büyük hata olur.", "Sözleşmeyi yapmak hataydı, feshedin."),),
    "ru": (
        ("Закрывать аккаунт пока рано.", "Продлевать аккаунт незачем. Закройте аккаунт."),
        ("Заявление о расторжении договора: это фальшивка.", "Расторгните договор: это всё."),
    ),
    "sv": (("Att säga upp avtalet är för tidigt.", "Säg upp avtalet tidigt."),),
    "da": (("At opsige aftalen ville være tåbeligt.", "Opsig aftalen, den er for dyr."),),
    "no": (("Å si opp avtalen ville vært en tabbe.", "Si opp avtalen, den er for dyr."),),
    "zh": (("终止合同还太早。", "续费还太早，请终止我的合同。"),),
}
# A word that tells elsewhere that nothing is meant, or that we may choose, is all of its clause
# there, or stands between two things.
ORDINARY = {
    "cs": (
        ("Poslední, co chceme, je zrušit účet.", "Je to moje poslední faktura, zrušte mi účet."),
    ),
    "fi": (("Juuri päinvastoin: sulkekaa tilini.", "Päinvastoin, sulkekaa tilini."),),
    "sv": (("Precis tvärtom: avsluta mitt konto.", "Tvärtom, avsluta mitt konto."),),
    "da": (("Præcis omvendt: luk min konto.", "Omvendt, luk min konto."),),
    "no": (("Stikk motsatt: avslutt kontoen min.", "Motsatt, avslutt kontoen min."),),
    "zh": (
        ("退款或请终止我的合同。", "请在今天或明天终止我的合同。"),
        ("请本周退款或下周终止我的合同。", "请在本周或下周终止我的合同。"),
        ("这是例子：请终止我的合同。", "贵司的服务是个坏例子，请终止我的合同。"),
    ),
}
SAID = (OBJECTED, WONDERED_AT, FOOLISH, ORDINARY)


@pytest.mark.parametrize(("language", "told", "asked"), pairs_of(*SAID))
def test_an_end_is_not_what_is_said_against_it(language: str, told: str, asked: str) -> None:
    assert not mistaken(Intent.CANCELLATION, language, told, asked)


# The rules find no verb there that they know; the models' word counts, unless it is not meant.
@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("Poslední hosté odjeli. Web vypněte a smlouvu uložte k ledu.", True),
        ("Bojím se, že mi zrušíte účet.", False),
        ("Poslední, co chci, je dát smlouvu k ledu.", False),
    ],
)
def test_the_last_of_something_is_no_last_thing_to_want(text: str, *, ended: bool) -> None:
    found = shipped_classifier().read(message(text, language="cs"), role=Role.CANCEL)
    assert (Intent.CANCELLATION in {one.intent for one in found.certain}) is ended


# Whether they are sure enough to end something by it, is another matter.
@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Poslední hosté odjeli. Web vypněte a smlouvu uložte k ledu.", True),
        ("Dohrajte mi poslední skladbu a smlouvu zahoďte.", True),
        ("Poslední, co chci, je dát smlouvu k ledu.", False),
    ],
)
def test_the_models_are_heard_beside_the_last_of_something(text: str, *, heard: bool) -> None:
    understood = shipped_classifier().understand(message(text, language="cs"))
    assert (Intent.CANCELLATION in trusted_intents(understood)) is heard
