"""What waits for a person, as the store has it; and its messages, as their mailboxes have them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.settings import Settings
    from daemon.cli.context import Context
    from daemon.ports import LedgerRow, Mailbox, Store
    from handlers.held import HeldMessage, Waiting
    from handlers.values import RawMessage, Request

# Enough to read; the rest of a message is attachments.
_MAX_BYTES = 1_048_576


def waiting_of(store: Store, settings: Settings) -> list[Waiting]:
    """Everything that waits for a person, what is due first before the others."""
    from handlers.held import waiting
    from handlers.values import State

    messages = [held_message(row) for row in store.reviews()]
    concerned = dict.fromkeys(r for message in messages for r in message.references)
    known = {reference: store.request(reference) for reference in concerned}
    return waiting(
        store.requests_in(State.REVIEW),
        messages,
        {reference: request for reference, request in known.items() if request is not None},
        review_due=timedelta(hours=settings.deadlines.review_hours),
    )


def waiting_as(request: Request | None, rows: Sequence[LedgerRow], settings: Settings) -> Waiting:
    """A request, or the one message, as something that waits; also where it does so no more."""
    from handlers.held import waiting

    (item,) = waiting(
        [request] if request else [],
        [held_message(row) for row in rows] if request is None else [],
        {},
        review_due=timedelta(hours=settings.deadlines.review_hours),
    )
    return item


def rows_named(store: Store, identifier: str) -> list[LedgerRow]:
    """The held messages that an identifier such as M-7K3M2Q9Z may mean; best it is one."""
    return [
        row
        for row in store.reviews()
        if identifier.startswith("M-") and held_message(row).long_id.startswith(identifier)
    ]


def held_message(row: LedgerRow) -> HeldMessage:
    """A row of the ledger as the part that is pure takes it."""
    from handlers.held import HeldMessage

    return HeldMessage(
        mailbox=row.mailbox,
        uid_validity=row.uid_validity,
        uid=row.uid,
        digest=row.digest,
        received_at=row.received_at,
        decided_at=row.decided_at or row.received_at,
        reason=row.reason,
        intents=row.intents,
        evidence=row.evidence,
        references=row.references,
    )


def fetch_rows(
    context: Context, settings: Settings, rows: Sequence[LedgerRow]
) -> dict[LedgerRow, tuple[str, RawMessage] | str]:
    """The messages of `rows`, each with its folder; or why it cannot be shown, in words.

    Looks where it was, then in the folders that optoutd files into: people may have moved it.
    """
    from config.load import load_secrets
    from daemon.app import make_mailbox
    from daemon.errors import OptoutdError
    from handlers.held import box_of

    found: dict[LedgerRow, tuple[str, RawMessage] | str] = {}
    boxes = {box.name: box for box in settings.mailbox}
    secrets = load_secrets(settings, file=context.path())
    for name in dict.fromkeys(box_of(row.mailbox) for row in rows):
        of_box = [row for row in rows if box_of(row.mailbox) == name]
        box = boxes.get(name)
        if box is None:
            found |= dict.fromkeys(of_box, f'no mailbox "{name}" is configured any more')
            continue
        mailbox = make_mailbox(box, secrets)
        try:
            for row in of_box:
                found[row] = _find(mailbox, row, own_folder=box.folder)
        except OptoutdError as error:
            missing = (row for row in of_box if row not in found)
            found |= dict.fromkeys(missing, f"it cannot be read now: {error}")
        finally:
            mailbox.close()
    return found


def _find(mailbox: Mailbox, row: LedgerRow, *, own_folder: str) -> tuple[str, RawMessage] | str:
    from handlers.shown import is_the_one
    from handlers.values import Filing

    for folder in ("", Filing.OPT_OUTS.value, Filing.CANCELLATIONS.value, Filing.AUTOMATIC.value):
        for raw in mailbox.look(
            folder, uid=row.uid, received_at=row.received_at, max_bytes=_MAX_BYTES
        ):
            if raw.raw and is_the_one(raw, row.digest):
                return folder or own_folder, raw
    return "it has been deleted, or moved to a folder that optoutd does not know"
