"""Deadlines, and the store."""

from __future__ import annotations

from daemon.events.log import logger
from handlers.values import Request

# deadlines -------------------------------------------------------------------------------------


def deadline_near(*, request: Request, percent: int) -> None:
    """So much of a request's time is over, and it is not done."""
    logger().warning(
        "deadline_near",
        request=request.reference,
        kind=request.kind.value,
        state=request.state.value,
        percent=percent,
        due_at=request.due_at,
    )


def deadline_missed(*, request: Request, by_customer: bool) -> None:
    """A request is late; `by_customer` says that it is the customer who has not answered."""
    level = logger().warning if by_customer else logger().error
    level(
        "deadline_missed",
        request=request.reference,
        kind=request.kind.value,
        state=request.state.value,
        due_at=request.due_at,
    )


# the store -------------------------------------------------------------------------------------


def store_failed(*, error: str, retry_in_s: float, cure: str = "") -> None:
    """The store cannot be used; nothing is read until it can."""
    logger().error("store_failed", error=error, cure=cure, retry_in_s=round(retry_in_s, 1))


def store_recovered(*, after_s: float) -> None:
    """It can be used again, by each part that could not."""
    logger().info("store_recovered", after_s=round(after_s, 1))


def retention_done(  # noqa: PLR0913 - a number for each kind
    *,
    reply_bytes: int,
    evidence: int,
    ordinary: int,
    requests: int,
    tickets: int,
    replies: int,
    announcements: int,
    processes: int,
    duration_s: float,
) -> None:
    """What had outlived its time is gone: so many rows of each, or what they held."""
    logger().info(
        "retention_done",
        reply_bytes=reply_bytes,
        evidence=evidence,
        ordinary=ordinary,
        requests=requests,
        tickets=tickets,
        replies=replies,
        announcements=announcements,
        processes=processes,
        duration_s=round(duration_s, 3),
    )
