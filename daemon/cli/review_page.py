"""What `optoutd review show` shows: why something waits, and the message that it came with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from daemon.cli.context import Context
from daemon.cli.finding import fetch_rows
from daemon.cli.output import for_people, rfc3339

if TYPE_CHECKING:
    from config.settings import Settings
    from daemon.ports import LedgerRow
    from handlers.held import Waiting
    from handlers.shown import Shown

    # A row of the ledger with the folder of its message and the parts of it, or with the reason
    # why it cannot be shown.
    Message = tuple[LedgerRow, str, Shown | None]


def read_messages(context: Context, settings: Settings, rows: list[LedgerRow]) -> list[Message]:
    """Each message with its folder and its parts, or with the reason why it cannot be shown."""
    from daemon.app import ourselves
    from handlers.held import box_of
    from handlers.shown import show_message

    us = ourselves(settings)
    trusted = {box.name: box.trusted_authserv_id for box in settings.mailbox}
    found = fetch_rows(context, settings, rows)
    shown: list[Message] = []
    for row in rows:
        answer = found[row]
        if isinstance(answer, str):
            shown.append((row, answer, None))
        else:
            folder, raw = answer
            trusts = trusted[box_of(row.mailbox)]
            shown.append((row, folder, show_message(raw, row.evidence, trusts, us)))
    return shown


def print_page(item: Waiting, messages: Sequence[Message]) -> None:
    """All that a person needs to decide, on the screen."""
    from daemon.cli.message_page import Page
    from handlers.reason_words import reason_words
    from handlers.steps import possible, words_of

    page = Page()
    request = item.request
    if request is not None:
        page.text(f"{request.reference}: {words_of(request.kind)}, {words_of(request.state)}")
        page.line("Address", request.address_key)
        page.line("Received", f"{for_people(request.received_at)} UTC, by {request.channel}")
        page.line("Due", f"{for_people(request.due_at)} UTC")
        page.line("Reason", f"{reason_words(request.reason)} ({request.reason})")
        page.line("Sender", request.proof)
        page.line("Wanted end", request.wanted_end)
        page.line("Note", request.note.replace("\n", " / "))
        page.line("Possible", ", ".join(possible(request)))
    else:
        page.text(f"{item.id}: a message without a request in review")
        page.line("Due", f"{for_people(item.due_at)} UTC")
        page.line("Reason", f"{reason_words(item.reason)} ({item.reason})")
        page.line("Concerns", ", ".join(r for m in item.messages for r in m.references))
        page.line("Possible", "approve --as KIND --address ADDRESS, dismiss")
    if not messages:
        page.text("\nNo message is known that it came with.")
    for row, where, parts in messages:
        page.text()
        received = f"received {for_people(row.received_at)} UTC"
        if parts is None:
            page.text(f"The message of {row.mailbox}, {received}, UID {row.uid}: {where}.")
        else:
            page.text(f"The message in {where} of {row.mailbox}, {received}:")
            page.message(parts)
        for evidence in row.evidence:
            page.line("Because of", f"{evidence.rule}: “{evidence.words}”".replace("\n", " "))
        page.line("Set aside", _set_aside(row))


def _set_aside(row: LedgerRow) -> str:
    """Why a message could not be read, how often that was tried, and when it is tried again."""
    if not row.error:
        return ""
    again = f"again at {for_people(row.retry_at)} UTC" if row.retry_at else "and no more"
    tried = "once" if row.attempts <= 1 else f"{row.attempts} times"
    return f"{row.error} (tried {tried}, {again})"


def summary(item: Waiting) -> dict[str, Any]:
    """One thing that waits, for programs."""
    from handlers.reason_words import reason_words

    return {
        "id": item.id,
        "since": rfc3339(item.since),
        "due_at": rfc3339(item.due_at),
        "mailbox": item.mailbox,
        "kinds": [kind.value for kind in item.kinds],
        "reason": item.reason,
        "why": reason_words(item.reason),
        "address": item.address,
        "requests": [item.id]
        if item.request
        else list(dict.fromkeys(r for m in item.messages for r in m.references)),
        "evidence": [_evidence(e) for e in item.evidence],
    }


def page_object(item: Waiting, messages: Sequence[Message]) -> dict[str, Any]:
    """The page for programs."""
    return {**summary(item), "messages": [_message(*each) for each in messages]}


def _message(row: LedgerRow, where: str, parts: Shown | None) -> dict[str, Any]:
    from daemon.numbering import validity_of

    about = {
        "mailbox": row.mailbox,
        "uid_validity": validity_of(row.uid_validity),
        "uid": row.uid,
        "received_at": rfc3339(row.received_at),
        "evidence": [_evidence(e) for e in row.evidence],
        "folder": where if parts else None,
        "problem": "" if parts else where,
    }
    if parts is None:
        return about
    return {
        **about,
        "problem": parts.problem,
        "from": parts.sender,
        "to": parts.to,
        "date": parts.date,
        "subject": parts.subject,
        "authentication_results": list(parts.results),
        "posing_results": list(parts.posing),
        "attachments": [
            {"name": each.name, "content_type": each.content_type} for each in parts.attachments
        ],
        "text": parts.text,
        "text_left_out": parts.left_out_chars,
        "quoted": parts.quoted,
    }


def _evidence(evidence: Any) -> dict[str, Any]:
    return {name: getattr(evidence, name) for name in ("rule", "words", "part", "start", "end")}
