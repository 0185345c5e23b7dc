"""`python -m daemon.readers.worker_child`: reads messages until the daemon closes the line.

Standard input is a socket. We tell on it which program we are; then tasks come, numbered and
pickled by daemon/readers/worker.py, and answers go back under the same numbers. Standard output is
a file in memory, whose first four octets say which message of the task is being read. Whoever
started us may end us at any time; our memory and the time on the processor that a message may take
are bounded.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import socket
from functools import lru_cache
from pathlib import Path

from daemon.allocator import keep_for_good, keep_small
from daemon.confinement import confine
from daemon.program import program
from daemon.readers.task import Task
from handlers.classify import Classifier
from handlers.classify.confidence import Thresholds
from handlers.classify.shipped import shipped_classifier
from handlers.extent import ORDINARY, beginning
from handlers.parse import UnparseableMessage, parse_message
from handlers.reading import Contents, Desk, read_contents
from handlers.values import Message, RawMessage

CPU_S = 30.0
NOTE = 1  # standard output
_SOONER = "500"  # as though half of the memory were ours (proc(5)); 1000 is the most


def main() -> None:
    """Ends with the line, or by SIGPROF when a message has taken too long."""
    keep_small()
    confine()
    _step_forward()
    with socket.socket(fileno=0) as line, line.makefile("rb") as tasks:
        # Not before all is imported: what is on the disk is then what we are.
        line.sendall(pickle.dumps(program()))
        while True:
            try:
                number, task = pickle.load(tasks)  # noqa: S301 - from the daemon, our parent
            except EOFError:
                return
            line.sendall(pickle.dumps((number, _read(task)), pickle.HIGHEST_PROTOCOL))


def _step_forward() -> None:
    """Has the system end us before the daemon where memory is short: it loses nothing by that."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_SOONER)


def _read(task: Task) -> list[Contents | None]:
    desk = Desk(
        mailbox=task.mailbox,
        role=task.role,
        us=task.us,
        trusted_authserv_id=task.trusted_authserv_id,
        classifier=_classifier(task.thresholds),
        parse=_parse,
    )
    found = []
    for place, raw in enumerate(task.messages):
        os.pwrite(NOTE, place.to_bytes(4, "big"), 0)
        signal.setitimer(signal.ITIMER_PROF, CPU_S)
        found.append(_contents(raw, desk))
    signal.setitimer(signal.ITIMER_PROF, 0)
    return found


def _contents(raw: RawMessage, desk: Desk) -> Contents | None:
    try:
        return read_contents(raw, desk)
    except MemoryError:
        raise  # the daemon has no bounds: as though it had ended us, it is tried apart
    except Exception:  # noqa: BLE001 - the daemon meets it as well, and tells of it
        return None


def _parse(raw: bytes) -> Message:
    if beginning(raw, ORDINARY) is not raw:
        raise UnparseableMessage("over the ordinary limits: the daemon has it read apart")
    return parse_message(raw)


@lru_cache(maxsize=1)
def _classifier(thresholds: Thresholds) -> Classifier:
    made = shipped_classifier(thresholds)
    keep_for_good()
    return made


if __name__ == "__main__":
    main()
