"""A store in memory that keeps the contract of `daemon.ports.Store`, for tests of the flow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from daemon.errors import OptoutdError, TemporaryFailure
from daemon.ports import (
    Act,
    Batch,
    Failing,
    Figures,
    InHand,
    LedgerRow,
    MailboxStatus,
    MailRow,
    Mark,
    OpenReview,
    Process,
    Question,
    QueuedMail,
    SentCopy,
    Unfiled,
)
from handlers.address import box_of
from handlers.deadlines import alarm, is_open
from handlers.dossier import Dossier
from handlers.inbox import inbox_key
from handlers.moved_back import is_paused_question
from handlers.overtaken import OVERTAKEN, is_outdated
from handlers.places import mailbox_of
from handlers.retry import LONGEST_PLAN, READ_AGAIN_AFTER
from handlers.reviews import BY_REQUESTS
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
from tests.contract.fake_announcements import FakeAnnouncements
from tests.contract.fake_batch import (
    FakeBatch,
    FakeMail,
    Tables,
    announce_change,
    dossier,
    end_older,
    given_up,
    is_question,
    lately_by_inbox,
    open_review,
    places_of,
    queue,
    spellings,
)
from tests.contract.fake_data import FakeData
from tests.contract.fake_figures import fake_figures, went_twice
from tests.contract.fake_leases import FakeLeases, World

_ENDED = "the process ended meanwhile"
# What was taken from a process as a dead one's, before it says that it was accepted.
_TAKEN_AWAY = {
    ("queued", _ENDED),
    ("unknown", _ENDED),
    ("failed", OVERTAKEN),
    ("unknown", OVERTAKEN),
}


class FakeStore(FakeData, FakeAnnouncements, FakeLeases):
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
                    tables.messages[mailbox, uid_validity, uid] = replace(
                        row,
                        filed_at=now,
                        flagged=row.flagged and row.filing is Filing.REVIEW,
                    )
            self._fence(mailbox)

    def note_flags(
        self, place: str, uid_validity: int, uids: Sequence[int], *, ours: bool
    ) -> None:
        with self._used("note_flags") as tables:
            for uid in uids:
                if row := tables.messages.get((place, uid_validity, uid)):
                    tables.messages[place, uid_validity, uid] = replace(row, flagged=ours)
            self._fence(place)

    def our_flags(self, place: str, uid_validity: int, uids: Sequence[int]) -> set[int]:
        with self._used("our_flags") as tables:
            found = {uid: tables.messages.get((place, uid_validity, uid)) for uid in uids}
            return {uid for uid, row in found.items() if row is not None and row.flagged}

    def open_reviews(self, place: str, uid_validity: int) -> Iterator[OpenReview]:
        with self._used("open_reviews") as tables:
            found = [
                open_review(tables, row)
                for key, row in sorted(tables.messages.items())
                if key[:2] == (place, uid_validity)
                and row.filing is Filing.REVIEW
                and row.filed_at is not None
                and not row.shadow
            ]
        yield from found

    def end_reviews(
        self, place: str, uid_validity: int, filings: Mapping[int, Filing], *, now: datetime
    ) -> None:
        with self._used("end_reviews") as tables:
            for uid, filing in filings.items():
                row = tables.messages.get((place, uid_validity, uid))
                if row is not None and row.filing is Filing.REVIEW:
                    end_older(tables, row, now)
                    tables.messages[place, uid_validity, uid] = replace(
                        row,
                        filing=filing,
                        filed_at=row.filed_at if filing is Filing.NOWHERE else None,
                        flagged=False,
                        retry_at=None,
                        resolved_at=row.resolved_at or now,
                        resolution=row.resolution or BY_REQUESTS,
                    )
            self._fence(place)

    def due_again(self, place: str, *, shadow: bool, limit: int, now: datetime) -> list[LedgerRow]:
        with self._used("due_again") as tables:
            due = [
                (row.retry_at, row.uid_validity, row.uid, row)
                for row in tables.messages.values()
                if row.mailbox == place
                and row.retry_at is not None
                and not now < row.retry_at <= now + max(READ_AGAIN_AFTER)
                and row.resolved_at is None
                and row.shadow is shadow
            ]
            return [row for *_, row in sorted(due, key=lambda each: each[:3])][:limit]

    def end_retries(self, place: str, uid_validity: int, uids: Sequence[int]) -> None:
        with self._used("end_retries") as tables:
            for uid in uids:
                if row := tables.messages.get((place, uid_validity, uid)):
                    tables.messages[place, uid_validity, uid] = replace(row, retry_at=None)
            self._fence(place)

    def in_hand(self, place: str) -> InHand | None:
        with self._used("in_hand") as tables:
            held = tables.in_hand.get(place)
            if held is None:
                return None
            process = tables.processes.get(held.process)
            stopped = process is not None and process.stopped_at is not None
            return replace(held, is_over=held.process == self.process or stopped)

    def take_in_hand(self, place: str, *, uid_validity: int, uid: int = 0) -> None:
        with self._used("take_in_hand") as tables:
            held = tables.in_hand.get(place)
            tables.in_hand[place] = InHand(
                process=self.process,
                uid_validity=uid_validity,
                uid=uid,
                is_over=True,
                is_ours=True,
                failed_uid=held.failed_uid if held else 0,
                failures=held.failures if held else 0,
                failing_since=held.failing_since if held else None,
                ended_uid=held.ended_uid if held else 0,
                ends=held.ends if held else 0,
            )
            self._fence(place)

    def fetch_failed(self, place: str, *, uid_validity: int, uid: int, now: datetime) -> Failing:
        with self._used("fetch_failed") as tables:
            held = tables.in_hand.get(place)
            is_same = held and (held.uid_validity, held.failed_uid) == (uid_validity, uid)
            failures = held.failures + 1 if held and is_same else 1
            before = held.failing_since if held and failures > 1 else None
            since = min(before or now, now)
            tables.in_hand[place] = InHand(
                process=self.process,
                uid_validity=uid_validity,
                uid=0,
                is_over=True,
                is_ours=True,
                failed_uid=uid,
                failures=failures,
                failing_since=since,
                ended_uid=held.ended_uid if held else 0,
                ends=held.ends if held else 0,
            )
            self._fence(place)
            return Failing(times=failures, since=since)

    def process_ended(self, place: str, *, uid_validity: int, uid: int) -> int:
        with self._used("process_ended") as tables:
            held = tables.in_hand.get(place)
            is_same = held and (held.uid_validity, held.ended_uid) == (uid_validity, uid)
            ends = held.ends + 1 if held and is_same else 1
            tables.in_hand[place] = InHand(
                process=self.process,
                uid_validity=uid_validity,
                uid=0,
                is_over=True,
                is_ours=True,
                failed_uid=held.failed_uid if held else 0,
                failures=held.failures if held else 0,
                failing_since=held.failing_since if held else None,
                ended_uid=uid,
                ends=ends,
            )
            self._fence(place)
            return ends

    def lying_in(
        self, account: Collection[str], copy_hashes: Collection[str]
    ) -> Mapping[str, Filing]:
        with self._used("lying_in") as tables:
            found: dict[str, set[str]] = {}
            for row in tables.messages.values():
                here = mailbox_of(row.mailbox) in account
                if row.error and row.filing is Filing.REVIEW:
                    continue
                if here and row.copy_hash and row.copy_hash in copy_hashes:
                    found.setdefault(row.copy_hash, set()).add(row.digest)
            places = places_of(tables, account, {d for some in found.values() for d in some})
            last = {digest: looks[-1] for digest, looks in places.items()}
            folders = {k: {last[d].folder for d in some if d in last} for k, some in found.items()}
            return {known: next(iter(f)) for known, f in folders.items() if len(f) == 1}

    def ledger(self, mailbox: str, limit: int = 1000) -> list[LedgerRow]:
        with self._used("ledger") as tables:
            rows = [row for row in tables.messages.values() if row.mailbox == mailbox]
            return rows[max(len(rows) - limit, 0) :]

    def highest(self, place: str, *, uid_validity: int, limit: int) -> list[LedgerRow]:
        with self._used("highest") as tables:
            rows = [
                row
                for row in tables.messages.values()
                if (row.mailbox, row.uid_validity) == (place, uid_validity)
            ]
            return sorted(rows, key=lambda row: row.uid, reverse=True)[:limit]

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

    def references(self, beginning: str, limit: int) -> list[str]:
        with self._used("references") as tables:
            found = [r for r in reversed(tables.requests) if r.startswith(beginning)]
            return found[:limit]

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

    def repeated(self, references: Collection[str]) -> set[str]:
        with self._used("repeated") as tables:
            return tables.repeated(references)

    def suppression(self, address_key: str, list_name: str = "*") -> Suppression | None:
        with self._used("suppression") as tables:
            held = tables.suppressions
            for key in ((k, n) for n in ("*", list_name) for k in spellings(address_key)):
                if key in held:
                    return replace(held[key], address_key=address_key)
            return None

    def suppressed_among(
        self, address_keys: Collection[str], list_name: str = "*", *, sub_addresses: bool = False
    ) -> set[str]:
        with self._used("suppressed_among") as tables:
            held = {key for key, name in tables.suppressions if name in ("*", list_name)}
            boxes = {box_of(key) for key in held} if sub_addresses else set()
            return {
                key
                for key in address_keys
                if held.intersection(spellings(key))
                or (sub_addresses and held.intersection(spellings(box_of(key))))
                or box_of(key) in boxes
            }

    def lists_left(self) -> set[str]:
        with self._used("lists_left") as tables:
            return {name for _, name in tables.suppressions} - {"*"}

    def expire_questions(self, *, asked_before: datetime, now: datetime) -> list[str]:
        with self._used("expire_questions") as tables:
            late = [
                r.reference
                for r in tables.requests.values()
                if is_question(r) and r.updated_at is not None and r.updated_at < asked_before
            ]
            changes = self._to_review(late, "question-unanswered", now)
            return [change.reference for change in changes]

    # the outbox

    def take_due(self, limit: int, *, now: datetime) -> list[QueuedMail]:
        with self._used("take_due") as tables:
            due = [
                m
                for m in tables.mails.values()
                if m.state == "queued" and not now < m.next_at <= now + LONGEST_PLAN
            ]
            taken = sorted(due, key=lambda m: (m.next_at, m.row))[:limit]
            for mail in taken:
                tables.mails[mail.row] = replace(
                    mail,
                    state="sending",
                    attempts=mail.attempts + 1,
                    taken_by=self.process,
                    taken_at=now,
                )
            return [
                QueuedMail(
                    row=m.row,
                    mail=m.mail,
                    attempts=m.attempts + 1,
                    unknowns=m.unknowns,
                    queued_at=m.queued_at,
                    span_began_at=m.retried_at or m.queued_at,
                )
                for m in taken
            ]

    def sent(self, responses: Mapping[int, str], *, now: datetime) -> None:
        with self._used("sent") as tables:
            for row, response in responses.items():
                found = tables.mails.get(row)
                if found and (found.state, found.error) in _TAKEN_AWAY:
                    tables.mails[row] = replace(found, state="sending")
                mail = self._settle(
                    row, state="sent", sent_at=now, response=response[:500], error=""
                )
                if mail is None and found is not None:
                    tables.mails[row] = found
                if mail is not None:
                    self._tables.tell_each(now, "reply_sent", mail.mail.references)

    def put_off(self, row: int, *, until: datetime, error: str) -> None:
        with self._used("put_off"):
            self._settle(row, state="queued", next_at=until, error=error[:500])

    def hold(self, row: int, *, until: datetime, error: str = "") -> None:
        with self._used("hold") as tables:
            held = tables.mails.get(row)
            if held is not None:
                back = {"attempts": held.attempts - 1, "error": error[:500] or held.error}
                self._settle(row, state="queued", next_at=until, **back)

    def failed(self, row: int, *, now: datetime, error: str) -> list[Change]:
        with self._used("failed"):
            mail = self._settle(row, state="failed", error=error[:500])
            if mail is None:
                return []
            self._tables.tell_each(now, "reply_failed", mail.mail.references)
            return self._to_review(self._pending(mail), "question-undeliverable", now)

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
                ended = replace(
                    mail, state=state, next_at=now, unknowns=mail.unknowns + 1, error=_ENDED
                )
                tables.mails[mail.row] = _unless_overtaken(mail, ended)
            return len(dead)

    def next_due(self) -> datetime | None:
        with self._used("next_due") as tables:
            waiting = (mail.next_at for mail in tables.mails.values() if mail.state == "queued")
            return min(waiting, default=None)

    def sent_since(self, since: datetime, *, now: datetime) -> int:
        with self._used("sent_since") as tables:
            mails = tables.mails.values()
            under_way = sum(m.state == "sending" and m.taken_by != self.process for m in mails)
            until = now + timedelta(minutes=5)
            accepted = [m.sent_at for m in mails if m.sent_at is not None]
            return under_way + sum(since <= at <= until for at in accepted)

    def copies_to_file(self, mailbox: str, limit: int) -> list[SentCopy]:
        with self._used("copies_to_file") as tables:
            return [
                SentCopy(row=m.row, raw=m.mail.raw)
                for m in tables.mails.values()
                if m.mail.mailbox == mailbox
                and m.state == "sent"
                and m.copied_at is None
                and m.mail.raw
            ][:limit]

    def copied(self, rows: Sequence[int], *, now: datetime) -> None:
        with self._used("copied") as tables:
            for row in rows:
                mail = tables.mails[row]
                tables.mails[row] = replace(mail, copied_at=mail.copied_at or now)

    # deadlines and reminders

    def questions_to_remind(self, *, asked_before: datetime, limit: int) -> list[Question]:
        with self._used("questions_to_remind") as tables:
            found = []
            for request in sorted(tables.requests.values(), key=lambda r: str(r.updated_at)):
                asked_at = request.updated_at
                waits = is_question(request) and request.reminded_at is None
                if not waits or asked_at is None or asked_at >= asked_before:
                    continue
                mails = [
                    m
                    for m in tables.mails.values()
                    if request.reference in m.mail.references
                    and m.mail.asks
                    and m.mail.recipient.key == request.address_key
                ]
                mail = mails[-1] if mails else None
                left = mail and {"sent": mail.sent_at, "unknown": mail.queued_at}.get(mail.state)
                if mail and left and left < asked_before:
                    question = Question(
                        request=request,
                        recipient=mail.mail.recipient,
                        raw=mail.mail.raw,
                        thread=mail.thread,
                    )
                    found.append(question)
            return found[:limit]

    def remind(
        self, reference: str, mail: OutgoingMail, *, replies_per_day: int, now: datetime
    ) -> bool:
        with self._used("remind") as tables:
            request = tables.requests.get(reference)
            key = mail.recipient.key
            lately = lately_by_inbox(tables, [key], now).get(inbox_key(key), 0)
            if request is None or not is_question(request) or request.reminded_at is not None:
                return False
            if lately >= replies_per_day:
                return False
            tables.requests[reference] = replace(request, reminded_at=now)
            queue(mail, tables, now)
            return True

    def open_requests(self) -> list[Request]:
        with self._used("open_requests") as tables:
            return sorted(filter(is_open, tables.requests.values()), key=lambda r: r.due_at)

    def requests_to_alarm(self, *, now: datetime) -> list[Request]:
        with self._used("requests_to_alarm") as tables:
            due = [request for request in tables.requests.values() if alarm(request, now)]
            return sorted(due, key=lambda r: r.due_at)

    def note_alarms(self, percents: Mapping[str, int]) -> list[str]:
        with self._used("note_alarms") as tables:
            news = []
            for reference, percent in percents.items():
                request = tables.requests.get(reference)
                if request is not None and request.alarmed_percent < percent:
                    tables.requests[reference] = replace(request, alarmed_percent=percent)
                    news.append(reference)
            return news

    # what is at work, and what staff see of it

    def beat(self, process: Process, mailboxes: Sequence[MailboxStatus]) -> None:
        with self._used("beat") as tables:
            if process.name not in tables.processes:
                old = process.beat_at - timedelta(days=7)
                for other in list(tables.processes.values()):
                    if other.beat_at < old:
                        del tables.processes[other.name]
            known = tables.processes.get(process.name, process)
            ended = known.stopped_at or process.stopped_at
            tables.processes[process.name] = replace(process, stopped_at=ended)
            for status in mailboxes:
                held = tables.statuses.get(status.mailbox, status)
                latest = process.beat_at + timedelta(minutes=5)
                is_later = status.polled_at < held.polled_at <= latest
                if not is_later or held.process == status.process:
                    failing = bool(status.error and held.error)
                    tables.statuses[status.mailbox] = replace(
                        status,
                        succeeded_at=status.succeeded_at or held.succeeded_at,
                        failing_since=held.failing_since if failing else status.failing_since,
                    )

    def processes(self) -> list[Process]:
        with self._used("processes") as tables:
            by_name = sorted(tables.processes.values(), key=lambda p: p.name)
            return sorted(by_name, key=lambda p: p.started_at, reverse=True)

    def mailbox_statuses(self) -> list[MailboxStatus]:
        with self._used("mailbox_statuses") as tables:
            return [tables.statuses[name] for name in sorted(tables.statuses)]

    def mails(self, states: Collection[str], *, limit: int) -> list[MailRow]:
        with self._used("mails") as tables:
            found = [m for m in tables.mails.values() if m.state in states]
            return [_mail_row(m) for m in found[max(len(found) - limit, 0) :]]

    def mail(self, row: int) -> MailRow | None:
        with self._used("mail") as tables:
            return _mail_row(tables.mails[row]) if row in tables.mails else None

    def waiting(self) -> int:
        with self._used("waiting") as tables:
            return sum(m.state == "queued" for m in tables.mails.values())

    def perhaps_twice(self) -> int:
        with self._used("perhaps_twice") as tables:
            return sum(map(went_twice, tables.mails.values()))

    def retry_mail(self, row: int, *, by: str, now: datetime) -> bool:
        with self._used("retry_mail") as tables:
            mail = tables.mails.get(row)
            if mail is None or mail.state not in ("queued", "failed", "unknown"):
                return False
            if mail.state != "queued" and mail.error == OVERTAKEN:
                return False
            held = [tables.requests[r] for r in mail.mail.references if r in tables.requests]
            if mail.state != "queued" and any(
                is_outdated(r, asks=mail.mail.asks, queued_at=mail.queued_at) for r in held
            ):
                return False
            tables.mails[row] = replace(mail, state="queued", next_at=now, retried_at=now)
            tables.tell_each(now, "reply_retried", mail.mail.references, by=by)
            return True

    def drop_mail(self, row: int, *, by: str, now: datetime) -> list[str] | None:
        with self._used("drop_mail") as tables:
            mail = tables.mails.get(row)
            if mail is None or mail.state not in ("queued", "failed", "unknown"):
                return None
            ended = replace(mail, state="failed", error=f"dropped by {by}")
            tables.mails[row] = _unless_overtaken(mail, ended)
            tables.tell_each(now, "reply_dropped", mail.mail.references, by=by)
            asked = {
                reference
                for other in tables.mails.values()
                if other.row != row and other.mail.asks
                if other.state in ("queued", "sending", "sent")
                for reference in other.mail.references
            }
            unasked = [r for r in self._pending(mail) if r not in asked]
            changes = self._to_review(unasked, "question-dropped", now)
            return [change.reference for change in changes]

    # the store itself

    def log_key(self) -> bytes:
        with self._used("log_key"):
            return bytes(range(32))

    def token_keys(self) -> Mapping[int, bytes]:
        with self._used("token_keys") as tables:
            return dict(tables.token_keys)

    def token_key(self, *, now: datetime) -> tuple[int, bytes]:
        with self._used("token_key") as tables:
            number = max(tables.token_keys, default=0)
            return (number, tables.token_keys[number]) if number else tables.new_token_key(now)

    def new_token_key(self, *, now: datetime) -> tuple[int, bytes]:
        with self._used("new_token_key") as tables:
            return tables.new_token_key(now)

    def token_key_dates(self) -> Mapping[int, datetime]:
        with self._used("token_key_dates") as tables:
            return dict(tables.token_key_dates)

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

    def _pending(self, mail: FakeMail) -> list[str]:
        return [
            reference
            for reference, request in self._tables.requests.items()
            if mail.mail.asks and reference in mail.mail.references
            if is_question(request) or is_paused_question(request)
        ]

    @property
    def _tables(self) -> Tables:
        return self._world.tables

    def _to_review(self, references: Collection[str], reason: str, now: datetime) -> list[Change]:
        changes = [
            Change(
                reference=reference,
                before=self._tables.requests[reference].state,
                after=State.REVIEW,
                reason=reason,
            )
            for reference in references
        ]
        self._tables.apply(changes, now)
        for change in changes:
            announce_change(self._tables, change, now)
        for what, about in self._tables.withdraw(changes):
            self._tables.tell_each(now, what, about, by="optoutd")
        return changes

    def _enter(self, method: str) -> None:
        for number, (name, error) in enumerate(self._failures):
            if name == method:
                del self._failures[number]
                raise error

    def _settle(self, row: int, **values: Any) -> FakeMail | None:
        mail = self._tables.mails.get(row)
        if mail is None or mail.state != "sending" or mail.taken_by != self.process:
            return None
        self._tables.mails[row] = _unless_overtaken(mail, replace(mail, **values))
        return mail


def _unless_overtaken(before: FakeMail, after: FakeMail) -> FakeMail:
    """What has been overtaken while it was being sent does not wait again, nor is it retried."""
    if before.error != OVERTAKEN or after.state == "sent":
        return after
    state = given_up(after) if after.state == "queued" else after.state
    return replace(after, state=state, error=OVERTAKEN)


def _mail_row(mail: FakeMail) -> MailRow:
    return MailRow(
        row=mail.row,
        state=mail.state,
        recipient=mail.mail.recipient.key,
        references=mail.mail.references,
        mailbox=mail.mail.mailbox,
        attempts=mail.attempts,
        unknowns=mail.unknowns,
        queued_at=mail.queued_at,
        next_at=mail.next_at,
        taken_at=mail.taken_at,
        sent_at=mail.sent_at,
        error=mail.error,
        asks=mail.mail.asks,
    )
