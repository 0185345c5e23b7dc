"""Which languages know a word: one look-up for all of them, where each would take its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from handlers.classify.lexicon import Vocabulary

_CACHED_WORDS = 16_384
_MIN_PIECE = 2
_Languages = tuple[str, ...]


class Polyglot:
    """The words, beginnings and endings of several languages, each with those that have it."""

    def __init__(self, vocabularies: Mapping[str, Iterable[Vocabulary]]) -> None:
        self._words: dict[str, _Languages] = {}
        self._beginnings: dict[str, _Languages] = {}
        self._endings: dict[str, _Languages] = {}
        for name, parts in vocabularies.items():
            for part in parts:
                for table, texts in (
                    (self._words, part.words),
                    (self._beginnings, part.beginnings),
                    (self._endings, part.endings),
                ):
                    for text in texts:
                        table[text] = (*table.get(text, ()), name)
        self.who_knows = lru_cache(maxsize=_CACHED_WORDS)(self._find)

    def _find(self, word: str) -> frozenset[str]:
        """The languages in whose phrases `word` stands, as it is spelt."""
        found = set(self._words.get(word, ()))
        for i in range(_MIN_PIECE, len(word) + 1):
            found.update(self._beginnings.get(word[:i], ()), self._endings.get(word[-i:], ()))
        return frozenset(found)
