"""Troubles of the submission server: each is told once while it lasts, and its end once.

A server may refuse one connection of four, or one login of ten: what works beside it does not end
the trouble. It is over when something has worked since, and nothing has failed for some minutes;
at once only where everything had failed before, and that did not come back soon the last time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from daemon import events
from daemon.errors import CourierMisconfigured, CourierUnreachable, SenderDeferred

QUIET = timedelta(minutes=5)

Trouble = CourierMisconfigured | CourierUnreachable | SenderDeferred


@dataclass(slots=True, kw_only=True)
class _Told:
    setting: str  # '' where there is nothing to set
    quiet: timedelta  # after which it is over
    failed_at: datetime
    came_back: bool  # soon after its last end
    works: bool = False  # again, as far as the last that was heard of it
    is_of_old: bool = False  # another courier is used now


@dataclass(slots=True, kw_only=True)
class CourierAlarm:
    """Troubles are known by what they concern, such as an envelope sender, and by their step."""

    now: Callable[[], datetime]
    _told: dict[tuple[str, str], _Told] = field(default_factory=dict)
    _ended_at: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def failed(self, whom: str, error: Trouble, *, quiet: timedelta = QUIET) -> None:
        """Something has failed, for a cause that has to be told.

        `quiet` is longer than it takes until the same is tried again.
        """
        trouble, now = (whom, _words(error)), self.now()
        told = self._told.get(trouble)
        if told is not None and not told.is_of_old:
            told.failed_at, told.works = now, False
            return
        is_ours = not isinstance(error, CourierUnreachable)
        ended_at = self._ended_at.pop(trouble, None)
        self._told[trouble] = _Told(
            setting=error.setting if is_ours else "",
            quiet=quiet,
            failed_at=now,
            came_back=ended_at is not None and now - ended_at < quiet,
        )
        if is_ours:
            events.courier_misconfigured(setting=error.setting, error=str(error))
        else:
            events.courier_failed(error=str(error))

    def works(self, whom: str, *, had_ceased: bool = False) -> None:
        """Something of `whom` has worked; `had_ceased` says that all had failed before."""
        for (who, _), told in self._told.items():
            if who == whom:
                told.works = True
        self._end(lambda told: told.is_of_old or (had_ceased and not told.came_back), whom)
        self.look()

    def look(self) -> None:
        """Ends what has been quiet for long enough; called again and again."""
        now = self.now()
        for told in self._told.values():
            told.failed_at = min(told.failed_at, now)  # a clock that was set back
        self._end(lambda told: now - told.failed_at >= told.quiet)

    def forget(self) -> None:
        """Another courier is used now: what it meets is told anew."""
        for told in self._told.values():
            told.is_of_old = True

    def _end(self, is_over: Callable[[_Told], bool], whom: str | None = None) -> None:
        over = {
            trouble: told
            for trouble, told in self._told.items()
            if whom in (None, trouble[0]) and told.works and is_over(told)
        }
        for trouble in over:
            del self._told[trouble]
            self._ended_at[trouble] = self.now()
        for setting in dict.fromkeys(told.setting for told in over.values()):
            events.courier_recovered(setting=setting)


def _words(error: Trouble) -> str:
    """What `error` is about: the setting and the step, in whatever words the server tells it."""
    return f"{error.setting} {str(error).partition(':')[0]}"
