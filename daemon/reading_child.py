"""`python -m daemon.reading_child`: parses one message that is over the ordinary limits.

The octets come on stdin; to stdout goes which program it is, and the message, pickled. Whoever
started it may end it at any time; its memory and its time on the processor are bounded as well.
"""

from __future__ import annotations

import pickle
import sys
import threading

from daemon.confinement import confine
from daemon.program import program
from handlers.extent import WIDE
from handlers.parse import UnparseableMessage, parse_message
from handlers.values import Message

CPU_S = 30
# A level of nesting takes about a kilobyte of it, several times over.
_STACK_BYTES = 256 * 1024**2
_RECURSION = 200_000


def main() -> None:
    """Exit status 0 with the message on stdout, 1 with nothing."""
    confine(cpu_s=CPU_S)
    sys.setrecursionlimit(_RECURSION)
    threading.stack_size(_STACK_BYTES)
    raw = sys.stdin.buffer.read()
    found: list[Message] = []
    reader = threading.Thread(target=_read, args=(raw, found))
    reader.start()
    reader.join()
    if not found:
        sys.exit(1)
    sys.stdout.buffer.write(pickle.dumps((program(), found[0])))


def _read(raw: bytes, found: list[Message]) -> None:
    try:
        found.append(parse_message(raw, WIDE))
    except (UnparseableMessage, MemoryError, RecursionError):
        return  # the exit status tells


if __name__ == "__main__":
    main()
