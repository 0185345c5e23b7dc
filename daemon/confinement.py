"""What a process that reads for the daemon may take: called by the child itself, at its start."""

from __future__ import annotations

import contextlib
import resource
import signal

MEMORY_BYTES = 2 * 1024**3  # of address space: the stack, and the models of the languages


def confine(*, cpu_s: int | None = None) -> None:
    """Bounds our memory, and with `cpu_s` our time on the processor to so many seconds.

    Signals to stop and to reload are left to who started us, and who may end us at any time: the
    service manager, or a terminal, tells all processes.
    """
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    # Where the system does not let us, the deadline of who started us is left.
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        if cpu_s is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
