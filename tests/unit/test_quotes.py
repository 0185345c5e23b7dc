"""Plain text to new words, quotation and signature, as mail programs of many countries write."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.quotes import TextParts, split_text

WISH = "Please cancel my account."
THEIRS = "Unsubscribe from our newsletter here."
SHOP = "Shop Support <support@shop.example>"

# The last line above the quoted text, by mail program and language.
WROTE = {
    "Gmail en": f"On Mon, Jun 1, 2026 at 10:00 AM {SHOP} wrote:",
    "Gmail en, wrapped": "On Mon, Jun 1, 2026 at 10:00 AM Shop <\nsupport@shop.example> wrote:",
    "Gmail de": f"Am Mo., 1. Juni 2026 um 10:00 Uhr schrieb {SHOP}:",
    "Gmail de, wrapped": (
        "Am Mo., 1. Juni 2026 um 10:00 Uhr schrieb Shop Support <\nsupport@shop.example>:"
    ),
    "Gmail fr": f"Le lun. 1 juin 2026 à 10:00, {SHOP} a écrit :",
    "Gmail fr, wrapped": f"Le lun. 1 juin 2026 à 10:00, {SHOP} a\nécrit :",
    "Gmail es": "El lun, 1 jun 2026 a las 10:00, Shop (<support@shop.example>) escribió:",
    "Gmail es, wrapped": "El lun, 1 jun 2026 a las 10:00, Shop (<a@shop.example>)\nescribió:",
    "Gmail it": f"Il giorno lun 1 giu 2026 alle ore 10:00 {SHOP} ha scritto:",
    "Gmail nl": f"Op ma 1 jun 2026 om 10:00 schreef {SHOP}:",
    "Gmail pt": f"Em seg., 1 de jun. de 2026 às 10:00, {SHOP} escreveu:",
    "Gmail pt, wrapped": (
        "Em seg., 1 de jun. de 2026 às 10:00, Shop Support <\nsupport@shop.example> escreveu:"
    ),
    "Gmail sv": f"Den mån 1 juni 2026 kl 10:00 skrev {SHOP}:",
    "Gmail da": f"Den man. 1. jun. 2026 kl. 10.00 skrev {SHOP}:",
    "Gmail pl": f"pon., 1 cze 2026 o 10:00 {SHOP} napisał(a):",
    "Gmail cs": f"po 1. 6. 2026 v 10:00 odesílatel {SHOP} napsal:",
    "Gmail ru": f"пн, 1 июн. 2026 г. в 10:00, {SHOP}:\nнаписал(а):",
    "Gmail ja": "2026年6月1日(月) 10:00 Shop <support@shop.example>:",
    "Gmail zh": "Shop <support@shop.example> 于2026年6月1日周一 10:00写道：",
    "Gmail tr": f"{SHOP}, 1 Haz 2026 Pzt, 10:00 tarihinde şunu yazdı:",
    "Apple en": f"On 1 Jun 2026, at 10:00, {SHOP} wrote:",
    "Apple de": f"Am 01.06.2026 um 10:00 schrieb {SHOP}:",
    "Apple fr": f"Le 1 juin 2026 à 10:00, {SHOP} a écrit :",
    "Apple es": f"El 1 jun 2026, a las 10:00, {SHOP} escribió:",
    "Apple it": f"Il giorno 1 giu 2026, alle ore 10:00, {SHOP} ha scritto:",
    "Apple nl": f"Op 1 jun. 2026 om 10:00 heeft {SHOP} het volgende geschreven:",
    "Apple pt": f"No dia 01/06/2026, às 10:00, {SHOP} escreveu:",
    "Thunderbird en": "On 6/1/26 10:00, Shop Support wrote:",
    "Thunderbird de": "Am 01.06.26 um 10:00 schrieb Shop Support:",
    "Thunderbird fr": "Le 01/06/2026 à 10:00, Shop Support a écrit :",
    "Thunderbird es": "El 1/6/26 a las 10:00, Shop Support escribió:",
    "Thunderbird it": "Il 01/06/2026 10:00, Shop Support ha scritto:",
    "Thunderbird nl": "Op 1-6-2026 om 10:00 schreef Shop Support:",
    "Thunderbird pt": "Às 10:00 de 01/06/2026, Shop Support escreveu:",
    "Thunderbird pt-BR": "Em 01/06/2026 10:00, Shop Support escreveu:",
    "Yahoo en": f"On Monday, June 1, 2026 at 10:00:00 AM GMT+2, {SHOP} wrote:",
    "Yahoo de": f"Am Montag, 1. Juni 2026 um 10:00:00 MESZ hat {SHOP} Folgendes geschrieben:",
    "Yahoo fr": f"Le lundi 1 juin 2026 à 10:00:00 UTC+2, {SHOP} a écrit :",
    "Yahoo es": f"El lunes, 1 de junio de 2026, 10:00:00 CEST, {SHOP} escribió:",
    "Yahoo it": f"Il lunedì 1 giugno 2026 alle ore 10:00:00 CEST, {SHOP} ha scritto:",
    "Yahoo nl": f"Op maandag 1 juni 2026 om 10:00:00 CEST schreef {SHOP}:",
    "Yahoo pt": f"Em segunda-feira, 1 de junho de 2026 10:00:00 GMT+2, {SHOP} escreveu:",
    "mutt": f"On Mon, Jun 01, 2026 at 10:00:00AM +0200, {SHOP} wrote:",
    "without the time": "On Monday, Shop Support wrote:",
}
# Under these everything belongs to the other side.
BLOCKS = {
    "Outlook en": f"From: {SHOP}\nSent: Monday, June 1, 2026 10:00 AM\nTo: Anna\nSubject: News",
    "Outlook en, ruled": (
        f"{'_' * 32}\nFrom: {SHOP}\nSent: Monday, June 1, 2026 10:00 AM\nTo: Anna\nSubject: News"
    ),
    "Outlook en, bold": (
        f"*From:* {SHOP}\n*Sent:* Monday, June 1, 2026 10:00 AM\n*To:* Anna\n*Subject:* News"
    ),
    "Outlook en, spaced": f"From: {SHOP}\n\nSent: June 1, 2026 10:00 AM\n\nTo: Anna\n\nCc: B",
    "Outlook without an address": "From: Shop\nSent: Monday, June 1, 2026 10:00 AM\nTo: Anna",
    "Outlook de": f"Von: {SHOP}\nGesendet: Montag, 1. Juni 2026 10:00\nAn: Anna\nBetreff: News",
    "Outlook fr": f"De : {SHOP}\nEnvoyé : lundi 1 juin 2026 10:00\nÀ : Anna\nObjet : News",
    "Outlook es": f"De: {SHOP}\nEnviado el: lunes, 1 de junio 10:00\nPara: A\nAsunto: News",
    "Outlook it": f"Da: {SHOP}\nInviato: lunedì 1 giugno 2026 10:00\nA: Anna\nOggetto: News",
    "Outlook nl": f"Van: {SHOP}\nVerzonden: maandag 1 juni 2026 10:00\nAan: A\nOnderwerp: News",
    "Outlook pt": f"De: {SHOP}\nEnviada: segunda-feira, 1 de junho 10:00\nPara: A\nAssunto: News",
    "Outlook pt-BR": f"De: {SHOP}\nEnviado em: segunda-feira 10:00\nPara: A\nAssunto: News",
    "Outlook pl": f"Od: {SHOP}\nWysłano: poniedziałek, 1 czerwca 2026 10:00\nDo: A\nTemat: News",
    "Outlook ja": f"差出人: {SHOP}\n送信日時: 2026年6月1日 10:00\n宛先: A\n件名: News",
    "Outlook ko": f"보낸 사람: {SHOP}\n보낸 날짜: 2026년 6월 1일 10:00\n받는 사람: A\n제목: News",
    "GMX": 'Gesendet: Montag, 01. Juni 2026 um 10:00 Uhr\nVon: "Shop" <a@shop.example>\nAn: A',
    "a wrapped field": f"From: {SHOP}\nSent: Monday 10:00\nTo: Anna Weiss;\nCarl\nSubject: News",
    "Outlook plain en": f"-----Original Message-----\nFrom: {SHOP}",
    "Outlook plain de": f"-----Ursprüngliche Nachricht-----\nVon: {SHOP}",
    "Outlook plain fr": f"-----Message d'origine-----\nDe : {SHOP}",
    "Outlook plain es": f"-----Mensaje original-----\nDe: {SHOP}",
    "Outlook plain it": f"-----Messaggio originale-----\nDa: {SHOP}",
    "Outlook plain nl": f"-----Oorspronkelijk bericht-----\nVan: {SHOP}",
    "Outlook plain pt": f"-----Mensagem original-----\nDe: {SHOP}",
    "Samsung": f"-------- Original message --------From: {SHOP}",
    "Zoho": f"---- On Mon, 01 Jun 2026 10:00:00 +0200 {SHOP} wrote ----",
    "Gmail forwarded": f"---------- Forwarded message ---------\nFrom: {SHOP}",
    "Thunderbird forwarded de": "-------- Weitergeleitete Nachricht --------\nBetreff: \tNews",
    "Thunderbird forwarded fr": "-------- Message transféré --------\nSujet : \tNews",
    "Thunderbird forwarded es": "-------- Mensaje reenviado --------\nAsunto: \tNews",
    "Thunderbird forwarded it": "-------- Messaggio Inoltrato --------\nOggetto: \tNews",
    "Thunderbird forwarded nl": "-------- Doorgestuurd bericht --------\nOnderwerp: \tNews",
    "Thunderbird forwarded pt": "-------- Mensagem encaminhada --------\nAssunto: \tNews",
    "Apple forwarded en": f"Begin forwarded message:\n\nFrom: {SHOP}",
    "Apple forwarded de": f"Anfang der weitergeleiteten Nachricht:\n\nVon: {SHOP}",
    "Apple forwarded fr": f"Début du message réexpédié :\n\nDe: {SHOP}",
    "Apple forwarded es": f"Inicio del mensaje reenviado:\n\nDe: {SHOP}",
    "Apple forwarded it": f"Inizio messaggio inoltrato:\n\nDa: {SHOP}",
    "Apple forwarded nl": f"Begin doorgestuurd bericht:\n\nVan: {SHOP}",
    "Apple forwarded pt": f"Início da mensagem reencaminhada:\n\nDe: {SHOP}",
}
ALL = {**WROTE, **BLOCKS}


@pytest.mark.parametrize("header", ALL.values(), ids=ALL.keys())
@pytest.mark.parametrize("mark", ["", "> ", "| "], ids=["unmarked", ">", "|"])
def test_an_answer_on_top_is_new_and_what_follows_is_quoted(header: str, mark: str) -> None:
    parts = split_text(f"{WISH}\n\n{header}\n{mark}{THEIRS}\n{mark}\n{mark}Your shop\n")
    assert parts.new == WISH
    assert THEIRS in parts.quoted


@pytest.mark.parametrize("header", WROTE.values(), ids=WROTE.keys())
def test_an_answer_below_is_new(header: str) -> None:
    parts = split_text(f"{header}\n> {THEIRS}\n> Your shop\n\n{WISH}\n")
    assert parts.new == WISH
    assert THEIRS in parts.quoted


@pytest.mark.parametrize("header", WROTE.values(), ids=WROTE.keys())
def test_answers_in_between_are_new(header: str) -> None:
    text = f"Hello,\n\n{header}\n> Why?\n\nToo dear.\n\n> {THEIRS}\n\n{WISH}"
    parts = split_text(text)
    assert [line for line in parts.new.split("\n") if line] == ["Hello,", "Too dear.", WISH]
    assert THEIRS in parts.quoted


def test_marked_lines_are_quoted_also_without_a_header() -> None:
    parts = split_text(f"> {THEIRS}\n>> older\n{WISH}\n   > stuffed")
    assert parts == TextParts(new=WISH, quoted=f"> {THEIRS}\n>> older\n   > stuffed", signature="")


@pytest.mark.parametrize(
    "above",
    ["On reflection, yes.", "At 10:00 I saw it.", "Am 01.06. ist Schluss!", "On reflection:"],
)
def test_the_line_above_a_header_is_new(above: str) -> None:
    assert split_text(f"{above}\n{SHOP} wrote:\n> {THEIRS}").new == above


def test_older_headers_inside_the_quotation_change_nothing() -> None:
    nested = f"> {WROTE['Gmail en']}\n>> {THEIRS}"
    parts = split_text(f"{WROTE['Gmail de']}\n> Hallo\n{nested}\n\n{WISH}")
    assert parts.new == WISH


def test_the_rest_of_a_quoted_line_that_was_broken_off_is_quoted() -> None:
    long = "> You can unsubscribe from this newsletter at any time, if you click on the"
    parts = split_text(f"{long}\nlink below.\n> Your shop\n\n{WISH}")
    assert parts.new == WISH


@pytest.mark.parametrize(
    "question",
    [
        "> Do you really want us to cancel the whole account with all its domains?",
        "> Do you want us to cancel?",
    ],
)
def test_a_short_answer_between_marked_lines_is_not_taken_for_such_a_rest(question: str) -> None:
    assert split_text(f"{question}\nyes\n> And delete the data?\nyes, all").new == "yes\nyes, all"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Your colleague wrote:\nPlease cancel my account.", id="no time, no address"),
        pytest.param("On 3 May at 10:00 I wrote:\nPlease cancel my account.", id="the writer, en"),
        pytest.param(
            "Am 3. Mai um 10:00 Uhr habe ich geschrieben:\nBitte kündigen.", id="the writer, de"
        ),
        pytest.param("Op 3 mei om 10:00 schreef ik:\nGraag opzeggen.", id="the writer, nl"),
        pytest.param(
            "From: Anna <anna@customer.example>\nSubject: Cancel\n\nPlease cancel.",
            id="a web form",
        ),
        pytest.param(
            "From: Anna <a@customer.example>\nTo: Shop\nSubject: Bye\n\nPlease cancel.",
            id="a web form that repeats the recipient",
        ),
        pytest.param("Name: Anna\nDate: today\nTo: all\nPlease cancel.", id="fields of a form"),
        pytest.param("Data: 1/6/2026\nPor favor, cancelem a conta.", id="a date in a letter"),
        pytest.param("Do: cancel my account\nDo not: charge me", id="a list of wishes"),
        pytest.param(
            "To: Gigapros\nFrom: Anna\nSubject: Cancel\n\nDear all", id="a letter's head"
        ),
        pytest.param("My wishes are:\n- cancel\n- delete", id="a list after a colon"),
        pytest.param("--- Please cancel my account ---", id="dashes"),
        pytest.param("The time is 10:00, so:\nplease cancel", id="a time"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_only_looks_like_a_quotation_is_new(text: str) -> None:
    assert split_text(text) == TextParts(new=text, quoted="", signature="")


# Signatures ---------------------------------------------------------------------------------

DEVICES = (
    "Sent from my iPhone",
    "Sent from Mail for Windows",
    "Sent from Yahoo Mail on Android",
    "Sent with Proton Mail secure email.",
    "Get Outlook for iOS<https://aka.example/o0ukef>",
    "Yahoo Mail: Search, Organize, Conquer",
    "Von meinem iPhone gesendet",
    "Gesendet mit der GMX Mail App",
    "Gesendet von Outlook für Android",
    "Diese Nachricht wurde von meinem Android-Gerät mit GMX Mail gesendet.",
    "Envoyé de mon iPhone",
    "Envoyé depuis mon appareil Galaxy",
    "Obtenez Outlook pour iOS",
    "Enviado desde mi iPhone",
    "Enviado do meu iPhone",
    "Inviato da iPhone",
    "Inviato da Libero Mail",
    "Verstuurd vanaf mijn iPhone",
    "Verzonden met Outlook voor Android",
    "Skickat från min iPhone",
    "Sendt fra min iPad",
    "Wysłane z iPhone'a",
    "iPhoneから送信",
    "发自我的 iPhone",
    "来自我的华为手机",
    "Lähetetty iPhonesta",
    "Lähetetty Android-puhelimesta",
    "Odesláno z iPhonu",
    "iPhone'umdan gönderildi",
    "Samsung Galaxy akıllı telefonumdan gönderildi.",
    "Uzyskaj aplikację Outlook dla systemu Android",
    "Hämta Outlook för iOS",
    "Hent Outlook til iOS",
    "Získat Outlook pro iOS",
    "Hanki Outlook iOSille",
    "iOS için Outlook'u edinin",
    "iOS 版 Outlook を入手",
    "获取适用于 iOS 的 Outlook",
)


@pytest.mark.parametrize("line", DEVICES)
def test_what_a_device_adds_is_a_signature(line: str) -> None:
    assert split_text(f"{WISH}\n\n{line}\n") == TextParts(new=WISH, quoted="", signature=line)


@pytest.mark.parametrize("line", DEVICES)
def test_what_a_device_adds_above_a_quotation_is_a_signature(line: str) -> None:
    parts = split_text(f"{WISH}\n\n{line}\n\n{WROTE['Apple en']}\n> {THEIRS}")
    assert parts.new == WISH
    assert parts.signature == line


@pytest.mark.parametrize(
    "line",
    [
        "Get me off your mail list!",
        "Get Outlook mails out of my account and cancel it.",
        "Hanki Outlook pois tililtäni",
        "Odesláno omylem, prosím zrušte účet",
        "Von meinem Konto wurde abgebucht, bitte kündigen",
        "Von meinem Handy aus geht die Kündigung nicht",
        "Sent from the wrong address, please unsubscribe me",
        "Sent from my phone, please cancel my account",
        "Enviado de nuevo: cancelar la cuenta",
        "Gesendet mit der Bitte um Kündigung",
    ],
)
def test_a_last_line_that_asks_for_something_is_no_signature(line: str) -> None:
    assert split_text(f"Hello,\n{line}").new == f"Hello,\n{line}"


@pytest.mark.parametrize("delimiter", ["-- ", "--", "—", "__"])
def test_a_signature_begins_at_its_delimiter(delimiter: str) -> None:
    parts = split_text(f"{WISH}\n{delimiter}\nAnna Weiss\nUnsubscribe Ltd\n")
    assert parts.new == WISH
    assert parts.signature == f"{delimiter}\nAnna Weiss\nUnsubscribe Ltd"


def test_a_signature_above_the_quotation_does_not_swallow_the_answer_below() -> None:
    text = f"See below.\n-- \nAnna\n\n{WROTE['Gmail en']}\n> Cancel?\n\n{WISH}\n-- \nAnna"
    parts = split_text(text)
    assert parts.new == f"See below.\n\n{WISH}"
    assert parts.signature == "-- \nAnna\n\n-- \nAnna"


DISCLAIMERS = {
    "en": (
        "This e-mail and any attachments are confidential and intended solely for the use of the"
        " individual or entity to whom they are addressed."
    ),
    "en, notice": (
        "CONFIDENTIALITY NOTICE: The contents of this email message and any attachments are"
        " intended solely for the addressee(s) and may contain privileged information."
    ),
    "en, error": (
        "If you have received this message in error, please notify the sender at once and cancel"
        " any further distribution of it."
    ),
    "de": (
        "Diese E-Mail enthält vertrauliche und/oder rechtlich geschützte Informationen. Wenn Sie"
        " nicht der richtige Adressat sind, informieren Sie bitte den Absender."
    ),
    "fr": (
        "Ce message et toutes les pièces jointes sont confidentiels et établis à l'intention"
        " exclusive de leurs destinataires."
    ),
    "es": (
        "Este mensaje y sus archivos adjuntos van dirigidos exclusivamente a su destinatario y"
        " pueden contener información confidencial."
    ),
    "it": (
        "Questo messaggio e i suoi allegati sono riservati e destinati esclusivamente al"
        " destinatario indicato; è vietata la diffusione."
    ),
    "nl": (
        "Dit bericht en de bijlagen zijn vertrouwelijk en uitsluitend bestemd voor de"
        " geadresseerde. Indien u dit ten onrechte ontving, meld het ons."
    ),
    "pt": (
        "Esta mensagem e seus anexos são confidenciais e destinam-se exclusivamente ao seu"
        " destinatário; é proibida a divulgação."
    ),
}


@pytest.mark.parametrize("notice", DISCLAIMERS.values(), ids=DISCLAIMERS.keys())
def test_a_disclaimer_is_part_of_the_signature(notice: str) -> None:
    parts = split_text(f"Hello,\n\n{WISH}\n\n{notice}\n")
    assert parts.new == f"Hello,\n\n{WISH}"
    assert parts.signature == notice


def test_all_paragraphs_of_a_disclaimer_and_the_device_go() -> None:
    below = f"{DISCLAIMERS['en']}\n\n{DISCLAIMERS['en, error']}\n\nSent from my iPhone"
    assert split_text(f"{WISH}\n\n{below}").new == WISH


A_NOTICE = """Hello,

This message is intended as formal notice that I cancel my contract with you, number 4711, at \
the end of this month."""
EINE_MITTEILUNG = """Guten Tag,

diese E-Mail ist dazu bestimmt, meinen Vertrag mit der Nummer 4711 zum nächstmöglichen \
Zeitpunkt ordentlich zu kündigen."""


@pytest.mark.parametrize(
    "text",
    [
        DISCLAIMERS["en"],
        A_NOTICE,
        EINE_MITTEILUNG,
        "Hello,\n\nThis is confidential: I want to leave.",
    ],
)
def test_a_persons_paragraph_is_no_disclaimer(text: str) -> None:
    assert split_text(text).new == text


# Any text -----------------------------------------------------------------------------------

LINES = st.sampled_from(
    [WISH, THEIRS, "", "> q", "-- ", "Sent from my iPhone", "a:", "-----Original Message-----"]
    + [line for header in ALL.values() for line in header.split("\n")]
) | st.text(st.characters(exclude_characters="\n"), max_size=20)


@given(st.lists(LINES, max_size=25))
def test_each_line_goes_to_exactly_one_part(lines: list[str]) -> None:
    parts = split_text("\n".join(lines))
    kept = "\n".join((parts.new, parts.quoted, parts.signature)).split("\n")
    assert Counter(filter(None, kept)) == Counter(filter(None, lines))


@given(st.lists(st.sampled_from(["> a", ">> b", "| c"]), min_size=1))
def test_a_text_of_marked_lines_has_nothing_new(lines: list[str]) -> None:
    assert split_text("\n".join(lines)).new == ""
