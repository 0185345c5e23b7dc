"""The log of one message: what was decided on it, and what people did with it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from daemon import events
from daemon.ports import Entry
from handlers.moved_back import MOVED_BACK
from handlers.places import folder_of, mailbox_of
from handlers.reading import Reading
from handlers.reviews import LOOKED_AT_AGAIN
from handlers.values import Decision, Filing


def tell_decision(reading: Reading, entry: Entry) -> None:
    """Tells of a message that is committed, and of all that follows from it."""
    decision = entry.decision
    events.message_decided(mailbox=entry.mailbox, reading=reading, decision=decision)
    if entry.ends_review not in ("", LOOKED_AT_AGAIN):
        _tell_of_people(entry)
    _tell_too_late(entry)
    for request in decision.requests:
        events.request_recorded(request=request, sender=reading.requester)
    _tell_changes(decision)
    if entry.outgoing is not None:
        events.reply_queued(
            requests=entry.outgoing.references,
            recipient=entry.outgoing.recipient,
        )


def tell_set_aside(entry: Entry) -> None:
    """Tells of a message that could not be read, and of what people did with it."""
    events.message_set_aside(
        mailbox=entry.mailbox,
        uid=entry.uid,
        error=entry.error,
        attempt=entry.attempts,
        next_at=entry.retry_at,
        shadow=entry.shadow,
    )
    if entry.decision.reason == MOVED_BACK:
        _tell_of_people(entry)
    _tell_too_late(entry)
    _tell_changes(entry.decision)


def tell_shadow(reading: Reading, entry: Entry, imagined: AbstractSet[str]) -> None:
    """What would have been done; and, as a warning, what an answer to our own mail asks for.

    `imagined` are references of requests that only its batch thought of.
    """
    decision = entry.decision
    events.message_decided(mailbox=entry.mailbox, reading=reading, decision=decision, shadow=True)
    if decision.filing is not Filing.NOWHERE or decision.reply is not None:
        events.would_have_done(mailbox=entry.mailbox, reading=reading, decision=decision)
    for change in decision.changes:
        if change.reference not in imagined:
            events.answer_not_taken(
                mailbox=entry.mailbox,
                uid=entry.uid,
                request=change.reference,
                before=change.before.value,
                after=change.after.value,
                reason=change.reason,
            )


def _tell_changes(decision: Decision) -> None:
    for change in decision.changes:
        events.request_changed(
            request=change.reference,
            before=change.before.value,
            after=change.after.value,
            reason=change.reason,
        )


def _tell_of_people(entry: Entry) -> None:
    mailbox, folder = mailbox_of(entry.mailbox), folder_of(entry.mailbox)
    requests = _references(entry.decision)
    if folder is Filing.NOWHERE:
        events.message_moved_back(mailbox=mailbox, uid=entry.uid, requests=requests)
    else:
        events.message_filed_by_staff(
            mailbox=mailbox, folder=folder.value, uid=entry.uid, requests=requests
        )


def _tell_too_late(entry: Entry) -> None:
    mailbox = mailbox_of(entry.mailbox)
    for reference in entry.decision.too_late:
        events.cancellation_not_stopped(mailbox=mailbox, uid=entry.uid, request=reference)


def _references(decision: Decision) -> tuple[str, ...]:
    references = [request.reference for request in decision.requests]
    references += [change.reference for change in decision.changes]
    return tuple(dict.fromkeys([*references, *decision.repeated]))
