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
# How many kilobytes are resident with room for 100 MB between some blocks that stay, before and
# after it is given back.
_ROOM = """
from pathlib import Path
from daemon.allocator import give_back

def resident():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1])

held = [bytes(2_000) for _ in range(50_000)]
stay = held[::100]
del held
before = resident()
give_back()
print(before, resident())
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


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="malloc_trim is glibc's")
def test_room_between_blocks_that_stay_goes_back_to_the_system() -> None:
    told = subprocess.run(
        [sys.executable, "-c", _ROOM], check=True, capture_output=True, text=True
    )
    before, after = map(int, told.stdout.split())
    assert before - after > 50_000
