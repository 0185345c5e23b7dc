"""What a store does with its own data: expire, forget, disclose, copy and prove; part of `Store`.

tests/contract holds every store to it, as to the rest of daemon/ports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol

from handlers.values import Disposition, Evidence, Request, Suppression

# What goes after its time; docs/store.md ("What is kept how long") says what stays of each.
Expiring = Literal[
    "reply_bytes",
    "evidence",
    "ordinary",
    "requests",
    "tickets",
    "replies",
    "announcements",
    "processes",
]

# Called with (done, of how many) while something long goes on; the total may grow.
Progress = Callable[[int, int], None]

Detail = Mapping[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """What has outlived its time: how many rows, and the time of the oldest."""

    rows: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """An event's place in the audit: its sequence (0 before the first) and its hash."""

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """What a walk along the audit found.

    `events` were read; `newest` is the last sound one. `broken_at` is the sequence at which the
    chain breaks, or None, and `trouble` says what was expected there. `hash_at` is the hash of the
    event that was asked for, '' where the walk has not met it.
    """

    events: int
    newest: Head
    broken_at: int | None = None
    trouble: str = ""
    hash_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One event of the audit; `reference` is '' where it is about no request."""

    sequence: int
    at: datetime
    what: str
    reference: str
    detail: Detail


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMail:
    """A mail to a person; `raw` is None once its bytes were dropped."""

    recipient: str
    state: str
    queued_at: datetime
    sent_at: datetime | None
    references: tuple[str, ...]
    response: str
    error: str
    raw: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMessage:
    """A row of the ledger whose message concerns a person's request."""

    mailbox: str
    uid_validity: int
    uid: int
    received_at: datetime
    disposition: Disposition
    reason: str
    folder: str
    references: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Everything that the store holds about one address.

    The address keys of `suppressions` and `requests` are as the store has them: a keyed hash
    where the person was forgotten.
    """

    suppressions: tuple[Suppression, ...]
    requests: tuple[Request, ...]
    mails: tuple[HeldMail, ...]
    messages: tuple[HeldMessage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How many rows lost what they said about a person.

    `notes` tell what the store's files may still hold, a line each.
    """

    requests: int
    suppressions: int
    mails: int
    messages: int
    notes: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether there was nothing to forget."""
        return not (self.requests or self.suppressions or self.mails or self.messages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A copy of the store that was verified; `newest` is the last event of its audit."""

    path: Path
    size_bytes: int
    newest: Head


class DataStore(Protocol):
    """The part of `daemon.ports.Store` that is about its own data."""

    # what goes after its time

    def overdue(self, what: Expiring, *, before: datetime) -> Overdue:
        """What `expire` would let go of."""
        ...

    def expire(self, what: Expiring, *, before: datetime, limit: int, now: datetime) -> int:
        """Lets go of up to `limit` rows, or of their contents, from before then; how many.

        One short transaction. What still waits for something to happen stays, whatever its age.
        """
        ...

    def claim(self, task: str, *, every: timedelta, now: datetime) -> bool:
        """Whether `task` was last claimed `every` ago or longer; if so, it is claimed now.

        Of several processes that ask at once, one gets it.
        """
        ...

    # the audit

    def witness(
        self,
        what: str,
        *,
        by: str,
        now: datetime,
        references: Sequence[str] = (),
        detail: Detail | None = None,
    ) -> None:
        """Adds to the audit that `by` did `what`, for each reference or once without any."""
        ...

    def walk_audit(self, *, ask: int = 0, progress: Progress | None = None) -> AuditReport:
        """Reads the audit from its beginning, and stops where the chain breaks.

        `ask` is the sequence of an event whose hash is to be told.
        """
        ...

    def audit_events(
        self, *, reference: str = "", since: datetime | None = None
    ) -> Iterator[AuditEvent]:
        """The events, oldest first, streamed: of one request or all, and not before `since`."""
        ...

    # what is held about whom

    def every_suppression(self) -> Iterator[Suppression]:
        """All suppressions by address key and list, streamed; also those of the forgotten."""
        ...

    def every_request(self) -> Iterator[Request]:
        """All requests in the order of recording, streamed; also those of the forgotten."""
        ...

    def held_about(self, address_key: str) -> Held:
        """Everything about one person, also what only a keyed hash still stands for."""
        ...

    def forget(
        self, address_key: str, *, by: str, now: datetime, dry_run: bool = False
    ) -> Forgotten:
        """Erases a person's data and keeps a keyed hash, by which they stay suppressed.

        A later message of theirs is still known to come from them. With `dry_run` it only counts.
        Raises PermanentFailure, with the references, while a request of theirs is open, a mail
        to them waits, or a receiver in use waits to be told.
        """
        ...

    # the whole

    def backup(self, path: Path, *, force: bool, progress: Progress | None = None) -> Backup:
        """A verified copy of the whole at `path`, made while others write.

        Raises PermanentFailure where `path` is taken (unless `force`) or cannot be written, and
        where the store's own program has to make the copy.
        """
        ...


__all__ = [
    "AuditEvent",
    "AuditReport",
    "Backup",
    "DataStore",
    "Detail",
    "Expiring",
    "Forgotten",
    "Head",
    "Held",
    "HeldMail",
    "HeldMessage",
    "Overdue",
    "Progress",
]
