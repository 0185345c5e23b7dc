"""The lines of a pipe or a file, as many at once as there are."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator

_CHUNK_BYTES = 1_048_576  # of a pipe what is there at once, up to what it holds
_BOM = b"\xef\xbb\xbf"
_LONGEST_LINE_BYTES = 4_096  # no address comes near it


def lines_of(descriptor: int) -> Iterator[list[bytes]]:
    """The lines as they come, so that a program may ask one after the other.

    Of one that is too long to hold an address, a part is enough to be refused. A mark of the byte
    order before the first, as Windows writes one, is left out.
    """
    with contextlib.suppress(OSError):  # a file, a terminal, or the kernel does not grant it
        # Else a pipe holds 64 KiB, and each such portion costs its question to the store.
        fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _CHUNK_BYTES)
    rest, is_first = b"", True
    while chunk := os.read(descriptor, _CHUNK_BYTES):
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > _LONGEST_LINE_BYTES:
            rest = rest[:_LONGEST_LINE_BYTES]
        if lines:
            yield _without_mark(lines) if is_first else lines
            is_first = False
    if rest:
        yield _without_mark([rest]) if is_first else [rest]


def _without_mark(lines: list[bytes]) -> list[bytes]:
    return [lines[0].removeprefix(_BOM), *lines[1:]]
