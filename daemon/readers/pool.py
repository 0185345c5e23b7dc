"""Reading by other processes, for a mailbox to which much comes at once.

They do what takes the time, from the octets of a message to its contents; who asks by it is found
here, where the keys of our tokens are. What they do not answer is read here as well.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import SimpleQueue

from daemon.errors import AskedToStop, PermanentFailure
from daemon.ports.reader import unwatched
from daemon.readers.here import Here
from daemon.readers.task import TRIED, Answer, Task, nothing_of, task_of
from daemon.readers.worker import LostError, Worker
from handlers.reading import Desk, Reading
from handlers.set_aside import SetAside
from handlers.values import RawMessage

# Fewer are read here sooner than the processes would be started.
FEWEST = 20
# A process reads so many at a time, in some hundredths of a second.
CHUNK_MESSAGES = 10
_LOOK_EACH_S = 1.0


@dataclass(slots=True, kw_only=True)
class Pool:
    """Gives messages to whichever of the `workers` is idle; `here` reads what they do not.

    They read with the shipped classifier, at the thresholds of the desk's. `stopping` is asked
    while an answer is waited for.
    """

    workers: Sequence[Worker]
    here: Here
    stopping: Callable[[], bool]
    _idle: SimpleQueue[Worker] = field(default_factory=SimpleQueue, init=False)
    _threads: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        # One for each process, which waits for its answer.
        self._threads = ThreadPoolExecutor(len(self.workers), thread_name_prefix="readers")
        for worker in self.workers:
            self._idle.put(worker)

    def read(
        self,
        messages: Sequence[RawMessage],
        desk: Desk,
        *,
        on_trial: bool = False,
        progress: Callable[[], None] = unwatched,
    ) -> list[Reading | SetAside]:
        """As the port says."""
        if on_trial or len(messages) < FEWEST:
            return self.here.read(messages, desk, on_trial=on_trial, progress=progress)
        starts = range(0, len(messages), CHUNK_MESSAGES)
        chunks = [messages[start : start + CHUNK_MESSAGES] for start in starts]
        futures = [self._submit(task_of(chunk, desk)) for chunk in chunks]
        found: list[Reading | SetAside] = []
        try:
            for chunk, future in zip(chunks, futures, strict=True):
                answer = self._wait(future, progress)
                found += self._complete(chunk, answer, desk, progress)
        finally:
            for future in futures:
                future.cancel()
        return found

    def inspect(self) -> list[str]:
        """Has each process read a message of ours, one after the other."""
        for worker in self.workers:
            try:
                found = worker.ask(TRIED)
            except LostError as lost:
                raise _unusable(str(lost)) from lost
            if None in found:
                raise _unusable("it cannot read a message of ours")
        cores = len(os.sched_getaffinity(0))
        return [f"{len(self.workers)} that read beside the daemon, on {cores} cores"]

    def close(self) -> None:
        """Ends the processes. What is read from now on is read here."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self.workers:
            worker.kill()
        self._threads.shutdown()
        for worker in self.workers:
            worker.end()

    def _submit(self, task: Task) -> Future[Answer]:
        try:
            return self._threads.submit(self._ask, task)
        except RuntimeError:  # closed, or no thread is left for us
            unread: Future[Answer] = Future()
            unread.set_result(nothing_of(task))
            return unread

    def _ask(self, task: Task) -> Answer:
        worker = self._idle.get()
        try:
            return worker.read(task)
        finally:
            self._idle.put(worker)

    def _wait(self, future: Future[Answer], progress: Callable[[], None]) -> Answer:
        while True:
            progress()
            try:
                return future.result(timeout=_LOOK_EACH_S)
            except TimeoutError:
                is_over = self.stopping()
            except CancelledError:  # by `close`
                is_over = True
            if is_over:
                raise AskedToStop("asked to stop while messages were read", part="reading")

    def _complete(
        self,
        chunk: Sequence[RawMessage],
        answer: Answer,
        desk: Desk,
        progress: Callable[[], None],
    ) -> list[Reading | SetAside]:
        found: list[Reading | SetAside] = []
        for place, (raw, contents) in enumerate(zip(chunk, answer.contents, strict=True)):
            if contents is None:
                progress()
            # One at which a process has ended shall not end us.
            on_trial = place == answer.ended_at
            found.append(self.here.one(raw, desk, contents=contents, on_trial=on_trial))
        return found


def _unusable(why: str) -> PermanentFailure:
    return PermanentFailure(
        f"a process that reads cannot be used: {why}",
        part="readers",
        setting="limits.reading_processes",
        cure="give the machine or the service more memory, or set 0",
    )
