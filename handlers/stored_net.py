"""Nets of phrases as they are stored, in numbers, and back: see handlers/classify/stored_graph.py.

An end without a tag is a place behind which words may stand that do not matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from config.stored_phrases import StoredGraph
from handlers.classify.stored_graph import End, in_numbers, vocabulary_of
from handlers.phrase_net import PhraseNet, Place


def store(net: PhraseNet) -> StoredGraph:
    """A net in numbers."""
    return in_numbers(net.root(), net.vocabulary, _edges_of, _ends_of)


def restore(graph: StoredGraph) -> PhraseNet:
    """The net of a stored graph, whose places are made as they are come to."""
    return PhraseNet(lambda: _Walked(graph).place(0), vocabulary_of(graph))


def _edges_of(place: Place) -> Iterator[tuple[str, Place]]:
    return ((label, after) for label, many in place.next.items() for after in many)


def _ends_of(place: Place) -> Iterator[End]:
    if place.tag:
        yield place.tag, 0
    if place.gap:
        yield "", 1


class _Walked:
    """A stored net, with the places that have been come to. Threads may share it."""

    def __init__(self, graph: StoredGraph) -> None:
        self._graph = graph
        self._places: dict[int, Place] = {}

    def place(self, number: int) -> Place:
        """The one place of this number."""
        found = self._places.get(number)
        return found or self._places.setdefault(number, _NotRead(self, number))

    def read(self, place: Place, number: int) -> None:
        """Fills a place in; whoever does it at the same time, with the same."""
        after: dict[str, list[Place]] = {}
        for label, leads_to in self._graph.edges_of(number):
            after.setdefault(label, []).append(self.place(leads_to))
        ends = self._graph.ends_of(number)
        place.tag = next((tag for tag, _ in ends if tag), "")
        place.gap = any(gap for _, gap in ends)
        place.next = after


class _NotRead(Place):
    """A place that is read when it is looked at: until then it has no attributes."""

    __slots__ = ("_graph", "_number")

    def __init__(self, graph: _Walked, number: int) -> None:
        self._graph = graph
        self._number = number

    def __getattr__(self, name: str) -> Any:
        if name not in Place.__slots__:
            raise AttributeError(name)
        self._graph.read(self, self._number)
        return getattr(self, name)
