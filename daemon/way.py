"""The way to a receiver: open, for one call at a time, or shut for a while."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from daemon.errors import ReceiverUnreachable, TemporaryFailure
from handlers.retry import next_call_s

# So many failures in a row, of whatever kind, are the receiver's and no announcement's.
_FEW = 3
# A passing trouble is over by then; what lasts longer is told.
_ALARM_AFTER_S = 20.0


@dataclass(slots=True, kw_only=True)
class Way:
    """How a receiver fares as far as this process knows; `row` is that of an announcement."""

    monotonic_s: Callable[[], float]
    jitter: Callable[[], float]
    # What was refused again and again must not keep the way shut for what was never tried.
    untried_first: bool = False
    _failures: int = 0  # in a row, by rounds
    _failing_since_s: float = 0.0
    _shut_until_s: float = 0.0
    _has_told: bool = False  # the alarm
    _worked_at_s: float = float("-inf")  # something was taken
    _refused_at_s: dict[int, float] = field(default_factory=dict)  # by row, and when first

    def width(self, connections: int) -> int:
        """How many calls may be under way at once."""
        return 1 if self._failures else connections

    def shut_for_s(self) -> float:
        """For how many seconds nobody is to call; 0 or less for none."""
        return self._shut_until_s - self.monotonic_s()

    def took(self) -> None:
        """The receiver has taken something."""
        self._failures, self._shut_until_s, self._has_told = 0, 0.0, False
        self._worked_at_s = self.monotonic_s()

    def leave(self, row: int) -> None:
        """This one is not tried again."""
        self._refused_at_s.pop(row, None)

    def failed(self, row: int, error: TemporaryFailure) -> bool:
        """Shuts the way for a while where the receiver takes nothing; whether it does not.

        What it has refused before, and took others since, is no sign of that.
        """
        now_s = self.monotonic_s()
        if not isinstance(error, ReceiverUnreachable):
            refused_at_s = self._refused_at_s.setdefault(row, now_s)
            if refused_at_s < self._worked_at_s:
                return False
        if self._shut_until_s > now_s:  # another call has found it out
            return self._failures >= _FEW
        if not self._failures:
            self._failing_since_s = now_s
        self._failures += 1
        self.untried_first = self.untried_first or self._failures >= _FEW
        is_whole = isinstance(error, ReceiverUnreachable) or self._failures >= _FEW
        if is_whole:
            asked_s = getattr(error, "retry_after_s", None) or 0.0
            pause_s = next_call_s(self._failures, jitter=self.jitter())
            self._shut_until_s = now_s + max(asked_s, pause_s)
        return self._failures >= _FEW

    def is_alarm(self) -> bool:
        """Whether the trouble lasts and was not told of yet; it is, from here on."""
        if self._has_told or self.monotonic_s() - self._failing_since_s < _ALARM_AFTER_S:
            return False
        self._has_told = True
        return True
