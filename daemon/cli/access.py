"""`optoutd access ADDRESS`: everything that is held about a person (GDPR article 15)."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from daemon.cli.by_staff import ByOption, address_of, name_of
from daemon.cli.context import context_of
from daemon.cli.meter import busy
from daemon.cli.new_file import output_to
from daemon.cli.output import as_json, harmless, rfc3339

if TYPE_CHECKING:
    from daemon.ports import Store
    from daemon.ports.data import Detail, Held, HeldMail
    from handlers.address import Address

Fact = dict[str, Any]

_HEADINGS = {
    "suppression": "No marketing is sent to this address",
    "request": "Requests",
    "event": "What happened to them",
    "told": "Which other systems were told of them",
    "mail": "Mails to this person",
    "message": "Messages of this person, as the ledger has them (their text is in the mailbox)",
    "log": "The log",
    "remark": "Remarks",
}


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command("access")(access)


def access(
    context: typer.Context,
    address: Annotated[str, typer.Argument(metavar="ADDRESS")],
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="A new file, for its owner alone."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a file that is there already.")
    ] = False,
    by: ByOption = "",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a fact.")] = False,
) -> None:
    """Tell everything that is held about a person, for a request under GDPR article 15.

    Also of one who was forgotten: then that a keyed hash is kept, and what hangs on it. The
    secrets in our own mails, by which an answer confirms a cancellation, are left out.

    Example: optoutd access anna@example.org --output anna.txt
    """
    from daemon.opening import utc_now

    person = address_of(address)
    ours = context_of(context)
    store = ours.standing_store()
    try:
        with busy("Looking for what is held …"):
            held = store.held_about(person.key)
        references = [request.reference for request in held.requests]
        facts = list(_facts(store, held, person))
        with output_to(output, force=force) as file:
            store.witness("data_disclosed", by=name_of(by), now=utc_now(), references=references)
            if json:
                for fact in facts:
                    file.write(f"{as_json(fact, default=_text)}\n")
            else:
                _write_page(file, person, facts)
    finally:
        store.close()


def _facts(store: Store, held: Held, person: Address) -> Iterator[Fact]:
    """Everything, a fact each, in the order of the page."""
    from daemon.numbering import validity_of
    from handlers.pseudonym import is_pseudonym, log_hash

    for kept in held.suppressions:
        yield {
            "what": "suppression",
            "address": kept.address_key,
            "address_as_written": kept.address_written,
            "list": kept.list_name,
            "since": kept.since,
            "request": kept.reference,
        }
    for request in held.requests:
        yield {
            "what": "request",
            "id": request.reference,
            "kind": request.kind.value,
            "state": request.state.value,
            "address": request.address_key,
            "address_as_written": request.address_written,
            "channel": request.channel,
            "mailbox": request.mailbox,
            "received_at": request.received_at,
            "due_at": request.due_at,
            "updated_at": request.updated_at,
            "language": request.language,
            "proof": request.proof,
            "reason": request.reason,
            "wanted_end": request.wanted_end,
            "note": request.note,
            "taken_by": request.taken_by,
        }
    for request in held.requests:
        for event in store.audit_events(reference=request.reference):
            yield {
                "what": "event",
                "request": event.reference,
                "at": event.at,
                "event": event.what,
                "detail": _detail(event.detail),
            }
    for request in held.requests:
        for row in store.announcements_about(request.reference):
            yield {
                "what": "told",
                "request": row.reference,
                "change": row.after.value,
                "receiver": row.receiver,
                "state": row.state,
                "since": row.ended_at or row.changed_at,
            }
    yield from map(_mail, held.mails)
    for message in held.messages:
        yield {
            "what": "message",
            "mailbox": message.mailbox,
            "uid_validity": validity_of(message.uid_validity),
            "uid": message.uid,
            "received_at": message.received_at,
            "decided": message.disposition.value,
            "reason": message.reason,
            "folder": message.folder,
            "requests": list(message.references),
            "words": [item.words for item in message.evidence if item.words],
        }
    yield {
        "what": "log",
        "masked": f"{person.local[:1]}***@{person.domain}",
        "hash": log_hash(person.key, store.log_key()),
        "remark": "lines of the log about this person hold this hash or the number of a request",
    }
    keys = [kept.address_key for kept in held.suppressions]
    keys += [request.address_key for request in held.requests]
    if any(map(is_pseudonym, keys)):
        yield {
            "what": "remark",
            "text": "This person was forgotten: where an address begins with hash:, a keyed hash"
            " is all that is kept of it, so that no marketing is sent to it again.",
        }
    if not (keys or held.mails or held.messages):
        yield {"what": "remark", "text": "The store holds nothing under this address."}
    yield {
        "what": "remark",
        "text": "Not told here, because optoutd does not keep it by address: messages that asked"
        " for nothing (the ledger has neither their sender nor their words), and the mail itself,"
        " which lies in the mailboxes.",
    }


def _detail(detail: Detail) -> Fact:
    """The detail of an event, with the UIDVALIDITY as the server says it."""
    from daemon.numbering import validity_of

    return {
        name: validity_of(int(value)) if name == "uid_validity" else value
        for name, value in detail.items()
    }


def _mail(mail: HeldMail) -> Fact:
    subject, text = _words(mail.raw)
    return {
        "what": "mail",
        "recipient": mail.recipient,
        "state": mail.state,
        "queued_at": mail.queued_at,
        "sent_at": mail.sent_at,
        "requests": list(mail.references),
        "response": mail.response,
        "error": mail.error,
        "subject": subject,
        "text": text,
    }


def _words(raw: bytes | None) -> tuple[str, str]:
    """Subject and text of a mail of ours, without the secrets; empty once its bytes are gone."""
    from handlers.secret import SECRET_IN_MESSAGE_ID, SECRET_IN_TEXT

    if raw is None:
        return "", ""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    body = mail.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    for pattern in (SECRET_IN_MESSAGE_ID, SECRET_IN_TEXT):
        text = pattern.sub("[left out]", text)
    return str(mail["Subject"] or ""), text


def _write_page(file: TextIO, person: Address, facts: list[Fact]) -> None:
    file.write(harmless(f"What is held about {person.key}\n"))
    for what, heading in _HEADINGS.items():
        mine = [fact for fact in facts if fact["what"] == what]
        if not mine:
            continue
        file.write(f"\n{heading}\n{'-' * len(heading)}\n")
        for number, fact in enumerate(mine):
            if number and what != "event":
                file.write("\n")
            file.write(harmless(_paragraph(fact)))


def _paragraph(fact: Fact) -> str:
    if fact["what"] == "event":
        detail = " ".join(f"{name}={value}" for name, value in fact["detail"].items() if value)
        return f"{_text(fact['at'])}  {fact['request']}  {fact['event']}  {detail}\n"
    if fact["what"] == "remark":
        return f"{fact['text']}\n"
    lines = [
        f"{name.replace('_', ' ') + ':':<20} {_text(value)}\n"
        for name, value in fact.items()
        if name not in ("what", "text") and value
    ]
    if fact.get("text"):
        lines += [f"    {line}\n" for line in fact["text"].splitlines()]
    return "".join(lines)


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return str(value)
