"""The phrases of one language, compiled: finds all of them in a text in one pass.

A tree over words, so that the time taken depends on the text and never on a pattern. The longest
phrase wins: what stands wholly inside a longer one is not found ("account" in "email account").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from handlers.classify.spelling import Speller
from handlers.classify.words import ADDRESS, Break, Words, split_phrase

MAX_GAP_WORDS = 8
# Of each language: the words of mail are few, and there are three lexicons for each language.
_CACHED_WORDS = 2_048
# Long phrases that hide nothing: what stands at the foot of mailings also stands in requests
# ("I want to unsubscribe from"), and "want to keep my account" names the account.
TRANSPARENT = frozenset({"message.footer", "reversal.taken_back", "reversal.resubscribe"})


class Hit(NamedTuple):
    """A phrase in the text: its tag ("table.key") and the words that it covers.

    `last` is the end of the whole phrase where a gap lets other words stand inside it.
    """

    tag: str
    start: int
    end: int
    last: int

    @property
    def table(self) -> str:
        """The first half of the tag."""
        return self.tag.partition(".")[0]

    @property
    def key(self) -> str:
        """The second half of the tag."""
        return self.tag.partition(".")[2]


class _Node:
    """A place in the tree, of which there are 100,000.

    Tuples, because nearly all are empty, and all empty ones are the same.
    """

    __slots__ = ("heads", "next", "tags", "tails")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = _NO_NODES
        self.tags: tuple[str, ...] = ()
        self.heads: tuple[tuple[int, str], ...] = ()  # gap number, tag
        self.tails: tuple[int, ...] = ()

    def child(self, label: str) -> _Node:
        """The node after `label`, made if it is not there yet."""
        found = self.next.get(label)
        if found is None:
            if self.next is _NO_NODES:
                self.next = {}
            found = self.next[label] = _Node()
        return found


# What the last nodes have after them, all the same one: never written to.
_NO_NODES: dict[str, _Node] = {}


def _share_leaves(root: _Node) -> None:
    """Makes one node of all that end a phrase with the same tags: of five nodes four are such."""
    shared: dict[tuple[tuple[str, ...], tuple[int, ...]], _Node] = {}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        for label, child in node.next.items():
            if child.next or child.heads:
                waiting.append(child)
            else:
                node.next[label] = shared.setdefault((child.tags, child.tails), child)


class Lexicon:
    """The compiled phrases of one language."""

    def __init__(self, language: str, phrases: Mapping[str, tuple[str, ...]]) -> None:
        self.language = language
        self._root = _Node()
        self._words: set[str] = set()
        self._beginnings: set[str] = set()
        self._endings: set[str] = set()
        self._gaps = 0
        self._speller: Speller | None = None
        self._labels_of_piece = lru_cache(maxsize=None)(self._find_labels_of_piece)
        for tag, texts in phrases.items():
            if not tag.startswith("spelling."):
                for text in texts:
                    self._add(tag, text)
        self._labels_of_piece.cache_clear()
        _share_leaves(self._root)
        self._labels = lru_cache(maxsize=_CACHED_WORDS)(self._find_labels)
        self._meant = lru_cache(maxsize=_CACHED_WORDS)(self._find_meant)

    @property
    def known_words(self) -> frozenset[str]:
        """The words that stand in phrases as they are."""
        return frozenset(self._words)

    def knows(self, word: str) -> bool:
        """Whether `word`, as it is spelt, stands in a phrase."""
        return bool(self._labels(word))

    def use(self, speller: Speller) -> None:
        """Takes `speller` for texts that are to be read with their spelling mistakes."""
        self._speller = speller
        self._meant.cache_clear()

    def find(self, words: Words, *, misspelt: bool = False) -> list[Hit]:
        """All phrases in `words` that do not stand inside a longer one, in their order.

        No phrase goes over a break, not even a comma. `misspelt` also takes unknown words for
        the keywords that they are nearly; in another language they may be words of their own.
        """
        look_up = self._meant if misspelt else self._labels
        labels = [look_up(word) for word in words.words]
        found: list[Hit] = []
        heads: list[tuple[int, str, int, int]] = []
        tails: dict[int, list[tuple[int, int]]] = {}
        for start, first in enumerate(labels):
            if not first:
                continue
            for node, end in self._walk(labels, words.breaks, start):
                found += [Hit(tag, start, end, end) for tag in node.tags]
                heads += [(gap, tag, start, end) for gap, tag in node.heads]
                for gap in node.tails:
                    tails.setdefault(gap, []).append((start, end))
        found += _closed(heads, tails, words)
        found += [
            Hit("things.address", i, i + 1, i + 1)
            for i, word in enumerate(words.words)
            if word == ADDRESS
        ]
        return _longest(found)

    def _walk(
        self, labels: list[tuple[str, ...]], breaks: list[Break], start: int
    ) -> Iterator[tuple[_Node, int]]:
        nodes = [self._root]
        place = start
        while nodes and place < len(labels) and (place == start or not breaks[place]):
            nodes = [
                node.next[label] for node in nodes for label in labels[place] if label in node.next
            ]
            place += 1
            for node in nodes:
                yield node, place

    def _add(self, tag: str, text: str) -> None:
        head, gap, tail = text.partition(" .. ")
        if not gap:
            self._node(text).tags += (tag,)
            return
        self._gaps += 1
        self._node(head).heads += ((self._gaps, tag),)
        self._node(tail).tails += (self._gaps,)

    def _node(self, text: str) -> _Node:
        node = self._root
        for piece in text.split():
            for label in self._labels_of_piece(piece):
                node = node.child(label)
        return node

    def _find_labels_of_piece(self, piece: str) -> tuple[str, ...]:
        """What the tree is to hold for a piece of a phrase, which is mostly a word."""
        if piece.startswith("*"):
            ending = "".join(split_phrase(piece[1:]))
            self._endings.add(ending)
            return (f"*{ending}",)
        if piece.endswith("*"):
            *before, beginning = split_phrase(piece[:-1])
            self._words.update(before)
            self._beginnings.add(beginning)
            return (*before, f"{beginning}*")
        words = split_phrase(piece)
        self._words.update(words)
        return tuple(words)

    def _find_labels(self, word: str) -> tuple[str, ...]:
        labels = [word] if word in self._words else []
        for i in range(2, len(word) + 1):
            if word[:i] in self._beginnings:
                labels.append(f"{word[:i]}*")
            if word[-i:] in self._endings:
                labels.append(f"*{word[-i:]}")
        return tuple(labels)

    def _find_meant(self, word: str) -> tuple[str, ...]:
        labels = self._labels(word)
        if not labels and self._speller is not None:
            meant = self._speller.correct(word)
            return (meant,) if meant in self._words else ()
        return labels


def _closed(
    heads: list[tuple[int, str, int, int]],
    tails: dict[int, list[tuple[int, int]]],
    words: Words,
) -> Iterator[Hit]:
    """The phrases with a gap whose second half follows soon enough."""
    for gap, tag, start, end in heads:
        for tail_start, tail_end in tails.get(gap, ()):
            if end <= tail_start and words.between(end, tail_start) <= MAX_GAP_WORDS:
                if not any(words.breaks[end : tail_start + 1]):
                    yield Hit(tag, start, end, tail_end)
                break


def _longest(found: list[Hit]) -> list[Hit]:
    found.sort(key=lambda hit: (hit.start, -hit.end))
    kept: list[Hit] = []
    longest = (0, 0)
    for hit in found:
        span = (hit.start, hit.end)
        if hit.tag in TRANSPARENT:
            # Of two that cover the same words both are read, in whatever order they came.
            if hit.end <= longest[1] and span != longest:
                continue
        elif hit.end > longest[1]:
            longest = span
        elif span != longest:
            continue
        kept.append(hit)
    return list(dict.fromkeys(kept))
