"""`python -m daemon.trial_child`: reads one message as the daemon would, and tells nothing of it.

What to read, and for which mailbox, comes pickled on stdin from daemon/trial.py. Whoever started
it may end it at any time; its memory and its time on the processor are bounded as well.
"""

from __future__ import annotations

import contextlib
import pickle
import sys

from daemon.apart import Apart
from daemon.confinement import confine
from handlers.classify.confidence import Thresholds
from handlers.classify.shipped import shipped_classifier
from handlers.parse import UnparseableMessage
from handlers.reading import Desk, read_message

CPU_S = 30


def main() -> None:
    """Exit status 0 where the message was read, or cannot be and says so in order."""
    confine(cpu_s=CPU_S)
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
