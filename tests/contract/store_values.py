"""What tests of a store write into it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from daemon.ports import Entry, Mark, QueuedMail, Store
from handlers.address import Address, make_address
from handlers.memory import Asked, Memory
from handlers.values import (
    Change,
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

NOW = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANNA = "anna@shop.example"
WRITTEN = "Anna@Shop.example"
UID_VALIDITY = 4_294_967_295


def mark(uid: int = 0) -> Mark:
    return Mark(uid_validity=UID_VALIDITY, uid=uid, started_at=NOW - HOUR, backlog_uid=1)


def address(written: str = WRITTEN) -> Address:
    made = make_address(written, "Anna A.")
    assert made is not None
    return made


def digest(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def request(reference: str = "O-1", **changes: Any) -> Request:
    """An opt-out in effect, or a cancellation that was asked about where `C-` begins it."""
    cancels = reference.startswith("C-")
    values: dict[str, Any] = {
        "reference": reference,
        "kind": Intent.CANCELLATION if cancels else Intent.OPT_OUT,
        "state": State.AWAITING_CONFIRMATION if cancels else State.EFFECTIVE,
        "address_key": ANNA,
        "address_written": WRITTEN,
        "channel": "mail",
        "mailbox": "support",
        "received_at": NOW - HOUR,
        "due_at": NOW + 23 * HOUR,
        "language": "en",
        "proof": "unproven",
        "reason": "asked-by-mail",
        "origin_digest": hashlib.sha256(reference.encode()).hexdigest(),
    }
    return Request(**values | changes)


def suppression(reference: str = "O-1", **changes: Any) -> Suppression:
    values: dict[str, Any] = {
        "address_key": ANNA,
        "address_written": WRITTEN,
        "list_name": "*",
        "since": NOW,
        "reference": reference,
    }
    return Suppression(**values | changes)


def change(reference: str, before: State, after: State, reason: str = "because") -> Change:
    return Change(reference=reference, before=before, after=after, reason=reason)


def mail(
    number: int | str = 1,
    *references: str,
    to: str = WRITTEN,
    mailbox: str = "support",
    secret_hash: str = "",
    thread: str = "",
    asks: bool = False,
) -> OutgoingMail:
    return OutgoingMail(
        idempotency_key=f"reply:{number}",
        message_id=f"<{number}@shop.example>",
        recipient=address(to),
        envelope_from="",
        raw=f"Subject: {number}\r\n\r\n\0\xff".encode("latin-1"),
        references=references,
        secret_hash=secret_hash,
        mailbox=mailbox,
        thread=thread,
        asks=asks,
    )


EVIDENCE = Evidence(rule="imperative", words="take me off", part="text", start=0, end=11)


def entry(uid: int = 1, outgoing: OutgoingMail | None = None, **changes: Any) -> Entry:
    """A message that was acted on; `changes` are of its decision, or of the entry itself."""
    own = {
        "mailbox", "uid_validity", "digest", "received_at", "error", "message_id_hash", "shadow",
        "copy_hash", "flagged", "ends_review", "also", "attempts", "retry_at",
    }  # fmt: skip
    decided: dict[str, Any] = {
        "disposition": Disposition.ACT,
        "reason": "opt-out",
        "intents": (Intent.OPT_OUT,),
        "evidence": (EVIDENCE,),
        "filing": Filing.OPT_OUTS,
    }
    values: dict[str, Any] = {
        "mailbox": "support",
        "uid_validity": UID_VALIDITY,
        "uid": uid,
        "digest": digest(uid),
        "received_at": NOW - HOUR,
    }
    values |= {name: value for name, value in changes.items() if name in own}
    decided |= {name: value for name, value in changes.items() if name not in own}
    return Entry(**values, decision=Decision(**decided), outgoing=outgoing)


def ordinary(uid: int = 1, **changes: Any) -> Entry:
    decided: dict[str, Any] = {
        "disposition": Disposition.LEAVE,
        "reason": "ordinary",
        "intents": (),
        "filing": Filing.NOWHERE,
    }
    return entry(uid, **decided | changes)


def record(store: Store, *entries: Entry, now: datetime = NOW) -> None:
    with store.batch() as batch:
        batch.record(entries, mark=mark(max(e.uid for e in entries)), now=now)


def recall(
    store: Store,
    *,
    digests: Sequence[str] = (),
    secrets: Sequence[str] = (),
    addresses: Sequence[str] = (),
    account: tuple[str, ...] = (),
    now: datetime = NOW,
) -> Memory:
    with store.batch() as batch:
        asked = Asked(
            digests=frozenset(digests),
            secret_hashes=frozenset(secrets),
            address_keys=frozenset(addresses),
            account=account,
        )
        return batch.recall(asked, now=now)


def take_one(store: Store, now: datetime = NOW) -> QueuedMail:
    (queued,) = store.take_due(10, now=now)
    return queued


def happened(store: Store, reference: str) -> list[str]:
    return [what for _, what, _ in store.history(reference)]
