"""Other systems that are told of requests: no address, and nothing of what they answer."""

from __future__ import annotations

from datetime import datetime

from daemon.events.log import logger


def announcement_told(*, receiver: str, request: str, change: str, attempt: int) -> None:
    """A receiver knows of a change of a request: "cancellation.confirmed"."""
    logger().info(
        "announcement_told", receiver=receiver, request=request, change=change, attempt=attempt
    )


def announcement_skipped(*, receiver: str, request: str, change: str, note: str) -> None:
    """There was nothing to tell any more."""
    logger().info(
        "announcement_skipped", receiver=receiver, request=request, change=change, note=note
    )


def announcement_needs_person(*, receiver: str, request: str, change: str, note: str) -> None:
    """A receiver could not be told by a program: a person has to do it there by hand."""
    logger().error(
        "announcement_needs_person", receiver=receiver, request=request, change=change, note=note
    )


def announcement_put_off(
    *, receiver: str, request: str, change: str, attempt: int, error: str, next_at: datetime
) -> None:
    """A receiver has not taken it yet; it is tried again at `next_at`."""
    logger().warning(
        "announcement_put_off",
        receiver=receiver,
        request=request,
        change=change,
        attempt=attempt,
        error=error,
        next_at=next_at,
    )


def announcement_failed(
    *, receiver: str, request: str, change: str, attempt: int, error: str
) -> None:
    """A receiver refuses it, or has not taken it for two weeks: it is given up."""
    logger().error(
        "announcement_failed",
        receiver=receiver,
        request=request,
        change=change,
        attempt=attempt,
        error=error,
    )


def announcements_recovered(*, again: int) -> None:
    """So many were on their way when a process ended; each goes out again, with its id."""
    logger().warning("announcements_recovered", again=again)


def receiver_failed(*, receiver: str, setting: str, error: str, cure: str) -> None:
    """A receiver takes nothing: what it is to be told waits for it. Told once while it lasts."""
    logger().error("receiver_failed", receiver=receiver, setting=setting, error=error, cure=cure)


def receiver_recovered(*, receiver: str, after_s: float) -> None:
    """It takes what it is told again; what waits goes now."""
    logger().info("receiver_recovered", receiver=receiver, after_s=round(after_s, 1))


def receiver_gone(*, receiver: str, error: str) -> None:
    """A receiver says that it wants nothing any more (410): what it was to be told is kept."""
    logger().error("receiver_gone", receiver=receiver, error=error)
