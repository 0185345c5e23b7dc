"""Every letter in every language, and docs/replies.md, which tells operators about them."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import cache
from itertools import product
from pathlib import Path

import jinja2
import jinja2.meta
import pytest

from config.reply_texts import SITUATIONS, TEMPLATE_NAMES, load_reply_texts
from handlers.classify import Answer, Classifier
from handlers.classify.shipped import shipped_classifier
from handlers.decide import decide
from handlers.parse import parse_message
from handlers.reply import ReplyWriter
from handlers.reply_text import (
    BLOCK_EXTRAS,
    FRAME_EXTRAS,
    SUBJECT_EXTRAS,
    VARIABLES,
    ReplyTemplates,
    in_order,
)
from handlers.values import CHANNELS, Intent, Message, Proof, State
from handlers.wrap import LINE_COLUMNS, columns
from tests.unit import cases
from tests.unit.detector import detect_language
from tests.unit.letters import (
    CANCEL,
    CANCELLATION,
    CODE,
    COMBINATIONS,
    COMPANY,
    CUSTOMER,
    MESSAGE,
    OPT_OUT,
    PANEL,
    PHONE,
    SECRET,
    SUPPORT,
    letter,
    opened,
    plan,
    text_of,
    writer,
    written,
)

DOCS = (Path(__file__).parents[2] / "docs" / "replies.md").read_text(encoding="utf-8")
TEXTS = load_reply_texts(None)
LANGUAGES = TEXTS.languages
WITH_PANEL = writer(company=COMPANY.model_copy(update={"panel_url": PANEL}))

# What each language asks for: yes, no, undo.
WORDS = {
    "cs": ("ANO", "NE", "UNDO"),
    "da": ("JA", "NEJ", "UNDO"),
    "de": ("JA", "NEIN", "UNDO"),
    "en": ("YES", "NO", "UNDO"),
    "es": ("SÍ", "NO", "UNDO"),
    "fi": ("KYLLÄ", "EI", "UNDO"),
    "fr": ("OUI", "NON", "UNDO"),
    "it": ("SÌ", "NO", "UNDO"),
    "ja": ("はい", "いいえ", "UNDO"),
    "nl": ("JA", "NEE", "UNDO"),
    "no": ("JA", "NEI", "UNDO"),
    "pl": ("TAK", "NIE", "UNDO"),
    "pt": ("SIM", "NÃO", "UNDO"),
    "ru": ("ДА", "НЕТ", "UNDO"),
    "sv": ("JA", "NEJ", "UNDO"),
    "tr": ("EVET", "HAYIR", "UNDO"),
    "zh": ("是", "否", "UNDO"),
}

each_language = pytest.mark.parametrize("language", LANGUAGES)
each_combination = pytest.mark.parametrize("situations", COMBINATIONS, ids="+".join)


# Every letter -----------------------------------------------------------------------------------


OPT_OUT_STATES = (None, State.EFFECTIVE, State.REVIEW, State.UNDONE)
CANCELLATION_STATES = (
    None, State.AWAITING_CONFIRMATION, State.CONFIRMED, State.HANDED_OVER, State.REVIEW,
    State.REJECTED,
)  # fmt: skip
ASKED = ((), (Intent.OPT_OUT,), (Intent.CANCELLATION,), tuple(Intent))


def situations_decided() -> set[tuple[str, ...]]:
    """The situations of every reply that is decided on, over what can be asked and known."""
    found = set()
    for opt_out, cancellation in product(OPT_OUT_STATES, CANCELLATION_STATES):
        requests = [
            cases.request(kind, state)
            for kind, state in zip(Intent, (opt_out, cancellation), strict=True)
            if state is not None
        ]
        for certain, proof, everything, answer, replies in product(
            ASKED, (Proof.UNPROVEN, Proof.PROVEN), (True, False), (None, *Answer), (0, 1)
        ):
            knows = cases.knowing if answer is None else cases.answered
            case = cases.case(
                None if answer is None else cases.answer_message(),
                proof=proof,
                known=knows(*requests, replies_last_day=replies),
                answer=answer or Answer.UNCLEAR,
                verdict=cases.verdict(certain, stop_everything=everything),
            )
            decision = decide(case, cases.POLICY)
            if decision.reply is not None:
                found.add(in_order(decision.reply.situations))
    return found


def test_the_letters_below_are_those_that_can_be_decided_on() -> None:
    # A repetition is filed in silence; who says no is not told again what is done already.
    # Reminders and what staff decide do not come of a message.
    never = (
        {"cancellation_already"},
        {"opt_out_already", "cancellation_rejected"},
        {"cancellation_reminder"},
        {"cancellation_withdrawn"},
    )
    expected = {c for c in COMBINATIONS if not any(one <= set(c) for one in never)}
    assert situations_decided() == expected


RECEIVED, ASKED_FOR, END = "2026-03-04 09:15 UTC", "2026-03-01 12:30 UTC", "2026-12-31"
CANCELLED = {"cancellation_question", "cancellation_reminder", "cancellation_confirmed"}

# What has to stand in a block, whatever else the letter holds; YES and NO are in its language.
FACTS = {
    "opt_out_done": {CUSTOMER, RECEIVED, OPT_OUT, "UNDO"},
    "opt_out_already": {CUSTOMER, RECEIVED, OPT_OUT, "UNDO"},
    "opt_out_undone": {CUSTOMER, OPT_OUT},
    "stop_everything": {CANCEL},
    "cancellation_question": {ASKED_FOR, CANCELLATION, CODE, PHONE, PANEL, END, "YES", "NO"},
    "cancellation_reminder": {ASKED_FOR, CANCELLATION, CODE, PHONE, PANEL, END, "YES", "NO"},
    "cancellation_confirmed": {ASKED_FOR, CANCELLATION, PHONE, END},
    "cancellation_withdrawn": {ASKED_FOR, CANCELLATION, PHONE},
    "cancellation_rejected": {CANCELLATION, PHONE},
    "cancellation_already": {RECEIVED, CANCELLATION, PHONE, "YES"},
}
# What may stand in a letter only for a reason: elsewhere it would be a mistake, or a secret told.
ONLY_WITH = {
    CODE: {"cancellation_question", "cancellation_reminder"},
    PANEL: {"cancellation_question", "cancellation_reminder"},
    END: CANCELLED,
    OPT_OUT: {"opt_out_done", "opt_out_already", "opt_out_undone"},
    CANCELLATION: {name for name in SITUATIONS if name.startswith("cancellation")},
    CANCEL: {"opt_out_done", "opt_out_already", "stop_everything"},
    "UNDO": {"opt_out_done", "opt_out_already"},
}
# A call or a letter asks for a cancellation by itself: it is received when the cancellation is.
LETTERS = [
    (situations, channel)
    for situations, channel in product(COMBINATIONS, CHANNELS)
    if channel == "mail" or len(set(situations) - {"stop_everything"}) == 1
]


@cache
def letters(language: str) -> list[tuple[tuple[str, ...], str, EmailMessage]]:
    """Every letter in a language: its situations, its channel, and what the customer gets."""
    return list(_write_letters(language))


def _write_letters(language: str) -> Iterator[tuple[tuple[str, ...], str, EmailMessage]]:
    for situations, channel in LETTERS:
        received = datetime(2026, 3, 4, 9, 15, tzinfo=UTC)
        asked_for = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
        planned = replace(
            plan(situations),
            language=language,
            channel=channel,
            wanted_end=END,
            received_at=received if channel == "mail" or "opt" in situations[0] else asked_for,
            cancellation_received_at=asked_for,
        )
        ours = channel != "mail" or situations[0] in (
            "cancellation_reminder",
            "cancellation_withdrawn",
        )
        mail = written(planned, None if ours else MESSAGE, by=WITH_PANEL)
        assert all(len(line) <= 998 for line in mail.raw.split(b"\r\n")), situations
        yield situations, channel, opened(mail)


def joined(text: str) -> str:
    """A text with its lines joined again, so that nothing is hidden where one ends."""
    lines = text.split("\n")
    return "".join(line if not line or ord(line[-1]) > 0x2FFF else f"{line} " for line in lines)


@each_language
def test_every_letter_says_what_it_has_to_and_nothing_else(language: str) -> None:
    yes, no, _ = WORDS[language]
    said_as = {"YES": yes, "NO": no}
    for situations, channel, mail in letters(language):
        where = (situations, channel)
        text = text_in(mail)
        whole = joined(text)
        for situation in situations:
            for fact in FACTS[situation]:
                asked_for = (
                    fact == RECEIVED and situation.startswith("cancel") and channel != "mail"
                )
                wanted = ASKED_FOR if asked_for else said_as.get(fact, fact)
                assert wanted in whole, (where, fact)
        for fact, reasons in ONLY_WITH.items():
            assert (fact in text) <= bool(reasons & set(situations)), (where, fact)
        if {"opt_out_done", "opt_out_already"} & set(situations):
            # Where to cancel the account: once, here or in the block about stopping everything.
            assert text.count(CANCEL) == 1, where


@each_language
def test_every_letter_is_whole(language: str) -> None:
    for situations, channel, mail in letters(language):
        where = (situations, channel)
        text = text_in(mail)
        flat = text.replace("\n  ", "\n")
        assert not re.search(r"[{}]|\bNone\b|  +\S|\.\.|\s[.,]|\( | \)", flat), where
        assert not re.search(r"[。，：、][。，：、]|\s[。，：、）]|（\s", flat), where
        assert "\n\n\n" not in text, where
        assert max(map(columns, text.split("\n"))) <= LINE_COLUMNS, where
        assert text.endswith(f"{PHONE}\n"), where
        assert COMPANY.postal_address in text, where
        assert COMPANY.name in text, where


@each_language
def test_a_subject_of_ours_tells_what_the_letter_is_about(language: str) -> None:
    subjects = {}
    for situations, channel, mail in letters(language):
        if mail["Auto-Submitted"] == "auto-generated":
            subject = str(mail["Subject"])
            assert not subject.startswith("Re:")
            # A list of mails shows about this much of it.
            bare = subject.rpartition(" [")[0]
            assert columns(bare) <= 62, (situations, channel)
            assert bare[-1].isalnum() or bare[-1] == "?", bare
            subjects[situations[0]] = bare
    assert len(set(subjects.values())) >= 6


@each_language
def test_a_letter_says_how_it_was_asked_for(language: str) -> None:
    """ "Your message" of a call would be wrong; each channel has words of its own."""
    for situations in (
        ("opt_out_done",),
        ("opt_out_already",),
        ("cancellation_question",),
        ("cancellation_confirmed",),
        ("cancellation_already",),
    ):
        begins = {c: paragraphs_of(letter_text(situations, language, c))[1] for c in CHANNELS}
        assert len(set(begins.values())) == len(CHANNELS), (situations, begins)
        assert all(ASKED_FOR in joined(text) for text in begins.values()), situations


@each_language
def test_a_time_that_is_not_known_is_left_out(language: str) -> None:
    for situations, channel in LETTERS:
        planned = replace(
            plan(situations),
            language=language,
            channel=channel,
            received_at=None,
            cancellation_received_at=None,
        )
        text = text_of(written(planned, MESSAGE if channel == "mail" else None))
        assert "UTC" not in text
        assert not re.search(r"  +\S|\s[.,。，]|\( |（）", text.replace("\n  ", "\n")), text


# Each of these is a word of no other of our languages.
ENGLISH = re.compile(
    r"\b(?:the|you|your|please|with|this|our|been|and|from|not|now|are|that)\b", re.IGNORECASE
)
# Danish and Norwegian look alike to the detector; these are words of one of them alone.
NOT_IN = {
    "da": re.compile(r"\b(?:av|deg|meg|nå|oss|noe|etter|e-post)\b", re.IGNORECASE),
    "no": re.compile(r"\b(?:af|dig|mig|nu|os|noget|efter|mail)\b", re.IGNORECASE),
}
ALIKE = {"da": {"da", "no"}, "no": {"da", "no"}}


@each_language
def test_no_letter_holds_words_of_another_language(language: str) -> None:
    sentences = set()
    for situations, channel, mail in letters(language):
        own_words = "\n\n".join(paragraphs_of(text_in(mail).replace(COMPANY.name, ""))[1:-2])
        assert bool(ENGLISH.search(own_words)) == (language == "en"), situations
        if language in NOT_IN:
            assert not NOT_IN[language].search(own_words), situations
            assert detect_language(own_words) == language, (situations, channel)
        for paragraph in paragraphs_of(own_words):
            sentences |= set(re.split(r"(?<=[.!?:;] )|(?<=[。；：])|- ", joined(paragraph)))
    for sentence in sentences:
        if columns(sentence.strip()) > 60:
            assert detect_language(sentence) in ALIKE.get(language, {language}), sentence


# How each language calls a call and a letter.
CALLS_AND_LETTERS = {
    "cs": ("telefonát", "dopis"),
    "da": ("opkald", "brev"),
    "de": ("Anruf", "Brief"),
    "en": ("call", "letter"),
    "es": ("llamada", "carta"),
    "fi": ("puhelu", "kirje"),
    "fr": ("appel", "lettre"),
    "it": ("telefonata", "lettera"),
    "ja": ("電話", "手紙"),
    "nl": ("telefoontje", "brief"),
    "no": ("telefonsamtale", "brev"),
    "pl": ("rozmowę telefoniczną", "list"),
    "pt": ("telefonema", "carta"),
    "ru": ("звонок", "письмо"),
    "sv": ("samtal", "brev"),
    "tr": ("arama", "mektub"),
    "zh": ("来电", "来信"),
}


@each_language
def test_a_call_is_called_a_call_and_a_letter_a_letter(language: str) -> None:
    call, by_letter = CALLS_AND_LETTERS[language]
    told = {c: paragraphs_of(letter_text(("opt_out_done",), language, c))[1] for c in CHANNELS}
    said = {c: joined(text).partition(CUSTOMER)[0] for c, text in told.items()}
    assert [c for c, text in said.items() if call in text] == ["phone"]
    # In some languages a newsletter is a letter, too.
    letters_said = [c for c, text in said.items() if by_letter in text and c != "newsletter"]
    assert letters_said == ["letter"]


@each_language
@pytest.mark.parametrize("name", TEMPLATE_NAMES)
def test_a_template_uses_what_the_english_one_uses(name: str, language: str) -> None:
    theirs, english = (TEXTS.by_language[x][name].source for x in (language, "en"))
    assert variables(theirs) == variables(english)
    # No line is left in English, whatever the letters above show of it.
    assert bare_lines(english).isdisjoint(bare_lines(theirs)) or language == "en"


def test_the_shipped_templates_can_be_used_in_every_case() -> None:
    # The daemon tries out the operator's own ones only.
    assert ReplyTemplates(TEXTS, try_all=True).languages == set(LANGUAGES)


def bare_lines(source: str) -> set[str]:
    """The lines of a template that are more than a word, without what Jinja reads."""
    bare = re.sub(r"\{[%{].*?[%}]\}", "", source)
    return {line for line in bare.split("\n") if re.search(r"\w \w", line)}


@pytest.mark.parametrize("name", TEMPLATE_NAMES)
def test_no_two_languages_have_the_same_words(name: str) -> None:
    sources = {TEXTS.by_language[language][name].source for language in LANGUAGES}
    assert len(sources) == len(LANGUAGES)


def variables(source: str) -> set[str]:
    return jinja2.meta.find_undeclared_variables(jinja2.Environment().parse(source))


def text_in(mail: EmailMessage) -> str:
    content = mail.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def letter_text(situations: tuple[str, ...], language: str, channel: str) -> str:
    planned = replace(plan(situations), language=language, channel=channel)
    return text_of(written(planned, MESSAGE if channel == "mail" else None))


def paragraphs_of(text: str) -> list[str]:
    return text.split("\n\n")


@each_language
@pytest.mark.parametrize("wanted_end", ["", "2026-12-31"])
def test_a_question_acknowledges_what_will_count(language: str, wanted_end: str) -> None:
    text = letter(("cancellation_question",), language, wanted_end=wanted_end, by=WITH_PANEL)
    for said in ("2026-03-01 12:30 UTC", CANCELLATION, CODE, PHONE, PANEL):
        assert said in text
    assert ("2026-12-31" in text) == bool(wanted_end)


@each_language
@pytest.mark.parametrize(
    "second",
    sorted(n for n in SITUATIONS if n.startswith("cancel") and n != "cancellation_reminder"),
)
def test_the_second_half_of_a_letter_does_not_begin_like_a_letter(
    second: str, language: str
) -> None:
    alone = paragraphs((second,), language)
    together = paragraphs(("opt_out_done", second), language)
    start = together.index(next(p for p in together if CANCELLATION in p))
    # All goes on as in a letter of its own, but for the sentence that it begins with.
    assert together[start] != alone[1]
    assert together[start + 1 :] == alone[2:]


@each_language
def test_a_letter_tells_of_newsletters_first_whatever_came_first(language: str) -> None:
    together = paragraphs(("opt_out_done", "stop_everything", "cancellation_question"), language)
    turned = paragraphs(("cancellation_question", "opt_out_done", "stop_everything"), language)
    assert turned == together


def paragraphs(situations: tuple[str, ...], language: str) -> list[str]:
    return text_of(written(replace(plan(situations), language=language))).split("\n\n")


@each_language
def test_no_letter_leaves_two_languages_in_one(language: str) -> None:
    # Each block comes from the folder of its language: none is the English one.
    english = TEXTS.by_language["en"]
    for name, text in TEXTS.by_language[language].items():
        assert (text.source == english[name].source) == (language == "en"), name


# The answers ------------------------------------------------------------------------------------

# The line that mail programs put above what they quote, of Gmail, Apple Mail or Thunderbird.
WROTE = {
    "cs": "po 2. 3. 2026 v 9:00 odesílatel Host & Sons <support@host.example> napsal:",
    "da": "Den man. 2. mar. 2026 kl. 09.00 skrev Host & Sons <support@host.example>:",
    "de": "Am Mo., 2. März 2026 um 09:00 Uhr schrieb Host & Sons <support@host.example>:",
    "en": "On Mon, 2 Mar 2026 at 09:00, Host & Sons <support@host.example> wrote:",
    "es": "El lun, 2 mar 2026 a las 9:00, Host & Sons (<support@host.example>) escribió:",
    "fi": "ma 2. maalisk. 2026 klo 9.00 Host & Sons (support@host.example) kirjoitti:",
    "fr": "Le lun. 2 mars 2026 à 09:00, Host & Sons <support@host.example> a écrit :",
    "it": "Il giorno lun 2 mar 2026 alle ore 09:00 Host & Sons <support@host.example> ha scritto:",
    "ja": "2026年3月2日(月) 18:00 Host & Sons <support@host.example>:",
    "nl": "Op ma 2 mrt 2026 om 09:00 schreef Host & Sons <support@host.example>:",
    "no": "man. 2. mars 2026 kl. 09:00 skrev Host & Sons <support@host.example>:",
    "pl": "pon., 2 mar 2026 o 09:00 Host & Sons <support@host.example> napisał(a):",
    "pt": "Host & Sons <support@host.example> escreveu (segunda, 2/03/2026 à(s) 09:00):",
    "ru": "пн, 2 мар. 2026 г. в 09:00, Host & Sons <support@host.example>:",
    "sv": "Den mån 2 mars 2026 kl 09:00 skrev Host & Sons <support@host.example>:",
    "tr": "Host & Sons <support@host.example>, 2 Mar 2026 Pzt, 09:00 tarihinde şunu yazdı:",
    "zh": "Host & Sons <support@host.example> 于2026年3月2日周一 17:00写道：",
}
# What Outlook puts there, where nothing below is marked as quoted: from, sent, to, subject.
FIELDS = {
    "cs": ("Od", "Odesláno", "Komu", "Předmět"),
    "da": ("Fra", "Sendt", "Til", "Emne"),
    "de": ("Von", "Gesendet", "An", "Betreff"),
    "en": ("From", "Sent", "To", "Subject"),
    "es": ("De", "Enviado", "Para", "Asunto"),
    "fi": ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
    "fr": ("De", "Envoyé", "À", "Objet"),
    "it": ("Da", "Inviato", "A", "Oggetto"),
    "ja": ("差出人", "送信日時", "宛先", "件名"),
    "nl": ("Van", "Verzonden", "Aan", "Onderwerp"),
    "no": ("Fra", "Sendt", "Til", "Emne"),
    "pl": ("Od", "Wysłano", "Do", "Temat"),
    "pt": ("De", "Enviado", "Para", "Assunto"),
    "ru": ("От", "Отправлено", "Кому", "Тема"),
    "sv": ("Från", "Skickat", "Till", "Ämne"),
    "tr": ("Kimden", "Gönderildi", "Kime", "Konu"),
    "zh": ("发件人", "发送时间", "收件人", "主题"),
}


# What a telephone puts below an answer.
SENT_FROM = {
    "cs": "Odesláno z iPhonu",
    "da": "Sendt fra min iPhone",
    "de": "Von meinem iPhone gesendet",
    "en": "Sent from my iPhone",
    "es": "Enviado desde mi iPhone",
    "fi": "Lähetetty iPhonesta",
    "fr": "Envoyé de mon iPhone",
    "it": "Inviato da iPhone",
    "ja": "iPhoneから送信",
    "nl": "Verstuurd vanaf mijn iPhone",
    "no": "Sendt fra min iPhone",
    "pl": "Wysłane z iPhone’a",
    "pt": "Enviado do meu iPhone",
    "ru": "Отправлено с iPhone",
    "sv": "Skickat från min iPhone",
    "tr": "iPhone’umdan gönderildi",
    "zh": "发自我的iPhone",
}


def answers(language: str, word: str, situations: tuple[str, ...]) -> Iterator[Message]:
    """The word as it comes back: alone, and above our letter as programs quote it."""
    asked = text_of(written(replace(plan(situations), language=language))).rstrip("\n")
    marked = "\n".join(f"> {line}" for line in asked.split("\n"))
    sender, sent, to, subject = FIELDS[language]
    block = (
        f"{sender}: Host & Sons <{SUPPORT}>\n{sent}: 2026-03-02 09:00\n"
        f"{to}: {CUSTOMER}\n{subject}: Re: Newsletter\n"
    )
    for text in (
        f"{word}\n",
        f"{word}\n\n{marked}\n",
        f"{word}\n\n{WROTE[language]}\n\n{marked}\n",
        f"{word}\n\n{'_' * 32}\n{block}\n{asked}\n",
        f"{word}\n\n{SENT_FROM[language]}\n\n{WROTE[language]}\n\n{marked}\n",
        f"{word}\n\n{CODE}\n",
    ):
        mail = EmailMessage(policy=email.policy.SMTP)
        mail["From"], mail["To"], mail["Subject"] = CUSTOMER, SUPPORT, "Re: Newsletter"
        mail["In-Reply-To"] = f"<optoutd.{SECRET.lower()}@host.example>"
        mail.set_content(text)
        yield parse_message(mail.as_bytes())


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return shipped_classifier()


@each_language
@pytest.mark.parametrize("place", [0, 1, 2], ids=["yes", "no", "undo"])
def test_the_words_that_a_letter_asks_for_are_understood(
    language: str, place: int, classifier: Classifier
) -> None:
    word = WORDS[language][place]
    expected = (Answer.YES, Answer.NO, Answer.UNDO)[place]
    situations = ("opt_out_done", "cancellation_question")
    assert re.search(rf"\b{word}\b", letter(situations, language))
    ends = ("。", "！") if language in ("ja", "zh") else (".", "!")
    for written_so in {word, word.lower(), word.capitalize(), *(word + end for end in ends)}:
        for answer in answers(language, written_so, situations):
            assert answer.secrets == (SECRET,)
            found = classifier.answer(answer, asked_in={language})
            assert found is expected, (written_so, answer.new_text)


@each_language
def test_a_word_that_is_asked_for_is_not_turned_round_where_the_language_is_unknown(
    language: str, classifier: Classifier
) -> None:
    for word, expected in zip(WORDS[language], (Answer.YES, Answer.NO, Answer.UNDO), strict=True):
        for answer in answers(language, word, ("opt_out_done", "cancellation_question")):
            # "Tak" is yes in Polish and thanks in Danish: then a person looks.
            assert classifier.answer(answer) in (expected, Answer.UNCLEAR), word


@each_language
def test_a_letter_asks_for_no_other_word(language: str) -> None:
    yes, no, undo = WORDS[language]
    for situations, asked in (
        (("opt_out_done",), {undo}),
        (("opt_out_already", "stop_everything"), {undo}),
        (("cancellation_question",), {yes, no}),
        (("cancellation_reminder",), {yes, no}),
        (("cancellation_already",), {yes}),
        (("cancellation_withdrawn",), set()),
        (("opt_out_done", "cancellation_question"), {yes, no, undo}),
        (("cancellation_confirmed",), set()),
        (("cancellation_rejected",), set()),
        (("opt_out_undone",), set()),
    ):
        text = letter(situations, language).replace(CODE, "").replace("UTC", "")
        if language in ("ja", "zh"):
            shouted = set(re.findall(r"[「“](.+?)[」”]", text))
        else:
            shouted = {
                w for w in re.findall(r"(?<![-\w])[^\W\d_]{2,}(?![-\w])", text) if w.isupper()
            }
        assert shouted - {"AB"} == asked


# docs/replies.md --------------------------------------------------------------------------------


def table(title: str) -> list[list[str]]:
    """The rows of the first table below a heading, each a list of its cells."""
    section = DOCS.split(f"# {title}\n", 1)[1]
    rows = re.findall(r"(?m)^\|(.+)\|$", section.split("\n#", 1)[0])
    return [[cell.strip() for cell in row.split("|")] for row in rows[2:]]


def test_the_page_tells_when_each_template_is_sent() -> None:
    told = [row[0].strip("`") for row in table("What is sent when")]
    assert sorted(told) == sorted(SITUATIONS)


def test_the_page_names_each_template() -> None:
    named = {row[0].strip("`") for row in table("What is sent when")}
    named |= {row[0].split("`")[1].removesuffix(".txt") for row in table("The templates")}
    assert named == set(TEMPLATE_NAMES)


def test_the_page_explains_each_variable() -> None:
    explained = [row[0].strip("`") for row in table("The variables")]
    assert explained == [*VARIABLES, *BLOCK_EXTRAS, *FRAME_EXTRAS, *SUBJECT_EXTRAS]


def test_the_page_gives_the_words_of_each_language() -> None:
    told = {row[0].strip("`"): tuple(row[1:]) for row in table("The words that are asked for")}
    assert told == WORDS
    assert tuple(WORDS) == LANGUAGES


def test_the_example_of_the_page_does_what_the_page_says(tmp_path: Path) -> None:
    source = re.findall(r"<<'END'\n(.*?)END\n", DOCS, re.DOTALL)[0]
    (place,) = re.findall(r"cat >/etc/optoutd/replies/(\S+)", DOCS)
    (tmp_path / place).parent.mkdir()
    (tmp_path / place).write_text(source)
    by = ReplyWriter(
        load_reply_texts(tmp_path),
        company=COMPANY,
        cancel_address=CANCEL,
        default_language="en",
        envelope_from="",
    )
    (ending,) = re.findall(r"ends like this:\n\n```\n(.*?)```", DOCS, re.DOTALL)
    assert text_of(written(replace(plan(), language="de"), by=by)).endswith(f"\n\n{ending}")
    assert text_of(written(by=by)) == text_of(written())


def test_a_language_of_ones_own_needs_nothing_but_its_folder(tmp_path: Path) -> None:
    for name, text in TEXTS.by_language["en"].items():
        folder = tmp_path / "ru"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.txt").write_text(text.source.replace("Hello", "Привет"))
    by = ReplyWriter(
        load_reply_texts(tmp_path),
        company=COMPANY,
        cancel_address=CANCEL,
        default_language="en",
        envelope_from="",
    )
    made = email.message_from_bytes(
        written(replace(plan(), language="ru"), by=by).raw, policy=email.policy.default
    )
    assert made["Content-Language"] == "ru"
    assert text_of(written(replace(plan(), language="ru"), by=by)).startswith("Привет,")
