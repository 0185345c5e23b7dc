"""Graphs of phrases as they are stored, in numbers, and back.

A graph that comes from a file is made as it is walked: of a hundred thousand nodes a message leads
to a few hundred, and what no message leads to costs nothing.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from typing import Any

from config.stored_phrases import StoredGraph
from handlers.classify.phrase_graph import Node
from handlers.classify.vocabulary import STAR, Vocabulary


class Stored:
    """The phrases of a stored graph, ready to be looked for."""

    def __init__(self, graph: StoredGraph) -> None:
        labels = graph.labels
        ends = len(labels) - graph.endings
        begins = ends - graph.beginnings
        self.vocabulary = Vocabulary(
            words=frozenset(labels[:begins]),
            beginnings=frozenset([label[:-1] for label in labels[begins:ends]]),
            endings=frozenset([label[1:] for label in labels[ends:]]),
        )
        self.graph: Node = _Walked(graph).node(0)


def store(root: Node, vocabulary: Vocabulary) -> StoredGraph:
    """A graph in numbers, which depend on nothing but the graph."""
    beginnings = [f"{text}{STAR}" for text in sorted(vocabulary.beginnings)]
    endings = [f"{STAR}{text}" for text in sorted(vocabulary.endings)]
    labels = (*sorted(vocabulary.words), *beginnings, *endings)
    places = {label: place for place, label in enumerate(labels)}
    numbers = {id(root): 0}
    nodes = [root]
    first, edge_labels, edge_nodes = [0], array("I"), array("I")
    tags: dict[str, int] = {"": 0}
    ends: list[tuple[int, int, int]] = []
    for number, node in enumerate(nodes):  # which grows meanwhile
        for label, after in node.next.items():
            if id(after) not in numbers:
                numbers[id(after)] = len(nodes)
                nodes.append(after)
            edge_labels.append(places[label])
            edge_nodes.append(numbers[id(after)])
        first.append(len(edge_labels))
        ends += [(number, tags.setdefault(tag, len(tags)), 0) for tag in node.tags]
        ends += [(number, tags.setdefault(tag, len(tags)), gap) for gap, tag in node.heads]
        ends += [(number, 0, gap) for gap in node.tails]
    return StoredGraph(
        labels=labels,
        beginnings=len(beginnings),
        endings=len(endings),
        first=first,
        edge_labels=edge_labels,
        edge_nodes=edge_nodes,
        tags=tuple(tags)[1:],
        ends=[number for number, _, _ in ends],
        end_tags=[tag for _, tag, _ in ends],
        end_gaps=[gap for _, _, gap in ends],
    )


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
        """Fills a node in; whoever does it twice at once, with the same."""
        graph = self._graph
        start, end = graph.first[number], graph.first[number + 1]
        labels = map(graph.labels.__getitem__, graph.edge_labels[start:end])
        # Last what is asked for first: a thread that sees it has all the rest.
        tags, heads, tails = self._ends(number)
        node.tails, node.heads = tails, heads
        node.next = dict(zip(labels, map(self.node, graph.edge_nodes[start:end]), strict=True))
        node.tags = tags

    def _ends(
        self, number: int
    ) -> tuple[tuple[str, ...], tuple[tuple[int, str], ...], tuple[int, ...]]:
        graph = self._graph
        places = range(bisect_left(graph.ends, number), bisect_right(graph.ends, number))
        found = [(graph.end_tags[place], graph.end_gaps[place]) for place in places]
        return (
            tuple([graph.tags[tag - 1] for tag, gap in found if not gap]),
            tuple([(gap, graph.tags[tag - 1]) for tag, gap in found if gap and tag]),
            tuple([gap for tag, gap in found if not tag]),
        )


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
