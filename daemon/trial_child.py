"""`python -m daemon.trial_child`: reads one message as the daemon would, and tells nothing of it.

What to read, and for which mailbox, comes pickled on stdin from daemon/trial.py. Whoever started
it may end it at any time; its memory and its time on the processor are bounded as well.
"""

from __future__ import annotations

import contextlib
import pickle
import resource
import signal
import sys

from daemon.apart import Apart
from handlers.classify.confidence import Thresholds
from handlers.classify.shipped import shipped_classifier
from handlers.parse import UnparseableMessage
from handlers.reading import Desk, read_message

MEMORY_BYTES = 2 * 1024**3  # of address space, as in daemon/reading_child.py
CPU_S = 60


def main() -> None:
    """Exit status 0 where the message was read, or cannot be and says so in order."""
    # The service manager tells all processes to stop; whoever started this one ends it.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Where the system does not let us, the deadline of who started us is left.
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    raw, mailbox, role, us, trusted_authserv_id, language = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own process
    desk = Desk(
        mailbox=mailbox,
        role=role,
        us=us,
        trusted_authserv_id=trusted_authserv_id,
        classifier=shipped_classifier(Thresholds()),
        language=language,
        parse=Apart(stopping=lambda: False).parse,
    )
    with contextlib.suppress(UnparseableMessage):
        read_message(raw, desk)


if __name__ == "__main__":
    main()
