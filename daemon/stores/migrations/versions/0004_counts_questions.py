"""Failed fetches and ended processes are counted apart; a mail says whether it asks, since when.

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
    # A mail's five days begin anew when staff have it tried again.
    op.add_column("outbox", sa.Column("retried_at", _MOMENT, nullable=True))
    # Every mail carries a secret, also one that asks nothing.
    asks = sa.Column("asks", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("outbox", asks)
    # A question leaves with the mailbox's own address, so that its bounce is seen, and all other
    # mail with none, unless one is set: there each mail counts as a question, as it did before.
    op.execute(sa.text("UPDATE outbox SET asks = (envelope_from <> '')"))


def downgrade() -> None:
    raise NotImplementedError("it would be forgotten at what processes have ended")
