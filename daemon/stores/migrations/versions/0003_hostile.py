"""What the caps on our own mail count by.

A step stays as it was released: it uses nothing of schema.py, which moves on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    _threads_and_inboxes()


def downgrade() -> None:
    raise NotImplementedError("what was counted since would be lost")


def _threads_and_inboxes() -> None:
    op.add_column("outbox", _later_text("thread"))
    op.add_column("outbox", _later_text("recipient_inbox"))
    # Each mail begins a thread, and each address is an inbox: the caps of the day go on.
    op.execute("UPDATE outbox SET thread = secret_hash, recipient_inbox = recipient_key")
    op.create_index("ix_outbox_thread", "outbox", ["thread"])
    op.create_index("ix_outbox_inbox", "outbox", ["recipient_inbox", "queued_at"])


def _later_text(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.String, nullable=False, server_default="")
