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


def answers_about(
    mailbox: Mailbox, uids: Sequence[int], ask: Callable[[Sequence[int]], Iterable[T]]
) -> tuple[list[T], set[int]]:
    """What `ask` gives for these messages, and the UIDs of those that do not come.

    They are asked for together, and one by one where that fails. Raises TemporaryFailure where
    the server is away, and what it refused with where it refuses all of several: that passes.
    """
    try:
        return list(ask(uids)), set()
    except (TemporaryFailure, PermanentFailure):
        mailbox.reopen()  # the server may have hung up; if it is away, the pass ends
    found: list[T] = []
    missing: set[int] = set()
    for uid in uids:
        try:
            found += ask([uid])
        except (TemporaryFailure, PermanentFailure) as error:
            missing.add(uid)
            are_all = len(missing) == min(len(uids), _MOST_REFUSED) > 1
            if are_all and not found and is_refused(error):
                raise
            mailbox.reopen()
    return found, missing
