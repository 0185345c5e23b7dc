"""Messages in portions that the memory holds, however large they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

# Of raw octets; the libraries make up to three copies of them on the way.
PORTION_BYTES = 2 * 1_048_576


def portions(
    uids: Sequence[int], sizes: Mapping[int, int], *, most: int, total: int = PORTION_BYTES
) -> Iterator[list[int]]:
    """`uids` in their order, cut where more than `total` octets would be together.

    `sizes` are octets by UID, and of each message no more than `most` are taken. One that is
    larger than `total` goes alone.
    """
    portion: list[int] = []
    octets = 0
    for uid in uids:
        size = min(sizes.get(uid, 0), most)
        if portion and octets + size > total:
            yield portion
            portion, octets = [], 0
        portion.append(uid)
        octets += size
    if portion:
        yield portion
