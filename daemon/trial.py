"""Tries in a process of its own whether a message can be read, before we read it ourselves.

Where processes have ended one after the other at one message, it is either to blame or was only
there when they were killed for another reason: as many kills as one likes must lose no request,
and no message may bar the mailbox.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass

from daemon import events
from daemon.child import module, run
from handlers.reading import Desk
from handlers.values import RawMessage

# Reading is bounded by the child's own time on the processor (trial_child.CPU_S). This is for a
# machine so busy that the child hardly gets any; a pass may stand still for a little longer.
DEADLINE_S = 240.0
_COMMAND = module("daemon.trial_child")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Reads messages on trial. `stopping` is asked meanwhile; `command` is what reads."""

    stopping: Callable[[], bool]
    deadline_s: float = DEADLINE_S
    command: tuple[str, ...] = _COMMAND

    def survives(self, raw: RawMessage, desk: Desk) -> bool:
        """Whether a process outlives reading it: parse, screen and classify.

        Raises AskedToStop before that is known.
        """
        # Not the keys of our tokens: they would have to leave this process.
        task = (raw, desk.mailbox, desk.role, desk.us, desk.trusted_authserv_id, desk.language)
        try:
            ended = run(
                self.command,
                pickle.dumps(task),
                deadline_s=self.deadline_s,
                stopping=self.stopping,
            )
        except OSError as error:  # no process, or no memory for one, is left for us
            why = f"no reader: {error.strerror}"
        else:
            if ended.status == 0:
                return True
            took = f"it took more than {self.deadline_s:g} s"
            why = took if ended.status is None else f"the reader ended with {ended.status}"
        events.reading_given_up(octets=len(raw.raw), error=why)
        return False
