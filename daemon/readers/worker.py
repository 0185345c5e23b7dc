"""One process that reads messages for us: started when it is needed, ended where it does not move.

Whatever becomes of it, we still have its messages.
"""

from __future__ import annotations

import os
import pickle
import socket
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf
from time import monotonic
from typing import IO, TypeGuard

from daemon import answers, events
from daemon.child import ENVIRONMENT, module
from daemon.program import program
from daemon.readers.task import Answer, Task, nothing_of
from handlers.copy_hash import octets_digest
from handlers.reading import Contents

# Of each message the worker's own time on the processor is bounded first (worker_child.CPU_S).
# This is for one that is stopped, and for a machine so busy that it hardly gets any.
DEADLINE_S = 120.0
# It may end each time that it is started, as where no memory is left.
PAUSE_S = 10.0
_END_S = 1.0
# One that is killed ends at once, unless the system itself waits for something in its place.
_KILLED_S = 10.0
COMMAND = module("daemon.readers.worker_child")


class AnotherProgramError(Exception):
    """A process has other values than we have, and may say something else by the same."""


class LostError(Exception):
    """A process has not answered, and is no more; `place` is that of the message it was at."""

    def __init__(self, why: str, place: int | None) -> None:
        super().__init__(why)
        self.place = place


@dataclass(slots=True, kw_only=True)
class _Running:
    """The process, the line to it, and the file in memory where it notes how far it is."""

    process: subprocess.Popen[bytes]
    line: socket.socket
    incoming: IO[bytes]
    note: IO[bytes]
    asked: int = 0

    def meet(self) -> None:
        """Makes sure that it runs the program that we do.

        Raises AnotherProgramError, and what `ask` does.
        """
        if answers.load(self.incoming, frozenset()) != program():
            raise AnotherProgramError

    def ask(self, task: Task) -> list[Contents | None]:
        """Raises OSError, EOFError or DamagedAnswerError."""
        os.ftruncate(self.note.fileno(), 0)
        self.asked += 1
        self.line.sendall(pickle.dumps((self.asked, task), pickle.HIGHEST_PROTOCOL))
        match answers.load(self.incoming, answers.CONTENTS):
            case (self.asked, list() as found) if _is_of(task, found):
                return found
        raise answers.DamagedAnswerError

    def is_at(self) -> int | None:
        """Which message of its task it has begun with last; None where with none."""
        noted = os.pread(self.note.fileno(), 4, 0)
        return int.from_bytes(noted, "big") if noted else None

    def end(self, *, within_s: float = 0.0) -> int | None:
        """Its exit status, negative for a signal; None where it did not end by itself."""
        with suppress(OSError):
            self.line.shutdown(socket.SHUT_RDWR)
        status = None
        with suppress(subprocess.TimeoutExpired):
            status = self.process.wait(within_s)
        self.process.kill()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(_KILLED_S)
        for each in (self.incoming, self.line, self.note):
            each.close()
        return status


@dataclass(slots=True, kw_only=True)
class Worker:
    """The place of one process. One thread at a time asks it; any may close it."""

    stopping: Callable[[], bool]
    command: tuple[str, ...] = COMMAND
    deadline_s: float = DEADLINE_S
    pause_s: float = PAUSE_S
    _running: _Running | None = field(default=None, init=False)
    _rests_until_s: float = field(default=0.0, init=False)

    def read(self, task: Task) -> Answer:
        """What the messages of `task` hold, as far as a process has told; never raises."""
        if self._running is None and monotonic() < self._rests_until_s:
            return nothing_of(task)
        try:
            return Answer(contents=self.ask(task))
        except LostError as lost:
            if not self.stopping():  # the service manager may have ended it as well
                events.reader_lost(messages=len(task.messages), error=str(lost))
            return nothing_of(task, ended_at=lost.place)

    def ask(self, task: Task) -> list[Contents | None]:
        """The same, however recently the last process was lost. Raises LostError."""
        try:
            if self._running is None:
                self._running = _start(self.command, deadline_s=self.deadline_s)
                self._running.meet()
            return self._running.ask(task)
        except TimeoutError:
            raise self._lost(f"it took more than {self.deadline_s:g} s") from None
        except answers.DamagedAnswerError:
            raise self._lost("its answer is none") from None
        except (EOFError, ConnectionError):
            raise self._lost("it ended") from None
        except OSError as error:  # no process, or no memory for one, is left for us
            raise self._lost(f"no process: {error.strerror}") from error
        except AnotherProgramError:
            raise self._lost("another version is installed: restart the daemon") from None
        except Exception as error:  # what it may still say must be no answer to the next task
            raise self._lost(type(error).__name__) from error

    def kill(self) -> None:
        """Ends the process for good, also while a thread waits for its answer."""
        self._rests_until_s = inf
        running = self._running  # the thread may let go of it meanwhile
        if running is not None:
            running.process.kill()

    def end(self) -> None:
        """The same when nobody waits any more, and lets go of all that belonged to it."""
        self.kill()
        if self._running is not None:
            self._running.end()
            self._running = None

    def _lost(self, why: str) -> LostError:
        running, self._running = self._running, None
        place = running.is_at() if running is not None else None
        status = running.end(within_s=_END_S) if running is not None else None
        self._rests_until_s = max(self._rests_until_s, monotonic() + self.pause_s)
        return LostError(f"it ended with {status}" if status else why, place)


def _is_of(task: Task, found: list[object]) -> TypeGuard[list[Contents | None]]:
    """Whether these are contents of the very messages of `task`, each in its place."""
    return len(found) == len(task.messages) and all(
        one is None or (isinstance(one, Contents) and one.octets == octets_digest(raw.raw))
        for one, raw in zip(found, task.messages, strict=True)
    )


def _start(command: tuple[str, ...], *, deadline_s: float) -> _Running:
    """Raises OSError."""
    line, theirs = socket.socketpair()
    with theirs:
        note = os.fdopen(os.memfd_create("note"), "w+b")
        try:
            process = subprocess.Popen(  # noqa: S603 - our own program
                command,
                stdin=theirs.fileno(),
                stdout=note,
                stderr=subprocess.DEVNULL,  # a traceback would quote a message
                env=ENVIRONMENT,
            )
        except OSError:
            line.close()
            note.close()
            raise
    line.settimeout(deadline_s)
    return _Running(process=process, line=line, incoming=line.makefile("rb"), note=note)
