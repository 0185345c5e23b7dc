"""Copies of replies on their way into a Sent folder: what lies there is not put there again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from daemon import events
from daemon.ports import Mailbox, Store


@dataclass(slots=True, kw_only=True)
class Appending:
    """One turn of it. `raw` are the copies by their rows in the outbox.

    With `singly` each goes by itself; `in_hand` then is the one that has neither come to lie there
    nor been refused, where the connection is lost.
    """

    mailbox: Mailbox
    store: Store
    raw: Mapping[int, bytes]
    now: Callable[[], datetime]
    progress: Callable[[], None]
    singly: bool
    in_hand: int | None = None
    _filed: set[int] = field(default_factory=set)

    def work(self, rows: Sequence[int]) -> None:
        """Appends those of the rows that it has not appended yet, and notes each that lies there.

        At once, since a server may take some and then end the connection, each time. Raises
        TemporaryFailure, PermanentFailure.
        """
        left = [row for row in rows if row not in self._filed]
        before = len(self._filed)
        try:
            for some in [[row] for row in left] if self.singly else [left]:
                self._append(some)
        finally:
            if filed := len(self._filed) - before:
                events.copies_filed(mailbox=self.mailbox.name, messages=filed)

    def _append(self, rows: Sequence[int]) -> None:
        waiting = list(rows)

        def note(count: int) -> None:
            # Before the store is told: even if it fails, this turn knows.
            filed = waiting[:count]
            del waiting[:count]
            self._filed.update(filed)
            self.store.copied(filed, now=self.now())
            self.progress()

        self.in_hand = rows[0] if self.singly else None
        if rows:
            self.mailbox.append_sent([self.raw[row] for row in rows], done=note)
        self.in_hand = None
