"""What was found for words, kept while there are not too many: texts repeat their words."""

from __future__ import annotations

from collections.abc import Callable
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
