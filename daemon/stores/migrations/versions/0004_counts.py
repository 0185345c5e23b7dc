"""Failed fetches and ended processes have counts of their own; a mail's five days may begin anew.

A step stays as it was released: it uses nothing of schema.py, which moves on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: None = None
depends_on: None = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    # The one count that there was says nothing of processes that ended: that count begins anew.
    ended_uid = sa.Column("ended_uid", sa.BigInteger, nullable=False, server_default="0")
    op.add_column("in_hand", ended_uid)
    op.add_column("in_hand", sa.Column("ends", sa.Integer, nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("retried_at", _MOMENT, nullable=True))


def downgrade() -> None:
    raise NotImplementedError("it would be forgotten at what processes have ended")
