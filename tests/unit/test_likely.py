"""Which languages a text is read in, and which one it is in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.classify.likely import SHORT_LETTERS, best_language, likely_languages

SHORT, LONG = 20, SHORT_LETTERS
KNOWN = st.dictionaries(st.sampled_from(["en", "de", "nl", "pl"]), st.integers(0, 50), min_size=1)


@pytest.mark.parametrize(
    ("known", "detected", "letters", "read_in"),
    [
        ({"en": 1, "de": 6, "nl": 3, "pl": 0}, "", SHORT, ("en", "de", "nl")),
        ({"en": 1, "de": 6, "nl": 2, "pl": 0}, "", SHORT, ("en", "de")),
        ({"en": 10, "de": 60, "nl": 44, "pl": 3}, "", LONG, ("en", "de")),
        ({"en": 10, "de": 60, "nl": 45, "pl": 3}, "", LONG, ("en", "de", "nl")),
        # What was detected on a long text is read too, on a short one it is a guess.
        ({"en": 10, "de": 60, "nl": 20, "pl": 3}, "nl", LONG, ("en", "de", "nl")),
        ({"en": 0, "de": 6, "nl": 1, "pl": 0}, "nl", SHORT, ("en", "de")),
        # A language that has no phrases cannot be read in, whatever was detected.
        ({"en": 10, "de": 60, "nl": 20, "pl": 3}, "ru", LONG, ("en", "de")),
        # Where no word is known, English alone.
        ({"en": 0, "de": 0, "nl": 0, "pl": 0}, "", SHORT, ("en",)),
    ],
)
def test_a_text_is_read_in_the_languages_that_know_enough_of_it(
    known: dict[str, int], detected: str, letters: int, read_in: tuple[str, ...]
) -> None:
    assert likely_languages(known, detected=detected, letters=letters) == read_in


@given(known=KNOWN, letters=st.integers(0, 400))
def test_english_comes_first_and_the_best_is_among_them(
    known: dict[str, int], letters: int
) -> None:
    found = likely_languages(known, detected="", letters=letters)
    assert found[0] == "en"
    assert len(set(found)) == len(found)
    best = max(known, key=lambda name: known[name])
    assert best in found or not known[best]


@pytest.mark.parametrize(
    ("known", "detected", "letters", "language"),
    [
        ({"en": 6, "fr": 1}, "fr", SHORT, "en"),  # "I want to cancel my contract."
        ({"en": 6, "fr": 6}, "fr", SHORT, "fr"),
        ({"en": 6, "fr": 6}, "", SHORT, ""),
        ({"en": 60, "fr": 10}, "fr", LONG, "fr"),
        ({"en": 60, "fr": 10}, "", LONG, "en"),
        ({"en": 0, "fr": 0}, "ru", SHORT, "ru"),
    ],
)
def test_of_a_short_text_the_known_words_tell_more_than_the_detector(
    known: dict[str, int], detected: str, letters: int, language: str
) -> None:
    assert best_language(known, detected=detected, letters=letters) == language
