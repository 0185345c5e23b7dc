"""What ends a contract with somebody else ends none with us, whichever mailbox it was sent to.

Hosting customers of the same trades end theirs: the gym its website, the newspaper its server.
"""

from __future__ import annotations

import pytest

from handlers.classify.shipped import shipped_classifier
from handlers.classify.standing import trusted_intents
from handlers.values import Intent, Role
from tests.unit.classified import message
from tests.unit.contrasts import acted

# Contracts of daily life, which nobody here has with the writer.
OTHERS = {
    "en": """
I hereby cancel my membership at your gym.
Please cancel my broadband contract as of 1 June.
I am cancelling our choir membership. Please confirm.
I want out of my car sharing account, please close it.
Please stop my Sunday paper at the end of the month.
""",
    "de": """
Hiermit kündige ich meine Mitgliedschaft in Ihrem Fitnessstudio.
Bitte kündigen Sie meinen Kita-Vertrag zum 1. Juni.
Ich kündige mein Girokonto. Bitte bestätigen Sie das.
Bitte kündigen Sie mein Musik-Abo.
Ich möchte meinen Vertrag mit der Fahrschule kündigen.
""",
    "nl": """
Hierbij zeg ik mijn lidmaatschap bij uw sportschool op.
Hierbij zeg ik mijn parkeerplaats op.
Graag mijn glasvezelabonnement opzeggen per 1 juni.
Hierbij wil ik mijn zorgverzekering beëindigen.
Ik wil mijn contract met de rijschool opzeggen.
""",
    "fr": """
Par la présente, je résilie mon abonnement à la salle de sport.
Merci de résilier ma ligne 02 55 50 11 22, je vous rends la box.
Merci de résilier mon contrat de nettoyage au 1er juin.
Je souhaite mettre fin à mon abonnement de streaming.
Merci de clôturer mon compte sur le site de rencontres.
""",
    "es": """
Quiero dar de baja el internet de mi casa que es de FibraSur.
Por la presente doy de baja mi membresía en la iglesia.
Por favor, cancelen mi suscripción de música.
Deseo cancelar mi contrato con la autoescuela.
Quiero dar de baja mi abono de la piscina.
""",
    "it": """
Disdico il mio abbonamento annuale alla palestra FitUp.
Vi prego di disdire il mio contratto di pulizie dal 1 giugno.
Con la presente disdico il contratto dell'allarme.
Voglio disdire il mio account del car sharing.
Con la presente disdico il mio abbonamento alla rivista.
""",
    "pt": """
Por favor, cancelem a minha assinatura do jornal.
Quero cancelar minha conta no site de namoro.
Venho por este meio cancelar o contrato do alarme.
Quero cancelar minha assinatura anual da academia.
Por favor, cancelem o contrato com a autoescola.
""",
    "sv": """
Härmed säger jag upp mitt medlemskap i tennisklubben.
Jag vill säga upp mitt spelabonnemang.
Vänligen avsluta avtalet med körskolan.
Jag vill avsluta mitt konto på dejtingsajten.
Vänligen avsluta förskoleplatsen från och med 1 juni.
""",
    "da": """
Jeg vil gerne opsige min weekendavis.
Jeg opsiger hermed min tv-pakke.
Jeg vil gerne opsige mit musikabonnement.
Jeg ønsker at opsige aftalen med køreskolen.
Jeg vil gerne opsige min profil på datingsiden.
""",
    "no": """
Jeg sier herved opp tv-abonnementet mitt.
Jeg ønsker å si opp medlemskapet mitt i fagforeningen.
Vennligst avslutt avtalen med kjøreskolen.
Jeg ønsker å si opp spillabonnementet mitt.
Vennligst avslutt barnehageplassen fra 1. juni.
""",
    "fi": """
Irtisanon täten tennisseuran jäsenyyteni.
Haluan irtisanoa hälytysjärjestelmän sopimuksen.
Pyydän päättämään siivoussopimuksemme 1.6. alkaen.
Irtisanon täten deittisivuston tilini.
Haluan irtisanoa ammattiliiton jäsenyyteni.
""",
    "pl": """
Niniejszym wypowiadam umowę na siłownię.
Proszę rozwiązać umowę na światłowód z dniem 1 czerwca.
Chcę wypowiedzieć członkostwo w klubie tenisowym.
Proszę zakończyć umowę z przedszkolem.
Niniejszym wypowiadam subskrypcję muzyki.
""",
    "cs": """
Tímto vypovídám smlouvu na mobil.
Chci ukončit smlouvu s autoškolou.
Chci zrušit předplatné hudby.
Tímto vypovídám smlouvu na úklid.
Chci zrušit účet na seznamce.
""",
    "ru": """
Прошу отменить договор на газ с 1 июня.
Настоящим прошу расторгнуть договор с автошколой.
Хочу прекратить членство в профсоюзе.
Хочу отказаться, закройте договор на уборку.
Прошу отменить абонемент в бассейн.
""",
    "tr": """
Müzik uygulaması üyeliğimi iptal ediyorum.
Temizlik sözleşmemizi feshetmek istiyorum.
Arkadaşlık sitesi hesabımı iptal etmenizi rica ederim.
Araç paylaşım hesabımı sonlandırmak istiyorum.
Sürücü kursu sözleşmemi feshetmek istiyorum.
""",
    "ja": """
テニスクラブの会員を解約します。
音楽アプリの契約を解約したいです。
6月1日付で自動車教習所の契約の解約をお願いします。
ヨガ教室の契約を解約します。
ウォーターサーバーの契約をやめたいので解約してください。
""",
    "zh": """
请取消视频App的连续包月会员。
我要取消网球俱乐部会员。
我想终止物业服务合同，请确认。
请注销青禾公司的交友网站账号。
请从6月1日起取消音乐App会员。
""",
}
# The hosting of those who live by such contracts, ended in cancel@.
OURS = {
    "en": """
The gym is closing, please cancel our hosting.
Our newspaper has folded. Please cancel the hosting contract.
""",
    "de": """
Bitte kündigen Sie das Hosting unseres Sportvereins.
Unsere Fahrschule schließt. Wir kündigen unseren Hosting-Vertrag.
""",
    "nl": """
De sportschool sluit. Hierbij zeg ik ons hostingcontract op.
Graag de hosting van onze tennisclub opzeggen per 1 juni.
""",
    "fr": """
La salle de sport ferme. Merci de résilier notre hébergement.
Je souhaite résilier l'hébergement du site de notre auto-école.
""",
    "es": """
El gimnasio cierra. Por favor, cancelen nuestro hosting.
Quiero dar de baja el hosting de nuestra autoescuela.
""",
    "it": """
La palestra chiude. Vi prego di disdire il nostro hosting.
Con la presente disdico il contratto di hosting dell'autoscuola.
""",
    "pt": """
A academia vai fechar. Por favor, cancelem a nossa hospedagem.
Quero cancelar a hospedagem do site da autoescola.
""",
    "sv": """
Körskolan stänger. Vi vill säga upp vårt webbhotell.
Härmed säger jag upp webbhotellet för tennisklubben.
""",
    "da": """
Køreskolen lukker. Jeg vil gerne opsige vores webhotel.
Jeg opsiger hermed webhotellet for tennisklubben.
""",
    "no": """
Kjøreskolen legges ned. Vi ønsker å si opp webhotellet vårt.
Jeg sier herved opp webhotellet til tennisklubben.
""",
    "fi": """
Autokoulu lopettaa. Haluan irtisanoa webhotellimme.
Irtisanon täten tennisseuran webhotellin.
""",
    "pl": """
Siłownia się zamyka. Proszę rozwiązać umowę na hosting.
Niniejszym wypowiadam umowę hostingu naszego przedszkola.
""",
    "cs": """
Posilovna končí. Chci zrušit náš hosting.
Tímto vypovídám smlouvu na hosting naší autoškoly.
""",
    "ru": """
Автошкола закрывается. Прошу расторгнуть договор на хостинг.
Прошу отменить хостинг нашего фитнес-клуба.
""",
    "tr": """
Spor salonumuz kapanıyor. Hosting hesabımızı iptal etmenizi rica ederim.
Sürücü kursumuzun hosting paketini iptal etmek istiyorum.
""",
    "ja": """
ジムを閉店します。サーバー契約を解約してください。
ヨガ教室のホームページのサーバー契約を解約します。
""",
    "zh": """
健身房要关门了，请取消我们的主机服务。
请注销我们驾校的主机账户。
""",
}


def _lines(of: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, line) for name, text in of.items() for line in text.strip().splitlines()]


@pytest.mark.parametrize(("language", "text"), _lines(OTHERS))
def test_a_contract_with_somebody_else_is_not_ended(language: str, text: str) -> None:
    told = message(text, language=language)
    for role in Role:
        assert not acted(text, language, role), role
        assert not shipped_classifier().read(told, role=role).certain, role


@pytest.mark.parametrize(("language", "text"), _lines(OURS))
def test_the_hosting_of_those_who_offer_such_contracts_is_ended(language: str, text: str) -> None:
    assert acted(text, language, Role.CANCEL) == {Intent.CANCELLATION}


def test_the_models_alone_end_nothing_where_another_contract_is_named() -> None:
    told = "I hereby cancel my choir membership."
    classifier = shipped_classifier()
    understood = classifier.understand(message(told, language="en"))
    assert trusted_intents(understood) == (Intent.OPT_OUT,)
    ours = classifier.understand(message("I hereby cancel my account.", language="en"))
    assert trusted_intents(ours) == tuple(Intent)
