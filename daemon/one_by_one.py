"""Answers about messages, though the server cannot give that about one of them.

Dovecot hangs up where it cannot read a message, so that one would cost the answers about all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from daemon.errors import PermanentFailure, TemporaryFailure, is_refused
from daemon.ports import Mailbox

T = TypeVar("T")

# Where so many are refused and none is answered, all are.
_MOST_REFUSED = 50
# And where at so many the connection is lost, which may cost a timeout and a login each, the
# others are not asked for either.
MOST_LOST = 5


def answers_about(
    mailbox: Mailbox,
    uids: Sequence[int],
    ask: Callable[[Sequence[int]], Iterable[T]],
    *,
    go_on: Callable[[], None],
) -> tuple[list[T], set[int]]:
    """What `ask` gives for these messages, and the UIDs of those that do not come.

    They are asked for together, and one by one where that fails; `go_on` is called before each.
    Raises TemporaryFailure where the server is away, what it refused with where it refuses all of
    several, which passes, and what `go_on` raises.
    """
    try:
        return list(ask(uids)), set()
    except (TemporaryFailure, PermanentFailure):
        mailbox.reopen()  # the server may have hung up; if it is away, the pass ends
    found: list[T] = []
    missing: set[int] = set()
    losses = 0
    for uid in uids:
        if losses == MOST_LOST and not found:
            return [], set(uids)
        go_on()
        try:
            found += ask([uid])
        except (TemporaryFailure, PermanentFailure) as error:
            missing.add(uid)
            are_all = len(missing) == min(len(uids), _MOST_REFUSED) > 1
            if are_all and not found and is_refused(error):
                raise
            losses += not is_refused(error)
            mailbox.reopen()
    return found, missing
