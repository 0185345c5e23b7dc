"""What a process and its children have used, by /proc (Linux)."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> list[int]:
    """The process and all that descend from it."""
    found = [pid]
    tasks: list[Path] = []
    with contextlib.suppress(OSError):
        tasks += Path(f"/proc/{pid}/task").iterdir()
    for task in tasks:
        # A thread may end meanwhile, and the others have children still.
        with contextlib.suppress(OSError):
            for child in (task / "children").read_text().split():
                found += tree(int(child))
    return found


def cpu_s(pid: int) -> float:
    """User and system time of the process, its children, and those that it has waited for."""
    total = 0.0
    for one in tree(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15])) * _TICK_S
    return total


def memory_bytes(pid: int, key: str = "VmRSS") -> int:
    """The resident memory of process and children together; `VmHWM` is the most of each."""
    total = 0
    for one in tree(pid):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{one}/status").read_text().splitlines():
                if line.startswith(key + ":"):
                    total += int(line.split()[1]) * 1024
    return total


@dataclass(slots=True)
class Samples:
    """The memory of some processes together, looked at four times a second, in a `with`."""

    pids: tuple[int, ...]
    every_s: float = 0.25
    taken: list[tuple[float, int]] = field(default_factory=list)  # seconds since the start, octets
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        assert self._thread is not None
        self._thread.join()

    def _run(self) -> None:
        began = time.monotonic()
        while not self._ended.wait(self.every_s):
            now = time.monotonic() - began
            self.taken.append((now, sum(memory_bytes(pid) for pid in self.pids)))

    @property
    def peak_bytes(self) -> int:
        """The most that all of them had together at one moment."""
        return max((octets for _, octets in self.taken), default=0)
