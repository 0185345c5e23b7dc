"""Whether the submission server lets anybody in, by what was said to the last mail at its door.

    open -> shut for 2 s, 4 s, 8 s … -> open

A server that is down, or takes no login, would say the same to the next mail: while the door is
shut one mail at a time goes ahead and finds out, and the others stay where they are. What is
turned away there has not been tried; once the server is back, all that waits goes at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeGuard

from daemon.courier_alarm import CourierAlarm
from daemon.errors import CourierMisconfigured, CourierUnreachable, OptoutdError
from handlers.retry import next_attempt

# A server that is away is asked every half minute, or waiting mail would go long after its return.
_LONGEST_TRIES_OF_ITS = 5
# Once is nothing: a server may take no fourth connection, and serve us on the other three.
_TOLD_FROM = 2
# What a person has to mend, every 17 minutes: a login that is refused often gets its account
# locked, and who has mended it shall not wait for hours.
LONGEST_TRIES_OF_OURS = 10
# No wait is longer; one that seems to be was set by a clock that was wrong.
_NO_LONGER = timedelta(minutes=30)
_HERE = "the door"
_OF_THE_DOOR = frozenset({"smtp.host", "smtp.security", "smtp.ca_file", "smtp.password_file"})


def is_at_the_door(
    error: OptoutdError,
) -> TypeGuard[CourierUnreachable | CourierMisconfigured]:
    """Whether the server has not even looked at the mail."""
    if isinstance(error, CourierMisconfigured):
        return error.setting in _OF_THE_DOOR
    return isinstance(error, CourierUnreachable)


@dataclass(slots=True, kw_only=True)
class Door:
    """`now` and `jitter` are the clock and the dice."""

    now: Callable[[], datetime]
    jitter: Callable[[], float]
    alarm: CourierAlarm
    _refusals: int = 0  # in a row
    _shut_until: datetime | None = None
    _knocking: set[int] = field(default_factory=set)  # the mails that find out

    def room_for(self, connections: int) -> int:
        """How many of as many mails as there are free `connections` may go.

        While it is shut that is one. Who waits for the answer to its final dot, which may take
        minutes, does not count: what was on its way before, and who was let in.
        """
        if not self._refusals:
            return connections
        return 0 if self._knocking else min(connections, 1)

    def come(self, row: int) -> None:
        """A mail is on its way."""
        if self._refusals:
            self._knocking.add(row)

    def leave(self, row: int) -> None:
        """It is not any more, whatever became of it."""
        self._knocking.discard(row)

    def shut_for(self) -> timedelta:
        """How long nobody may try; nothing where somebody may."""
        left = self._shut_until - self.now() if self._shut_until else timedelta(0)
        return left if timedelta(0) < left < _NO_LONGER else timedelta(0)

    def turn_away(self, error: CourierUnreachable | CourierMisconfigured) -> datetime:
        """A mail was turned away; when the next may try."""
        ours = isinstance(error, CourierMisconfigured)
        if not self.shut_for():  # who was on the way when it was shut says nothing new
            self._refusals += 1
            longest = LONGEST_TRIES_OF_OURS if ours else _LONGEST_TRIES_OF_ITS
            now = self.now()
            self._shut_until = next_attempt(
                min(self._refusals, longest), now=now, queued_at=now, jitter=self.jitter()
            )
        if ours or self._refusals >= _TOLD_FROM:
            self.alarm.failed(_HERE, error)
        return self._shut_until or self.now()

    def let_in(self) -> bool:
        """A mail got as far as having its sender and recipient looked at; whether it was shut."""
        refusals = self._refusals
        self._open()
        # After a single one, it may be that others were served all the time.
        self.alarm.works(_HERE, had_ceased=refusals >= _TOLD_FROM)
        return refusals > 0

    def forget(self) -> None:
        """Another courier is used now: this may be the cure."""
        self._open()
        self.alarm.forget()

    def _open(self) -> None:
        self._refusals, self._shut_until = 0, None
        self._knocking.clear()
