"""The process itself, and what it holds of a store that several share."""

from __future__ import annotations

from daemon.events.log import logger

# The process -----------------------------------------------------------------------------------


def daemon_started(*, version: str, mailboxes: tuple[str, ...], pid: int) -> None:
    """The daemon is up; its schedule begins."""
    logger().info("daemon_started", version=version, mailboxes=mailboxes, pid=pid)


def daemon_stopping(*, signal: str) -> None:
    """A signal asks the daemon to stop; the batch in hand is finished."""
    logger().info("daemon_stopping", signal=signal)


def daemon_stopped(*, clean: bool, left: tuple[str, ...] = ()) -> None:
    """The daemon has left; `clean` is false where something had to be cut off.

    `left` is what that was: `mailbox NAME`, `outbox`, or `store` where that was waited for.
    """
    logger().info("daemon_stopped", clean=clean, left=list(left))


def configuration_reloaded(*, changed: tuple[str, ...]) -> None:
    """A signal had the configuration read again, and it is in effect; `changed` names the keys."""
    logger().info("configuration_reloaded", changed=list(changed))


def configuration_rejected(*, mistakes: tuple[str, ...]) -> None:
    """A signal had the configuration read again, and it is not usable: the old one stays."""
    logger().error("configuration_rejected", mistakes=list(mistakes))


def watchdog_withheld(*, stuck: tuple[str, ...]) -> None:
    """What is named does not move: the service manager is told no sign of life until it does."""
    logger().error("watchdog_withheld", stuck=list(stuck))


def watchdog_resumed() -> None:
    """Everything moves again, and the service manager is told so."""
    logger().info("watchdog_resumed")


def phrases_not_compiled(*, files: tuple[str, ...]) -> None:
    """These files of words have changed since they were compiled: each start is slow."""
    logger().warning("phrases_not_compiled", files=list(files))


def reader_lost(*, messages: int, error: str) -> None:
    """A process that reads for the daemon has ended or hangs; `error` says how.

    Its `messages` are read by the daemon, and another process takes its place.
    """
    logger().warning("reader_lost", messages=messages, error=error)


def unexpected_error(*, where: str, error: str, trace: tuple[str, ...]) -> None:
    """A mistake in the program: the part that failed is tried again at its next turn.

    `trace` holds file, line and function of the calls, without any values.
    """
    logger().error("unexpected_error", where=where, error=error, trace=list(trace))


# leases ----------------------------------------------------------------------------------------


def lease_taken(*, mailbox: str, fence: int) -> None:
    """This process reads the mailbox from now on."""
    logger().info("lease_taken", mailbox=mailbox, fence=fence)


def lease_taken_over(*, mailbox: str, fence: int, after: str) -> None:
    """The process `after` gave no sign of life for too long: this one reads its mailbox now."""
    logger().warning("lease_taken_over", mailbox=mailbox, fence=fence, after=after)


def lease_held_elsewhere(*, mailbox: str, holder: str) -> None:
    """Another process reads the mailbox; this one stands by. Told once for each holder."""
    logger().info("lease_held_elsewhere", mailbox=mailbox, holder=holder)


def lease_lost(*, mailbox: str) -> None:
    """Another process has taken the mailbox over; what this one had not committed is dropped."""
    logger().warning("lease_lost", mailbox=mailbox)


def lease_handed_over(*, mailbox: str) -> None:
    """This process has not reached the mailbox for some minutes; another one may try."""
    logger().info("lease_handed_over", mailbox=mailbox)
