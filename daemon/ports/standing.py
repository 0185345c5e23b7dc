"""Who is at work with the store, on what, and how it fares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who reads a mailbox, by the name of the process, and for how much longer unless it renews.

    `fence` grows with each holder. `after` names the dead process whose lease had run out, where
    this call took it over.
    """

    mailbox: str
    holder: str
    is_ours: bool
    fence: int
    left_s: float
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A process that owns the store, or did: when it began, was last alive, and left by itself.

    `name` is host, process number and a random part, with colons between them.
    """

    name: str
    version: str
    started_at: datetime
    beat_at: datetime
    stopped_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxStatus:
    """How a mailbox fared last: when it was looked at, when a pass ended well, and what is wrong.

    `waiting` are the messages above the mark when it was last looked at. `error` is '' while it
    works; else it has failed since `failing_since`, with the `setting` to look at and the `cure`
    where they are known. `idles` says that the server tells of new mail by itself.
    """

    mailbox: str
    process: str
    polled_at: datetime
    succeeded_at: datetime | None
    waiting: int
    idles: bool
    error: str = ""
    failing_since: datetime | None = None
    setting: str = ""
    cure: str = ""


class StandingStore(Protocol):
    """The part of `Store` that is about processes and mailboxes."""

    def take_lease(self, mailbox: str) -> Lease:
        """Takes the lease of `mailbox` unless a process that is alive holds it; tells who does.

        From then on what concerns `mailbox` is committed only while nobody else has taken it:
        `batch`, `set_mark` and `filed` raise LeaseLost otherwise, until it is taken again. A
        store that never took it asks nobody. Time is the store's own: clocks of hosts differ.
        """
        ...

    def renew_leases(self) -> list[str]:
        """Renews what this process holds, and its own sign of life; the mailboxes that it lost.

        To be called every third of `lease_s`.
        """
        ...

    def release_lease(self, mailbox: str) -> None:
        """Gives the mailbox back, so that another process need not wait."""
        ...

    def beat(self, process: Process, mailboxes: Sequence[MailboxStatus]) -> None:
        """Notes that `process` is alive, and how its mailboxes fared; one transaction.

        A status that is older than the one held changes nothing. Processes that were last alive
        more than a week before are forgotten.
        """
        ...

    def processes(self) -> list[Process]:
        """The processes that are known, those first that began last."""
        ...

    def mailbox_statuses(self) -> list[MailboxStatus]:
        """How each mailbox fared last, by name; those that are no longer configured too."""
        ...
