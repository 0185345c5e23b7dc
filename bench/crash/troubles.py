"""What else fails while a daemon lives: servers restart, refuse, hang up, or are away."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bench.crash.world import World
from tests.servers.smtp import DROP

_STORE_AWAY_S = 2.5
RENUMBERED = "inbox renumbered"
# After these nobody can tell whether a drag has been done.
IMAP_ENDS = frozenset({"imap restarts", RENUMBERED})
TROUBLES = (
    "none",
    "imap restarts",
    RENUMBERED,
    "smtp restarts",
    "4xx storm",
    "cut in a fetch",
    "dropped at the dot",
    "store away",
)


class Trouble:
    """One of them, from `begin` to `end`.

    `store` is the file of a store in SQLite, and `user` whose inbox may be renumbered.
    """

    def __init__(
        self, name: str, here: World, store: Path, user: str, dice: random.Random
    ) -> None:
        self._name, self._here, self._store, self._dice = name, here, store, dice
        self._user = user
        self._timer: threading.Timer | None = None

    def begin(self) -> None:
        """Has it fail, some of it in a moment."""
        trouble, smtp, dice = self._name, self._here.smtp, self._dice
        if trouble == "4xx storm":
            for stage in ("mail", "rcpt", "data", "dot"):
                smtp.answer(stage, "451 4.3.0 try again later", times=dice.randint(1, 4))
        elif trouble == "dropped at the dot":
            smtp.answer("dot", DROP, times=dice.randint(1, 2), keep=dice.random() < 0.5)
        elif trouble == "cut in a fetch":
            self._here.wire.cut_after = dice.randint(500, 20_000)
        elif trouble == "imap restarts":
            self._later(self._here.dovecot.restart)
        elif trouble == RENUMBERED:
            self._later(lambda: self._here.dovecot.renumber(self._user))
        elif trouble == "smtp restarts":
            self._later(self._restart_smtp)
        elif trouble == "store away":
            self._later(self._lock_store if self._here.postgres is None else self._restart_store)

    def _later(self, act: Callable[[], None]) -> None:
        self._timer = threading.Timer(self._dice.uniform(0.5, 2.0), act)
        self._timer.start()

    def _restart_smtp(self) -> None:
        self._here.smtp.stop()
        time.sleep(0.2)
        self._here.smtp.start()

    def _lock_store(self) -> None:
        """Somebody else holds the file of the store, longer than it is waited for."""
        if self._store.exists():
            with closing(sqlite3.connect(self._store, timeout=30, isolation_level=None)) as other:
                other.execute("BEGIN EXCLUSIVE")
                time.sleep(_STORE_AWAY_S)

    def _restart_store(self) -> None:
        assert self._here.postgres is not None
        self._here.postgres.kill()
        time.sleep(_STORE_AWAY_S)
        self._here.postgres.start()

    def end(self) -> None:
        """All is whole again."""
        if self._timer is not None:
            self._timer.join()
        self._here.smtp.behave()
        self._here.wire.cut_after = None
