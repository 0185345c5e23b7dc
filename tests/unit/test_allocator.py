"""What the C library is told about memory, in a process of its own: it cannot be taken back."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

# How many heaps there are after several threads have allocated more than small objects.
_HEAPS = """
import ctypes, sys, threading
from daemon.allocator import keep_small

if sys.argv[1] == "small":
    assert keep_small()
barrier = threading.Barrier(4)

def allocate():
    held = [bytes(5_000) for _ in range(100)]
    barrier.wait()

threads = [threading.Thread(target=allocate) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(libc.fopen(b"/dev/stdout", b"w"))
libc.malloc_info(0, out)
libc.fclose(out)
"""


def heaps(how: str, **environment: str) -> int:
    told = subprocess.run(
        [sys.executable, "-c", _HEAPS, how],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | environment,
    )
    return told.stdout.count("<heap nr=")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="mallopt is glibc's")
def test_all_threads_share_one_heap_unless_the_environment_says_otherwise() -> None:
    assert heaps("as it is") > 1
    assert heaps("small") == 1
    assert heaps("small", MALLOC_ARENA_MAX="3") > 1
