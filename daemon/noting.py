"""Notes what became of a mail, again while the store fails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import ParamSpec, TypeVar

import stamina

from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.ports import Store
from daemon.store_alarm import StoreAlarm

P = ParamSpec("P")
T = TypeVar("T")

# What the alarm of the store knows the outbox by.
PART = "outbox"
STORE_PAUSE_S = 5.0


@dataclass(slots=True)
class Notes:
    """How outcomes come into the store; `part` is what its alarm knows their place by."""

    alarm: StoreAlarm
    part: str = PART

    async def note(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls a method of the store that notes an outcome, again while the store fails.

        Without end, be it a full disk or a file that nobody may write to: an outcome that is
        never noted is a second mail after the next start.
        """
        # Each note for itself: one that was written says nothing of the others.
        part = f"{self.part} {args[:1]}"
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


@dataclass(slots=True)
class _Batch:
    """Mails that are noted together: the server's answer by row."""

    responses: dict[int, str] = field(default_factory=dict)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    is_written: bool = False


@dataclass(slots=True)
class SentNotes:
    """How it comes into the store that mails were accepted: a transaction for several.

    A commit costs as much for four mails as for one. So what is accepted while one note is written
    goes into the next one, and `others` is waited for before it, which is to end soon: when no
    mail is with the courier any more, or shortly.
    """

    store: Store
    notes: Notes
    now: Callable[[], datetime]
    others: Callable[[], Awaitable[object]]
    _gathering: _Batch | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def note(self, row: int, response: str) -> None:
        """Returns when the store has it that the mail in `row` was accepted; tries until then."""
        while True:
            if self._gathering is None:
                await self._write(row, response)
                return
            batch = self._gathering
            batch.responses[row] = response
            await batch.ended.wait()
            if batch.is_written:
                return
            # Whoever was to write it was cancelled, or made a mistake.

    async def _write(self, row: int, response: str) -> None:
        batch = self._gathering = _Batch({row: response})
        try:
            await self.others()
            async with self._turn:
                self._gathering = None
                await self.notes.note(self.store.sent, batch.responses, now=self.now())
                batch.is_written = True
        finally:
            if self._gathering is batch:
                self._gathering = None
            batch.ended.set()
