"""The announcements in the store: who is to be told of which change, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from daemon.ports.receiver import Outcome
from handlers.announcement import Announcement
from handlers.values import Change, State

ANNOUNCEMENT_STATES = (
    "queued",
    "sending",
    "told",
    "skipped",
    "needs_person",
    "settled",
    "failed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """A receiver as it is configured: whom to tell, and of what (none: of everything).

    `target` is a hash of where it is: one that was gone is tried again where that changes.
    """

    name: str
    events: tuple[str, ...] = ()
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverStatus:
    """How a receiver fares. One that `is_active` is configured, others were."""

    name: str
    is_active: bool
    since: datetime
    told_at: datetime | None
    failing_since: datetime | None
    error: str
    gone_at: datetime | None  # it wants nothing any more
    waiting: int
    needs_person: int
    failed: int
    oldest_at: datetime | None  # of those that wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """What followed from an outcome.

    `failed_since`: the receiver had failed since then, and works again. `handed_over`: the change
    of the request that it has taken over.
    """

    failed_since: datetime | None = None
    handed_over: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementRow:
    """An announcement as staff see it; `state` is one of ANNOUNCEMENT_STATES.

    `ended_at` is since when the receiver knows, or since when nothing more is done about it.
    """

    row: int
    id: str
    receiver: str
    reference: str
    before: State | None
    after: State
    changed_at: datetime
    state: str
    attempts: int
    next_at: datetime
    ended_at: datetime | None
    note: str


class AnnouncementStore(Protocol):
    """The part of `Store` that is about announcements.

    They are written by the transaction that changes the request, one for each receiver that is
    in use and wants it. Of one request and receiver they go out in the order of the changes: the
    next is due when the one before is neither waiting nor being sent.
    """

    def use_receivers(self, audiences: Sequence[Audience], *, now: datetime) -> None:
        """From here on these are told, and no others; what waits for others goes on waiting.

        One that comes back is told besides how those requests stand by now that it knows of, or is
        to be told of, otherwise.
        """
        ...

    def receivers(self) -> list[ReceiverStatus]:
        """All that there are or were, by name."""
        ...

    def take_announcements(
        self, receiver: str, limit: int, *, now: datetime
    ) -> list[Announcement]:
        """Up to `limit` that are due, marked as being sent by us, those first that are due first.

        None is given to two processes. One whose request was erased is given up instead. Nothing
        where the receiver is gone.
        """
        ...

    def next_announcement(self, receiver: str) -> datetime | None:
        """When the next one that waits is due, or None."""
        ...

    def announced(self, row: int, outcome: Outcome, *, now: datetime) -> Acknowledged:
        """Notes an outcome of ours, and what follows from it.

        It is none that begins. What was put off while the receiver failed is due at once then. A
        confirmed cancellation that it `hands_over` becomes handed over with this; one that was
        stopped meanwhile stays as it is.
        """
        ...

    def begin_announcement(self, row: int, *, now: datetime) -> Announcement | None:
        """Notes that one of ours may have its effect from here on; it as it stands now, `noted`.

        That is known of it until its outcome is. None where it is not being sent by us any more,
        or its request was erased.
        """
        ...

    def put_announcement_off(self, row: int, *, until: datetime, note: str) -> None:
        """A temporary failure: to be tried again at `until`."""
        ...

    def hold_announcement(self, row: int, *, until: datetime) -> None:
        """Not tried after all: the attempt does not count."""
        ...

    def announcement_failed(self, row: int, *, now: datetime, note: str) -> None:
        """A permanent failure: given up."""
        ...

    def receiver_fails(self, name: str, *, error: str, now: datetime) -> bool:
        """Notes that a receiver fails as a whole; whether that is news to all processes."""
        ...

    def receiver_gone(self, name: str, *, error: str, now: datetime) -> bool:
        """Notes that a receiver wants nothing any more; whether that is news to all processes."""
        ...

    def recover_announcements(self, *, now: datetime) -> int:
        """What dead processes were sending is due at once. Returns how many.

        Whether the receiver has it nobody knows: it gets it with the same id.
        """
        ...

    def announcements_about(self, reference: str) -> list[AnnouncementRow]:
        """All about one request, in the order of the changes."""
        ...

    def announcements(self, states: Collection[str], *, limit: int) -> list[AnnouncementRow]:
        """The newest `limit` in one of `states`, oldest first."""
        ...

    def announcement(self, row: int) -> AnnouncementRow | None:
        """One of them, or None."""
        ...

    def retry_announcement(self, row: int, *, by: str, now: datetime) -> bool:
        """Makes one that waits, has failed or needs a person due now.

        False where there is none such, and where a later change of the request was told, is being
        told or was left to a person: the receiver would be told last what is not so any more.
        """
        ...

    def settle_announcement(self, row: int, *, by: str, now: datetime) -> bool:
        """A person has done what was needed, or wants it dropped: nothing more is done about it.

        False where it is not waiting, failed or in need of a person.
        """
        ...

    def resume_receiver(self, name: str, *, by: str, now: datetime) -> bool:
        """Takes up again a receiver that was gone; False where it is not."""
        ...

    def replay_to(
        self, name: str, *, since: datetime, by: str, now: datetime, dry_run: bool = False
    ) -> int | None:
        """A receiver is told how those requests stand that it was never to be told of.

        Those that have been as they are since `since` or a later moment, in that order, under the
        ids under which others were told so. Once: what is queued for it is known. Returns how
        many; None where no receiver in use has this name. People who were forgotten are left out.
        """
        ...
