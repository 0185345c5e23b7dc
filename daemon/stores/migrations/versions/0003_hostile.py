"""What hostile mail needs: messages that were set aside are tried again, and none ends us twice.

A step stays as it was released: it uses nothing of schema.py, which moves on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: None = None
depends_on: None = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _retries()
    _in_hand()
    _threads_and_inboxes()


def downgrade() -> None:
    raise NotImplementedError("it would be forgotten what was tried how often")


def _retries() -> None:
    attempts = sa.Column("attempts", sa.Integer, nullable=False, server_default="0")
    op.add_column("message", attempts)
    op.add_column("message", sa.Column("retry_at", _MOMENT, nullable=True))
    waits = sa.text("retry_at IS NOT NULL")
    op.create_index(
        "ix_message_retry",
        "message",
        ["mailbox", "retry_at"],
        sqlite_where=waits,
        postgresql_where=waits,
    )
    # What was set aside by an older version may well be readable for this one: it is tried again,
    # at once, unless people have dealt with it.
    op.execute("UPDATE message SET attempts = 1 WHERE error <> ''")
    op.execute(
        "UPDATE message SET retry_at = decided_at WHERE error <> '' "
        "AND disposition = 'review' AND resolved_at IS NULL"
    )


def _in_hand() -> None:
    op.create_table(
        "in_hand",
        sa.Column("mailbox", sa.String, primary_key=True),
        sa.Column("process", sa.String, nullable=False),
        sa.Column("uid_validity", sa.BigInteger, nullable=False),
        sa.Column("uid", sa.BigInteger, nullable=False),
        sa.Column("failed_uid", sa.BigInteger, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
    )


def _threads_and_inboxes() -> None:
    op.add_column("outbox", _later_text("thread"))
    op.add_column("outbox", _later_text("recipient_inbox"))
    # Each mail begins a thread, and each address is an inbox: the caps of the day go on.
    op.execute("UPDATE outbox SET thread = secret_hash, recipient_inbox = recipient_key")
    op.create_index("ix_outbox_thread", "outbox", ["thread"])
    op.create_index("ix_outbox_inbox", "outbox", ["recipient_inbox", "queued_at"])


def _later_text(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.String, nullable=False, server_default="")
