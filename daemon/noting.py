"""Notes what became of a mail, again while the store fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

import stamina

from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.store_alarm import StoreAlarm

P = ParamSpec("P")
T = TypeVar("T")

# What the alarm of the store knows the outbox by.
PART = "outbox"
STORE_PAUSE_S = 5.0


@dataclass(slots=True)
class Notes:
    """How outcomes come into the store."""

    alarm: StoreAlarm

    async def note(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls a method of the store that notes an outcome, again while the store fails.

        Without end, be it a full disk or a file that nobody may write to: an outcome that is
        never noted is a second mail after the next start.
        """
        # Each note for itself: one that was written says nothing of the others.
        part = f"{PART} {args[:1]}"
        try:
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
                        self.alarm.failed(part, error, retry_in_s=attempt.next_wait)
                        raise
                    self.alarm.worked(part)
                    return noted
        except BaseException:
            # Nobody tries again, so that nobody would tell of the end of what this one met.
            self.alarm.leave(part)
            raise
        raise AssertionError("the last attempt has returned or raised")
