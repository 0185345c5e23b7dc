"""The transactions that the parts of a store are written in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection
from contextlib import AbstractContextManager

from sqlalchemy.engine import Connection


class Transactions(ABC):
    """What decides on what it has read is `_writing`.

    What only notes something about rows that are this process's own is `_noting`, and need not
    wait for those who decide, where the database can do several things at once.
    """

    process: str

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Connection]:
        """A transaction that reads."""

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Connection]:
        """A transaction that keeps other writers out."""

    @abstractmethod
    def _noting(self) -> AbstractContextManager[Connection]:
        """A transaction about rows of this process's own."""

    @abstractmethod
    def _refuse_if_closed(self) -> None:
        """Raises TemporaryFailure once the store is closed."""

    @abstractmethod
    def _fence(self, connection: Connection, mailbox: str) -> None:
        """Raises LeaseLost where another process has taken `mailbox` from this one.

        Last in a transaction: until its end the lease stays as it is.
        """

    @abstractmethod
    def _alive(self, connection: Connection) -> Collection[str]:
        """The names of the processes that are at work with the store."""
