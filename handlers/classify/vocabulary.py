"""The words, beginnings and endings that the phrases of a language are made of."""

from __future__ import annotations

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
