"""The words, beginnings and endings that the phrases of a language are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

# In a graph a beginning is written "kündig*", an ending "*konto".
STAR = "*"


class Vocabulary(NamedTuple):
    """What stands in phrases: words as they are, and what words begin or end with."""

    words: frozenset[str]
    beginnings: frozenset[str]
    endings: frozenset[str]

    def labels_of(self, word: str) -> tuple[str, ...]:
        """What `word` is in a graph of phrases; nothing where no phrase has it."""
        labels = [word] if word in self.words else []
        for i in range(2, len(word) + 1):
            if word[:i] in self.beginnings:
                labels.append(f"{word[:i]}{STAR}")
            if word[-i:] in self.endings:
                labels.append(f"{STAR}{word[-i:]}")
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
