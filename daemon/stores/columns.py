"""What the columns of schema.py are made of: their types, and the limits of what they hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

# The server's words on a mail, and why a message was set aside.
MAX_ERROR_CHARS = 500
# `Evidence.words` promises this; the store keeps the promise whoever breaks it.
MAX_EVIDENCE_CHARS = 200
# What staff may write about a request; handlers/staff.py refuses more.
MAX_NOTE_CHARS = 2_000


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC whatever the database keeps.

    Raises ValueError for a naive datetime (SQLAlchemy makes a StatementError of it): its zone
    could only be guessed.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: sa.Dialect,  # noqa: ARG002 - the library's signature
    ) -> datetime | None:
        """The moment in UTC, as SQLite compares them as text."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the store")
        return value.astimezone(UTC)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: sa.Dialect,  # noqa: ARG002 - the library's signature
    ) -> datetime | None:
        """The moment as an aware datetime; SQLite gives it back without its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from outside, made storable: no NUL, no lone surrogate, at most `limit` characters."""

    impl = sa.String
    cache_ok = True

    def __init__(self, limit: int = MAX_ERROR_CHARS) -> None:
        super().__init__()
        self.limit = limit

    def process_bind_param(
        self,
        value: str | None,
        dialect: sa.Dialect,  # noqa: ARG002 - the library's signature
    ) -> str | None:
        """The text as every database takes it."""
        return None if value is None else storable(value, self.limit)


def storable(text: str, limit: int) -> str:
    """`text` without what a database refuses, cut at `limit` characters."""
    return text[:limit].encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def text(name: str, **options: Any) -> sa.Column[str]:
    """Text that is never null."""
    return sa.Column(name, sa.String, nullable=False, **options)


def number(name: str) -> sa.Column[int]:
    """A number that is never null."""
    return sa.Column(name, sa.Integer, nullable=False)


# Columns that came later have a default in the database, for the rows that were there before.
def later_words(name: str) -> sa.Column[str]:
    """Text from outside, '' in the rows from before."""
    return sa.Column(name, Words(), nullable=False, server_default="")


def later_key(name: str) -> sa.Column[str]:
    """Text of ours, '' in the rows from before."""
    return text(name, server_default="")


def later_number(name: str) -> sa.Column[int]:
    """A number, 0 in the rows from before."""
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def later_switch(name: str) -> sa.Column[bool]:
    """A yes or no, no in the rows from before."""
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def moment(name: str, *, optional: bool = False) -> sa.Column[datetime]:
    """A moment, null only where it is `optional`."""
    return sa.Column(name, UtcDateTime, nullable=optional)
