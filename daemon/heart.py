"""The beat: every ten seconds the store learns that we are alive and how the mailboxes fare.

One small transaction for all of it, whatever the number of polls meanwhile: reading waits for no
write of ours. The service manager is told the same in a line, when it changes.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from daemon import __version__
from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.notify import is_asked_for, notify
from daemon.ports import MailboxStatus, Process, Store
from daemon.store_alarm import BEAT, StoreAlarm
from daemon.watch import Watch

BEAT_SECONDS = 10.0


@dataclass(slots=True)
class Heart:
    """Beats for one process that works with `store` since `started_at`."""

    name: str
    store: Store
    started_at: datetime
    alarm: StoreAlarm = field(default_factory=StoreAlarm)
    _told: dict[str, MailboxStatus] = field(default_factory=dict)
    _told_manager: str = ""

    async def beat(
        self,
        watches: Mapping[str, Watch],
        *,
        now: datetime,
        stopped: bool = False,
        afresh: bool = False,
    ) -> None:
        """Tells how `watches` fare; a store that fails is an alarm and no more.

        `afresh` says that somebody else has told the service manager something meanwhile.
        """
        if afresh:
            self._told_manager = ""
        process = Process(
            name=self.name,
            version=__version__,
            started_at=self.started_at,
            beat_at=now,
            stopped_at=now if stopped else None,
        )
        statuses = [s for w in watches.values() if (s := w.status(self.name)) is not None]
        # What has not changed may be another process's by now.
        news = [status for status in statuses if self._told.get(status.mailbox) != status]
        try:
            await asyncio.to_thread(self.store.beat, process, news)
            waiting = await asyncio.to_thread(self.store.waiting) if _is_heard() else 0
        except (TemporaryFailure, PermanentFailure) as error:
            self.alarm.failed(BEAT, error, retry_in_s=BEAT_SECONDS)
            return
        self.alarm.worked(BEAT)
        self._told |= {status.mailbox: status for status in news}
        if not stopped:
            self.tell_manager(status_line(list(watches), statuses, waiting))

    def tell_manager(self, line: str) -> None:
        """Shows `line` in `systemctl status`, if it is another than before."""
        if line != self._told_manager:
            self._told_manager = line
            notify(f"STATUS={line}")


def status_line(names: Sequence[str], statuses: Sequence[MailboxStatus], waiting: int) -> str:
    """How it stands, in a line without any words from outside."""
    failing = [status.mailbox for status in statuses if status.error]
    reading = [name for name in names if name not in failing]
    parts = [f"Reading {', '.join(reading)}"] if reading else []
    if failing:
        parts.append(f"{', '.join(failing)} cannot be read, see optoutd status")
    if waiting:
        parts.append(f"{waiting} {'reply' if waiting == 1 else 'replies'} waiting")
    return "; ".join(parts)


def _is_heard() -> bool:
    return is_asked_for(os.environ)
