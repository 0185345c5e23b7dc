"""commit and file."""

from __future__ import annotations

from collections.abc import Sequence

from daemon.events.log import logger
from handlers.address import Address
from handlers.values import Request


def request_recorded(*, request: Request, sender: Address | None) -> None:
    """A new request is in the store; from here on the daemon is responsible for it."""
    logger().info(
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
    logger().info("request_changed", request=request, before=before, after=after, reason=reason)


def batch_committed(*, mailbox: str, messages: int, uid: int) -> None:
    """A batch is in the store, and everything up to `uid` with it."""
    logger().info("batch_committed", mailbox=mailbox, messages=messages, uid=uid)


def messages_filed(
    *, mailbox: str, folder: str, uids: Sequence[int], requests: Sequence[str]
) -> None:
    """The server has moved messages to `folder`, or flagged them for "review" where they are."""
    logger().info(
        "messages_filed", mailbox=mailbox, folder=folder, uids=list(uids), requests=list(requests)
    )


def filing_failed(*, mailbox: str, folder: str, error: str, uids: Sequence[int] = ()) -> None:
    """Messages cannot be moved or flagged; they wait where they are, and it is tried again.

    `uids` are named where it is these alone, while others are filed.
    """
    logger().error("filing_failed", mailbox=mailbox, folder=folder, error=error, uids=list(uids))


def filing_recovered(*, mailbox: str, folder: str) -> None:
    """What could not be filed there can be again."""
    logger().info("filing_recovered", mailbox=mailbox, folder=folder)


def copies_filed(*, mailbox: str, messages: int) -> None:
    """Copies of replies were put into the Sent folder."""
    logger().debug("copies_filed", mailbox=mailbox, messages=messages)


def copies_failed(*, mailbox: str, error: str) -> None:
    """Copies of replies could not be put into the Sent folder; tried again at the next poll."""
    logger().warning("copies_failed", mailbox=mailbox, error=error)


def copies_recovered(*, mailbox: str) -> None:
    """Copies of replies can be put into the Sent folder again."""
    logger().info("copies_recovered", mailbox=mailbox)
