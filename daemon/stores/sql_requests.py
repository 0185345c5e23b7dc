"""The part of the port that is about requests and suppressions, over any SQL database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from daemon.ports import (
    Act,
    Question,
)
from daemon.stores import (
    asking,
    audit,
    questions,
    recording,
    reminders,
    requests,
)
from daemon.stores.sql_batch import SqlBatch
from daemon.stores.transactions import Transactions
from handlers.dossier import Dossier
from handlers.values import Decision, OutgoingMail, Request, State, Suppression


class SqlRequests(Transactions):
    """Fulfils `daemon.ports.requests.RequestStore`, which says what the methods mean."""

    def requests(self) -> list[Request]:
        """See `daemon.ports.Store`. The newest is the one that was recorded last."""
        with self._reading() as connection:
            return requests.newest_of_all(connection)

    def request(self, reference: str) -> Request | None:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return requests.find(connection, reference)

    def references(self, beginning: str, limit: int) -> list[str]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return requests.references(connection, beginning, limit)

    def requests_in(self, *states: State) -> list[Request]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return requests.of_states(connection, states)

    def dossier(
        self, address_keys: Collection[str], origins: Collection[str] = (), *, now: datetime
    ) -> Dossier:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return recording.dossier(connection, address_keys, origins, now)

    def carry_out(
        self, decision: Decision, outgoing: OutgoingMail | None, *, by: str, now: datetime
    ) -> None:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            batch = SqlBatch(connection, self._fence)
            batch.carry_out([Act(decision=decision, outgoing=outgoing)], by=by, now=now)

    def history(self, reference: str) -> list[tuple[datetime, str, str]]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return audit.history(connection, reference)

    def repeated(self, references: Collection[str]) -> set[str]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return audit.repeated(connection, references)

    def suppression(self, address_key: str, list_name: str = "*") -> Suppression | None:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return requests.suppressed(connection, address_key, list_name)

    def suppressed_among(
        self, address_keys: Collection[str], list_name: str = "*", *, sub_addresses: bool = False
    ) -> set[str]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return asking.suppressed_among(
                connection, address_keys, list_name, sub_addresses=sub_addresses
            )

    def lists_left(self) -> set[str]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return asking.lists_left(connection)

    def expire_questions(self, *, asked_before: datetime, now: datetime) -> list[str]:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            late = requests.questions_before(connection, asked_before)
            changes = questions.to_review(connection, late, "question-unanswered", now)
            return [change.reference for change in changes]

    def questions_to_remind(self, *, asked_before: datetime, limit: int) -> list[Question]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return reminders.to_remind(connection, asked_before, limit)

    def remind(
        self, reference: str, mail: OutgoingMail, *, replies_per_day: int, now: datetime
    ) -> bool:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            return reminders.remind(connection, reference, mail, replies_per_day, now)

    def open_requests(self) -> list[Request]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return reminders.open_requests(connection)

    def requests_to_alarm(self, *, now: datetime) -> list[Request]:
        """See `daemon.ports.Store`."""
        with self._reading() as connection:
            return reminders.to_alarm(connection, now)

    def note_alarms(self, percents: Mapping[str, int]) -> list[str]:
        """See `daemon.ports.Store`."""
        with self._writing() as connection:
            return reminders.note_alarms(connection, percents)
