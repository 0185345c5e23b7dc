"""Phrases with many forms, compiled to a net of words: finds all of them in a text in one pass.

A phrase is written as in config/phrase_book.py, but its braces are not multiplied out: each word
leads to the words that may follow it. The time depends on the text, and on how many phrases begin
with one word, never on what a phrase is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from handlers.classify.fold import fold
from handlers.classify.vocabulary import Vocabulary, vocabulary_of
from handlers.classify.words import ADDRESS, DOMAIN, NUMBER, URL, Words, split_phrase

MAX_GAP_WORDS = 8

_BRACES = re.compile(r"\{([^{}]*)\}")
# Written without spaces, each letter a word: handlers/classify/words.py.
_CJK = re.compile(r"[\u3040-\u30fa\u30fc-\u30ff\u3400-\u9fff]")
_NAMES = frozenset({ADDRESS, URL, DOMAIN, NUMBER})


class Found(NamedTuple):
    """A phrase in the text: its tag ("table.key"), and the words from `start` to before `end`."""

    tag: str
    start: int
    end: int


@dataclass(slots=True, eq=False)
class Place:
    """A place in a phrase: the words that lead on from it, and whether it may end there."""

    next: dict[str, list[Place]] = field(default_factory=dict)
    tag: str = ""
    gap: bool = False  # words that do not matter may stand before the next one


# A place that a phrase has led to, and the letters of the word that has begun there.
_End = tuple[Place, str]


class PhraseNet:
    """The compiled phrases; built once, pure, thread-safe."""

    def __init__(self, root: Place, vocabulary: Vocabulary) -> None:
        self.root = root
        self.vocabulary = vocabulary
        self._labels = lru_cache(maxsize=16_384)(vocabulary.labels_of)

    def find(self, words: Words) -> list[Found]:
        """All phrases in `words`, in the order of their ends. None goes over a break."""
        found: list[Found] = []
        # Of each phrase that has begun: where, the place in it, and how many words it may skip.
        begun: list[tuple[int, Place, int]] = []
        for place, word in enumerate(words.words):
            if words.breaks[place]:
                begun = []
            labels = self._labels(word)
            going_on: list[tuple[int, Place, int]] = []
            seen: set[tuple[int, int]] = set()
            for start, node, skips in (*begun, (place, self.root, 0)):
                for label in labels:
                    for after in node.next.get(label, ()):
                        if (start, id(after)) in seen:
                            continue
                        seen.add((start, id(after)))
                        if after.tag:
                            found.append(Found(after.tag, start, place + 1))
                        if after.next:
                            going_on.append((start, after, MAX_GAP_WORDS if after.gap else 0))
                if skips:
                    going_on.append((start, node, skips - 1))
            begun = going_on
        return found


def written(phrases: Mapping[str, Iterable[str]]) -> PhraseNet:
    """The net of phrases as they are written: tag -> phrases."""
    root, labels = Place(), set[str]()
    for tag, texts in phrases.items():
        for text in texts:
            _Writer(root, labels).write(text, tag)
    return PhraseNet(root, vocabulary_of(labels))


class _Writer:
    """Writes one phrase into the net, letter by letter.

    Forms that end a word at one place of the phrase meet in one node.
    """

    def __init__(self, root: Place, labels: set[str]) -> None:
        self._labels = labels
        self._ends: list[_End] = [(root, "")]

    def write(self, phrase: str, tag: str) -> None:
        for place, part in enumerate(_BRACES.split(fold(phrase).text)):
            if place % 2 == 0:
                self._ends = self._read(part, self._ends)
                continue
            options = [self._read(option, self._ends) for option in part.split(",")]
            self._ends = list(dict.fromkeys(end for option in options for end in option))
        for node, _ in self._end_word(self._ends):
            node.tag = tag

    def _read(self, text: str, ends: list[_End]) -> list[_End]:
        for letter in text:
            if letter == " ":
                ends = self._end_word(ends)
            elif _CJK.match(letter):
                ends = self._end_word([(node, letter) for node, _ in self._end_word(ends)])
            else:
                ends = [(node, begun + letter) for node, begun in ends]
        return ends

    def _end_word(self, ends: list[_End]) -> list[_End]:
        """Where the words that have begun lead to: all of them to one new node."""
        target = Place()
        after: dict[_End, None] = {}
        for node, begun in ends:
            if begun == "..":
                node.gap = True
                after[node, ""] = None
            elif begun:
                self._lead(node, begun, target)
                after[target, ""] = None
            else:
                after[node, ""] = None
        return list(after)

    def _lead(self, node: Place, written: str, target: Place) -> None:
        """From `node` over the words in what was written without spaces to `target`."""
        words = [written] if "*" in written or written in _NAMES else split_phrase(written)
        for word in words[:-1]:
            between = Place()
            node.next.setdefault(word, []).append(between)
            node = between
        node.next.setdefault(words[-1], []).append(target)
        self._labels.update(words)
