"""poll, fetch, parse, screen, classify and decide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from daemon.events.log import logger
from handlers.reading import Reading
from handlers.values import Decision, Disposition

# poll, fetch -----------------------------------------------------------------------------------


def mailbox_connected(*, mailbox: str, uid_validity: int, messages: int) -> None:
    """Logged in and opened the folder."""
    logger().info(
        "mailbox_connected", mailbox=mailbox, uid_validity=uid_validity, messages=messages
    )


def mailbox_failed(*, mailbox: str, error: str, temporary: bool, retry_in_s: float) -> None:
    """The mailbox cannot be used; the next try comes after `retry_in_s` seconds."""
    logger().error(
        "mailbox_failed",
        mailbox=mailbox,
        error=error,
        temporary=temporary,
        retry_in_s=round(retry_in_s, 1),
    )


def mailbox_recovered(*, mailbox: str) -> None:
    """The mailbox works again after a failure."""
    logger().info("mailbox_recovered", mailbox=mailbox)


def server_alert(*, mailbox: str, text: str) -> None:
    """The mail server wants a person to read this (RFC 3501 section 7.1); once a text and hour."""
    logger().warning("server_alert", mailbox=mailbox, text=text)


def idle_ended(*, mailbox: str, error: str) -> None:
    """The connection did not hold while it waited for new mail; a pass follows and makes it new.

    No alarm: servers and firewalls end idle connections as they like.
    """
    logger().info("idle_ended", mailbox=mailbox, error=error)


def first_start(*, mailbox: str, backlog: str, skipped_through_uid: int) -> None:
    """The mailbox is read for the first time; `backlog` says where reading begins."""
    logger().info(
        "first_start", mailbox=mailbox, backlog=backlog, skipped_through_uid=skipped_through_uid
    )


def uid_validity_changed(*, mailbox: str, before: int, after: int) -> None:
    """The server has renumbered the folder: it is read anew, known messages are recognised."""
    logger().warning("uid_validity_changed", mailbox=mailbox, before=before, after=after)


def uids_given_out_again(*, mailbox: str, read_through: int, uid_next: int) -> None:
    """UIDs mean other messages under the same UIDVALIDITY: as after a renumbering it is read anew.

    `read_through` is the UID up to which it was read before.
    """
    logger().warning(
        "uids_given_out_again", mailbox=mailbox, read_through=read_through, uid_next=uid_next
    )


def poll_finished(
    *, mailbox: str, trigger: str, seen: int, counts: Mapping[str, int], duration_s: float
) -> None:
    """One pass over a mailbox is done: how many messages were new, and what became of them."""
    level = logger().info if seen else logger().debug
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
    logger().info(
        "batch_fetched",
        mailbox=mailbox,
        messages=messages,
        octets=octets,
        first_uid=first_uid,
        last_uid=last_uid,
    )


# parse ... decide ------------------------------------------------------------------------------


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
    logger().error(
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
    logger().warning("reading_given_up", octets=octets, error=error)


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
    log = logger().info if told else logger().debug
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
    logger().warning("mailbox_in_shadow", mailbox=mailbox)


def would_have_done(*, mailbox: str, reading: Reading, decision: Decision) -> None:
    """In shadow mode: what would have followed from a message, none of which was done.

    `made` are the requests by kind and state, `situations` those that the reply would tell of.
    """
    reply = decision.reply
    logger().info(
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
    logger().warning(
        "answer_not_taken",
        mailbox=mailbox,
        uid=uid,
        request=request,
        before=before,
        after=after,
        reason=reason,
    )
