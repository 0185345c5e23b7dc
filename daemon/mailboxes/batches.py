"""Lists cut into pieces of a size that one command may carry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

# RFC 7162 section 4 advises against command lines over 8,192 octets; a UID has up to ten digits.
UIDS_PER_COMMAND = 500


def batches(items: Sequence[T], size: int = UIDS_PER_COMMAND) -> Iterator[list[T]]:
    """The items in lists of at most `size`, because IMAPClient wants lists and nothing else."""
    for start in range(0, len(items), size):
        yield list(items[start : start + size])
