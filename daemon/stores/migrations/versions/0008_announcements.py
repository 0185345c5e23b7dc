"""Other systems that are told of requests, and what each of them is to be told.

A step stays as it was released: it uses nothing of schema.py, which moves on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: None = None
depends_on: None = None


def _moment(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=optional)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False)


def upgrade() -> None:
    op.create_table(
        "receiver",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("events", sa.JSON, nullable=False),
        _text("target"),
        sa.Column("is_active", sa.Boolean, nullable=False),
        _moment("since"),
        _moment("told_at", optional=True),
        _moment("failing_since", optional=True),
        _text("error"),
        _moment("gone_at", optional=True),
    )
    op.create_table(
        "announcement",
        sa.Column("row", sa.Integer, primary_key=True, autoincrement=True),
        _text("message_id"),
        _text("receiver"),
        _text("reference"),
        _text("before"),
        _text("after"),
        _text("reason"),
        sa.Column("lists", sa.JSON, nullable=False),
        _moment("changed_at"),
        _text("state"),
        sa.Column("attempts", sa.Integer, nullable=False),
        _moment("next_at"),
        _text("taken_by"),
        _moment("taken_at", optional=True),
        _moment("retried_at", optional=True),
        _moment("ended_at", optional=True),
        _text("note"),
        sqlite_autoincrement=True,
    )
    for name, columns in (
        ("due", ["receiver", "state", "next_at"]),
        ("reference", ["reference", "receiver", "row"]),
        ("state", ["state", "row"]),
        ("changed", ["changed_at"]),
    ):
        op.create_index(f"ix_announcement_{name}", "announcement", columns)


def downgrade() -> None:
    raise NotImplementedError("what is to be told would be lost")
