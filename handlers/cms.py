"""The text inside of S/MIME that is signed and not encrypted (RFC 5652 section 5), unchecked.

Who signed it proves nothing to us; only what was written is read.
"""

from __future__ import annotations

_MAX_DEPTH = 20
_SEQUENCE, _OID, _OCTETS, _OCTETS_IN_PIECES, _CONTENT = 0x30, 0x06, 0x04, 0x24, 0xA0
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")


def signed_content(octets: bytes) -> bytes | None:
    """What a SignedData holds; None where it is something else, broken, or holds nothing."""
    try:
        place, _ = _open(octets, 0, _SEQUENCE)
        start, end = _open(octets, place, _OID)
        if octets[start:end] != _SIGNED_DATA:
            return None
        place, _ = _open(octets, end, _CONTENT)
        place, _ = _open(octets, place, _SEQUENCE)
        place = _after(octets, _after(octets, place))  # the version and the digests
        place, _ = _open(octets, place, _SEQUENCE)
        place, _ = _open(octets, _after(octets, place), _CONTENT)
        return b"".join(_pieces(octets, place, 0)) or None
    except (IndexError, ValueError):
        return None


def _head(octets: bytes, place: int) -> tuple[int, int, int]:
    """The tag at a place, where its value begins and ends; -1 where it ends is not said."""
    tag, size = octets[place], octets[place + 1]
    start = place + 2
    if size == 0x80:
        return tag, start, -1
    if size > 0x80:
        width = size - 0x80
        if width > 4:
            raise ValueError("longer than any message")
        size = int.from_bytes(octets[start : start + width], "big")
        start += width
    if start + size > len(octets):
        raise ValueError("longer than what there is")
    return tag, start, start + size


def _open(octets: bytes, place: int, wanted: int) -> tuple[int, int]:
    tag, start, end = _head(octets, place)
    if tag != wanted:
        raise ValueError("something else")
    return start, end


def _after(octets: bytes, place: int, depth: int = 0) -> int:
    """Where the value at a place is over."""
    _, start, end = _head(octets, place)
    if end >= 0:
        return end
    if depth > _MAX_DEPTH:
        raise ValueError("nested too deep")
    while octets[start : start + 2] != b"\0\0":
        start = _after(octets, start, depth + 1)
    return start + 2


def _pieces(octets: bytes, place: int, depth: int) -> list[bytes]:
    """The octets of a string, which BER may write in pieces."""
    tag, start, end = _head(octets, place)
    if tag == _OCTETS and end >= 0:
        return [octets[start:end]]
    if tag != _OCTETS_IN_PIECES or depth > _MAX_DEPTH:
        raise ValueError("no octets")
    found: list[bytes] = []
    while (start < end) if end >= 0 else (octets[start : start + 2] != b"\0\0"):
        found += _pieces(octets, start, depth + 1)
        start = _after(octets, start)
    return found
