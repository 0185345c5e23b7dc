"""Misspelt keywords, and words that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.classify.spelling import Speller
from tests.unit.classified import english_book, lexicon

KEYWORDS = ("unsubscribe", "cancel", "newsletter", "account", "mailing", "please")


def speller() -> Speller:
    return Speller(KEYWORDS, frozenset({*KEYWORDS, "send", "failing"}))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("unsubcribe", "unsubscribe"),
        ("unsubscirbe", "unsubscribe"),
        ("unsubscribbe", "unsubscribe"),
        ("unsubskribe", "unsubscribe"),
        ("cancle", "cancel"),
        ("cansel", ""),  # six letters: a wrong one makes another word, as in "cancer"
        ("caancel", "cancel"),
        ("cancell", "cancel"),
        ("newsleter", "newsletter"),
        ("pleeease", "please"),
        ("acount", "account"),
        ("cancer", ""),
        ("failing", ""),
        ("sailing", ""),
        ("cancel", ""),
        ("acc", ""),
        ("xnsubscribe", ""),
        ("unsub5cribe", ""),
    ],
)
def test_a_keyword_is_meant_by_what_is_nearly_it(written: str, meant: str) -> None:
    assert speller().correct(written) == meant


@given(st.text(max_size=50))
def test_only_keywords_and_known_words_are_meant(word: str) -> None:
    assert speller().correct(word) in {"", "send", "failing", *KEYWORDS}


@given(st.sampled_from(KEYWORDS), st.data())
def test_a_letter_left_out_is_always_mended(keyword: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(keyword) - 1))
    written = keyword[:place] + keyword[place + 1 :]
    if len(written) >= 5:
        assert speller().correct(written) == keyword


@pytest.mark.parametrize(
    "word",
    [
        "council", "amount", "recount", "posting", "casting", "hasting", "cancels", "house",
        "website", "receipt", "moving", "removal", "pleased", "mainline", "molding",
    ],
)  # fmt: skip
def test_ordinary_words_are_not_taken_for_keywords(word: str) -> None:
    english = Speller(
        english_book().by_language["en"]["spelling.keywords"], lexicon().vocabulary.words
    )
    assert english.correct(word) == ""
