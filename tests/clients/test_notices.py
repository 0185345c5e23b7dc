"""What companies and virus scanners put below or above a text is not what the writer says."""

from __future__ import annotations

import pytest

from handlers.quotes import split_text
from tests.clients.languages import LANGUAGES
from tests.clients.test_languages import marked

NOTICES = (
    # Virus scanners
    ("en", "This email has been checked for viruses by Avast antivirus software.\nwww.avast.com"),
    ("en", "Virus-free. www.avast.com"),
    ("en", "Virus-free.www.avg.com <http://www.avg.com/email-signature?utm=link>"),
    (
        "en",
        (
            "This email has been scanned by the Symantec Email Security.cloud service.\nFor more"
            " information please visit http://www.symanteccloud.example"
        ),
    ),
    (
        "en",
        (
            "This message has been scanned for viruses and dangerous content by MailScanner,"
            " and is"
            " believed to be clean."
        ),
    ),
    ("de", "Virenfrei. www.avast.com"),
    ("de", "Diese E-Mail wurde von Avast-Antivirussoftware auf Viren geprüft.\nwww.avast.com"),
    ("fr", "Garanti sans virus. www.avast.com"),
    ("fr", "Cet e-mail a été vérifié par le logiciel antivirus d'Avast.\nwww.avast.com"),
    (
        "fr",
        "L'absence de virus dans ce courrier électronique a été vérifiée par le logiciel Avast.",
    ),
    ("es", "Libre de virus. www.avast.com"),
    ("es", "Este correo electrónico ha sido comprobado por el antivirus Avast en busca de virus."),
    ("it", "Privo di virus. www.avast.com"),
    ("it", "Questa e-mail è stata controllata per individuare virus con Avast antivirus."),
    ("nl", "Virusvrij. www.avast.com"),
    ("nl", "Deze e-mail is gecontroleerd op virussen door de antivirussoftware van Avast."),
    ("pt", "Livre de vírus. www.avast.com"),
    ("pt", "Este e-mail foi verificado quanto a vírus pelo software antivírus do Avast."),
    ("pl", "Wolny od wirusów. www.avast.com"),
    ("pl", "Ta wiadomość e-mail została sprawdzona pod kątem wirusów przez program AVG."),
    ("sv", "Virusfri. www.avast.com"),
    ("da", "Virusfri. www.avast.com"),
    ("no", "Virusfri. www.avast.com"),
    ("cs", "Neobsahuje žádné viry. www.avast.com"),
    ("cs", "Tento e-mail byl zkontrolován na viry programem Avast antivirus."),
    ("ru", "Без вирусов. www.avast.com"),
    ("ru", "Это письмо проверено на вирусы антивирусом Avast."),
    ("tr", "Virüs bulunmuyor. www.avast.com"),
    ("fi", "Ei viruksia. www.avast.com"),
    ("ja", "ウイルス フリー。www.avast.com"),
    ("zh", "无病毒。www.avast.com"),
    # Banners of one's own gateway
    (
        "en",
        (
            "CAUTION: This email originated from outside of the organization. Do not click"
            " links or"
            " open attachments unless you recognize the sender. Delete it if in doubt."
        ),
    ),
    ("en", "[EXTERNAL] This message came from outside the company. Do not reply."),
    (
        "de",
        "ACHTUNG: Diese E-Mail stammt von einem externen Absender. Löschen Sie sie im Zweifel.",
    ),
    ("fr", "ATTENTION : Ce courriel provient de l'extérieur. Supprimez-le en cas de doute."),
    ("es", "ATENCIÓN: Este correo procede de fuera de la empresa. Bórrelo en caso de duda."),
    ("it", "ATTENZIONE: Questa e-mail proviene dall'esterno. Cancellatela in caso di dubbio."),
    ("nl", "LET OP: Deze e-mail komt van buiten de organisatie. Verwijder hem bij twijfel."),
    # The environment
    ("en", "Please consider the environment before printing this e-mail."),
    ("en", "P Think before you print."),
    ("de", "Bitte denken Sie an die Umwelt, bevor Sie diese E-Mail ausdrucken."),
    ("de", "Denken Sie bitte an die Umwelt, bevor Sie diese E-Mail drucken."),
    ("fr", "Pensez à l'environnement avant d'imprimer ce message."),
    ("es", "Antes de imprimir este correo piense en el medio ambiente."),
    ("it", "Prima di stampare questa e-mail pensa all'ambiente."),
    ("nl", "Denk aan het milieu voordat u deze e-mail print."),
    ("pt", "Antes de imprimir pense no ambiente."),
    ("sv", "Tänk på miljön innan du skriver ut det här mejlet."),
    ("pl", "Pomyśl o środowisku, zanim wydrukujesz tę wiadomość."),
    # A company's own newsletter
    ("en", "Follow us | Newsletter"),
    ("en", "Wilkes Watches | 14 Tide Lane | Unsubscribe | Imprint"),
    ("fr", "Lettre gourmande : s'inscrire | se désabonner"),
    ("de", "Abmelden | Impressum"),
    # Confidentiality
    (
        "en",
        (
            "Confidentiality Notice: This e-mail may contain privileged information. If you are"
            " not"
            " the intended recipient, please delete this message and cancel all copies."
        ),
    ),
    (
        "en",
        (
            "The information transmitted is intended only for the person or entity to which it is"
            " addressed and may contain confidential and/or privileged material. If you received"
            " this in error, please contact the sender and delete the material from any computer."
        ),
    ),
    (
        "en",
        (
            "NOTICE: The sender accepts no liability. Any unauthorised disclosure or copying by"
            " anyone but the addressee is prohibited. Delete it and notify us if it reached you in"
            " error."
        ),
    ),
    (
        "de",
        (
            "Der Inhalt dieser E-Mail ist vertraulich und ausschließlich für den bezeichneten"
            " Adressaten bestimmt. Falls Sie sie irrtümlich erhalten haben, löschen Sie sie bitte."
        ),
    ),
    (
        "de",
        (
            "Vertraulichkeitshinweis: Sollten Sie nicht der richtige Empfänger sein, löschen Sie"
            " diese Nachricht bitte umgehend und informieren Sie den Absender."
        ),
    ),
    (
        "fr",
        (
            "Le contenu de ce courriel est confidentiel et destiné à son seul destinataire. Si"
            " vous"
            " l'avez reçu par erreur, merci de le supprimer et d'en avertir l'expéditeur."
        ),
    ),
    (
        "es",
        (
            "AVISO LEGAL: La información contenida en este mensaje es confidencial. Si lo ha"
            " recibido"
            " por error, elimínelo y notifíquelo al remitente; queda prohibida su divulgación."
        ),
    ),
    (
        "it",
        (
            "Le informazioni contenute nella presente comunicazione sono riservate al"
            " destinatario."
            " Chi l'avesse ricevuta per errore è pregato di cancellarla e di avvisare il mittente."
        ),
    ),
    (
        "nl",
        (
            "De informatie in deze e-mail is vertrouwelijk en alleen bestemd voor de"
            " geadresseerde."
            " Indien u dit bericht ten onrechte ontvangt, verwijder het dan en meld het de"
            " afzender."
        ),
    ),
    (
        "pt",
        (
            "Esta mensagem é confidencial e dirigida apenas ao seu destinatário. Se a recebeu por"
            " engano, apague-a e informe o remetente; é proibida a sua divulgação."
        ),
    ),
    (
        "pl",
        (
            "Wiadomość zawiera informacje poufne przeznaczone wyłącznie dla adresata. Jeśli"
            " trafiła"
            " do Państwa przez pomyłkę, prosimy o jej usunięcie i poinformowanie nadawcy."
        ),
    ),
    (
        "sv",
        (
            "Det här meddelandet är konfidentiellt och avsett endast för mottagaren. Har ni"
            " fått det"
            " av misstag ber vi er radera det och meddela avsändaren."
        ),
    ),
    (
        "da",
        (
            "Denne e-mail er fortrolig og kun bestemt for modtageren. Har De modtaget den ved en"
            " fejl, bedes De slette den og give afsenderen besked."
        ),
    ),
    (
        "no",
        (
            "Denne e-posten er konfidensiell og kun ment for mottakeren. Har du fått den ved en"
            " feil,"
            " vennligst slett den og gi beskjed til avsender."
        ),
    ),
    (
        "fi",
        (
            "Tämä viesti on luottamuksellinen ja tarkoitettu vain vastaanottajalle. Jos olet"
            " saanut"
            " sen vahingossa, poista se ja ilmoita siitä lähettäjälle."
        ),
    ),
    (
        "cs",
        (
            "Tato zpráva je důvěrná a určena pouze příjemci. Pokud jste ji obdrželi omylem,"
            " smažte ji"
            " a informujte odesílatele; její šíření je zakázáno."
        ),
    ),
    (
        "ru",
        (
            "Это сообщение конфиденциально и предназначено только адресату. Если вы получили его"
            " по ошибке, удалите его и сообщите отправителю; его распространение запрещено."
        ),
    ),
    (
        "tr",
        (
            "Bu ileti gizlidir ve yalnızca alıcısına yöneliktir. Yanlışlıkla aldıysanız lütfen"
            " siliniz"
            " ve göndereni bilgilendiriniz; kopyalanması yasaktır."
        ),
    ),
    (
        "ja",
        (
            "本メールには機密情報が含まれている場合があります。誤って受信された場合は、送信者に"
            "ご連絡のうえ、削除してください。宛先以外の方への開示は禁止されています。"
        ),
    ),
    (
        "zh",
        (
            "本邮件含有保密信息，仅限于收件人使用。如误收本邮件，请立即删除并通知发件人，"
            "禁止任何未经授权的披露或传播。"
        ),
    ),
    # A company's own marketing below everything it sends
    ("en", "If you no longer wish to receive emails from Weiss Ltd, click here to unsubscribe."),
    ("de", "Wenn Sie keine E-Mails der Weiss GmbH mehr erhalten möchten, klicken Sie hier."),
    ("fr", "Si vous ne souhaitez plus recevoir nos courriels, cliquez ici pour vous désabonner."),
    ("es", "Si no desea recibir más correos de Weiss, haga clic aquí para darse de baja."),
    ("it", "Se non desidera ricevere altre e-mail da Weiss, clicchi qui."),
    ("nl", "Wilt u geen e-mails van Weiss meer ontvangen, klik dan hier."),
    ("pt", "Se não deseja receber mais mensagens da Weiss, clique aqui."),
)
IDS = [f"{code}-{notice[:50]}" for code, notice in NOTICES]


@pytest.mark.parametrize(("code", "notice"), NOTICES, ids=IDS)
def test_a_notice_below_is_no_word_of_the_writer(code: str, notice: str) -> None:
    wish = LANGUAGES[code].wish
    parts = split_text(f"{wish}\n\n{notice}\n")
    assert parts.new == wish
    assert notice in parts.signature


@pytest.mark.parametrize(("code", "notice"), NOTICES, ids=IDS)
def test_a_notice_above_and_one_amid_the_text_are_not_either(code: str, notice: str) -> None:
    wish = LANGUAGES[code].wish
    parts = split_text(f"{notice}\n\n{wish}\n\n{notice}\n\nAnna Weiss\n")
    assert [line for line in parts.new.split("\n") if line] == [wish, "Anna Weiss"]


@pytest.mark.parametrize(("code", "notice"), NOTICES, ids=IDS)
def test_a_notice_without_an_empty_line_before_it(code: str, notice: str) -> None:
    wish = LANGUAGES[code].wish
    assert split_text(f"{wish}\n{notice}\n").new == wish


@pytest.mark.parametrize(("code", "notice"), NOTICES, ids=IDS)
def test_a_notice_above_a_quotation(code: str, notice: str) -> None:
    language = LANGUAGES[code]
    text = f"{language.wish}\n\n{notice}\n\n{language.wrote[0]}\n{marked(language.letter)}"
    assert split_text(text).new == language.wish


PEOPLE = (
    (
        "This message is my formal notice: I cancel my contract 4711. Please delete all"
        " confidential"
        " data about me and notify the addressee named below, as I signed in error."
    ),
    (
        "You send these mails to us in error. Please delete us from the distribution list and"
        " notify"
        " everybody who has our address; any further use is unauthorised."
    ),
    "The site was checked and a virus was found by Norton. Please cancel account 4711.",
    "If you no longer offer this tariff, please cancel my account.",
    "If you do not want to receive my complaint in public, delete my address.",
    "Wenn Sie nicht mehr liefern können, kündige ich.",
    "Virus-free hosting was promised. Cancel.",
    "Your mail was scanned as spam. Please take us off the list.",
    "Attention: please cancel my account",
    "Achtung: bitte kündigen Sie meinen Vertrag",
    "Please consider my cancellation.",
    "Unsubscribe | Anna Noll",
    "Newsletter: unsubscribe",
    "I checked the e-mail for viruses and want no more of them.",
)


@pytest.mark.parametrize("text", PEOPLE)
def test_what_people_say_stays(text: str) -> None:
    assert split_text(f"Hello,\n\n{text}\n\nAnna").new == f"Hello,\n\n{text}\n\nAnna"
    assert split_text(f"Hello,\n{text}\nAnna").new == f"Hello,\n{text}\nAnna"
