"""A graph over words in which phrases are found: all that goes on alike goes on in one place.

"I cancel" and "we hereby cancel" end in the same node: of twenty nodes of a tree one is left. The
phrases are put in in their order, so that what lies behind the last branch never changes again and
is shared at once (Daciuk et al., Incremental Construction of Minimal Acyclic Finite-State
Automata, 2000): there is never more than one phrase that is not shared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Entry(NamedTuple):
    """What is put in: the labels of a phrase, or of half a phrase with a gap, and what it ends.

    A phrase has a `tag`; the head of one with a gap `tag` and `gap`, its tail the `gap` alone.
    """

    labels: tuple[str, ...]
    tag: str
    gap: int


class Node:
    """A place in the graph; tuples, because nearly all are empty, and all empty ones the same."""

    __slots__ = ("heads", "next", "tags", "tails")

    def __init__(self) -> None:
        self.next: dict[str, Node] = _NO_NODES
        self.tags: tuple[str, ...] = ()
        self.heads: tuple[tuple[int, str], ...] = ()  # gap number, tag
        self.tails: tuple[int, ...] = ()

    def ends(self, entry: Entry) -> None:
        """Makes this the end of `entry`."""
        if not entry.gap:
            self.tags += (entry.tag,)
        elif entry.tag:
            self.heads += ((entry.gap, entry.tag),)
        else:
            self.tails += (entry.gap,)

    def signature(self) -> tuple[object, ...]:
        """Equal in nodes that go on alike, where the nodes behind them have been shared."""
        after = tuple([(label, id(node)) for label, node in self.next.items()])
        return self.tags, self.heads, self.tails, after


# What the last nodes have after them, all the same one: never written to.
_NO_NODES: dict[str, Node] = {}


def make_graph(entries: Sequence[Entry]) -> Node:
    """The root of the graph of `entries`; where two have the same labels, in their order."""
    root = Node()
    shared: dict[tuple[object, ...], Node] = {}
    path: list[tuple[Node, str]] = []  # from the root to the end of the last phrase
    last: tuple[str, ...] = ()
    for entry in sorted(entries, key=lambda entry: entry.labels):
        labels = entry.labels
        common = 0
        while common < min(len(labels), len(last)) and labels[common] == last[common]:
            common += 1
        _share(path, common, shared)
        node = path[common - 1][0].next[path[common - 1][1]] if common else root
        for label in labels[common:]:
            if node.next is _NO_NODES:
                node.next = {}
            path.append((node, label))
            node.next[label] = Node()
            node = node.next[label]
        node.ends(entry)
        last = labels
    _share(path, 0, shared)
    return root


def _share(
    path: list[tuple[Node, str]], keep: int, shared: dict[tuple[object, ...], Node]
) -> None:
    """Takes the end of `path` down to `keep` nodes; each that is known already is replaced."""
    while len(path) > keep:
        before, label = path.pop()
        node = before.next[label]
        before.next[label] = shared.setdefault(node.signature(), node)
