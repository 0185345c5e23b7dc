"""The real command, killed by itself at a named step: `python -m bench.crash.faulty STEP NTH …`.

What follows the first two words is given to `optoutd`. At the NTH time that the process has done
STEP it ends by SIGKILL, as by a loss of power; nothing of it runs after that.
"""

from __future__ import annotations

import asyncio
import functools
import os
import signal
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any

# Step: the module, the name in it, and whether the process ends before or after what it names.
STEPS: dict[str, tuple[str, str, str]] = {
    "fetched": ("daemon.mailboxes.imap", "ImapMailbox.fetch", "after"),
    "in the transaction": ("daemon.stores.sql_batch", "SqlBatch.record", "after"),
    "committed": ("daemon.events", "batch_committed", "before"),
    "queued": ("daemon.events", "reply_queued", "after"),
    "before the move": ("daemon.mailboxes.imap", "ImapMailbox.move", "before"),
    "moved": ("daemon.mailboxes.imap", "ImapMailbox.move", "after"),
    "flagged": ("daemon.mailboxes.imap", "ImapMailbox.flag_for_review", "after"),
    "filed": ("daemon.events", "messages_filed", "after"),
    "taken": ("daemon.stores.sql_outbox", "SqlOutbox.take_due", "after"),
    "sent": ("daemon.couriers.pool", "SmtpCourier.deliver", "after"),
    "noted": ("daemon.stores.sql_outbox", "SqlOutbox.sent", "after"),
    "copied": ("daemon.stores.sql_outbox", "SqlOutbox.copied", "before"),
}

# The same of a command of staff.
STAFF_STEPS: dict[str, tuple[str, str, str]] = {
    "staff in the transaction": ("daemon.stores.sql_batch", "SqlBatch.carry_out", "after"),
    "staff decided": ("daemon.office", "Office.decide", "after"),
    "staff recorded": ("daemon.office", "Office.record", "after"),
}


def arm(step: str, nth: int) -> None:
    """Puts the kill into the step."""
    module_name, path, when = (STEPS | STAFF_STEPS)[step]
    owner: Any = import_module(module_name)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    setattr(owner, name, _deadly(getattr(owner, name), nth, before=when == "before"))


def _deadly(real: Callable[..., Any], nth: int, *, before: bool) -> Callable[..., Any]:
    lock = threading.Lock()
    left = nth

    def count() -> None:
        nonlocal left
        with lock:
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    @functools.wraps(real)
    def step(*args: Any, **kwargs: Any) -> Any:
        if before:
            count()
        done = real(*args, **kwargs)
        if not before and done != []:  # nothing was due, or there: that is no step
            count()
        return done

    @functools.wraps(real)
    async def step_async(*args: Any, **kwargs: Any) -> Any:
        done = await real(*args, **kwargs)
        count()
        return done

    return step_async if asyncio.iscoroutinefunction(real) else step


def main() -> None:
    """Arms the step and runs the command."""
    step, nth = sys.argv[1], int(sys.argv[2])
    arm(step, nth)
    from daemon.cli import main as command

    sys.argv[:] = ["optoutd", *sys.argv[3:]]
    command()


if __name__ == "__main__":
    main()
