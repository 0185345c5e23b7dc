"""How the C library hands out memory: so that a process which runs for months stays small.

glibc gives each of the first threads a heap of its own, where what others have freed cannot be
used again, and raises by itself the size from which a block goes back to the system when it is
freed (mallopt(3)). One heap is enough here: under the interpreter's lock threads hardly ever
allocate at the same time. By itself it only gives back what lies free at the end of a heap: over
20,000 messages a dozen megabytes gathered between blocks that stayed.
"""

from __future__ import annotations

import ctypes
import gc
import os

# The numbers of glibc's malloc.h, and the variables of the environment that say the same.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_SETTINGS = (
    (_ARENA_MAX, 1, "MALLOC_ARENA_MAX"),
    (_MMAP_THRESHOLD, 128 * 1024, "MALLOC_MMAP_THRESHOLD_"),
    (_TRIM_THRESHOLD, 128 * 1024, "MALLOC_TRIM_THRESHOLD_"),
)


def keep_small() -> bool:
    """Settles it for this process; whether the C library knows how. Call it before threads begin.

    What the environment says goes before.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False  # musl's malloc has nothing to settle
    taken = [
        mallopt(name, value) for name, value, variable in _SETTINGS if variable not in os.environ
    ]
    return all(taken)


def give_back() -> None:
    """Gives the system back every page that lies free. Takes less than a millisecond."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:  # another thing that musl does not know
        trim(0)


def keep_for_good() -> None:
    """Has the collector leave alone what there is: what the start has made stays until the end.

    Python looks through everything only when a quarter as much has come to it. Of what the start
    has made that is many messages' rings of objects, for which memory is taken meanwhile.
    """
    gc.freeze()
