"""Every letter in every language, and docs/replies.md, which tells operators about them."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from email.message import EmailMessage
from itertools import product
from pathlib import Path

import pytest

from config.phrase_book import load_phrases
from config.reply_texts import SITUATIONS, TEMPLATE_NAMES, load_reply_texts
from handlers.classify import Answer, Classifier
from handlers.decide import decide
from handlers.parse import parse_message
from handlers.reply import ReplyWriter
from handlers.reply_text import (
    BLOCK_EXTRAS,
    FRAME_EXTRAS,
    LINE_COLUMNS,
    VARIABLES,
    in_order,
)
from handlers.values import Intent, Message, Proof, State
from tests.unit import cases
from tests.unit.letters import (
    CANCEL,
    CANCELLATION,
    CODE,
    COMBINATIONS,
    COMPANY,
    CUSTOMER,
    OPT_OUT,
    PANEL,
    PHONE,
    SECRET,
    SUPPORT,
    letter,
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
    "de": ("JA", "NEIN", "UNDO"),
    "en": ("YES", "NO", "UNDO"),
    "es": ("SÍ", "NO", "UNDO"),
    "fr": ("OUI", "NON", "UNDO"),
    "it": ("SÌ", "NO", "UNDO"),
    "nl": ("JA", "NEE", "UNDO"),
    "pt": ("SIM", "NÃO", "UNDO"),
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
    never = ({"cancellation_already"}, {"opt_out_already", "cancellation_rejected"})
    expected = {c for c in COMBINATIONS if not any(one <= set(c) for one in never)}
    assert situations_decided() == expected


@each_language
@each_combination
def test_every_letter_is_whole(situations: tuple[str, ...], language: str) -> None:
    planned = replace(plan(situations), language=language, wanted_end="2026-12-31")
    text = text_of(written(planned, by=WITH_PANEL))
    assert not re.search(r"[{}]|\bNone\b|  +\S|\.\.|\s[.,]|\( | \)", text.replace("\n  ", "\n"))
    assert "\n\n\n" not in text
    assert all(len(line) <= LINE_COLUMNS for line in text.split("\n"))
    assert text.endswith(f"{PHONE}\n")
    assert COMPANY.postal_address in text
    assert COMPANY.name in text
    assert (CODE in text) == ("cancellation_question" in situations)
    for reference in planned.references:
        assert reference in text


@each_language
@each_combination
def test_a_letter_about_an_opt_out_says_all_that_it_has_to(
    situations: tuple[str, ...], language: str
) -> None:
    if situations[0] not in ("opt_out_done", "opt_out_already"):
        assert not any(name in situations for name in ("opt_out_done", "opt_out_already"))
        return
    text = letter(situations, language)
    own = letter(situations[:1], language)
    # The address, when the request came, how to undo it, and where the account is cancelled.
    for said in (CUSTOMER, "2026-03-01 12:30 UTC", OPT_OUT, "UNDO", CANCEL):
        assert said in text
        assert said in own
    assert text.count(CANCEL) == 1


@each_language
@pytest.mark.parametrize("wanted_end", ["", "2026-12-31"])
def test_a_question_acknowledges_what_will_count(language: str, wanted_end: str) -> None:
    text = letter(("cancellation_question",), language, wanted_end=wanted_end, by=WITH_PANEL)
    for said in ("2026-03-01 12:30 UTC", CANCELLATION, CODE, PHONE, PANEL):
        assert said in text
    assert ("2026-12-31" in text) == bool(wanted_end)


@each_language
@pytest.mark.parametrize("second", sorted(n for n in SITUATIONS if n.startswith("cancellation")))
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


def answer_of(language: str, word: str, situations: tuple[str, ...]) -> Message:
    """What comes back from a client that quotes our letter below the word."""
    asked = text_of(written(replace(plan(situations), language=language)))
    answer = EmailMessage(policy=email.policy.SMTP)
    answer["From"], answer["To"], answer["Subject"] = CUSTOMER, SUPPORT, "Re: Newsletter"
    answer["In-Reply-To"] = f"<optoutd.{SECRET.lower()}@host.example>"
    quoted = "".join(f"> {line}\n" for line in asked.splitlines())
    answer.set_content(f"{word}\n\n{quoted}")
    return parse_message(answer.as_bytes())


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(load_phrases())


@each_language
@pytest.mark.parametrize("place", [0, 1, 2], ids=["yes", "no", "undo"])
def test_the_words_that_a_letter_asks_for_are_understood(
    language: str, place: int, classifier: Classifier
) -> None:
    word = WORDS[language][place]
    expected = (Answer.YES, Answer.NO, Answer.UNDO)[place]
    situations = ("opt_out_done", "cancellation_question")
    assert re.search(rf"\b{word}\b", letter(situations, language))
    for written_so in (word, word.lower(), word.capitalize(), f"{word}."):
        answer = answer_of(language, written_so, situations)
        assert answer.secrets == (SECRET,)
        assert classifier.answer(answer) is expected, written_so


@each_language
def test_a_letter_asks_for_no_other_word(language: str) -> None:
    yes, no, undo = WORDS[language]
    for situations, asked in (
        (("opt_out_done",), {undo}),
        (("opt_out_already", "stop_everything"), {undo}),
        (("cancellation_question",), {yes, no}),
        (("opt_out_done", "cancellation_question"), {yes, no, undo}),
        (("cancellation_confirmed",), set()),
        (("cancellation_rejected",), set()),
        (("opt_out_undone",), set()),
    ):
        text = letter(situations, language).replace(CODE, "")
        shouted = set(re.findall(r"(?<![-\w])[A-ZÀ-Þ]{2,}(?![-\w])", text))
        assert shouted - {"UTC", "OX1", "AB", "2AB"} == asked


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
    assert explained == [*VARIABLES, *BLOCK_EXTRAS, *FRAME_EXTRAS]


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
        folder = tmp_path / "sv"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.txt").write_text(text.source.replace("Hello", "Hej"))
    by = ReplyWriter(
        load_reply_texts(tmp_path),
        company=COMPANY,
        cancel_address=CANCEL,
        default_language="en",
        envelope_from="",
    )
    made = email.message_from_bytes(
        written(replace(plan(), language="sv"), by=by).raw, policy=email.policy.default
    )
    assert made["Content-Language"] == "sv"
    assert text_of(written(replace(plan(), language="sv"), by=by)).startswith("Hej,")
