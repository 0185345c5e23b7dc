"""Which mailboxes this process reads, where several processes may own the store.

A lease is taken before the first pass, renewed every third of its time, and given back at the end.
Who died is replaced when his leases have run out; who was only slow commits nothing more. Who has
not reached a mailbox for some minutes gives it to another process, which may: its way to the mail
server may be another one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon import events
from daemon.errors import OptoutdError, PermanentFailure, TemporaryFailure
from daemon.ports import Lease, Store
from daemon.store_alarm import StoreAlarm
from daemon.tracing import places

# Of the time of a lease: so that two renewals may fail.
_RENEWED_AFTER = 1 / 3
# Of the time of a lease, in which who stands by looks once at least.
_HEAD_START = 1 / 2
# A process that beats every ten seconds.
_ALIVE = timedelta(seconds=60)
_PART = "leases"


@dataclass(slots=True, kw_only=True)
class MailboxLease:
    """This process's hold on one mailbox; `take` and `release` block."""

    store: Store
    mailbox: str
    is_held: bool = False
    _told_of: str = ""

    def take(self) -> Lease | None:
        """Takes it unless it is held already, or another process is alive that holds it.

        None where it was held already. Raises TemporaryFailure or PermanentFailure.
        """
        if self.is_held:
            return None
        lease = self.store.take_lease(self.mailbox)
        self.is_held = lease.is_ours
        if self.store.lease_s is not None:
            self._tell(lease)
        return lease

    def hand_over(self, *, now: datetime) -> float:
        """Gives it to another process that is alive; the seconds to leave to that one.

        0, and the mailbox is kept, where nobody else seems to be alive, as far as the store says.
        """
        lease_s = self.store.lease_s
        if lease_s is None or not self.is_held:
            return 0.0
        try:
            processes = self.store.processes()
        except OptoutdError:
            return 0.0  # whatever else needs the store tells of it
        if not any(
            p.name != self.store.process and p.stopped_at is None and now - p.beat_at < _ALIVE
            for p in processes
        ):
            return 0.0
        self.release()
        events.lease_handed_over(mailbox=self.mailbox)
        return lease_s * _HEAD_START

    def lose(self) -> None:
        """Another process has it now."""
        if self.is_held:
            self.is_held = False
            events.lease_lost(mailbox=self.mailbox)

    def release(self) -> None:
        """Gives it back; where the store cannot be used, it runs out by itself."""
        self.is_held = False
        with suppress(OptoutdError):
            self.store.release_lease(self.mailbox)

    def _tell(self, lease: Lease) -> None:
        if lease.is_ours and lease.after:
            events.lease_taken_over(mailbox=self.mailbox, fence=lease.fence, after=lease.after)
        elif lease.is_ours:
            events.lease_taken(mailbox=self.mailbox, fence=lease.fence)
        elif lease.holder != self._told_of:
            events.lease_held_elsewhere(mailbox=self.mailbox, holder=lease.holder)
        self._told_of = "" if lease.is_ours else lease.holder


async def keep(store: Store, lost: Callable[[str], None], alarm: StoreAlarm) -> None:
    """Renews the leases of this process until it is cancelled; `lost` is told of each lost one.

    In a thread of its own: whatever else waits for the store, this does not.
    """
    if store.lease_s is None:
        return
    pause_s = store.lease_s * _RENEWED_AFTER
    thread = ThreadPoolExecutor(1, thread_name_prefix="leases")
    try:
        while True:
            await asyncio.sleep(pause_s)
            try:
                renewing = asyncio.get_running_loop().run_in_executor(thread, store.renew_leases)
                for mailbox in await renewing:
                    lost(mailbox)
                alarm.worked(_PART)
            except (TemporaryFailure, PermanentFailure) as error:
                alarm.failed(_PART, error, retry_in_s=pause_s)
            except Exception as error:  # noqa: BLE001 - a mistake of ours must not end it
                events.unexpected_error(
                    where="leases", error=type(error).__name__, trace=places(error)
                )
    finally:
        thread.shutdown(wait=False)


async def stand_by(store: Store, take_over: Callable[[], None]) -> None:
    """Calls `take_over` as often as something may have run out, until it is cancelled."""
    if store.lease_s is None:
        return
    while True:
        await asyncio.sleep(store.lease_s * _RENEWED_AFTER)
        take_over()
