"""Which languages know a word: one look-up for all of them, where each would take its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from handlers.classify.kept import Kept
from handlers.classify.vocabulary import Vocabulary, parts_of

_CACHED_WORDS = 8_192
_Languages = tuple[str, ...]


class Polyglot:
    """The words, beginnings and endings of several languages, each with those that have it."""

    def __init__(self, vocabularies: Mapping[str, Iterable[Vocabulary]]) -> None:
        self._words = [
            (name, part.words) for name, parts in vocabularies.items() for part in parts
        ]
        self._beginnings: dict[str, _Languages] = {}
        self._endings: dict[str, _Languages] = {}
        for name, parts in vocabularies.items():
            for part in parts:
                for text in part.beginnings:
                    self._beginnings[text] = (*self._beginnings.get(text, ()), name)
                for text in part.endings:
                    self._endings[text] = (*self._endings.get(text, ()), name)
        # Most words are of one language alone, or of the same few: one tuple serves all of these.
        self._same: dict[_Languages, _Languages] = {}
        self._kept = Kept(self._find, most=_CACHED_WORDS)

    def who_know(self, words: Iterable[str]) -> Iterator[_Languages]:
        """Of each word the languages in whose phrases it stands, as it is spelt."""
        return map(self._kept.__getitem__, words)

    def _find(self, word: str) -> _Languages:
        found = {*[name for name, words in self._words if word in words]}
        for known, parts in zip((self._beginnings, self._endings), parts_of(word), strict=True):
            if not known.keys().isdisjoint(parts):
                found.update(*[known.get(part, ()) for part in parts])
        names = tuple(sorted(found))
        return self._same.setdefault(names, names)
