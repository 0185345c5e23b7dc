"""A route that only counts its passes, and fails or waits when a test wants it to."""

from __future__ import annotations

import threading
from collections import Counter, deque

from daemon.flow import PassReport, Route
from daemon.ports import Mailbox
from daemon.watch import Watch


class StubRoute(Route):
    """Sees each message of its mailbox once and leaves all of them.

    `failures` are raised by the next passes, one each (None: this one works). A pass waits until
    `gate` is set; `entered` says that one is at it.
    """

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.failures: deque[Exception | None] = deque()
        self.copy_failures: deque[Exception] = deque()
        self.passes = 0
        self.copy_rounds = 0
        self.copies = 0  # so many rounds would be needed
        self.most_at_once = 0
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self._at_once = 0
        self._uid = 0
        self._lock = threading.Lock()

    def run(self) -> PassReport:
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        self.entered.set()
        try:
            assert self.gate.wait(20)
            self.passes += 1
            failure = self.failures.popleft() if self.failures else None
            if failure is not None:
                raise failure
            self.mailbox.open()
            uids = self.mailbox.uids_above(self._uid)
            self._uid = max([self._uid, *uids])
            return PassReport(
                seen=len(uids), counts=Counter(leave=len(uids)), copies_wait=self.copies > 0
            )
        finally:
            with self._lock:
                self._at_once -= 1

    def file_copies(self) -> bool:
        self.copy_rounds += 1
        if self.copy_failures:
            raise self.copy_failures.popleft()
        self.copies = max(0, self.copies - 1)
        return self.copies > 0


def watch_of(mailbox: Mailbox, *, poll_seconds: float = 60.0) -> tuple[Watch, StubRoute]:
    """A watch over `mailbox` whose jitter leaves the waits as they are."""
    route = StubRoute(mailbox)
    watch = Watch(route=route, mailbox=mailbox, poll_seconds=poll_seconds, jitter=lambda: 0.5)
    return watch, route
