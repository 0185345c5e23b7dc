"""Another system that is told of requests: what the daemon needs of it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from handlers.announcement import Announcement, Outcome


class Receiver(Protocol):
    """A system that is told, over whatever it speaks. Used in the event loop.

    To be told twice, with one `Announcement.id`, must do no more than to be told once: after a
    crash nobody knows whether it was. Where what it does cannot be taken back, it returns "begin"
    first (see `Outcome`). `events` are the patterns of what it is told of where the
    configuration names none; empty for everything.
    """

    events: tuple[str, ...]

    async def tell(self, announcement: Announcement, *, now: datetime) -> Outcome:
        """Tells it. Returns within the receiver's time limit, whatever the other side does.

        Raises ReceiverUnreachable where it would take nothing else now either, TemporaryFailure
        where this one is to be tried again, PermanentFailure where it never will be taken, and
        ReceiverGone where it wants nothing any more.
        """
        ...

    async def inspect(self) -> list[str]:
        """Tries to reach it and changes nothing there; notes for `optoutd check`, a line each.

        Raises TemporaryFailure or PermanentFailure.
        """
        ...

    async def close(self) -> None:
        """Lets go of its connections."""
        ...


__all__ = ["Outcome", "Receiver"]
