"""Short texts are read in every language; the one that knows the sentence best decides."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType

import pytest

from config.phrase_book import TABLES, PhraseBook
from handlers.classify import Classifier
from handlers.classify.spelling import make_spellers
from tests.unit.classified import CANCEL, english_book, intents, message, rules

# A language that borrows the words of hosting from English, and knows no English otherwise.
BORROWING = {
    "cancel.do": ("cancel", "stop"),
    "things.service": ("account",),
    "owners.mine": ("mijn",),
    "mood.please": ("bitte", "bitte sehr"),
    "whole.opt_out": ("quit",),
    "message.polite": ("hallo", "guten tag"),
}


@cache
def classifier() -> Classifier:
    phrases: dict[str, tuple[str, ...]] = {
        f"{table}.{key}": () for table, keys in TABLES.items() for key in keys
    }
    languages = {"en": english_book().by_language["en"], "xx": {**phrases, **BORROWING}}
    return Classifier(PhraseBook(by_language=MappingProxyType(languages)))


@pytest.mark.parametrize(
    ("text", "certain", "unsure"),
    [
        ("hallo, bitte cancel mijn account", "cancellation", ""),
        ("Please cancel my account", "cancellation", ""),
        ("If you can't fix this today, cancel my account", "", "cancellation"),
        ("How do I cancel my account?", "", ""),
        ("Quit! Do not cancel anything yet", "", ""),
        ("Stop deleting my account", "", ""),
        ("Please cancel the order of my account", "", ""),
        ("hallo bitte cancel mijn account. How do I do that?", "cancellation", ""),
    ],
)
def test_the_language_that_knows_the_most_words_decides(
    text: str, certain: str, unsure: str
) -> None:
    verdict = classifier().read(message(text, language=""), role=CANCEL)
    assert intents(verdict) == (certain, unsure)


def test_what_a_language_half_understands_is_left_to_a_person() -> None:
    verdict = classifier().read(message("we bitte cancel the thanks", language=""), role=CANCEL)
    assert verdict.certain == ()
    assert rules(verdict) <= {"cancellation.cancel", "not.other-language"}


def test_a_word_of_one_language_is_not_a_misspelling_in_another() -> None:
    words = {
        "en": frozenset({"cancel", "mailing"}),
        "xx": frozenset({"cancal", "malling", "mailing"}),
    }
    spellers = make_spellers(["cancel", "mailing"], words)
    assert spellers["en"].correct("cancal") == ""
    # A file that lists a misspelling beside the right word does not hide it from the others.
    assert spellers["en"].correct("maling") == "mailing"
    assert spellers["xx"].correct("caancel") == ""
    assert spellers["xx"].correct("mailling") == "mailing"


def test_a_misspelling_that_a_file_lists_is_mended_in_the_others() -> None:
    words = {"en": frozenset({"cancel"}), "xx": frozenset({"cancel", "cancle"})}
    assert make_spellers(["cancel"], words)["en"].correct("cancle") == "cancel"


def test_a_subject_is_not_heard_in_a_language_that_the_text_is_not_in() -> None:
    text = "I get 200 of these in my inbox every day. Please set the filter stricter."
    verdict = classifier().read(message(text, subject="Quit", language=""), role=CANCEL)
    assert intents(verdict) == ("", "")
    alone = classifier().read(message("", subject="Quit", language=""), role=CANCEL)
    assert "opt-out.terse" in rules(alone)
