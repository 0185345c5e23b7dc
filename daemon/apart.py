"""Reading what is over the ordinary limits in a process of its own, which can be ended.

Whatever such a message does to the reader, the daemon goes on, and at least the beginning of the
message is read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from daemon import answers, events
from daemon.child import module, run
from daemon.program import program
from handlers.extent import ORDINARY, beginning
from handlers.parse import parse_message
from handlers.values import Message

# The child's own time on the processor is bounded first (reading_child.CPU_S): on a machine
# so busy that it hardly gets any, the message is no worse for it.
DEADLINE_S = 120.0
_COMMAND = module("daemon.reading_child")


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """Parses messages: ordinary ones here, and what is over the limits in a child process.

    `stopping` is asked while the child works; `command` is what it runs.
    """

    stopping: Callable[[], bool]
    deadline_s: float = DEADLINE_S
    command: tuple[str, ...] = _COMMAND

    def parse(self, raw: bytes) -> Message:
        """One message.

        Raises:
            UnparseableMessage: it cannot be read at all.
            AskedToStop: before it was read.
        """
        if beginning(raw, ORDINARY) is raw:
            return parse_message(raw)
        try:
            message, why = self._by_child(raw)
        except OSError as error:  # no process, or no memory for one, is left for us
            message, why = None, f"no reader: {error.strerror}"
        if message is not None:
            return message
        events.reading_given_up(octets=len(raw), error=why)
        return parse_message(raw)

    def _by_child(self, raw: bytes) -> tuple[Message | None, str]:
        """The message, or None and the reason in a few words."""
        ended = run(self.command, raw, deadline_s=self.deadline_s, stopping=self.stopping)
        if ended.status is None:
            return None, f"it took more than {self.deadline_s:g} s"
        if ended.status:
            return None, f"the reader ended with {ended.status}"
        try:
            answer = answers.load(ended.output, answers.MESSAGE)
        except (answers.DamagedAnswerError, EOFError):
            return None, "the reader's answer is none"
        match answer:
            case (str() as reader, Message() as message):
                # Another one's fields may be others, and are in place by their order.
                another = "another version is installed: restart the daemon"
                return (message, "") if reader == program() else (None, another)
        return None, "the reader's answer is none"
