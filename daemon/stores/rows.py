"""Values as rows of the tables, and rows as values."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from daemon.ports import Entry, LedgerRow, QueuedMail
from daemon.stores.columns import MAX_EVIDENCE_CHARS, storable
from handlers.address import Address
from handlers.inbox import inbox_key
from handlers.values import (
    Decision,
    Disposition,
    Evidence,
    Filing,
    Intent,
    OutgoingMail,
    Request,
    State,
    Suppression,
)

AnyRow = Row[Any]
Values = dict[str, Any]

# SQLite takes 32,766 parameters a statement, PostgreSQL 65,535.
_KEYS_A_QUERY = 5_000


def chunks(keys: Collection[Any]) -> Iterator[list[Any]]:
    """`keys` in lists that fit into one statement."""
    every = list(keys)
    for start in range(0, len(every), _KEYS_A_QUERY):
        yield every[start : start + _KEYS_A_QUERY]


# message ------------------------------------------------------------------------------------


def message_values(entry: Entry, now: datetime) -> Values:
    """The ledger's row of one message; ordinary mail leaves none of its words there."""
    decision = entry.decision
    evidence = () if decision.disposition is Disposition.LEAVE else decision.evidence
    return {
        "mailbox": entry.mailbox,
        "uid_validity": entry.uid_validity,
        "uid": entry.uid,
        "digest": entry.digest,
        "received_at": entry.received_at,
        "decided_at": now,
        "disposition": decision.disposition.value,
        "reason": decision.reason,
        "intents": [intent.value for intent in decision.intents],
        "evidence": [_evidence_values(item) for item in evidence],
        "filing": decision.filing.value,
        "filed_at": now if _is_filed(entry) else None,
        "requests": [] if entry.shadow else concerned(decision),
        "error": entry.error,
        "flagged": entry.flagged,
        # Of what stays as it is, nothing has to be found again.
        "copy_hash": "" if decision.filing is Filing.NOWHERE else entry.copy_hash,
        "silence": decision.silence,
        "message_id_hash": entry.message_id_hash,
        "shadow": entry.shadow,
        "attempts": entry.attempts,
        "retry_at": entry.retry_at,
        "by_itself": decision.by_itself,
    }


def _is_filed(entry: Entry) -> bool:
    """Whether nothing is to be done on the server: no move, and no flag to be taken away.

    A message looked at in shadow mode is never to be filed, whatever comes later.
    """
    stays = entry.decision.filing is Filing.NOWHERE and not entry.ends_review
    return stays or entry.shadow


def ledger_row(row: AnyRow) -> LedgerRow:
    """One row of the ledger."""
    return LedgerRow(
        mailbox=row.mailbox,
        uid_validity=row.uid_validity,
        uid=row.uid,
        digest=row.digest,
        received_at=row.received_at,
        disposition=Disposition(row.disposition),
        reason=row.reason,
        intents=tuple(Intent(value) for value in row.intents),
        evidence=tuple(Evidence(**item) for item in row.evidence),
        filing=Filing(row.filing),
        references=tuple(row.requests),
        filed_at=row.filed_at,
        error=row.error,
        copy_hash=row.copy_hash,
        flagged=row.flagged,
        resolved_at=row.resolved_at,
        resolution=row.resolution,
        message_id_hash=row.message_id_hash,
        shadow=row.shadow,
        silence=row.silence,
        decided_at=row.decided_at,
        attempts=row.attempts,
        retry_at=row.retry_at,
        by_itself=row.by_itself,
    )


def concerned(decision: Decision) -> list[str]:
    """The references of all requests that a decision makes, changes or repeats, each once."""
    references = [
        *(request.reference for request in decision.requests),
        *(change.reference for change in decision.changes),
        *decision.repeated,
    ]
    return list(dict.fromkeys(references))


def _evidence_values(evidence: Evidence) -> Values:
    return {
        "rule": evidence.rule,
        "words": storable(evidence.words, MAX_EVIDENCE_CHARS),
        "part": evidence.part,
        "start": evidence.start,
        "end": evidence.end,
    }


# request, suppression -----------------------------------------------------------------------


def request_values(request: Request, now: datetime) -> Values:
    """The row of a new request."""
    return {
        "reference": request.reference,
        "kind": request.kind.value,
        "state": request.state.value,
        "address_key": request.address_key,
        "address_written": request.address_written,
        "channel": request.channel,
        "mailbox": request.mailbox,
        "received_at": request.received_at,
        "due_at": request.due_at,
        "language": request.language,
        "proof": request.proof,
        "reason": request.reason,
        "origin_digest": request.origin_digest,
        "wanted_end": request.wanted_end,
        "note": request.note,
        "taken_by": request.taken_by,
        "updated_at": now,
    }


def request_of(row: AnyRow) -> Request:
    """A request."""
    return Request(
        reference=row.reference,
        kind=Intent(row.kind),
        state=State(row.state),
        address_key=row.address_key,
        address_written=row.address_written,
        channel=row.channel,
        mailbox=row.mailbox,
        received_at=row.received_at,
        due_at=row.due_at,
        language=row.language,
        proof=row.proof,
        reason=row.reason,
        origin_digest=row.origin_digest,
        wanted_end=row.wanted_end,
        note=row.note,
        taken_by=row.taken_by,
        updated_at=row.updated_at,
        reminded_at=row.reminded_at,
        alarmed_percent=row.alarmed_percent,
    )


def suppression_values(suppression: Suppression) -> Values:
    """The row of a suppression."""
    return {
        "address_key": suppression.address_key,
        "list_name": suppression.list_name,
        "address_written": suppression.address_written,
        "since": suppression.since,
        "reference": suppression.reference,
    }


def suppression_of(row: AnyRow) -> Suppression:
    """A suppression."""
    return Suppression(
        address_key=row.address_key,
        address_written=row.address_written,
        list_name=row.list_name,
        since=row.since,
        reference=row.reference,
    )


# outbox -------------------------------------------------------------------------------------


def mail_values(mail: OutgoingMail, now: datetime) -> Values:
    """The row of a mail that is due at once."""
    return {
        "idempotency_key": mail.idempotency_key,
        "message_id": mail.message_id,
        "recipient_written": mail.recipient.written,
        "recipient_key": mail.recipient.key,
        "recipient_inbox": inbox_key(mail.recipient.key),
        "envelope_from": mail.envelope_from,
        "raw": mail.raw,
        "requests": list(mail.references),
        "secret_hash": mail.secret_hash,
        "thread": mail.thread or mail.secret_hash,
        "asks": mail.asks,
        "mailbox": mail.mailbox,
        "state": "queued",
        "attempts": 0,
        "unknowns": 0,
        "next_at": now,
        "queued_at": now,
        "sent_at": None,
        "response": "",
        "error": "",
        "copied_at": None,
    }


def queued_mail(row: AnyRow) -> QueuedMail:
    """A mail of the outbox; the display name is in its bytes alone."""
    return QueuedMail(
        row=row.row,
        mail=OutgoingMail(
            idempotency_key=row.idempotency_key,
            message_id=row.message_id,
            recipient=Address(written=row.recipient_written, key=row.recipient_key),
            envelope_from=row.envelope_from,
            raw=row.raw,
            references=tuple(row.requests),
            secret_hash=row.secret_hash,
            mailbox=row.mailbox,
            asks=row.asks,
        ),
        attempts=row.attempts,
        unknowns=row.unknowns,
        queued_at=row.queued_at,
        span_began_at=row.retried_at or row.queued_at,
    )
