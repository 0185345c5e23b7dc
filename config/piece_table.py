"""The weights of pieces of words, by their names: a table that is small, and made quickly.

A dictionary of 180,000 names would take 20 MB; this one takes 3. It keeps no name, only each one's
hash, in order; that of another name is among them once in 10^14 times, and then its weight counts.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from itertools import accumulate, chain

import numpy as np
import numpy.typing as npt

Pair = tuple[float, float]
Table = npt.NDArray[np.float64]
_NONE: Pair = (0.0, 0.0)


class TableMaker:
    """Makes a table, with some names after the other, none of which is kept."""

    def __init__(self) -> None:
        self._hashes = array("q")
        self._pairs: list[Pair] = []
        self._counts: list[int] = []

    def add(self, pair: Pair, names: Sequence[str]) -> None:
        """Adds the names that have these weights; no name comes twice."""
        self._hashes.extend(map(hash, names))
        self._pairs.append(pair)
        self._counts.append(len(names))

    def made(self) -> PieceTable:
        """The table of all that was added."""
        hashes = np.array(self._hashes, np.int64)
        kind = np.min_scalar_type(len(self._pairs))
        numbers = np.repeat(np.arange(len(self._pairs), dtype=kind), self._counts)
        order = hashes.argsort()
        return PieceTable(hashes[order], numbers[order], np.array([*self._pairs, _NONE]))


class PieceTable:
    """A pair of weights for each of the names, and (0, 0) for all others. Threads may share it."""

    def __init__(
        self, hashes: npt.NDArray[np.int64], numbers: npt.NDArray[np.unsignedinteger], pairs: Table
    ) -> None:
        """The hashes in order, of each the number of its pair, and behind these (0, 0)."""
        self._hashes, self._numbers, self._pairs = hashes, numbers, pairs

    @classmethod
    def of(cls, weights: Mapping[str, Pair]) -> PieceTable:
        """The table of what is in a dictionary."""
        maker = TableMaker()
        for name, pair in weights.items():
            maker.add(pair, [name])
        return maker.made()

    def __len__(self) -> int:
        return len(self._hashes)

    def weights_of(self, names: Sequence[str]) -> Table:
        """A row of two for each name."""
        if not len(self):
            return np.zeros((len(names), 2))
        wanted = np.fromiter(map(hash, names), np.int64, len(names))
        places = self._hashes.searchsorted(wanted)
        # Behind the last there is none: the last one's hash is not the one wanted either.
        np.minimum(places, len(self) - 1, out=places)
        chosen = self._numbers[places].astype(np.intp)
        chosen[self._hashes[places] != wanted] = len(self._pairs) - 1
        found: Table = self._pairs.take(chosen, axis=0)
        return found

    def sums_of(self, groups: Sequence[Sequence[str]]) -> Table:
        """A row of two for each group of names, of which none is empty: the sums of theirs."""
        starts = [*accumulate(map(len, groups[:-1]), initial=0)]
        names = [*chain.from_iterable(groups)]
        found: Table = np.add.reduceat(self.weights_of(names), starts, axis=0)
        return found
