"""Since when the messages of a place cannot be fetched.

A step stays as it was released: it uses nothing of schema.py, which moves on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    # Of a failure before this it is not known: it begins with the next one.
    since = sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True)
    op.add_column("in_hand", since)


def downgrade() -> None:
    raise NotImplementedError("a message would be set aside too soon")
