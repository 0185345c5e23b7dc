"""An index by which the tickets are found that have outlived their time.

A step stays as it was released: it uses nothing of schema.py, which moves on.
"""

from __future__ import annotations

from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.create_index("ix_ticket_taken", "ticket", ["taken_at"])


def downgrade() -> None:
    op.drop_index("ix_ticket_taken", "ticket")
