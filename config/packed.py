"""Tables of words and numbers in one file, quick to read: what is compiled from files of words.

The form: a line of text that names it, 32 octets of a digest of what it was made from, 32 of a
digest of what follows, and the tables: a kind ("t" lines of text, "H" and "I" numbers of two and
four octets, the lowest first), their length in octets as four of them, and the octets themselves.
Nothing in such a file is ever run, as in a pickle, and none that was cut or changed is used.
"""

from __future__ import annotations

import hashlib
import struct
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence

_NAME = b"optoutd compiled words 1\n"  # another number whenever the form changes
_DIGEST_BYTES = 32
_HEAD = struct.Struct("<cI")
_MAX_SHORT = 0xFFFF

Numbers = Sequence[int]


class NotPackedError(ValueError):
    """Not such a file, or one that was damaged, or made from something else."""


def digest_of(parts: Iterable[bytes]) -> bytes:
    """What tells whether the same was packed: of the octets, whatever the time of the files."""
    found = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for part in parts:
        found.update(hashlib.blake2b(part, digest_size=_DIGEST_BYTES).digest())
    return found.digest()


class Packer:
    """Gathers tables."""

    def __init__(self) -> None:
        self._tables: list[bytes] = []

    def words(self, words: Iterable[str]) -> None:
        """Adds words, or phrases; none of them has a line break in it, or is empty."""
        self._add(b"t", "\n".join(words).encode())

    def numbers(self, numbers: Sequence[int]) -> None:
        """Adds numbers from 0 to 4,294,967,295."""
        kind = "H" if max(numbers, default=0) <= _MAX_SHORT else "I"
        self._add(kind.encode(), _little(array(kind, numbers)).tobytes())

    def packed(self, source: bytes) -> bytes:
        """The file; `source` is the digest of what the tables were made from."""
        body = b"".join(self._tables)
        return _NAME + source + digest_of([body]) + body

    def _add(self, kind: bytes, octets: bytes) -> None:
        self._tables.append(_HEAD.pack(kind, len(octets)) + octets)


class Unpacker:
    """Gives the tables of a file back, in the order in which they were packed."""

    def __init__(self, data: bytes, source: bytes) -> None:
        """Raises NotPackedError: `data` is damaged, or was not made from `source`."""
        start = len(_NAME) + 2 * _DIGEST_BYTES
        body = data[start:]
        if data[:start] != _NAME + source + digest_of([body]):
            raise NotPackedError("is not what was compiled from these words")
        self._tables = _tables(body)

    def words(self) -> list[str]:
        """The words that were packed."""
        kind, octets = next(self._tables)
        if kind != b"t":
            raise NotPackedError("has numbers where words are due")
        return octets.decode().split("\n") if octets else []

    def numbers(self) -> Numbers:
        """The numbers that were packed."""
        kind, octets = next(self._tables)
        if kind == b"t":
            raise NotPackedError("has words where numbers are due")
        return _little(array(kind.decode(), octets))


def _tables(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place < len(body):
        kind, length = _HEAD.unpack_from(body, place)
        place += _HEAD.size
        yield kind, body[place : place + length]
        place += length
    raise NotPackedError("ends too early")


def _little(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
