"""Doing one thing to many messages, though the server refuses it for some of them.

What is refused together is tried in halves, down to the one that is to blame. That one waits by
itself from then on and is tried again seldom, so that it keeps no other back. Where the server
takes none at all, the fault is no single message's (a quota, a right): all are tried together at
each turn, with one command.

A server that hangs up instead says nothing: after some losses they are tried one by one, and the
one at which it hangs up then waits likewise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from daemon.errors import OptoutdError, PermanentFailure, TemporaryFailure, is_refused

# When what was refused alone is tried again, and when all that is refused is looked at in halves
# once more: it may have become the fault of one of them.
TRIED_AGAIN_AFTER = (timedelta(hours=1), timedelta(hours=4), timedelta(hours=24))
# So many refusals in a row are enough for one turn. Those that are left are tried at the next.
MOST_IN_VAIN = 20

Work = Callable[[Sequence[int]], None]


@dataclass(slots=True)
class Tried:
    """What came of one turn.

    `done` says that the server took something; `together` is its refusal of everything, and
    `alone` are its refusals of single messages, while it took others.
    """

    done: bool = False
    together: OptoutdError | None = None
    alone: dict[int, OptoutdError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Held:
    times: int
    until: datetime


@dataclass(slots=True)
class Refusals:
    """What a server refuses of one thing, such as moving messages to one folder."""

    _held: dict[int, _Held] = field(default_factory=dict)
    _in_vain: set[int] = field(default_factory=set)  # while it takes none: those looked at
    _looked_at: datetime | None = None
    lost_at: int = 0  # in the last turn: the message at which the connection broke, tried alone

    @property
    def holds_any(self) -> bool:
        """Whether single messages wait because they were refused."""
        return bool(self._held)

    def do(self, uids: Sequence[int], work: Work, *, now: datetime, singly: bool = False) -> Tried:
        """Has `work` done to the messages, which are all that there is to do, as far as it goes.

        With `singly` one by one, to find at which the server hangs up. Raises what `work` raises,
        but for refusals.
        """
        self.lost_at = 0
        self._held = {uid: held for uid, held in self._held.items() if uid in set(uids)}
        tried = Tried()
        due = [uid for uid, held in self._held.items() if held.until <= now]
        if fresh := [uid for uid in uids if uid not in self._held]:
            (self._do_singly if singly else self._do_fresh)(fresh, work, now, tried)
        self._do_held(due[:MOST_IN_VAIN], work, now, tried)
        return tried

    def hold(self, uid: int, now: datetime) -> None:
        """Has one wait by itself, the longer the more often it was held."""
        times = self._held[uid].times + 1 if uid in self._held else 0
        wait = TRIED_AGAIN_AFTER[min(times, len(TRIED_AGAIN_AFTER) - 1)]
        self._held[uid] = _Held(times, now + wait)

    def _do_fresh(self, fresh: list[int], work: Work, now: datetime, tried: Tried) -> None:
        refusal = _refusal_of(work, fresh)
        if refusal is None:
            self._takes_some(tried)
            return
        is_old = self._looked_at is None or now - self._looked_at >= TRIED_AGAIN_AFTER[0]
        known = set[int]() if is_old else self._in_vain.intersection(fresh)
        refused: dict[int, OptoutdError] = {}
        if len(fresh) == 1:
            refused = {fresh[0]: refusal}
        elif new := [uid for uid in fresh if uid not in known]:
            if known:
                tried.done |= _in_halves([new], work, refused)
            else:
                tried.done |= _in_halves(_halves(fresh), work, refused)
            if tried.done and known:
                # It is not the server that takes none: what was taken for that is looked at.
                _in_halves([sorted(known)], work, refused)
        if tried.done:
            self._takes_some(tried)
            for uid in refused:
                self.hold(uid, now)
            tried.alone |= refused
            return
        tried.together = refusal
        if is_old:
            self._looked_at = now
        self._in_vain = set(fresh)

    def _do_singly(self, fresh: list[int], work: Work, now: datetime, tried: Tried) -> None:
        refused: dict[int, OptoutdError] = {}
        for uid in fresh:
            refusal = self._refusal_of_one(uid, work, now)
            if refusal is None:
                self._takes_some(tried)
            else:
                refused[uid] = refusal
                if len(refused) == MOST_IN_VAIN:
                    break
        if tried.done:
            for uid in refused:
                self.hold(uid, now)
            tried.alone |= refused
        else:
            tried.together = next(iter(refused.values()), None)

    def _do_held(self, due: Sequence[int], work: Work, now: datetime, tried: Tried) -> None:
        for uid in due:
            refusal = self._refusal_of_one(uid, work, now)
            if refusal is None:
                del self._held[uid]
            else:
                self.hold(uid, now)
                tried.alone[uid] = refusal

    def _refusal_of_one(self, uid: int, work: Work, now: datetime) -> OptoutdError | None:
        try:
            return _refusal_of(work, [uid])
        except TemporaryFailure as error:
            if error.part != "store":
                self.hold(uid, now)
                self.lost_at = uid
            raise

    def _takes_some(self, tried: Tried) -> None:
        tried.done = True
        self._in_vain.clear()
        self._looked_at = None


def _in_halves(parts: list[list[int]], work: Work, refused: dict[int, OptoutdError]) -> bool:
    """Whether the server took something; `refused` is told what it refused alone.

    The newest first: what has been refused before must not stand in their way.
    """
    done, in_vain = False, 0
    while parts and in_vain < MOST_IN_VAIN:
        some = parts.pop()
        refusal = _refusal_of(work, some)
        if refusal is None:
            done, in_vain = True, 0
            continue
        in_vain += 1
        if len(some) == 1:
            refused[some[0]] = refusal
        else:
            parts += _halves(some)
    return done


def _halves(uids: list[int]) -> list[list[int]]:
    middle = len(uids) // 2
    return [uids[:middle], uids[middle:]]


def _refusal_of(work: Work, uids: Sequence[int]) -> OptoutdError | None:
    try:
        work(uids)
    except (PermanentFailure, TemporaryFailure) as error:
        if not is_refused(error):
            raise
        return error
    return None
