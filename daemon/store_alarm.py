"""One alarm for one trouble of the store, however many parts meet it, and one line at its end.

Passes, the outbox, the beat and others need the store, each at its own times, and meet the same
trouble in different words. It is over when each that met it has used the store with success: a
full disk may have room for a beat and none for a batch.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic

from daemon import events
from daemon.errors import PermanentFailure, TemporaryFailure

# The part that comes every ten seconds, and so stands for those that come once an hour.
BEAT = "beat"


@dataclass(slots=True)
class StoreAlarm:
    """What the parts of a process tell of the store. Call it in the event loop's thread."""

    _met_by: set[str] = field(default_factory=set)
    _told: set[tuple[bool, str]] = field(default_factory=set)
    _since_s: float = 0.0

    def failed(
        self, part: str, error: TemporaryFailure | PermanentFailure, *, retry_in_s: float
    ) -> None:
        """Tells of the trouble, unless this process has: another cure makes it another one."""
        self._met_by.add(part)
        trouble = isinstance(error, PermanentFailure), error.cure
        if not self._told:
            self._since_s = monotonic()
        if trouble not in self._told:
            self._told.add(trouble)
            events.store_failed(error=str(error), cure=error.cure, retry_in_s=retry_in_s)

    def worked(self, part: str) -> None:
        """A part has used the store; where it was the last one to do so, the trouble is over."""
        self._met_by.discard(part)
        if self._told and not self._met_by:
            self._told.clear()
            events.store_recovered(after_s=monotonic() - self._since_s)

    def leave(self, part: str) -> None:
        """A part that met the trouble is gone, and will not tell of its end."""
        self._met_by.discard(part)

    def is_met_by(self, part: str) -> bool:
        """Whether the store failed a part when it used it last."""
        return part in self._met_by
