"""A mail says whether it asks: every one carries a secret, also one that asks nothing.

A step stays as it was released: it uses nothing of schema.py, which moves on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    asks = sa.Column("asks", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("outbox", asks)
    # A question leaves with the mailbox's own address, so that its bounce is seen, and all other
    # mail with none, unless one is set: there each mail counts as a question, as it did before.
    op.execute(sa.text("UPDATE outbox SET asks = (envelope_from <> '')"))


def downgrade() -> None:
    raise NotImplementedError("it would be forgotten what the customers were asked")
