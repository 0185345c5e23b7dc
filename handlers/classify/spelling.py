"""Misspelt keywords: one letter too many, too few or wrong, or two exchanged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

MIN_CHARS = 5
# In shorter words a wrong letter makes another word: "cancer", "posting", "failing".
_MIN_CHARS_FOR_WRONG_LETTER = 8
_RUN = re.compile(r"(.)\1{2,}")


class Speller:
    """Finds the keyword that an unknown word was meant to be; decides by one look-up a letter."""

    def __init__(
        self, keywords: Iterable[str], known: frozenset[str], others: Sequence[frozenset[str]] = ()
    ) -> None:
        self._known = known
        self._others = others
        self._keywords = frozenset(keywords)
        self._shortened: dict[str, str] = {}
        for keyword in sorted(self._keywords):
            for shorter in _shortened(keyword):
                self._shortened.setdefault(shorter, keyword)
        self.correct = lru_cache(maxsize=512)(self._correct)

    def _correct(self, word: str) -> str:
        """The keyword meant by `word`, or '' where it is known, too short, or nothing near.

        Another language's word is not misspelt, but where that language has the keyword too: its
        file may list misspellings of its own.
        """
        meant = self._nearest(word)
        if not meant:
            return ""
        foreign = any(word in other and meant not in other for other in self._others)
        return "" if foreign else meant

    def _nearest(self, word: str) -> str:
        if len(word) < MIN_CHARS or word in self._known or not word.isalpha():
            return ""
        if _RUN.search(word) and (once := _RUN.sub(r"\1", word)) in self._known:
            return once
        if word in self._shortened:
            return self._shortened[word]
        return self._within_a_letter(word)

    def _within_a_letter(self, word: str) -> str:
        shorter_words = _shortened(word)
        # So it is with nearly all words.
        if self._keywords.isdisjoint(shorter_words) and self._shortened.keys().isdisjoint(
            shorter_words
        ):
            return ""
        for shorter in shorter_words:
            if shorter in self._keywords and not _is_inflected(word, shorter):
                return shorter
            keyword = self._shortened.get(shorter, "")
            if keyword and _is_near(word, keyword):
                return keyword
        return ""


@lru_cache(maxsize=1_024)  # each language that a text may be in asks for the same words
def _shortened(word: str) -> tuple[str, ...]:
    """The word without each of its letters."""
    return tuple([word[:i] + word[i + 1 :] for i in range(len(word))])


def _is_inflected(word: str, keyword: str) -> bool:
    """Whether the letter too many is an ending, as in "cancels", and not the last one doubled."""
    return word.startswith(keyword) and word[-1] != keyword[-1]


def _is_near(word: str, keyword: str) -> bool:
    """Whether two words of equal length differ by an exchange, or by one letter in a long word."""
    if len(word) != len(keyword):
        return False
    wrong = [i for i, (a, b) in enumerate(zip(word, keyword, strict=True)) if a != b]
    if len(wrong) == 1:
        # The first letter is the one that people get right.
        return len(keyword) >= _MIN_CHARS_FOR_WRONG_LETTER and wrong[0] > 0
    if len(wrong) != 2 or wrong[1] != wrong[0] + 1:
        return False
    first, second = wrong
    return word[first] == keyword[second] and word[second] == keyword[first]


def make_spellers(
    keywords: Sequence[str], words: Mapping[str, frozenset[str]]
) -> dict[str, Speller]:
    """A speller for each language of `words`, which holds the words of its phrases."""
    return {
        language: Speller(
            (keyword for keyword in keywords if keyword in own),
            own,
            [other for other in words.values() if other is not own],
        )
        for language, own in words.items()
    }
