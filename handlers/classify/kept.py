"""What was found for words, kept while there are not too many: texts repeat their words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

V = TypeVar("V")


class Kept(dict[str, V]):
    """`kept[word]` is what `find` gives for it, which has to be the same each time.

    A dictionary, because `map(kept.__getitem__, words)` takes a third of what as many calls do.
    Where there are `most` words, all are forgotten. Threads may share it.
    """

    def __init__(self, find: Callable[[str], V], *, most: int) -> None:
        super().__init__()
        self._find = find
        self._most = most

    def __missing__(self, word: str) -> V:
        if len(self) >= self._most:
            self.clear()
        found = self[word] = self._find(word)
        return found


class KeptTogether(Kept[V]):
    """What is cheaper to find for many words at once."""

    def __init__(self, find: Callable[[Sequence[str]], Sequence[V]], *, most: int) -> None:
        """`find` gives one value for each of some words, of which none is there twice."""
        super().__init__(lambda word: find([word])[0], most=most)
        self._find_all = find
        self._at_once = most // 4

    def all_of(self, words: Sequence[str]) -> list[V]:
        """The values of all words, in their order."""
        found: list[V] = []
        for start in range(0, len(words), self._at_once):
            found += self._some_of(words[start : start + self._at_once])
        return found

    def _some_of(self, words: Sequence[str]) -> list[V]:
        unknown = [word for word in dict.fromkeys(words) if word not in self]
        if unknown:
            if len(self) + len(unknown) > self._most:
                self.clear()
                unknown = [*dict.fromkeys(words)]
            self.update(zip(unknown, self._find_all(unknown), strict=True))
        return [*map(self.__getitem__, words)]
