"""The store as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Protocol

from daemon.ports.announcements import AnnouncementStore
from daemon.ports.data import DataStore
from daemon.ports.figures import FiguresStore
from daemon.ports.ledger import LedgerStore
from daemon.ports.outbox import OutboxStore
from daemon.ports.requests import RequestStore
from daemon.ports.standing import StandingStore

# What a process wants of the store. "own": to read mailboxes and deliver replies, which with
# SQLite one process does at a time; "write": to record what staff decide, beside the owner;
# "read": to look.
Access = Literal["own", "write", "read"]


class Store(
    LedgerStore,
    RequestStore,
    OutboxStore,
    AnnouncementStore,
    StandingStore,
    FiguresStore,
    DataStore,
    Protocol,
):
    """The ledger, requests, suppressions, outbox and announcements. Safe to use from threads.

    `process` is the name by which other processes know this one. `lease_s` is how long a lease
    lasts where several processes may own the store; None where one does, so that each lease is
    granted and none runs out.
    """

    process: str
    lease_s: float | None

    def log_key(self) -> bytes:
        """The key for hashing addresses in the log: 32 bytes, made with the store."""
        ...

    def token_keys(self) -> Mapping[int, bytes]:
        """The keys of the tokens in List-Unsubscribe fields, by number; none before the first."""
        ...

    def token_key(self, *, now: datetime) -> tuple[int, bytes]:
        """The number and the key to make tokens with: the newest, made if there is none."""
        ...

    def new_token_key(self, *, now: datetime) -> tuple[int, bytes]:
        """Makes one more key, with which tokens are made from now on; those before stay.

        Raises PermanentFailure at the 256th, for which a token has no number.
        """
        ...

    def token_key_dates(self) -> Mapping[int, datetime]:
        """When each of the keys was made, by number, the oldest first."""
        ...

    def check(self) -> list[str]:
        """Tries to write; notes for `optoutd check`, a line each."""
        ...

    def counts(self) -> Mapping[str, int]:
        """Rows by table and state, for `check` and the end of a poll."""
        ...

    def close(self) -> None:
        """Lets go of the connection and of the lock."""
        ...
