"""What reads messages: parse, screen and classify, for some of them at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from handlers.reading import Desk, Reading
from handlers.set_aside import SetAside
from handlers.values import RawMessage


def unwatched() -> None:
    """For those who need not know how far reading has come."""


class Reader(Protocol):
    """Reads messages; several mailboxes may ask it at the same time, each in its thread."""

    def read(
        self,
        messages: Sequence[RawMessage],
        desk: Desk,
        *,
        on_trial: bool = False,
        progress: Callable[[], None] = unwatched,
    ) -> list[Reading | SetAside]:
        """What each message says, in their order; whatever is wrong with one, the others go on.

        Messages `on_trial`, at which processes have ended, are read by another one before.
        `progress` is called before each wait, of which none is longer than reading one message
        may take.

        Raises AskedToStop; the messages then wait for the next start.
        """
        ...

    def inspect(self) -> list[str]:
        """For `optoutd check`: tries what helps it; notes, a line each.

        Raises PermanentFailure.
        """
        ...

    def close(self) -> None:
        """Ends what it has started; never raises. Who still waits for it is asked to stop."""
        ...
