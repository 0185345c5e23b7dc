"""What is told of the web service: no token, no address, no path."""

from __future__ import annotations

from daemon.events.log import logger


def web_started(*, version: str, listens: tuple[str, ...], pid: int) -> None:
    """The web service takes calls."""
    logger().info("web_started", version=version, listens=list(listens), pid=pid)


def web_stopped() -> None:
    """The web service has left."""
    logger().info("web_stopped")


def list_left(*, request: str, list_name: str) -> None:
    """A newsletter's link took its reader off a list, or off all ("*")."""
    logger().info("list_left", request=request, list_name=list_name)


def list_joined_again(*, requests: tuple[str, ...]) -> None:
    """The reader took back what the link had done."""
    logger().info("list_joined_again", requests=list(requests))


def link_refused(*, why: str) -> None:
    """A link was not taken: we have not made its token ("not-ours"), or it comes "too-often"."""
    logger().info("link_refused", why=why)


def call_refused(*, why: str) -> None:
    """A program's call was not taken.

    "not-known": no token or signature of ours; "too-often"; "not-json"; "not-understood": what
    is wrong was answered; "conflict": what is known speaks against it.
    """
    logger().warning("call_refused", why=why)


def ticket_taken(*, request: str, outcome: str) -> None:
    """The control panel has handed in a cancellation: "made", "confirmed", "repeated", "known"."""
    logger().info("ticket_taken", request=request, outcome=outcome)
