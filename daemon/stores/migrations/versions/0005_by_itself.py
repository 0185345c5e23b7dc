"""A message on review may wait by itself, whatever becomes of the requests that it concerns.

A step stays as it was released: it uses nothing of schema.py, which moves on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    by_itself = sa.Column("by_itself", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("message", by_itself)


def downgrade() -> None:
    raise NotImplementedError("it would be forgotten what still waits for a person")
