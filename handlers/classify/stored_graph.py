"""Graphs of phrases as they are stored, in numbers, and back.

A graph that comes from a file is made as it is walked: of a hundred thousand nodes a message leads
to a few hundred, and what no message leads to costs nothing.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, ItemsView, Iterable
from typing import Any, TypeVar

from config.stored_phrases import StoredGraph
from handlers.classify.phrase_graph import Node
from handlers.classify.vocabulary import Vocabulary

N = TypeVar("N")
End = tuple[str, int]  # a tag or "", the number of a gap or 0


class Stored:
    """The phrases of a stored graph, ready to be looked for."""

    def __init__(self, graph: StoredGraph) -> None:
        self.vocabulary = vocabulary_of(graph)
        self._stored = graph

    @property
    def graph(self) -> Node:
        """The root; each time that of another walk, whose nodes go with the last that uses it."""
        return _Walked(self._stored).node(0)


def vocabulary_of(graph: StoredGraph) -> Vocabulary:
    """The words, beginnings and endings of a stored graph."""
    labels = graph.labels
    ends = len(labels) - graph.endings
    begins = ends - graph.beginnings
    return Vocabulary(
        words=frozenset(labels[:begins]),
        beginnings=frozenset([label[:-1] for label in labels[begins:ends]]),
        endings=frozenset([label[1:] for label in labels[ends:]]),
    )


def store(root: Node, vocabulary: Vocabulary) -> StoredGraph:
    """A graph in numbers."""
    return in_numbers(root, vocabulary, lambda node: node.next.items(), _ends_of)


def in_numbers(
    root: N,
    vocabulary: Vocabulary,
    edges_of: Callable[[N], Iterable[tuple[str, N]]],
    ends_of: Callable[[N], Iterable[End]],
) -> StoredGraph:
    """A graph of nodes of any kind in numbers, which depend on nothing but the graph.

    `edges_of` tells of a node which labels lead on to which nodes, `ends_of` what ends there.
    """
    labels = vocabulary.labels()
    places = {label: place for place, label in enumerate(labels)}
    numbers = {id(root): 0}
    nodes = [root]
    first, edge_labels, edge_nodes = [0], array("I"), array("I")
    tags: dict[str, int] = {"": 0}
    ends: list[tuple[int, int, int]] = []
    for number, node in enumerate(nodes):  # which grows meanwhile
        for label, after in edges_of(node):
            if id(after) not in numbers:
                numbers[id(after)] = len(nodes)
                nodes.append(after)
            edge_labels.append(places[label])
            edge_nodes.append(numbers[id(after)])
        first.append(len(edge_labels))
        ends += [(number, tags.setdefault(tag, len(tags)), gap) for tag, gap in ends_of(node)]
    return StoredGraph(
        labels=labels,
        beginnings=len(vocabulary.beginnings),
        endings=len(vocabulary.endings),
        first=first,
        edge_labels=edge_labels,
        edge_nodes=edge_nodes,
        tags=tuple(tags)[1:],
        ends=[number for number, _, _ in ends],
        end_tags=[tag for _, tag, _ in ends],
        end_gaps=[gap for _, _, gap in ends],
    )


def _ends_of(node: Node) -> Iterable[End]:
    yield from ((tag, 0) for tag in node.tags)
    yield from ((tag, gap) for gap, tag in node.heads)
    yield from (("", gap) for gap in node.tails)


class _Walked:
    """A stored graph, with the nodes that have been come to. Threads may share it."""

    def __init__(self, graph: StoredGraph) -> None:
        self._graph = graph
        self._nodes: dict[int, Node] = {}

    def node(self, number: int) -> Node:
        """The one node of this number."""
        found = self._nodes.get(number)
        return found or self._nodes.setdefault(number, _NotRead(self, number))

    def read(self, node: Node, number: int) -> None:
        """Fills a node in; whoever does it at the same time, with the same."""
        ends = self._graph.ends_of(number)
        node.tags = tuple([tag for tag, gap in ends if not gap])
        node.heads = tuple([(gap, tag) for tag, gap in ends if gap and tag])
        node.tails = tuple([gap for tag, gap in ends if not tag])
        node.next = _Edges(self, self._graph.edges_of(number))


class _Edges(dict[str, Any]):
    """Which labels lead on to which nodes: to the number of one until that is asked for.

    Of a node with a thousand edges few are gone along; a node for each would take most of the time
    that is needed to read it.
    """

    __slots__ = ("_walked",)

    def __init__(self, walked: _Walked, numbers: Iterable[tuple[str, int]]) -> None:
        super().__init__(numbers)
        self._walked = walked

    def __getitem__(self, label: str) -> Node:
        after = super().__getitem__(label)
        found: Node = self._walked.node(after) if isinstance(after, int) else after
        self[label] = found
        return found

    def items(self) -> ItemsView[str, Node]:  # type: ignore[override]
        return {label: self[label] for label in self}.items()


class _NotRead(Node):
    """A node that is read from its graph when it is looked at: until then it has no attributes."""

    __slots__ = ("_graph", "_number")

    def __init__(self, graph: _Walked, number: int) -> None:
        self._graph = graph
        self._number = number

    def __getattr__(self, name: str) -> Any:
        if name not in Node.__slots__:
            raise AttributeError(name)
        self._graph.read(self, self._number)
        return getattr(self, name)
