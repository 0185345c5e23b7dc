"""A store in memory that keeps the contract of `daemon.ports.Store`, for tests of the flow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from daemon.errors import OptoutdError, TemporaryFailure
from daemon.ports import Act, Batch, Figures, LedgerRow, Mark, QueuedMail, SentCopy, Unfiled
from handlers.dossier import Dossier
from handlers.values import (
    Change,
    Decision,
    Disposition,
    Filing,
    OutgoingMail,
    Request,
    State,
    Suppression,
)
from tests.contract.fake_batch import FakeBatch, FakeMail, Tables, dossier, is_question
from tests.contract.fake_figures import fake_figures
from tests.contract.fake_leases import FakeLeases, World

_ENDED = "the process ended meanwhile"


class FakeStore(FakeLeases):
    """A `Store` without a database.

    Tests look with `outbox` and make the next call of a method fail with `fail_next`. With a
    `lease_s` several processes may own it, each with a store of its own from `beside`.
    """

    def __init__(self, *, lease_s: float | None = None, shares: FakeStore | None = None) -> None:
        self.lease_s = lease_s
        self._world = shares._world if shares else World()
        self._failures: list[tuple[str, OptoutdError]] = []
        self.reopen()

    # What tests use

    @property
    def outbox(self) -> list[FakeMail]:
        """All mails, oldest first."""
        with self._world.lock:
            return list(self._tables.mails.values())

    def fail_next(self, method: str, error: OptoutdError) -> None:
        """Makes the next call of `method` raise; "recall" and "record" are the batch's."""
        self._failures.append((method, error))

    def reopen(self) -> None:
        """What another process would find after this one has ended."""
        self.closed = False
        self._begin_process()
        if self.lease_s is not None:
            self.renew_leases()

    def beside(self) -> FakeStore:
        """The same store in another process, which works at the same time."""
        return FakeStore(lease_s=self.lease_s, shares=self)

    # The port: the ledger

    def mark(self, mailbox: str) -> Mark | None:
        with self._used("mark") as tables:
            return tables.marks.get(mailbox)

    def set_mark(self, mailbox: str, mark: Mark) -> None:
        with self._used("set_mark") as tables:
            tables.marks[mailbox] = mark
            self._fence(mailbox)

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        with self._used("batch") as tables:
            yield FakeBatch(tables, self._enter, self._fence)

    def unfiled(self, mailbox: str, uid_validity: int) -> Mapping[Filing, Unfiled]:
        waiting: dict[Filing, dict[int, tuple[str, ...]]] = {}
        with self._used("unfiled") as tables:
            for key, row in sorted(tables.messages.items()):
                if key[:2] == (mailbox, uid_validity) and row.filed_at is None:
                    waiting.setdefault(row.filing, {})[row.uid] = row.references
        return waiting

    def filed(
        self, mailbox: str, uid_validity: int, uids: Sequence[int], *, now: datetime
    ) -> None:
        with self._used("filed") as tables:
            for uid in uids:
                row = tables.messages.get((mailbox, uid_validity, uid))
                if row is not None and row.filed_at is None:
                    tables.messages[mailbox, uid_validity, uid] = replace(row, filed_at=now)
            self._fence(mailbox)

    def ledger(self, mailbox: str, limit: int = 1000) -> list[LedgerRow]:
        with self._used("ledger") as tables:
            rows = [row for row in tables.messages.values() if row.mailbox == mailbox]
            return rows[max(len(rows) - limit, 0) :]

    def shadow_ledger(self, mailbox: str, since: datetime | None = None) -> list[LedgerRow]:
        with self._used("shadow_ledger") as tables:
            rows = [r for r in tables.messages.values() if r.mailbox == mailbox and r.shadow]
            return sorted(
                (row for row in rows if since is None or row.received_at >= since),
                key=lambda row: (row.received_at, row.uid_validity, row.uid),
            )

    def figures(self, since: datetime, until: datetime) -> Figures:
        with self._used("figures") as tables:
            return fake_figures(tables, since, until)

    # requests and suppressions

    def requests(self) -> list[Request]:
        with self._used("requests") as tables:
            newest = {(r.address_key, r.kind): r for r in tables.requests.values()}
            order = list(tables.requests)
            return sorted(newest.values(), key=lambda r: (r.received_at, order.index(r.reference)))

    def request(self, reference: str) -> Request | None:
        with self._used("request") as tables:
            return tables.requests.get(reference)

    def requests_in(self, *states: State) -> list[Request]:
        with self._used("requests_in") as tables:
            found = [request for request in tables.requests.values() if request.state in states]
            return sorted(found, key=lambda request: request.due_at)

    def reviews(self) -> list[LedgerRow]:
        with self._used("reviews") as tables:
            return tables.held()

    def messages_about(self, reference: str) -> list[LedgerRow]:
        with self._used("messages_about") as tables:
            request = tables.requests.get(reference)
            origin = request.origin_digest if request is not None else ""
            found = [
                row
                for row in tables.messages.values()
                if (origin and row.digest == origin)
                or (row.disposition is Disposition.REVIEW and reference in row.references)
            ]
            return sorted(found, key=lambda r: (r.received_at, r.mailbox, r.uid_validity, r.uid))

    def dossier(
        self, address_keys: Collection[str], origins: Collection[str] = (), *, now: datetime
    ) -> Dossier:
        with self._used("dossier") as tables:
            return dossier(tables, address_keys, origins, now)

    def carry_out(
        self, decision: Decision, outgoing: OutgoingMail | None, *, by: str, now: datetime
    ) -> None:
        with self.batch() as batch:
            batch.carry_out([Act(decision=decision, outgoing=outgoing)], by=by, now=now)

    def history(self, reference: str) -> list[tuple[datetime, str, str]]:
        with self._used("history") as tables:
            return [(at, what, more) for at, what, of, more in tables.events if of == reference]

    def suppression(self, address_key: str, list_name: str = "*") -> Suppression | None:
        with self._used("suppression") as tables:
            held = tables.suppressions
            return held.get((address_key, "*")) or held.get((address_key, list_name))

    def expire_questions(self, *, asked_before: datetime, now: datetime) -> list[str]:
        with self._used("expire_questions") as tables:
            late = [
                r.reference
                for r in tables.requests.values()
                if is_question(r) and r.updated_at is not None and r.updated_at < asked_before
            ]
            return self._to_review(late, "question-unanswered", now)

    # the outbox

    def take_due(self, limit: int, *, now: datetime) -> list[QueuedMail]:
        with self._used("take_due") as tables:
            due = [m for m in tables.mails.values() if m.state == "queued" and m.next_at <= now]
            taken = sorted(due, key=lambda m: (m.next_at, m.row))[:limit]
            for mail in taken:
                tables.mails[mail.row] = replace(
                    mail, state="sending", attempts=mail.attempts + 1, taken_by=self.process
                )
            return [
                QueuedMail(
                    row=m.row,
                    mail=m.mail,
                    attempts=m.attempts + 1,
                    unknowns=m.unknowns,
                    queued_at=m.queued_at,
                )
                for m in taken
            ]

    def sent(self, row: int, *, now: datetime, response: str) -> None:
        with self._used("sent") as tables:
            found = tables.mails.get(row)
            if found and (found.state, found.error) == ("queued", _ENDED):
                tables.mails[row] = replace(found, state="sending")
            mail = self._settle(row, state="sent", sent_at=now, response=response[:500], error="")
            if mail is None and found is not None:
                tables.mails[row] = found
            if mail is not None:
                self._tables.tell_each(now, "reply_sent", mail.mail.references)

    def put_off(self, row: int, *, until: datetime, error: str) -> None:
        with self._used("put_off"):
            self._settle(row, state="queued", next_at=until, error=error[:500])

    def hold(self, row: int, *, until: datetime) -> None:
        with self._used("hold") as tables:
            attempts = tables.mails[row].attempts if row in tables.mails else 0
            self._settle(row, state="queued", next_at=until, attempts=attempts - 1)

    def failed(self, row: int, *, now: datetime, error: str) -> list[str]:
        with self._used("failed") as tables:
            mail = self._settle(row, state="failed", error=error[:500])
            if mail is None:
                return []
            self._tables.tell_each(now, "reply_failed", mail.mail.references)
            pending = [
                reference
                for reference, request in tables.requests.items()
                if reference in mail.mail.references and is_question(request)
            ]
            return self._to_review(pending, "question-undeliverable", now)

    def outcome_unknown(self, row: int, *, until: datetime | None, error: str) -> None:
        with self._used("outcome_unknown") as tables:
            unknowns = tables.mails[row].unknowns if row in tables.mails else 0
            outcome: dict[str, Any] = {"unknowns": unknowns + 1, "error": error[:500]}
            if until is None:
                self._settle(row, state="unknown", **outcome)
            else:
                self._settle(row, state="queued", next_at=until, **outcome)

    def recover_outbox(self, *, now: datetime) -> int:
        with self._used("recover_outbox") as tables:
            alive = self._alive()
            dead = [m for m in tables.mails.values() if m.state == "sending"]
            dead = [m for m in dead if m.taken_by not in alive]
            for mail in dead:
                state = "unknown" if mail.unknowns else "queued"
                tables.mails[mail.row] = replace(
                    mail, state=state, next_at=now, unknowns=mail.unknowns + 1, error=_ENDED
                )
            return len(dead)

    def next_due(self) -> datetime | None:
        with self._used("next_due") as tables:
            waiting = (mail.next_at for mail in tables.mails.values() if mail.state == "queued")
            return min(waiting, default=None)

    def sent_since(self, since: datetime) -> int:
        with self._used("sent_since") as tables:
            mails = tables.mails.values()
            under_way = sum(m.state == "sending" and m.taken_by != self.process for m in mails)
            return under_way + sum(m.sent_at is not None and m.sent_at >= since for m in mails)

    def copies_to_file(self, mailbox: str, limit: int) -> list[SentCopy]:
        with self._used("copies_to_file") as tables:
            return [
                SentCopy(row=m.row, raw=m.mail.raw)
                for m in tables.mails.values()
                if m.mail.mailbox == mailbox and m.state == "sent" and m.copied_at is None
            ][:limit]

    def copied(self, rows: Sequence[int], *, now: datetime) -> None:
        with self._used("copied") as tables:
            for row in rows:
                mail = tables.mails[row]
                tables.mails[row] = replace(mail, copied_at=mail.copied_at or now)

    # the store itself

    def log_key(self) -> bytes:
        with self._used("log_key"):
            return bytes(range(32))

    def check(self) -> list[str]:
        with self._used("check"):
            return ["the fake forgets everything"]

    def counts(self) -> Mapping[str, int]:
        with self._used("counts") as tables:
            counted = Counter(f"request.{r.state.value}" for r in tables.requests.values())
            counted.update(f"outbox.{m.state}" for m in tables.mails.values())
            counted["message"] = len(tables.messages)
            counted["suppression"] = len(tables.suppressions)
            counted["event"] = len(tables.events)
            return counted

    def close(self) -> None:
        with self._world.lock:
            if not self.closed:
                self._end_process()
            self.closed = True

    # What they are made of

    @contextmanager
    def _used(self, method: str) -> Iterator[Tables]:
        """One transaction: what fails leaves nothing behind."""
        with self._world.lock:
            if self.closed:
                raise TemporaryFailure("the store is closed", part="store")
            self._enter(method)
            before = self._tables.snapshot()
            try:
                yield self._tables
            except BaseException:
                self._world.tables = before
                raise

    @property
    def _tables(self) -> Tables:
        return self._world.tables

    def _to_review(self, references: Collection[str], reason: str, now: datetime) -> list[str]:
        self._tables.apply(
            [
                Change(
                    reference=reference,
                    before=State.AWAITING_CONFIRMATION,
                    after=State.REVIEW,
                    reason=reason,
                )
                for reference in references
            ],
            now,
        )
        return list(references)

    def _enter(self, method: str) -> None:
        for number, (name, error) in enumerate(self._failures):
            if name == method:
                del self._failures[number]
                raise error

    def _settle(self, row: int, **values: Any) -> FakeMail | None:
        mail = self._tables.mails.get(row)
        if mail is None or mail.state != "sending" or mail.taken_by != self.process:
            return None
        self._tables.mails[row] = replace(mail, **values)
        return mail
