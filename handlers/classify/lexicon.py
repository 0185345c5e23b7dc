"""The phrases of one language, compiled: finds all of them in a text in one pass.

A graph over words, so that the time taken depends on the text and never on a pattern. The longest
phrase wins: what stands wholly inside a longer one is not found ("account" in "email account").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from handlers.classify.kept import Kept
from handlers.classify.phrase_graph import Node
from handlers.classify.spelling import Speller
from handlers.classify.vocabulary import Vocabulary
from handlers.classify.words import ADDRESS, Words

MAX_GAP_WORDS = 8
# Of each of three lexicons for each language: the words of mail that come again are few.
_CACHED_WORDS = 1_024
# Of those behind them, which are not asked again for the same word soon.
_CACHED_LABELS = 256
# Steps from one word to the next that are kept, with the nodes that they have led to: half a
# megabyte, and of most languages less.
_MAX_STEPS = 1_500
# Long phrases that hide nothing: what stands at the foot of mailings also stands in requests
# ("I want to unsubscribe from"), "want to keep my account" names the account, and what separates
# may also deny ("pausar la web y no cancelar la cuenta").
TRANSPARENT = frozenset(
    {
        "message.footer", "message.tell", "message.left", "message.all",
        "reversal.taken_back", "reversal.resubscribe", "reversal.instead", "reversal.hold",
        "join.break", "caution.except", "caution.or", "caution.wait", "caution.only",
        "hints.letter", "hints.urge", "hints.pestered", "hints.narrowed", "hints.unsure",
        "hints.mailing", "hints.stays",
    }
)  # fmt: skip


# Some hundred tags, whose halves each phrase is asked for again and again.
_TABLES = Kept(lambda tag: tag.partition(".")[0], most=4_096)
_KEYS = Kept(lambda tag: tag.partition(".")[2], most=4_096)


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
        return _TABLES[self.tag]

    @property
    def key(self) -> str:
        """The second half of the tag."""
        return _KEYS[self.tag]


class Source(Protocol):
    """Where the phrases of a language come from."""

    @property
    def vocabulary(self) -> Vocabulary:
        """What the phrases are made of."""

    @property
    def graph(self) -> Node:
        """The root of the graph in which they are found."""


class _Stands:
    """The places in the graph that some words have led to, and where the next word leads.

    None at the beginning, so that the graph is not asked for before a word leads into it.
    """

    __slots__ = ("after", "heads", "is_an_end", "nodes", "tags", "tails")

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = tuple(nodes)
        self.tags = [tag for node in nodes for tag in node.tags]
        self.heads = [head for node in nodes for head in node.heads]
        self.tails = [gap for node in nodes for gap in node.tails]
        self.is_an_end = bool(self.tags or self.heads or self.tails)
        self.after: dict[tuple[str, ...], _Stands | None] = {}


class Lexicon:
    """The phrases of one language, from where they are stored or written."""

    def __init__(self, language: str, source: Source) -> None:
        self.language = language
        self._source = source
        self._speller: Speller | None = None
        self._graph: Node | None = None  # as far as it was walked since the last `_forget`
        self._labels = Kept(self._find_labels, most=_CACHED_LABELS)
        self._meant = Kept(self._find_meant, most=_CACHED_WORDS)
        self._forget()

    @property
    def vocabulary(self) -> Vocabulary:
        """What the phrases are made of."""
        return self._source.vocabulary

    def knows(self, word: str) -> bool:
        """Whether `word`, as it is spelt, stands in a phrase."""
        return bool(self._labels[word])

    def use(self, speller: Speller) -> None:
        """Takes `speller` for texts that are to be read with their spelling mistakes."""
        self._speller = speller
        self._meant.clear()

    def find(self, words: Words, *, misspelt: bool = False) -> list[Hit]:
        """All phrases in `words` that do not stand inside a longer one, in their order.

        No phrase goes over a break, not even a comma. `misspelt` also takes unknown words for
        the keywords that they are nearly; in another language they may be words of their own.
        """
        kept = self._meant if misspelt else self._labels
        labels = [*map(kept.__getitem__, words.words)]
        found: list[Hit] = []
        heads: list[tuple[int, str, int, int]] = []
        tails: dict[int, list[tuple[int, int]]] = {}
        for start, first in enumerate(labels):
            if not first:
                continue
            stands, end = self._after(self._beginning, first), start + 1
            while stands is not None:
                if stands.is_an_end:
                    found += [Hit(tag, start, end, end) for tag in stands.tags]
                    heads += [(gap, tag, start, end) for gap, tag in stands.heads]
                    for gap in stands.tails:
                        tails.setdefault(gap, []).append((start, end))
                if end == len(labels) or words.breaks[end] or not labels[end]:
                    break
                stands, end = self._after(stands, labels[end]), end + 1
        found += _closed(heads, tails, words)
        if ADDRESS in words.words:
            found += [
                Hit("things.address", i, i + 1, i + 1)
                for i, word in enumerate(words.words)
                if word == ADDRESS
            ]
        return _longest(found)

    def _after(self, before: _Stands, labels: tuple[str, ...]) -> _Stands | None:
        """Where a word with these labels leads; kept, for most words come again."""
        try:
            return before.after[labels]
        except KeyError:
            pass
        if self._kept >= _MAX_STEPS:  # whatever is written, the memory stays bounded
            self._forget()
        self._kept += 1
        nodes = before.nodes or (self._root(),)
        after = [node.next[label] for node in nodes for label in labels if label in node.next]
        found = before.after[labels] = _Stands(after) if after else None
        return found

    def _root(self) -> Node:
        if self._graph is None:
            self._graph = self._source.graph
        return self._graph

    def _forget(self) -> None:
        self._kept = 0
        self._beginning = _Stands([])
        self._graph = None

    def _find_labels(self, word: str) -> tuple[str, ...]:
        return self.vocabulary.labels_of(word)

    def _find_meant(self, word: str) -> tuple[str, ...]:
        labels = self._labels[word]
        if not labels and self._speller is not None:
            meant = self._speller.correct(word)
            return (meant,) if meant in self.vocabulary.words else ()
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
