"""The fake store's leases, and what the stores of several processes share."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from math import inf

from daemon.errors import LeaseLost
from daemon.ports import Lease
from tests.contract.fake_batch import FakeLease, Tables

_GIVEN_UP = -1


@dataclass(slots=True)
class World:
    """What the stores of several processes share; `now_s` is the clock that leases go by."""

    tables: Tables = field(default_factory=Tables)
    lock: threading.RLock = field(default_factory=threading.RLock)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    now_s: float = 0.0


class FakeLeases:
    """The part of the fake that is about who reads what."""

    lease_s: float | None
    process: str
    _world: World

    def pass_time(self, seconds: float) -> None:
        """Moves on the clock that leases go by."""
        self._world.now_s += seconds

    def take_lease(self, mailbox: str) -> Lease:
        with self._used("take_lease") as tables:
            if self.lease_s is None:
                return self._lease(mailbox, FakeLease(holder=self.process, fence=0, until_s=inf))
            now_s = self._world.now_s
            held = tables.leases.get(mailbox) or FakeLease(holder="", fence=0, until_s=0)
            if held.holder not in ("", self.process) and held.until_s > now_s:
                return self._lease(mailbox, held)
            taken = FakeLease(
                holder=self.process, fence=held.fence + 1, until_s=now_s + self.lease_s
            )
            tables.leases[mailbox] = taken
            self._fences[mailbox] = taken.fence
            after = "" if held.holder == self.process else held.holder
            return self._lease(mailbox, taken, after=after)

    def renew_leases(self) -> list[str]:
        with self._used("renew_leases") as tables:
            if self.lease_s is None:
                return []
            until_s = self._world.now_s + self.lease_s
            tables.alive[self.process] = until_s
            lost = []
            for mailbox, fence in sorted(self._fences.items()):
                if fence == _GIVEN_UP:
                    continue
                if self._is_held(mailbox, fence):
                    tables.leases[mailbox] = replace(tables.leases[mailbox], until_s=until_s)
                else:
                    lost.append(mailbox)
                    self._fences[mailbox] = _GIVEN_UP
            return lost

    def release_lease(self, mailbox: str) -> None:
        with self._used("release_lease"):
            self._give_back(mailbox)

    # What the store itself uses

    def _begin_process(self) -> None:
        self.process = f"process-{next(self._world.numbers)}"
        self._fences: dict[str, int] = {}

    def _end_process(self) -> None:
        for mailbox in list(self._fences):
            self._give_back(mailbox)
        self._world.tables.alive.pop(self.process, None)

    def _alive(self) -> set[str]:
        now_s = self._world.now_s
        alive = self._world.tables.alive.items()
        return {self.process, *(name for name, until_s in alive if until_s > now_s)}

    def _fence(self, mailbox: str) -> None:
        mailbox = mailbox.partition(":")[0]
        fence = self._fences.get(mailbox)
        if fence is not None and not self._is_held(mailbox, fence):
            raise LeaseLost(mailbox)

    def _used(self, method: str) -> AbstractContextManager[Tables]:
        raise NotImplementedError

    def _lease(self, mailbox: str, held: FakeLease, after: str = "") -> Lease:
        return Lease(
            mailbox=mailbox,
            holder=held.holder,
            is_ours=held.holder == self.process,
            fence=held.fence,
            left_s=held.until_s - self._world.now_s,
            after=after,
        )

    def _is_held(self, mailbox: str, fence: int) -> bool:
        held = self._world.tables.leases.get(mailbox)
        return held is not None and (held.holder, held.fence) == (self.process, fence)

    def _give_back(self, mailbox: str) -> None:
        fence = self._fences.get(mailbox)
        if fence is None:
            return
        if self._is_held(mailbox, fence):
            self._world.tables.leases[mailbox] = FakeLease(holder="", fence=fence, until_s=0)
        self._fences[mailbox] = _GIVEN_UP
