"""The fake store's part that is about its own data: `daemon.ports.data.DataStore`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from daemon.errors import PermanentFailure
from daemon.ports import LedgerRow
from daemon.ports.data import (
    AuditEvent,
    AuditReport,
    Backup,
    Detail,
    Expiring,
    Forgotten,
    Head,
    Held,
    HeldMail,
    HeldMessage,
    Overdue,
    Progress,
)
from handlers.inbox import inbox_key
from handlers.pseudonym import pseudonym
from handlers.states import CLOSED
from handlers.values import Disposition, Filing, Request, State, Suppression
from tests.contract.fake_batch import FORGET_KEY, FakeMail, MessageKey, Tables, spellings

_SETTLED = ("sent", "failed", "unknown")


class FakeData:
    """Mixed into `FakeStore`, whose tables and transactions it uses."""

    _used: Callable[[str], AbstractContextManager[Tables]]

    def overdue(self, what: Expiring, *, before: datetime) -> Overdue:
        with self._used("overdue") as tables:
            late = _late(tables, what, before)
            return Overdue(rows=len(late), oldest=min((at for at, _ in late), default=None))

    def expire(self, what: Expiring, *, before: datetime, limit: int, now: datetime) -> int:
        with self._used("expire") as tables:
            late = sorted(_late(tables, what, before))[:limit]
            for _, key in late:
                _let_go(tables, what, key, now)
            return len(late)

    def claim(self, task: str, *, every: timedelta, now: datetime) -> bool:
        with self._used("claim") as tables:
            last = tables.claims.get(task)
            if last is not None and now - every < last <= now + every:
                return False
            tables.claims[task] = now
            return True

    def witness(
        self,
        what: str,
        *,
        by: str,
        now: datetime,
        references: Sequence[str] = (),
        detail: Detail | None = None,
    ) -> None:
        with self._used("witness") as tables:
            tables.tell_each(now, what, references, by=by, **(detail or {}))

    def walk_audit(self, *, ask: int = 0, progress: Progress | None = None) -> AuditReport:
        with self._used("walk_audit") as tables:
            newest, hash_at = Head(sequence=0, hash="0" * 64), ""
            for event in tables.events:
                digest = hashlib.sha256(f"{newest.hash}{event}".encode()).hexdigest()
                newest = Head(sequence=newest.sequence + 1, hash=digest)
                hash_at = digest if newest.sequence == ask else hash_at
            if progress is not None:
                progress(newest.sequence, newest.sequence)
            return AuditReport(events=newest.sequence, newest=newest, hash_at=hash_at)

    def audit_events(
        self, *, reference: str = "", since: datetime | None = None
    ) -> Iterator[AuditEvent]:
        with self._used("audit_events") as tables:
            for sequence, (at, what, of, more) in enumerate(list(tables.events), 1):
                if (not reference or of == reference) and (since is None or at >= since):
                    pairs = dict(pair.split("=", 1) for pair in more.split())
                    yield AuditEvent(
                        sequence=sequence, at=at, what=what, reference=of, detail=pairs
                    )

    def every_suppression(self) -> Iterator[Suppression]:
        with self._used("every_suppression") as tables:
            yield from [held for _, held in sorted(tables.suppressions.items())]

    def every_request(self) -> Iterator[Request]:
        with self._used("every_request") as tables:
            yield from list(tables.requests.values())

    def held_about(self, address_key: str) -> Held:
        with self._used("held_about") as tables:
            return Held(
                suppressions=tuple(
                    held
                    for (key, _), held in sorted(tables.suppressions.items())
                    if key in spellings(address_key)
                ),
                requests=tuple(_requests(tables, address_key)),
                mails=tuple(_held_mail(mail) for mail in _mails(tables, address_key)),
                messages=tuple(_held_message(row) for row in _messages(tables, address_key)),
            )

    def forget(
        self, address_key: str, *, by: str, now: datetime, dry_run: bool = False
    ) -> Forgotten:
        with self._used("forget") as tables:
            requests = _requests(tables, address_key)
            mails = _mails(tables, address_key)
            _refuse(requests, mails)
            _refuse_what_is_untold(tables, requests)
            messages = _messages(tables, address_key)
            held = [s for (key, _), s in tables.suppressions.items() if key == address_key]
            found = Forgotten(
                requests=sum(r.address_key == address_key for r in requests),
                suppressions=len(held),
                mails=sum(_tells(mail, address_key) for mail in mails),
                messages=sum(bool(row.evidence or row.error) for row in messages),
            )
            if not dry_run and not found.nothing:
                _erase(tables, address_key, requests, mails, messages)
                references = [request.reference for request in requests]
                tables.tell_each(now, "person_forgotten", references, by=by)
            return found

    def backup(self, path: Path, *, force: bool, progress: Progress | None = None) -> Backup:
        raise PermanentFailure("the fake forgets everything", part="store", cure="use another")


def _late(tables: Tables, what: Expiring, before: datetime) -> list[tuple[datetime, Any]]:
    """The time and the key of everything that is overdue."""
    found: list[tuple[datetime, Any]] = []
    match what:
        case "reply_bytes":
            found = [
                (m.queued_at, m.row)
                for m in tables.mails.values()
                if m.state in _SETTLED and m.mail.raw and m.queued_at < before
            ]
        case "evidence":
            found = [
                (tables.decided[key], key)
                for key, row in tables.messages.items()
                if row.evidence and tables.decided[key] < before
            ]
        case "ordinary":
            found = [
                (tables.decided[key], key)
                for key, row in tables.messages.items()
                if row.disposition in (Disposition.LEAVE, Disposition.IGNORE)
                and not row.references
                and row.filed_at is not None
                and not row.flagged
                and row.filing is not Filing.REVIEW
                and tables.decided[key] < before
            ]
        case "requests":
            reasons = {held.reference for held in tables.suppressions.values()}
            found = [
                (r.updated_at, r.reference)
                for r in tables.requests.values()
                if r.state in CLOSED
                and r.updated_at is not None
                and r.updated_at < before
                and r.reference not in reasons
            ]
        case "tickets":
            found = [
                (taken_at, number)
                for number, taken_at in tables.taken_at.items()
                if taken_at < before and tables.tickets[number].reference not in tables.requests
            ]
        case "replies":
            found = [
                (m.next_at, m.row)
                for m in tables.mails.values()
                if m.state in _SETTLED and m.next_at < before
            ]
        case "announcements":
            found = [
                (a.changed_at, a.row)
                for a in tables.announcements.values()
                if a.state != "sending"
                and a.reference not in tables.requests
                and a.changed_at < before
            ]
        case "processes":
            pass
    return found


def _let_go(tables: Tables, what: Expiring, key: Any, now: datetime) -> None:
    match what:
        case "reply_bytes":
            _drop_bytes(tables, tables.mails[key])
        case "evidence":
            tables.messages[key] = replace(tables.messages[key], evidence=())
        case "ordinary":
            del tables.messages[key], tables.decided[key]
        case "requests":
            del tables.requests[key]
            tables.tell_each(now, "request_erased", [key], by="retention")
        case "tickets":
            del tables.tickets[key], tables.taken_at[key]
        case "replies":
            del tables.mails[key]
        case "announcements":
            del tables.announcements[key]
        case "processes":
            pass


def _drop_bytes(tables: Tables, held: FakeMail) -> None:
    mail = replace(held.mail, raw=b"", message_id="")
    tables.mails[held.row] = replace(held, mail=mail)


def _requests(tables: Tables, address_key: str) -> list[Request]:
    return [r for r in tables.requests.values() if r.address_key in spellings(address_key)]


def _mails(tables: Tables, address_key: str) -> list[FakeMail]:
    references = {request.reference for request in _requests(tables, address_key)}
    return [
        mail
        for mail in tables.mails.values()
        if mail.mail.recipient.key in spellings(address_key)
        or references & set(mail.mail.references)
    ]


def _messages(tables: Tables, address_key: str) -> list[LedgerRow]:
    requests = _requests(tables, address_key)
    references = {request.reference for request in requests}
    digests = {request.origin_digest for request in requests}
    digests |= {r.digest for r in tables.messages.values() if references & set(r.references)}
    rows = [row for row in tables.messages.values() if row.digest in digests]
    return sorted(rows, key=lambda row: (row.received_at, row.mailbox, row.uid_validity, row.uid))


def _refuse(requests: Sequence[Request], mails: Sequence[FakeMail]) -> None:
    if any(request.state not in CLOSED | {State.EFFECTIVE} for request in requests):
        raise PermanentFailure(
            f"not yet: {', '.join(r.reference for r in requests)}", part="store", cure="wait"
        )
    if any(mail.state in ("queued", "sending") for mail in mails):
        raise PermanentFailure("not yet: a mail waits", part="store", cure="wait")


def _refuse_what_is_untold(tables: Tables, requests: Sequence[Request]) -> None:
    references = {request.reference for request in requests}
    for each in tables.announcements.values():
        status = tables.receivers[each.receiver]
        in_use = status.is_active and status.gone_at is None
        untold = in_use and each.state in ("queued", "sending", "failed")
        if each.reference in references and (untold or each.state == "needs_person"):
            raise PermanentFailure(
                f"not yet: {each.receiver} does not know", part="store", cure="wait"
            )


def _tells(held: FakeMail, address_key: str) -> bool:
    mail = held.mail
    is_theirs = mail.recipient.key == address_key
    said = (is_theirs, mail.raw, mail.message_id, held.response, held.error)
    return any(said)


def _erase(
    tables: Tables,
    address_key: str,
    requests: Sequence[Request],
    mails: Sequence[FakeMail],
    messages: Sequence[LedgerRow],
) -> None:
    hashed = pseudonym(address_key, FORGET_KEY)
    for request in requests:
        tables.requests[request.reference] = replace(
            request, address_key=hashed, address_written="", wanted_end="", note="", taken_by=""
        )
    for (key, name), held in list(tables.suppressions.items()):
        if key == address_key:
            del tables.suppressions[key, name]
            made = replace(held, address_key=hashed, address_written="")
            tables.suppressions.setdefault((hashed, name), made)
    for mail in mails:
        _drop_bytes(tables, mail)
        held_mail = replace(tables.mails[mail.row], response="", error="")
        if mail.mail.recipient.key == address_key:
            recipient = replace(mail.mail.recipient, key=hashed, written="")
            held_mail = replace(
                held_mail,
                mail=replace(held_mail.mail, recipient=recipient),
                inbox=pseudonym(inbox_key(address_key), FORGET_KEY),
            )
        tables.mails[mail.row] = held_mail
    for row in messages:
        place: MessageKey = (row.mailbox, row.uid_validity, row.uid)
        tables.messages[place] = replace(row, evidence=(), error="")


def _held_mail(held: FakeMail) -> HeldMail:
    return HeldMail(
        recipient=held.mail.recipient.written,
        state=held.state,
        queued_at=held.queued_at,
        sent_at=held.sent_at,
        references=held.mail.references,
        response=held.response,
        error=held.error,
        raw=held.mail.raw or None,
    )


def _held_message(row: LedgerRow) -> HeldMessage:
    return HeldMessage(
        mailbox=row.mailbox,
        uid_validity=row.uid_validity,
        uid=row.uid,
        received_at=row.received_at,
        disposition=row.disposition,
        reason=row.reason,
        folder=row.filing.value,
        references=row.references,
        evidence=row.evidence,
    )
