"""The phrases of a language as they are looked for, in a file: `<language>.bin` beside its .toml.

`python -m bench.compile_phrases` writes these files. One whose .toml has changed since is not
used: the phrases are compiled again at each start, which takes about half a second a language.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from config.packed import Numbers, Packer, Unpacker


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredGraph:
    """A graph over words in numbers; its nodes are 0, the root, and up.

    `labels` are what leads from node to node: first the words, then `beginnings` of words as
    "kündig*", then `endings` as "*konto". The edges of node n are those from `first[n]` to before
    `first[n + 1]`: each with the number of its label, and the node that it leads to. `ends` are
    the nodes where a phrase ends, or half of one, in their order: with each the place of its tag
    in `tags` plus one, or 0, and the number of its gap, or 0.
    """

    labels: Sequence[str] = field(repr=False)
    beginnings: int
    endings: int
    first: Numbers = field(repr=False)
    edge_labels: Numbers = field(repr=False)
    edge_nodes: Numbers = field(repr=False)
    tags: Sequence[str]
    ends: Numbers = field(repr=False)
    end_tags: Numbers = field(repr=False)
    end_gaps: Numbers = field(repr=False)

    def edges_of(self, node: int) -> Iterator[tuple[str, int]]:
        """The labels that lead on from a node, in their order, with where they lead."""
        edges = slice(self.first[node], self.first[node + 1])
        labels = map(self.labels.__getitem__, self.edge_labels[edges])
        return zip(labels, self.edge_nodes[edges], strict=True)

    def ends_of(self, node: int) -> list[tuple[str, int]]:
        """What ends at a node: tag or "", and number of the gap or 0."""
        ends = slice(bisect_left(self.ends, node), bisect_right(self.ends, node))
        return [
            (self.tags[tag - 1] if tag else "", gap)
            for tag, gap in zip(self.end_tags[ends], self.end_gaps[ends], strict=True)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLanguage:
    """A language: its graphs by name, and the phrases that are looked up one by one, by place.

    `asks` says whether its file tells what can be asked for.
    """

    graphs: Mapping[str, StoredGraph]
    lists: Mapping[str, Sequence[str]]
    asks: bool


def pack_language(language: StoredLanguage, source: bytes) -> bytes:
    """The file of a language; `source` is the digest of its .toml."""
    packer = Packer()
    packer.numbers([language.asks])
    packer.words(language.lists)
    for phrases in language.lists.values():
        packer.words(phrases)
    packer.words(language.graphs)
    for graph in language.graphs.values():
        pack_graph(packer, graph)
    return packer.packed(source)


def unpack_language(data: bytes, source: bytes) -> StoredLanguage:
    """The language of a file. Raises NotPackedError where it was not made from `source`."""
    unpacker = Unpacker(data, source)
    asks = bool(unpacker.numbers()[0])
    lists = {place: unpacker.words() for place in unpacker.words()}
    graphs = {name: unpack_graph(unpacker) for name in unpacker.words()}
    return StoredLanguage(graphs=graphs, lists=lists, asks=asks)


def pack_graph(packer: Packer, graph: StoredGraph) -> None:
    """Adds the tables of a graph."""
    packer.words(graph.labels)
    packer.words(graph.tags)
    packer.numbers([graph.beginnings, graph.endings])
    packer.numbers(graph.first)
    packer.numbers(graph.edge_labels)
    packer.numbers(graph.edge_nodes)
    packer.numbers(graph.ends)
    packer.numbers(graph.end_tags)
    packer.numbers(graph.end_gaps)


def unpack_graph(unpacker: Unpacker) -> StoredGraph:
    """Takes the tables of a graph."""
    labels, tags = unpacker.words(), unpacker.words()
    beginnings, endings = unpacker.numbers()
    return StoredGraph(
        labels=labels,
        tags=tags,
        beginnings=beginnings,
        endings=endings,
        first=unpacker.numbers(),
        edge_labels=unpacker.numbers(),
        edge_nodes=unpacker.numbers(),
        ends=unpacker.numbers(),
        end_tags=unpacker.numbers(),
        end_gaps=unpacker.numbers(),
    )
