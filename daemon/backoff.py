"""When a mailbox that fails is tried again. Pure: `jitter`, from 0 to 1, is an argument.

A mailbox is to be read again within two poll intervals of its server's return. So no pause is
longer than five quarters of one, but for that after a refused login.
"""

from __future__ import annotations

from daemon.errors import LoginRefused, PermanentFailure, TemporaryFailure, Unreachable

FIRST_S = 1.0
# IDLE has made the mailbox quicker than its polls: where they are hours apart, hours are too long.
LONGEST_S = 300.0
# Servers lock accounts, and firewalls addresses, for a few refused logins in ten minutes.
LONGEST_REFUSAL_S = 600.0
_MOST_DOUBLINGS = 10


def pause_s(
    failure: TemporaryFailure | PermanentFailure,
    times: int,
    *,
    poll_seconds: float,
    jitter: float,
) -> float:
    """The seconds to wait after a failure, the `times`-th of its kind in a row.

    A server that lets nobody in, and a store, are tried again after a second, two, four and so on.
    Whatever else fails is tried as often as the mailbox is polled: by how often one message fails,
    it is known for one that the server cannot give. A refused login comes ever more seldom.
    """
    doubled = 2.0 ** min(times - 1, _MOST_DOUBLINGS)
    if isinstance(failure, LoginRefused):
        longest_s = min(LONGEST_REFUSAL_S, 2 * poll_seconds * doubled)
    elif isinstance(failure, Unreachable) or failure.part == "store":
        longest_s = min(LONGEST_S, poll_seconds, FIRST_S * doubled)
    else:
        longest_s = min(LONGEST_S, poll_seconds)
    return longest_s * (0.75 + jitter / 2)
