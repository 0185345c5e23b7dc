"""Phrases with many forms, compiled to a net of words: finds all of them in a text in one pass.

A phrase is written as in config/phrase_book.py, but its braces are not multiplied out: each word
leads to the words that may follow it. The time depends on the text, and on how many phrases begin
with one word, never on what a phrase is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from handlers.classify.fold import fold
from handlers.classify.kept import Kept
from handlers.classify.vocabulary import Vocabulary, vocabulary_of
from handlers.classify.words import ADDRESS, DOMAIN, NUMBER, URL, Words, split_phrase

MAX_GAP_WORDS = 8
# Steps from one word to the next that are kept, with the places that they have led to: some
# megabytes.
_MAX_STEPS = 6_000
_CACHED_WORDS = 8_192

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


_Stand = tuple[Place, int]  # a place, and how many words may still be passed over there
# The tags of the phrases that end, and where it goes on, if it does.
_Step = tuple[tuple[str, ...], "_Stands | None"]


@dataclass(slots=True, eq=False)
class _Stands:
    """All that some words may have led to, and where the next word leads from there."""

    stands: tuple[_Stand, ...]
    after: dict[tuple[str, ...], _Step] = field(default_factory=dict)


class PhraseNet:
    """The compiled phrases; built once, pure, thread-safe.

    `root` gives the place where all of them begin, and is asked for it again from time to time.
    """

    def __init__(self, root: Callable[[], Place], vocabulary: Vocabulary) -> None:
        self.root = root
        self.vocabulary = vocabulary
        self._labels = Kept(vocabulary.labels_of, most=_CACHED_WORDS)
        self._forget()

    def find(self, words: Words) -> list[Found]:
        """All phrases in `words`, in the order of their ends. None goes over a break."""
        found: list[Found] = []
        begun: list[tuple[int, _Stands]] = []
        for place, labels in enumerate(map(self._labels.__getitem__, words.words)):
            if words.breaks[place]:
                begun = []
            if not labels and not begun:
                continue  # no phrase begins with it
            going_on: list[tuple[int, _Stands]] = []
            for start, stands in (*begun, (place, self._beginning)):
                tags, after = stands.after.get(labels) or self._step(stands, labels)
                if tags:
                    found += [Found(tag, start, place + 1) for tag in tags]
                if after is not None:
                    going_on.append((start, after))
            begun = going_on
        return found

    def _step(self, before: _Stands, labels: tuple[str, ...]) -> _Step:
        """Where a word with these labels leads; kept, for most words come again."""
        tags: list[str] = []
        going_on: list[_Stand] = []
        seen: set[int] = set()
        for place, skips in before.stands:
            for label in labels:
                for after in place.next.get(label, ()):
                    if id(after) in seen:
                        continue
                    seen.add(id(after))
                    if after.tag:
                        tags.append(after.tag)
                    if after.next:
                        going_on.append((after, MAX_GAP_WORDS if after.gap else 0))
            if skips:
                going_on.append((place, skips - 1))
        if self._kept >= _MAX_STEPS:  # whatever is written, the memory stays bounded
            self._forget()
        self._kept += 1
        key = tuple([(id(place), skips) for place, skips in going_on])
        leads_to = self._known.setdefault(key, _Stands(tuple(going_on))) if going_on else None
        step = before.after[labels] = (tuple(tags), leads_to)
        return step

    def _forget(self) -> None:
        self._kept = 0
        self._known: dict[tuple[tuple[int, int], ...], _Stands] = {}
        self._beginning = _Stands(((self.root(), 0),))


def written(phrases: Mapping[str, Iterable[str]]) -> PhraseNet:
    """The net of phrases as they are written: tag -> phrases."""
    root, labels = Place(), set[str]()
    for tag, texts in phrases.items():
        for text in texts:
            _Writer(root, labels).write(text, tag)
    return PhraseNet(lambda: root, vocabulary_of(labels))


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
