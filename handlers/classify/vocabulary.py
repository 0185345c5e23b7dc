"""The words, beginnings and endings that the phrases of a language are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

# In a graph a beginning is written "kündig*", an ending "*konto".
STAR = "*"
MIN_PART = 2


@lru_cache(maxsize=1_024)  # each language that a text may be in asks for the same words
def parts_of(word: str) -> tuple[Sequence[str], Sequence[str]]:
    """What a word begins with, and what it ends with, from two letters up to all of it."""
    sizes = range(MIN_PART, len(word) + 1)
    return [word[:i] for i in sizes], [word[-i:] for i in sizes]


class Vocabulary(NamedTuple):
    """What stands in phrases: words as they are, and what words begin or end with."""

    words: frozenset[str]
    beginnings: frozenset[str]
    endings: frozenset[str]

    def labels_of(self, word: str) -> tuple[str, ...]:
        """What `word` is in a graph of phrases; nothing where no phrase has it."""
        labels = [word] if word in self.words else []
        beginnings, endings = parts_of(word)
        if not (self.beginnings.isdisjoint(beginnings) and self.endings.isdisjoint(endings)):
            for beginning, ending in zip(beginnings, endings, strict=True):
                if beginning in self.beginnings:
                    labels.append(f"{beginning}{STAR}")
                if ending in self.endings:
                    labels.append(f"{STAR}{ending}")
        return tuple(labels)

    def labels(self) -> tuple[str, ...]:
        """All that a graph of phrases may have, in an order of their own."""
        beginnings = [f"{text}{STAR}" for text in sorted(self.beginnings)]
        endings = [f"{STAR}{text}" for text in sorted(self.endings)]
        return (*sorted(self.words), *beginnings, *endings)


def vocabulary_of(labels: Iterable[str]) -> Vocabulary:
    """The words, beginnings and endings that `labels` stand for."""
    words, beginnings, endings = set(), set(), set()
    for label in labels:
        if label.startswith(STAR):
            endings.add(label[1:])
        elif label.endswith(STAR):
            beginnings.add(label[:-1])
        else:
            words.add(label)
    return Vocabulary(frozenset(words), frozenset(beginnings), frozenset(endings))
