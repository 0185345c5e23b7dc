"""Whether all really moves that reads and tells: only then is the service manager's watchdog fed.

A server that is down, a login that is refused and a full disk are no reason to be killed: the work
ends with a failure, and is tried again by the clock. A thread that never comes back is one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from daemon import events
from daemon.notify import notify

# A mailbox is to be polled every `poll_seconds`; so many of them may be missed, and a while more.
_POLLS_MISSED = 3
_GRACE_S = 120.0
# The outbox looks at its store every ten seconds, a receiver's lane every five, and they wait for
# a busy one for half a minute.
_LONGEST_ROUND_S = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchPulse:
    """How long ago a mailbox moved; all times by the monotonic clock, in seconds.

    `in_hand` says that a pass is going on, and `moved_at_s` when it last got on or, between two
    passes, when the last one ended. `retry_at_s` is the end of a back-off.
    """

    name: str
    poll_seconds: float
    longest_step_s: float
    in_hand: bool
    moved_at_s: float
    retry_at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxPulse:
    """How long ago the outbox moved: its last round, and since when a mail is with the courier."""

    round_at_s: float
    oldest_delivery_s: float | None
    longest_delivery_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LanePulse:
    """How long ago the way to a receiver moved: its last round, and since when it is called."""

    name: str
    round_at_s: float
    oldest_call_s: float | None
    longest_call_s: float


def stuck(
    now_s: float,
    watches: Sequence[WatchPulse],
    outbox: OutboxPulse,
    lanes: Sequence[LanePulse] = (),
) -> list[str]:
    """What does not move: `mailbox NAME`, `outbox`, `delivery`, `receiver NAME`.

    Empty where all is well.
    """
    found = [f"mailbox {pulse.name}" for pulse in watches if _is_stuck(now_s, pulse)]
    if now_s - outbox.round_at_s > _LONGEST_ROUND_S:
        found.append("outbox")
    if _is_late(now_s, outbox.oldest_delivery_s, outbox.longest_delivery_s):
        found.append("delivery")
    for lane in lanes:
        hangs = now_s - lane.round_at_s > _LONGEST_ROUND_S
        if hangs or _is_late(now_s, lane.oldest_call_s, lane.longest_call_s):
            found.append(f"receiver {lane.name}")
    return found


def longest_step_s(*, timeout_s: float, batch_messages: int) -> float:
    """Longer than a batch may take of a server that answers each time just within `timeout_s`."""
    return 300.0 + 10 * timeout_s + 2.0 * batch_messages


def longest_delivery_s(*, timeout_s: float) -> float:
    """Longer than the courier takes for one mail, each of its steps up to `timeout_s`.

    For its answer to the final dot a server has twenty times as long.
    """
    return 60.0 + 38 * timeout_s


async def feed(interval_s: float, look: Callable[[], list[str]]) -> None:
    """Tells the service manager that we are alive, until cancelled, while `look` finds nothing.

    Twice as often as it wants to hear it. What is stuck is an alarm, once.
    """
    told: list[str] = []
    while True:
        found = look()
        if found and found != told:
            events.watchdog_withheld(stuck=tuple(found))
        elif told and not found:
            events.watchdog_resumed()
        told = found
        if not found:
            notify("WATCHDOG=1")
        await asyncio.sleep(interval_s / 2)


def _is_late(now_s: float, oldest_s: float | None, longest_s: float) -> bool:
    return oldest_s is not None and now_s - oldest_s > longest_s


def _is_stuck(now_s: float, pulse: WatchPulse) -> bool:
    if pulse.in_hand:
        return now_s - pulse.moved_at_s > pulse.longest_step_s
    due_s = max(pulse.moved_at_s, pulse.retry_at_s) + pulse.poll_seconds
    return now_s > due_s + _POLLS_MISSED * pulse.poll_seconds + _GRACE_S
