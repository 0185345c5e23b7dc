"""The phrases of one language, compiled: finds all of them in a text in one pass.

A graph over words, so that the time taken depends on the text and never on a pattern. The longest
phrase wins: what stands wholly inside a longer one is not found ("account" in "email account").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from sys import intern
from threading import RLock
from typing import NamedTuple

from handlers.classify.phrase_graph import Entry, Node, make_graph
from handlers.classify.spelling import Speller
from handlers.classify.words import ADDRESS, Break, Words, split_phrase

GAP = ".."
MAX_GAP_WORDS = 8
# Of each language: the words of mail are few, and there are three lexicons for each language.
_CACHED_WORDS = 2_048
# Long phrases that hide nothing: what stands at the foot of mailings also stands in requests
# ("I want to unsubscribe from"), "want to keep my account" names the account, and what separates
# may also deny ("pausar la web y no cancelar la cuenta").
TRANSPARENT = frozenset(
    {
        "message.footer", "reversal.taken_back", "reversal.resubscribe", "reversal.instead",
        "reversal.hold", "join.break",
        "hints.letter", "hints.urge", "hints.pestered", "hints.narrowed", "hints.unsure",
        "hints.mailing", "hints.stays",
    }
)  # fmt: skip


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


class Vocabulary:
    """The words, beginnings and endings that the phrases of a language are made of."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        self.beginnings: set[str] = set()
        self.endings: set[str] = set()
        # A piece of a phrase is mostly a word, and many phrases share it.
        self._known: dict[str, tuple[str, ...]] = {}

    def labels(self, text: str) -> tuple[str, ...]:
        """What the graph is to hold for a phrase, or half of one."""
        known = self._known
        found: list[str] = []
        for piece in text.split():
            labels = known.get(piece)
            if labels is None:
                labels = self._read(piece)
                if len(labels) == 1:
                    known[piece] = labels
            found += labels
        return tuple(found)

    def forget(self) -> None:
        """Gives back what only the reading of phrases needs."""
        self._known = {}

    def _read(self, piece: str) -> tuple[str, ...]:
        if piece == GAP:
            return ()
        if piece.startswith("*"):
            ending = "".join(split_phrase(piece[1:]))
            self.endings.add(ending)
            return (f"*{ending}",)
        if piece.endswith("*"):
            *before, beginning = split_phrase(piece[:-1])
            self.words.update(before)
            self.beginnings.add(beginning)
            return (*before, f"{beginning}*")
        # Each Chinese character would be a string of its own in each phrase.
        words = tuple(map(intern, split_phrase(piece)))
        self.words.update(words)
        return words


def _graph_of(phrases: Mapping[str, str], vocabulary: Vocabulary) -> Node:
    entries: list[Entry] = []
    for tag, lines in phrases.items():
        for text in lines.split("\n"):
            head, gap, tail = text.partition(f" {GAP} ")
            number = len(entries) + 1 if gap else 0  # no other phrase has it
            entries.append(Entry(vocabulary.labels(head), tag, number))
            if gap:
                entries.append(Entry(vocabulary.labels(tail), "", number))
    return make_graph(entries)


class Lexicon:
    """The compiled phrases of one language."""

    def __init__(self, language: str, phrases: Mapping[str, Sequence[str]]) -> None:
        self.language = language
        # A line each: most of them are never needed as strings of their own.
        self._phrases = {
            tag: "\n".join(texts)
            for tag, texts in phrases.items()
            if texts and not tag.startswith("spelling.")
        }
        self._vocabulary: Vocabulary | None = None
        self._root: Node | None = None
        self._making = RLock()
        self._speller: Speller | None = None
        self._labels = lru_cache(maxsize=_CACHED_WORDS)(self._find_labels)
        self._meant = lru_cache(maxsize=_CACHED_WORDS)(self._find_meant)

    # Both are made when they are needed first: few mailboxes get mail in Japanese, and to tell
    # that a text is not in Czech its words are enough. Once: each mailbox has a thread, and they
    # get their first mail together.

    @property
    def vocabulary(self) -> Vocabulary:
        """What the phrases are made of."""
        if self._vocabulary is not None:
            return self._vocabulary
        with self._making:
            if self._vocabulary is None:
                found = Vocabulary()
                for lines in self._phrases.values():
                    for piece in set(lines.split()):
                        found.labels(piece)
                found.forget()
                self._vocabulary = found
            return self._vocabulary

    @property
    def _graph(self) -> Node:
        if self._root is not None:
            return self._root
        with self._making:
            if self._root is None:
                vocabulary = self.vocabulary
                self._root = _graph_of(self._phrases, vocabulary)
                self._phrases = {}
                vocabulary.forget()
            return self._root

    @property
    def known_words(self) -> frozenset[str]:
        """The words that stand in phrases as they are."""
        return frozenset(self.vocabulary.words)

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
        root = self._graph if any(labels) else Node()
        found: list[Hit] = []
        heads: list[tuple[int, str, int, int]] = []
        tails: dict[int, list[tuple[int, int]]] = {}
        for start, first in enumerate(labels):
            if not first:
                continue
            for node, end in _walk(root, labels, words.breaks, start):
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

    def _find_labels(self, word: str) -> tuple[str, ...]:
        known = self.vocabulary
        labels = [word] if word in known.words else []
        for i in range(2, len(word) + 1):
            if word[:i] in known.beginnings:
                labels.append(f"{word[:i]}*")
            if word[-i:] in known.endings:
                labels.append(f"*{word[-i:]}")
        return tuple(labels)

    def _find_meant(self, word: str) -> tuple[str, ...]:
        labels = self._labels(word)
        if not labels and self._speller is not None:
            meant = self._speller.correct(word)
            return (meant,) if meant in self.vocabulary.words else ()
        return labels


def _walk(
    root: Node, labels: list[tuple[str, ...]], breaks: list[Break], start: int
) -> Iterator[tuple[Node, int]]:
    """The places in the graph that the words from `start` on lead to, with the word behind."""
    nodes = [root]
    place = start
    while nodes and place < len(labels) and (place == start or not breaks[place]):
        nodes = [
            node.next[label] for node in nodes for label in labels[place] if label in node.next
        ]
        place += 1
        for node in nodes:
            yield node, place


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
