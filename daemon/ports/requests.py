"""The requests, and whom they keep off which list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from handlers.address import Address
from handlers.dossier import Dossier
from handlers.values import (
    Decision,
    OutgoingMail,
    Request,
    State,
    Suppression,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A cancellation that waits for the customer's answer, and the mail that asked in `thread`."""

    request: Request
    recipient: Address
    raw: bytes = field(repr=False)
    thread: str = ""


class RequestStore(Protocol):
    """The part of `Store` that is about requests and suppressions."""

    def requests(self) -> list[Request]:
        """The newest request of each (address, kind), by time of receipt."""
        ...

    def request(self, reference: str) -> Request | None:
        """One request, or None."""
        ...

    def references(self, beginning: str, limit: int) -> list[str]:
        """The references that start with `beginning`, the newest first, at most `limit`."""
        ...

    def requests_in(self, *states: State) -> list[Request]:
        """Every request in one of these states, the one that is due first before the others."""
        ...

    def dossier(
        self, address_keys: Collection[str], origins: Collection[str] = (), *, now: datetime
    ) -> Dossier:
        """As `Batch.dossier`, to look at."""
        ...

    def carry_out(
        self, decision: Decision, outgoing: OutgoingMail | None, *, by: str, now: datetime
    ) -> None:
        """Writes one decision of staff in a transaction of its own; see `Batch.carry_out`."""
        ...

    def history(self, reference: str) -> list[tuple[datetime, str, str]]:
        """The audit events of one request: (when, what, detail), oldest first."""
        ...

    def repeated(self, references: Collection[str]) -> set[str]:
        """Those of these requests that were asked for once more since they were made."""
        ...

    def suppression(self, address_key: str, list_name: str = "*") -> Suppression | None:
        """Why this address gets no mail of `list_name`; a suppression of '*' covers each list."""
        ...

    def suppressed_among(
        self, address_keys: Collection[str], list_name: str = "*", *, sub_addresses: bool = False
    ) -> set[str]:
        """Those of these addresses that get no mail of `list_name`; people who were forgotten too.

        Who is suppressed under `anna+shop@x` gets none at `anna@x` or `anna+else@x` either, and
        the other way round, where `sub_addresses` says so; without, the address alone counts.
        For many addresses, as many at once as the caller likes to hold.
        """
        ...

    def lists_left(self) -> set[str]:
        """The names of the lists that somebody is off, without '*'."""
        ...

    def expire_questions(self, *, asked_before: datetime, now: datetime) -> list[str]:
        """Questions unanswered for so long go to review; returns their references."""
        ...

    def questions_to_remind(self, *, asked_before: datetime, limit: int) -> list[Question]:
        """Questions unanswered since before then, whose mail is out, and without a reminder yet.

        At most `limit`, those first that were asked first.
        """
        ...

    def remind(
        self, reference: str, mail: OutgoingMail, *, replies_per_day: int, now: datetime
    ) -> bool:
        """Queues the one reminder of a question and notes that it was sent, or does neither.

        Neither where the request waits for no answer any more or was reminded of, and where the
        address has got `replies_per_day` mails within 24 hours.
        """
        ...

    def open_requests(self) -> list[Request]:
        """All requests whose deadline is open (handlers/deadlines.py), those due first first."""
        ...

    def requests_to_alarm(self, *, now: datetime) -> list[Request]:
        """Those an alarm is due for (`alarm` of handlers/deadlines.py), those due first first.

        However many are open, the memory holds a few of the others.
        """
        ...

    def note_alarms(self, percents: Mapping[str, int]) -> list[str]:
        """Notes up to which percent of its time each of these requests has had an alarm.

        Returns those for which that is news: another process may have told it already.
        """
        ...
