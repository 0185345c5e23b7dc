"""Outcomes that a mistake of ours has kept out of the store: they are noted again later.

Until then the mail stands as being sent, and nobody else takes it while this process lives.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic

from daemon import events
from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.ports import QueuedMail
from daemon.tracing import places

PAUSE_S = 60.0


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What is known of an attempt: the server's `response` where it has accepted the mail.

    `may_be_taken` says that it may have it. `tries` counts the vain attempts to note that.
    """

    queued: QueuedMail
    response: str | None = None
    may_be_taken: bool = False
    tries: int = 0


@dataclass(slots=True)
class Unnoted:
    """The outcomes of one process that are to be noted again; `note` does it for one of them."""

    note: Callable[[Outcome], Awaitable[None]]
    _left: dict[int, Outcome] = field(default_factory=dict)
    _next_at_s: float = 0.0

    @property
    def rows(self) -> set[int]:
        """The rows of the outbox that they are of."""
        return set(self._left)

    def add(self, outcome: Outcome) -> None:
        """One more; it is due at once."""
        self._left[outcome.queued.row] = outcome
        self._next_at_s = 0.0

    async def note_due(self, *, at_once: bool = False) -> None:
        """Notes them again, a minute after the last time at the earliest.

        Raises TemporaryFailure and PermanentFailure where the store cannot be used.
        """
        if not self._left or (monotonic() < self._next_at_s and not at_once):
            return
        self._next_at_s = monotonic() + PAUSE_S
        for row, outcome in list(self._left.items()):
            try:
                await self.note(outcome)
            except (TemporaryFailure, PermanentFailure, asyncio.CancelledError):
                raise
            except Exception as error:  # noqa: BLE001 - the same mistake again, or another one
                outcome.tries += 1
                if outcome.tries == 1:  # the delivery has told of the one before
                    name = type(error).__name__
                    events.unexpected_error(where="note", error=name, trace=places(error))
            else:
                del self._left[row]
