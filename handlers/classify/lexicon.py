"""The phrases of one language, compiled: finds all of them in a text in one pass.

A graph over words, so that the time taken depends on the text and never on a pattern. The longest
phrase wins: what stands wholly inside a longer one is not found ("account" in "email account").
"""

from __future__ import annotations

from collections.abc import Iterator, KeysView, Sequence
from typing import NamedTuple, Protocol

from handlers.classify.kept import Kept
from handlers.classify.phrase_graph import Node
from handlers.classify.spelling import Speller
from handlers.classify.vocabulary import Vocabulary
from handlers.classify.words import ADDRESS, Break, Words

MAX_GAP_WORDS = 8
# Of each of three lexicons for each language: the words of mail that come again are few.
_CACHED_WORDS = 1_024
# Of those behind them, which are not asked again for the same word soon.
_CACHED_LABELS = 256
# Steps from one word to the next that are kept, with the nodes that they have led to: half a
# megabyte, and of most languages less.
_MAX_STEPS = 1_000
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


# Takes a third of what Hit(…) does, whose values are passed on from Python.
_new = tuple.__new__
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

    `opens` are the labels that lead on from here; `after` has where they do, as far as was asked.
    """

    __slots__ = ("after", "heads", "is_an_end", "nodes", "opens", "tags", "tails")

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = tuple(nodes)
        only = nodes[0]
        self.opens: KeysView[str] | frozenset[str] = only.next.keys()
        self.tags, self.heads, self.tails = only.tags, only.heads, only.tails
        if len(nodes) > 1:
            self.opens = frozenset().union(*[node.next for node in nodes])
            self.tags = tuple([tag for node in nodes for tag in node.tags])
            self.heads = tuple([head for node in nodes for head in node.heads])
            self.tails = tuple([gap for node in nodes for gap in node.tails])
        if len(self.tags) > 1:  # two labels of a word, or two entries, may be the same phrase
            self.tags = tuple(dict.fromkeys(self.tags))
        self.is_an_end = bool(self.tags or self.heads or self.tails)
        self.after: dict[tuple[str, ...], _Stands] = {}


class Lexicon:
    """The phrases of one language, from where they are stored or written."""

    def __init__(self, language: str, source: Source) -> None:
        self.language = language
        self._source = source
        self._speller: Speller | None = None
        self._labels = Kept(self._find_labels, most=_CACHED_LABELS)
        self._meant = Kept(self._find_meant, most=_CACHED_WORDS)
        # As far as it was walked; None until a word leads into the graph, and where it was
        # forgotten.
        self._beginning: _Stands | None = None
        self._kept = 0

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
        for start, end, stands in self._ends(labels, words.breaks):
            found += [_new(Hit, (tag, start, end, end)) for tag in stands.tags]
            heads += [(gap, tag, start, end) for gap, tag in stands.heads]
            for gap in stands.tails:
                tails.setdefault(gap, []).append((start, end))
        more = [*_closed(heads, tails, words)] if heads and tails else []
        if ADDRESS in words.words:
            more += [
                Hit("things.address", i, i + 1, i + 1)
                for i, word in enumerate(words.words)
                if word == ADDRESS
            ]
        if more:
            found = sorted(dict.fromkeys([*found, *more]), key=lambda hit: (hit.start, -hit.end))
        return _longest(found)

    def _ends(
        self, labels: Sequence[tuple[str, ...]], breaks: Sequence[Break]
    ) -> list[tuple[int, int, _Stands]]:
        """Where phrases, or halves of them, begin and end; of one place the longest first."""
        found: list[tuple[int, int, _Stands]] = []
        if not any(labels):
            return found
        beginning, count = self._beginning or self._begin(), len(labels)
        for start, first in enumerate(labels):
            if not first:
                continue
            # This, written out, and not to ask for what leads nowhere, saves half of the time.
            stands, end, place = beginning, start, len(found)
            labelled = first
            while True:
                after = stands.after.get(labelled)
                if after is None:
                    if stands.opens.isdisjoint(labelled):
                        break
                    after = self._step(stands, labelled)
                    beginning = self._beginning or self._begin()
                stands, end = after, end + 1
                if stands.is_an_end:
                    found.insert(place, (start, end, stands))
                if end == count or breaks[end]:
                    break
                labelled = labels[end]
                if not labelled:
                    break
        return found

    def _step(self, before: _Stands, labels: tuple[str, ...]) -> _Stands:
        """Where a word with these labels leads; kept, for most words come again."""
        if self._kept >= _MAX_STEPS:  # whatever is written, the memory stays bounded
            self._kept, self._beginning = 0, None
        self._kept += 1
        after = [
            node.next[label] for node in before.nodes for label in labels if label in node.next
        ]
        found = before.after[labels] = _Stands(after)
        return found

    def _begin(self) -> _Stands:
        found = self._beginning = _Stands([self._source.graph])
        return found

    def _find_labels(self, word: str) -> tuple[str, ...]:
        return self.vocabulary.labels_of(word)

    def _find_meant(self, word: str) -> tuple[str, ...]:
        labels = self.vocabulary.labels_of(word)
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


def _longest(found: Sequence[Hit]) -> list[Hit]:
    """Those that do not stand inside a longer one; `found` are in order, the longest first."""
    kept: list[Hit] = []
    first = last = 0  # of the longest
    for hit in found:
        tag, start, end, _ = hit
        if tag in TRANSPARENT:
            # Of two that cover the same words both are read, in whatever order they came.
            if end <= last and not (start == first and end == last):
                continue
        elif end > last:
            first, last = start, end
        elif not (start == first and end == last):
            continue
        kept.append(hit)
    return kept
