"""What people decide in their mail client."""

from __future__ import annotations

from collections.abc import Sequence

from daemon.events.log import logger


def folder_watched(*, mailbox: str, folder: str, skipped_through_uid: int) -> None:
    """From here on, what people drag into `folder` is their decision; not what lies there."""
    logger().info(
        "folder_watched", mailbox=mailbox, folder=folder, skipped_through_uid=skipped_through_uid
    )


def folder_failed(*, mailbox: str, folder: str, error: str) -> None:
    """A folder of ours cannot be looked into; the mailbox is read all the same."""
    logger().error("folder_failed", mailbox=mailbox, folder=folder, error=error)


def folder_recovered(*, mailbox: str, folder: str) -> None:
    """A folder of ours can be looked into again."""
    logger().info("folder_recovered", mailbox=mailbox, folder=folder)


def message_filed_by_staff(
    *, mailbox: str, folder: str, uid: int, requests: Sequence[str]
) -> None:
    """Somebody has dragged a message into `folder`, which decides on it."""
    logger().info(
        "message_filed_by_staff",
        mailbox=mailbox,
        folder=folder,
        uid=uid,
        requests=list(requests),
    )


def message_moved_back(*, mailbox: str, uid: int, requests: Sequence[str]) -> None:
    """Somebody has dragged a message back to the inbox: its cancellations are paused."""
    logger().warning("message_moved_back", mailbox=mailbox, uid=uid, requests=list(requests))


def cancellation_not_stopped(*, mailbox: str, uid: int, request: str) -> None:
    """A cancellation is disputed, or taken back by a drag, that was handed over: stop it there."""
    logger().error("cancellation_not_stopped", mailbox=mailbox, uid=uid, request=request)


def many_moved_back(*, mailbox: str, messages: int) -> None:
    """After so many messages in one pass, others that came back are left alone.

    No person drags so many at once: the mailbox was restored from a copy.
    """
    logger().error("many_moved_back", mailbox=mailbox, messages=messages)


def reviews_ended(*, mailbox: str, uids: Sequence[int], requests: Sequence[str]) -> None:
    """The review of these messages is over, and the flag gone where it was ours."""
    logger().info("reviews_ended", mailbox=mailbox, uids=list(uids), requests=list(requests))
