"""The log: one function an event, JSON lines. The only importer of structlog.

docs/log-events.md tells an operator what each means; a test holds the two equal. Addresses reach
the log only as `Address` values, which are masked on the way; message texts never do.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

import structlog

from handlers.address import Address
from handlers.pseudonym import log_hash
from handlers.reading import Reading
from handlers.values import Decision, Disposition, Request

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def configure(
    *, stream: TextIO | None = None, level: str = "info", addresses: str = "masked", key: bytes
) -> None:
    """Sets up the log: where it goes, from which level on, and how addresses appear in it.

    `addresses` is "masked" (`j***@example.org` and its keyed hash), "hashed" (the hash alone) or
    "plain"; `key` is the store's, so that hashes stay comparable and cannot be looked up.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            _Addresses(addresses, key),
            _plain_values,
            _in_order,
            # ASCII, so that a line is JSON wherever it is written to, whatever a server said.
            structlog.processors.JSONRenderer(ensure_ascii=True, default=_unforeseen),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(file=stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Libraries log through the standard module: their warnings join ours, one line each.
    logging.basicConfig(handlers=[_FromLibraries()], level=logging.WARNING, force=True)
    logging.captureWarnings(True)  # which would else be printed between the lines


class _Addresses:
    """Replaces each `Address` of an event by what may be shown of it."""

    def __init__(self, show: str, key: bytes) -> None:
        self._show = show
        self._key = key

    def __call__(
        self, _logger: Any, _method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        for name, value in list(event.items()):
            if isinstance(value, Address):
                event[name] = self._text(value)
                if self._show == "masked":
                    event[f"{name}_hash"] = self._hash(value)
        return event

    def _text(self, address: Address) -> str:
        if self._show == "plain":
            return address.key
        if self._show == "hashed":
            return self._hash(address)
        return f"{address.local[:1]}***@{address.domain}"

    def _hash(self, address: Address) -> str:
        return log_hash(address.key, self._key)


def _plain_values(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Times in RFC 3339, UTC; what would be empty is left out."""
    for name, value in list(event.items()):
        if value is None or value in ("", (), []):
            del event[name]
        elif isinstance(value, datetime):
            event[name] = value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return event


def _unforeseen(value: object) -> str:
    """A value that is no JSON appears by its type: its words may be a customer's."""
    return f"<{type(value).__name__}>"


def _in_order(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """What every line has stands first, for the eye that runs down the log."""
    first = {name: event.pop(name) for name in ("time", "level", "event")}
    return {**first, **event}


class _FromLibraries(logging.Handler):
    """Tells that a library complained, without what it said: it may quote a message."""

    def emit(self, record: logging.LogRecord) -> None:
        library_warning(library=record.name, severity=record.levelname.lower())


def _log() -> Any:
    return structlog.get_logger()


# The process ---------------------------------------------------------------------------------


def daemon_started(*, version: str, mailboxes: tuple[str, ...], pid: int) -> None:
    """The daemon is up; its schedule begins."""
    _log().info("daemon_started", version=version, mailboxes=mailboxes, pid=pid)


def daemon_stopping(*, signal: str) -> None:
    """A signal asks the daemon to stop; the batch in hand is finished."""
    _log().info("daemon_stopping", signal=signal)


def daemon_stopped(*, clean: bool) -> None:
    """The daemon has left; `clean` is false where something had to be cut off."""
    _log().info("daemon_stopped", clean=clean)


def configuration_reloaded(*, changed: tuple[str, ...]) -> None:
    """A signal had the configuration read again, and it is in effect; `changed` names the keys."""
    _log().info("configuration_reloaded", changed=list(changed))


def configuration_rejected(*, mistakes: tuple[str, ...]) -> None:
    """A signal had the configuration read again, and it is not usable: the old one stays."""
    _log().error("configuration_rejected", mistakes=list(mistakes))


def watchdog_withheld(*, stuck: tuple[str, ...]) -> None:
    """What is named does not move: the service manager is told no sign of life until it does."""
    _log().error("watchdog_withheld", stuck=list(stuck))


def watchdog_resumed() -> None:
    """Everything moves again, and the service manager is told so."""
    _log().info("watchdog_resumed")


def phrases_not_compiled(*, files: tuple[str, ...]) -> None:
    """These files of words have changed since they were compiled: each start is slow."""
    _log().warning("phrases_not_compiled", files=list(files))


def library_warning(*, library: str, severity: str) -> None:
    """A library logged a warning; its words are left out, for they may quote a message."""
    _log().warning("library_warning", library=library, severity=severity)


# leases --------------------------------------------------------------------------------------


def lease_taken(*, mailbox: str, fence: int) -> None:
    """This process reads the mailbox from now on."""
    _log().info("lease_taken", mailbox=mailbox, fence=fence)


def lease_taken_over(*, mailbox: str, fence: int, after: str) -> None:
    """The process `after` gave no sign of life for too long: this one reads its mailbox now."""
    _log().warning("lease_taken_over", mailbox=mailbox, fence=fence, after=after)


def lease_held_elsewhere(*, mailbox: str, holder: str) -> None:
    """Another process reads the mailbox; this one stands by. Told once for each holder."""
    _log().info("lease_held_elsewhere", mailbox=mailbox, holder=holder)


def lease_lost(*, mailbox: str) -> None:
    """Another process has taken the mailbox over; what this one had not committed is dropped."""
    _log().warning("lease_lost", mailbox=mailbox)


# poll, fetch ---------------------------------------------------------------------------------


def lease_handed_over(*, mailbox: str) -> None:
    """This process has not reached the mailbox for some minutes; another one may try."""
    _log().info("lease_handed_over", mailbox=mailbox)


def mailbox_connected(*, mailbox: str, uid_validity: int, messages: int) -> None:
    """Logged in and opened the folder."""
    _log().info("mailbox_connected", mailbox=mailbox, uid_validity=uid_validity, messages=messages)


def mailbox_failed(*, mailbox: str, error: str, temporary: bool, retry_in_s: float) -> None:
    """The mailbox cannot be used; the next try comes after `retry_in_s` seconds."""
    _log().error(
        "mailbox_failed",
        mailbox=mailbox,
        error=error,
        temporary=temporary,
        retry_in_s=round(retry_in_s, 1),
    )


def mailbox_recovered(*, mailbox: str) -> None:
    """The mailbox works again after a failure."""
    _log().info("mailbox_recovered", mailbox=mailbox)


def idle_ended(*, mailbox: str, error: str) -> None:
    """The connection did not hold while it waited for new mail; a pass follows and makes it new.

    No alarm: servers and firewalls end idle connections as they like.
    """
    _log().info("idle_ended", mailbox=mailbox, error=error)


def first_start(*, mailbox: str, backlog: str, skipped_through_uid: int) -> None:
    """The mailbox is read for the first time; `backlog` says where reading begins."""
    _log().info(
        "first_start", mailbox=mailbox, backlog=backlog, skipped_through_uid=skipped_through_uid
    )


def uid_validity_changed(*, mailbox: str, before: int, after: int) -> None:
    """The server has renumbered the folder: it is read anew, known messages are recognised."""
    _log().warning("uid_validity_changed", mailbox=mailbox, before=before, after=after)


def uids_given_out_again(*, mailbox: str, read_through: int, uid_next: int) -> None:
    """UIDs mean other messages under the same UIDVALIDITY: as after a renumbering it is read anew.

    `read_through` is the UID up to which it was read before.
    """
    _log().warning(
        "uids_given_out_again", mailbox=mailbox, read_through=read_through, uid_next=uid_next
    )


def poll_finished(
    *, mailbox: str, trigger: str, seen: int, counts: Mapping[str, int], duration_s: float
) -> None:
    """One pass over a mailbox is done: how many messages were new, and what became of them."""
    level = _log().info if seen else _log().debug
    level(
        "poll_finished",
        mailbox=mailbox,
        trigger=trigger,
        seen=seen,
        duration_s=round(duration_s, 3),
        **{disposition.value: counts.get(disposition.value, 0) for disposition in Disposition},
    )


def batch_fetched(
    *, mailbox: str, messages: int, octets: int, first_uid: int, last_uid: int
) -> None:
    """A batch was read from the server: `messages` of the UIDs from `first_uid` to `last_uid`."""
    _log().info(
        "batch_fetched",
        mailbox=mailbox,
        messages=messages,
        octets=octets,
        first_uid=first_uid,
        last_uid=last_uid,
    )


# parse ... decide ----------------------------------------------------------------------------


def message_set_aside(
    *,
    mailbox: str,
    uid: int,
    error: str,
    attempt: int,
    next_at: datetime | None,
    shadow: bool = False,
) -> None:
    """A message cannot be processed: it stays in the inbox with the review flag.

    `attempt` counts the tries at it; `next_at` is when it is tried again, None for never.
    """
    _log().error(
        "message_set_aside",
        mailbox=mailbox,
        uid=uid,
        error=error,
        attempt=attempt,
        next_at=next_at,
        shadow=shadow or None,
    )


def reading_given_up(*, octets: int, error: str) -> None:
    """A message over the limits could not be read to its end; its beginning is."""
    _log().warning("reading_given_up", octets=octets, error=error)


def message_decided(
    *, mailbox: str, reading: Reading, decision: Decision, shadow: bool = False
) -> None:
    """What was read in a message, and what was decided on it; nothing follows with `shadow`.

    `rules` are those of the classifier, `automatic` the conditions of the screen that say that a
    machine wrote it. Of ordinary and automatic mail neither sender nor digest is told.
    """
    ours = decision.disposition in (Disposition.ACT, Disposition.REVIEW)
    # Every silence has its reason in the log; ordinary mail is nobody's business.
    told = ours or decision.disposition is Disposition.IGNORE or bool(decision.silence)
    log = _log().info if told else _log().debug
    references = [request.reference for request in decision.requests]
    references += [change.reference for change in decision.changes]
    references += decision.repeated
    log(
        "message_decided",
        mailbox=mailbox,
        uid=reading.raw.uid,
        disposition=decision.disposition.value,
        reason=decision.reason,
        silence=decision.silence,
        intents=[intent.value for intent in decision.intents],
        confidence=round(reading.verdict.confidence, 3),
        rules=sorted({evidence.rule for evidence in decision.evidence}),
        automatic=list(reading.screening.automatic),
        proof=reading.proof.value,
        language=reading.message.language,
        # In shadow mode none is made, and who looks for its reference would find nothing.
        requests=[] if shadow else [*dict.fromkeys(references)],
        sender=reading.requester if ours else None,
        digest=reading.message.digest[:16] if ours else None,
        shadow=shadow or None,
    )


def mailbox_in_shadow(*, mailbox: str) -> None:
    """The mailbox is read in shadow mode: what is decided on its messages is only noted."""
    _log().warning("mailbox_in_shadow", mailbox=mailbox)


def would_have_done(*, mailbox: str, reading: Reading, decision: Decision) -> None:
    """In shadow mode: what would have followed from a message, none of which was done.

    `made` are the requests by kind and state, `situations` those that the reply would tell of.
    """
    reply = decision.reply
    _log().info(
        "would_have_done",
        mailbox=mailbox,
        uid=reading.raw.uid,
        folder=decision.filing.value,
        made=[f"{request.kind.value} {request.state.value}" for request in decision.requests],
        situations=list(reply.situations) if reply else [],
        language=reply.language if reply else "",
        recipient=reply.to if reply else None,
    )


def answer_not_taken(
    *, mailbox: str, uid: int, request: str, before: str, after: str, reason: str
) -> None:
    """An answer to our own mail came to a mailbox in shadow mode: the request stays as it is."""
    _log().warning(
        "answer_not_taken",
        mailbox=mailbox,
        uid=uid,
        request=request,
        before=before,
        after=after,
        reason=reason,
    )


# what people decide in their mail client -----------------------------------------------------


def folder_watched(*, mailbox: str, folder: str, skipped_through_uid: int) -> None:
    """From here on, what people drag into `folder` is their decision; not what lies there."""
    _log().info(
        "folder_watched", mailbox=mailbox, folder=folder, skipped_through_uid=skipped_through_uid
    )


def folder_failed(*, mailbox: str, folder: str, error: str) -> None:
    """A folder of ours cannot be looked into; the mailbox is read all the same."""
    _log().error("folder_failed", mailbox=mailbox, folder=folder, error=error)


def folder_recovered(*, mailbox: str, folder: str) -> None:
    """A folder of ours can be looked into again."""
    _log().info("folder_recovered", mailbox=mailbox, folder=folder)


def message_filed_by_staff(
    *, mailbox: str, folder: str, uid: int, requests: Sequence[str]
) -> None:
    """Somebody has dragged a message into `folder`, which decides on it."""
    _log().info(
        "message_filed_by_staff",
        mailbox=mailbox,
        folder=folder,
        uid=uid,
        requests=list(requests),
    )


def message_moved_back(*, mailbox: str, uid: int, requests: Sequence[str]) -> None:
    """Somebody has dragged a message back to the inbox: its cancellations are paused."""
    _log().warning("message_moved_back", mailbox=mailbox, uid=uid, requests=list(requests))


def cancellation_not_stopped(*, mailbox: str, uid: int, request: str) -> None:
    """Somebody takes a cancellation back that was handed over: a person has to stop it there."""
    _log().error("cancellation_not_stopped", mailbox=mailbox, uid=uid, request=request)


def many_moved_back(*, mailbox: str, messages: int) -> None:
    """After so many messages in one pass, others that came back are left alone.

    No person drags so many at once: the mailbox was restored from a copy.
    """
    _log().error("many_moved_back", mailbox=mailbox, messages=messages)


def reviews_ended(*, mailbox: str, uids: Sequence[int], requests: Sequence[str]) -> None:
    """The review of these messages is over, and the flag gone where it was ours."""
    _log().info("reviews_ended", mailbox=mailbox, uids=list(uids), requests=list(requests))


# commit, file --------------------------------------------------------------------------------


def request_recorded(*, request: Request, sender: Address | None) -> None:
    """A new request is in the store; from here on the daemon is responsible for it."""
    _log().info(
        "request_recorded",
        request=request.reference,
        kind=request.kind.value,
        state=request.state.value,
        reason=request.reason,
        proof=request.proof,
        mailbox=request.mailbox,
        received_at=request.received_at,
        due_at=request.due_at,
        sender=sender,
    )


def request_changed(*, request: str, before: str, after: str, reason: str) -> None:
    """A request went from one state to another."""
    _log().info("request_changed", request=request, before=before, after=after, reason=reason)


def batch_committed(*, mailbox: str, messages: int, uid: int) -> None:
    """A batch is in the store, and everything up to `uid` with it."""
    _log().info("batch_committed", mailbox=mailbox, messages=messages, uid=uid)


def messages_filed(
    *, mailbox: str, folder: str, uids: Sequence[int], requests: Sequence[str]
) -> None:
    """The server has moved messages to `folder`, or flagged them for "review" where they are."""
    _log().info(
        "messages_filed", mailbox=mailbox, folder=folder, uids=list(uids), requests=list(requests)
    )


def filing_failed(*, mailbox: str, folder: str, error: str) -> None:
    """Messages cannot be moved or flagged; they wait where they are, and it is tried again."""
    _log().error("filing_failed", mailbox=mailbox, folder=folder, error=error)


def copies_filed(*, mailbox: str, messages: int) -> None:
    """Copies of replies were put into the Sent folder."""
    _log().debug("copies_filed", mailbox=mailbox, messages=messages)


def copies_failed(*, mailbox: str, error: str) -> None:
    """Copies of replies could not be put into the Sent folder; tried again at the next poll."""
    _log().warning("copies_failed", mailbox=mailbox, error=error)


# reply ---------------------------------------------------------------------------------------


# A reply's Message-ID stays out of the log: it holds the secret that confirms a cancellation.


def reply_queued(*, requests: tuple[str, ...], recipient: Address) -> None:
    """A reply is in the outbox."""
    _log().info("reply_queued", requests=list(requests), recipient=recipient)


def reply_sent(
    *,
    requests: tuple[str, ...],
    attempt: int,
    response: str,
    recipient: Address,
    perhaps_twice: bool,
) -> None:
    """The server has accepted a reply: it is responsible for it now.

    `perhaps_twice` says that it may have accepted the same one before.
    """
    _log().info(
        "reply_sent",
        requests=list(requests),
        attempt=attempt,
        response=response,
        recipient=recipient,
        perhaps_twice=perhaps_twice,
    )


def reply_put_off(
    *, requests: tuple[str, ...], attempt: int, error: str, next_at: datetime
) -> None:
    """A reply could not be delivered yet; it is tried again at `next_at`."""
    _log().warning(
        "reply_put_off", requests=list(requests), attempt=attempt, error=error, next_at=next_at
    )


def reply_failed(*, requests: tuple[str, ...], attempt: int, error: str) -> None:
    """A reply was given up; a question that nobody got goes to review."""
    _log().error("reply_failed", requests=list(requests), attempt=attempt, error=error)


def reply_outcome_unknown(
    *, requests: tuple[str, ...], attempt: int, error: str, again: bool
) -> None:
    """The connection was lost after the final dot: the reply may have been delivered."""
    _log().warning(
        "reply_outcome_unknown", requests=list(requests), attempt=attempt, error=error, again=again
    )


def replies_held(*, waiting_s: float, cap_per_hour: int) -> None:
    """The hourly cap is reached: replies wait, none is dropped."""
    _log().warning("replies_held", waiting_s=round(waiting_s, 1), cap_per_hour=cap_per_hour)


def replies_near_cap(*, sent: int, cap_per_hour: int) -> None:
    """Half of the hourly cap is used; told once an hour."""
    _log().warning("replies_near_cap", sent=sent, cap_per_hour=cap_per_hour)


def courier_failed(*, error: str) -> None:
    """The submission server is down or lets nobody in; replies wait for it."""
    _log().error("courier_failed", error=error)


def courier_recovered() -> None:
    """The submission server is back after a failure: all that waits goes now."""
    _log().info("courier_recovered")


def courier_misconfigured(*, setting: str, error: str) -> None:
    """The submission server refuses us, not a recipient: replies wait until that is mended."""
    _log().error("courier_misconfigured", setting=setting, error=error)


def outbox_recovered(*, unknown: int) -> None:
    """So many replies were in delivery when a process ended; each is sent once more."""
    _log().warning("outbox_recovered", unknown=unknown)


def questions_expired(*, requests: tuple[str, ...]) -> None:
    """Questions were not answered in time; their cancellations went to review."""
    _log().warning("questions_expired", requests=list(requests))


def questions_reminded(*, requests: tuple[str, ...]) -> None:
    """Customers who have not answered were asked once more; it is the only time."""
    _log().info("questions_reminded", requests=list(requests))


# deadlines -----------------------------------------------------------------------------------


def deadline_near(*, request: Request, percent: int) -> None:
    """So much of a request's time is over, and it is not done."""
    _log().warning(
        "deadline_near",
        request=request.reference,
        kind=request.kind.value,
        state=request.state.value,
        percent=percent,
        due_at=request.due_at,
    )


def deadline_missed(*, request: Request, by_customer: bool) -> None:
    """A request is late; `by_customer` says that it is the customer who has not answered."""
    level = _log().warning if by_customer else _log().error
    level(
        "deadline_missed",
        request=request.reference,
        kind=request.kind.value,
        state=request.state.value,
        due_at=request.due_at,
    )


# the store -----------------------------------------------------------------------------------


def store_failed(*, error: str, retry_in_s: float, cure: str = "") -> None:
    """The store cannot be used; nothing is read until it can."""
    _log().error("store_failed", error=error, cure=cure, retry_in_s=round(retry_in_s, 1))


def store_recovered(*, after_s: float) -> None:
    """It can be used again, by each part that could not."""
    _log().info("store_recovered", after_s=round(after_s, 1))


def retention_done(
    *,
    reply_bytes: int,
    evidence: int,
    ordinary: int,
    requests: int,
    replies: int,
    processes: int,
    duration_s: float,
) -> None:
    """What had outlived its time is gone: so many rows of each, or what they held."""
    _log().info(
        "retention_done",
        reply_bytes=reply_bytes,
        evidence=evidence,
        ordinary=ordinary,
        requests=requests,
        replies=replies,
        processes=processes,
        duration_s=round(duration_s, 3),
    )


def unexpected_error(*, where: str, error: str, trace: tuple[str, ...]) -> None:
    """A mistake in the program: the part that failed is tried again at its next turn.

    `trace` holds file, line and function of the calls, without any values.
    """
    _log().error("unexpected_error", where=where, error=error, trace=list(trace))
