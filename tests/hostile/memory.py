"""The most memory that a process and its children have taken, as Linux counts it (VmHWM)."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

_EVERY_S = 0.02
_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


class PeakMemory:
    """Looks at a process while it runs, and at each of its children, which may not live long.

    In megabytes of 1,000,000 octets. The kernel keeps the peak itself; only a child that ends
    within 20 ms of its peak is seen too low.
    """

    def __init__(self, pid: int) -> None:
        self.own_mb = self.children_mb = 0.0
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(_EVERY_S):
            self._look()
        self._look()

    def _look(self) -> None:
        self.own_mb = max(self.own_mb, _peak_mb(self._pid))
        for pid in _descendants(self._pid):
            self.children_mb = max(self.children_mb, _peak_mb(pid))


def _peak_mb(pid: int) -> float:
    try:
        found = _PEAK.search(Path(f"/proc/{pid}/status").read_text())
    except OSError:  # it has ended
        return 0.0
    return int(found[1]) * 1024 / 1_000_000 if found else 0.0


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    waiting = [pid]
    while waiting:
        parent = waiting.pop()
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                children = [int(word) for word in task.read_text().split()]
            except OSError:
                continue
            found += children
            waiting += children
    return found
