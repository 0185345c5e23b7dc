"""The phrases of one language as they are written, made ready to be looked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from sys import intern
from threading import RLock

from handlers.classify.phrase_graph import Entry, Node, make_graph
from handlers.classify.vocabulary import STAR, Vocabulary
from handlers.classify.words import split_phrase

GAP = ".."


class Written:
    """Phrases by their tag, of which vocabulary and graph are made when they are needed first.

    Few mailboxes get mail in Japanese, and to tell that a text is not in Czech its words are
    enough. Once: each mailbox has a thread, and they get their first mail together.
    """

    def __init__(self, phrases: Mapping[str, Sequence[str]]) -> None:
        # A line each: most of them are never needed as strings of their own.
        self._phrases = {
            tag: "\n".join(texts)
            for tag, texts in phrases.items()
            if texts and not tag.startswith("spelling.")
        }
        self._making = RLock()
        self._vocabulary: Vocabulary | None = None
        self._root: Node | None = None

    @property
    def vocabulary(self) -> Vocabulary:
        """What the phrases are made of."""
        with self._making:
            if self._vocabulary is None:
                found = _Pieces()
                for lines in self._phrases.values():
                    for piece in set(lines.split()):
                        found.labels(piece)
                self._vocabulary = found.vocabulary()
            return self._vocabulary

    @property
    def graph(self) -> Node:
        """The root of the graph in which they are found."""
        with self._making:
            if self._root is None:
                _ = self.vocabulary  # which cannot be told any more without the phrases
                self._root = _graph_of(self._phrases)
                self._phrases = {}
            return self._root


class _Pieces:
    """Reads phrases, and gathers what they are made of."""

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._beginnings: set[str] = set()
        self._endings: set[str] = set()
        # A piece of a phrase is mostly a word, and many phrases share it.
        self._known: dict[str, tuple[str, ...]] = {}

    def vocabulary(self) -> Vocabulary:
        """All pieces so far."""
        return Vocabulary(*map(frozenset, (self._words, self._beginnings, self._endings)))

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

    def _read(self, piece: str) -> tuple[str, ...]:
        if piece == GAP:
            return ()
        if piece.startswith(STAR):
            ending = "".join(split_phrase(piece[1:]))
            self._endings.add(ending)
            return (f"{STAR}{ending}",)
        if piece.endswith(STAR):
            *before, beginning = split_phrase(piece[:-1])
            self._words.update(before)
            self._beginnings.add(beginning)
            return (*before, f"{beginning}{STAR}")
        # Each Chinese character would be a string of its own in each phrase.
        words = tuple(map(intern, split_phrase(piece)))
        self._words.update(words)
        return words


def _graph_of(phrases: Mapping[str, str]) -> Node:
    pieces = _Pieces()
    entries: list[Entry] = []
    tails: dict[tuple[str, ...], int] = {}  # many phrases have the same second half
    for tag, lines in phrases.items():
        for text in lines.split("\n"):
            head, gap, tail = text.partition(f" {GAP} ")
            number = tails.setdefault(pieces.labels(tail), len(tails) + 1) if gap else 0
            entries.append(Entry(pieces.labels(head), tag, number))
    entries += [Entry(labels, "", number) for labels, number in tails.items()]
    return make_graph(entries)
