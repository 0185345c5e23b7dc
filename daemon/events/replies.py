"""reply: the outbox, and the questions in it."""

from __future__ import annotations

from datetime import datetime

from daemon.events.log import logger
from handlers.address import Address

# A reply's Message-ID stays out of the log: it holds the secret that confirms a cancellation.


def reply_queued(*, requests: tuple[str, ...], recipient: Address) -> None:
    """A reply is in the outbox."""
    logger().info("reply_queued", requests=list(requests), recipient=recipient)


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
    logger().info(
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
    logger().warning(
        "reply_put_off", requests=list(requests), attempt=attempt, error=error, next_at=next_at
    )


def reply_failed(*, requests: tuple[str, ...], attempt: int, error: str) -> None:
    """A reply was given up; a question that nobody got goes to review."""
    logger().error("reply_failed", requests=list(requests), attempt=attempt, error=error)


def reply_outcome_unknown(
    *, requests: tuple[str, ...], attempt: int, error: str, again: bool
) -> None:
    """The connection was lost after the final dot: the reply may have been delivered."""
    logger().warning(
        "reply_outcome_unknown", requests=list(requests), attempt=attempt, error=error, again=again
    )


def replies_held(*, waiting_s: float, cap_per_hour: int) -> None:
    """The hourly cap is reached: replies wait, none is dropped."""
    logger().warning("replies_held", waiting_s=round(waiting_s, 1), cap_per_hour=cap_per_hour)


def replies_near_cap(*, sent: int, cap_per_hour: int) -> None:
    """Half of the hourly cap is used; told once an hour."""
    logger().warning("replies_near_cap", sent=sent, cap_per_hour=cap_per_hour)


def courier_failed(*, error: str) -> None:
    """The submission server is down or lets nobody in; replies wait for it."""
    logger().error("courier_failed", error=error)


def courier_recovered(*, setting: str = "") -> None:
    """A trouble with the submission server is over: what waits for it goes now.

    `setting` is that of the `courier_misconfigured` before; of a `courier_failed` there is none.
    """
    logger().info("courier_recovered", setting=setting)


def courier_misconfigured(*, setting: str, error: str) -> None:
    """The submission server refuses us, not a recipient: replies wait until that is mended."""
    logger().error("courier_misconfigured", setting=setting, error=error)


def outbox_recovered(*, unknown: int) -> None:
    """So many replies were in delivery when a process ended; each is sent once more."""
    logger().warning("outbox_recovered", unknown=unknown)


def questions_expired(*, requests: tuple[str, ...]) -> None:
    """Questions were not answered in time; their cancellations went to review."""
    logger().warning("questions_expired", requests=list(requests))


def questions_reminded(*, requests: tuple[str, ...]) -> None:
    """Customers who have not answered were asked once more; it is the only time."""
    logger().info("questions_reminded", requests=list(requests))
