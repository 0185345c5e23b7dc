"""Phrases with many forms, compiled to a net of words: finds all of them in a text in one pass.

A phrase is written as in config/phrase_book.py, but its braces are not multiplied out: each word
leads to the words that may follow it. The time depends on the text, and on how many phrases begin
with one word, never on what a phrase is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from handlers.classify.fold import fold
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
class _Node:
    """A place in a phrase: the words that lead on from it, and whether it may end there."""

    next: dict[str, list[_Node]] = field(default_factory=dict)
    tag: str = ""
    gap: bool = False  # words that do not matter may stand before the next one


# A place that a phrase has led to, and the letters of the word that has begun there.
_End = tuple[_Node, str]


class PhraseNet:
    """The compiled phrases; built once, pure, thread-safe."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        self._root = _Node()
        self._words: set[str] = set()
        self._beginnings: set[str] = set()
        self._endings: set[str] = set()
        for tag, texts in phrases.items():
            for text in texts:
                _Writer(self._root, self._label).write(text, tag)
        self._labels = lru_cache(maxsize=16_384)(self._find_labels)

    def find(self, words: Words) -> list[Found]:
        """All phrases in `words`, in the order of their ends. None goes over a break."""
        found: list[Found] = []
        # Of each phrase that has begun: where, the place in it, and how many words it may skip.
        begun: list[tuple[int, _Node, int]] = []
        for place, word in enumerate(words.words):
            if words.breaks[place]:
                begun = []
            labels = self._labels(word)
            going_on: list[tuple[int, _Node, int]] = []
            seen: set[tuple[int, int]] = set()
            for start, node, skips in (*begun, (place, self._root, 0)):
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

    def _label(self, word: str) -> str:
        """What the net holds for a word of a phrase; a star stands for any letters."""
        if word.startswith("*"):
            self._endings.add(word[1:])
        elif word.endswith("*"):
            self._beginnings.add(word[:-1])
        else:
            self._words.add(word)
        return word

    def _find_labels(self, word: str) -> tuple[str, ...]:
        labels = [word] if word in self._words else []
        for i in range(2, len(word) + 1):
            if word[:i] in self._beginnings:
                labels.append(f"{word[:i]}*")
            if word[-i:] in self._endings:
                labels.append(f"*{word[-i:]}")
        return tuple(labels)


class _Writer:
    """Writes one phrase into the net, letter by letter.

    Forms that end a word at one place of the phrase meet in one node.
    """

    def __init__(self, root: _Node, label: Callable[[str], str]) -> None:
        self._label = label
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
        target = _Node()
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

    def _lead(self, node: _Node, written: str, target: _Node) -> None:
        """From `node` over the words in what was written without spaces to `target`."""
        words = [written] if "*" in written or written in _NAMES else split_phrase(written)
        for word in words[:-1]:
            between = _Node()
            node.next.setdefault(self._label(word), []).append(between)
            node = between
        node.next.setdefault(self._label(words[-1]), []).append(target)
