"""Notes what became of a mail, again while the store fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

import stamina

from daemon import events
from daemon.errors import PermanentFailure, TemporaryFailure

P = ParamSpec("P")
T = TypeVar("T")

STORE_PAUSE_S = 5.0


@dataclass(slots=True)
class Notes:
    """Tells of one trouble with the store once, whoever meets it."""

    _told: str = ""

    async def note(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls a method of the store that notes an outcome, again while the store fails.

        Without end, be it a full disk or a file that nobody may write to: an outcome that is
        never noted is a second mail after the next start.
        """
        async for attempt in stamina.retry_context(
            on=(TemporaryFailure, PermanentFailure),
            attempts=None,
            timeout=None,
            wait_initial=0.1,
            wait_max=STORE_PAUSE_S,
            wait_jitter=0.1,
        ):
            with attempt:
                try:
                    noted = await asyncio.to_thread(method, *args, **kwargs)
                except (TemporaryFailure, PermanentFailure) as error:
                    self.failed(error, attempt.next_wait)
                    raise
                self.worked()
                return noted
        raise AssertionError("the last attempt has returned or raised")

    def failed(self, error: TemporaryFailure | PermanentFailure, retry_in_s: float) -> None:
        """The store could not be used."""
        if str(error) != self._told:
            self._told = str(error)
            events.store_failed(error=str(error), retry_in_s=retry_in_s)

    def worked(self) -> None:
        """It could: the next trouble is a new one."""
        self._told = ""
