"""What reads messages: this process by itself, or with others that help it."""

from __future__ import annotations

from collections.abc import Callable

from daemon.ports import Reader
from daemon.program import program
from daemon.readers.here import Here
from daemon.readers.pool import Pool
from daemon.readers.worker import Worker
from daemon.trial import Trial


def open_reader(processes: int, *, stopping: Callable[[], bool]) -> Reader:
    """A reader with so many processes beside this one; they start when there is much to read."""
    program()  # now: at a reload there may be another one on the disk
    here = Here(survives=Trial(stopping=stopping).survives)
    if not processes:
        return here
    workers = [Worker(stopping=stopping) for _ in range(processes)]
    return Pool(workers=workers, here=here, stopping=stopping)


__all__ = ["open_reader"]
