"""Which languages a text is read in, and which one it is in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.classify.likely import (
    SHORT_LETTERS,
    best_language,
    is_other_cyrillic,
    is_understood,
    likely_languages,
)

SHORT, LONG = 20, SHORT_LETTERS
KNOWN = st.dictionaries(st.sampled_from(["en", "de", "nl", "pl"]), st.integers(0, 50), min_size=1)


@pytest.mark.parametrize(
    ("known", "letters", "read_in"),
    [
        ({"en": 1, "de": 6, "nl": 3, "pl": 0}, SHORT, ("en", "de", "nl")),
        ({"en": 1, "de": 6, "nl": 2, "pl": 0}, SHORT, ("en", "de")),
        ({"en": 10, "de": 60, "nl": 44, "pl": 3}, LONG, ("en", "de")),
        ({"en": 10, "de": 60, "nl": 45, "pl": 3}, LONG, ("en", "de", "nl")),
        # Where no word is known, English alone.
        ({"en": 0, "de": 0, "nl": 0, "pl": 0}, SHORT, ("en",)),
    ],
)
def test_a_text_is_read_in_the_languages_that_know_enough_of_it(
    known: dict[str, int], letters: int, read_in: tuple[str, ...]
) -> None:
    assert likely_languages(known, letters=letters) == read_in


@given(known=KNOWN, letters=st.integers(0, 400))
def test_english_comes_first_and_the_best_is_among_them(
    known: dict[str, int], letters: int
) -> None:
    found = likely_languages(known, letters=letters)
    assert found[0] == "en"
    assert len(set(found)) == len(found)
    best = max(known, key=lambda name: known[name])
    assert best in found or not known[best]


@pytest.mark.parametrize(
    ("known", "words", "language"),
    [
        ({"en": 6, "fr": 1}, 6, "en"),  # "I want to cancel my contract."
        ({"en": 6, "fr": 6}, 6, ""),
        ({"en": 30, "fr": 10}, 60, "en"),
        ({"en": 0, "fr": 0}, 6, ""),
        # So few are known only where words have many endings, and then to one language alone.
        ({"fi": 12, "en": 3}, 60, "fi"),
        ({"fi": 12, "en": 9}, 60, ""),
        ({"fi": 2, "en": 1}, 60, ""),
    ],
)
def test_the_language_is_the_one_that_knows_the_most_words(
    known: dict[str, int], words: int, language: str
) -> None:
    assert best_language(known, words=words) == language
    assert is_understood(known, words=words) or not language


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("прошу закрити мии обліковии запис", True),
        ("прошу закрыть мою учетную запись", False),
        ("прошу закрыть мою учетную запись до конца месяца спасибо андріи", False),
        ("please cancel my account", False),
        ("", False),
    ],
)
def test_ukrainian_is_told_from_russian_by_its_letters(text: str, *, other: bool) -> None:
    assert is_other_cyrillic(text.split()) is other
