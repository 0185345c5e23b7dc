"""The first tables.

A step stays as it was released: it uses nothing of schema.py, which moves on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: None = None
depends_on: None = None

_MOMENT = sa.DateTime(timezone=True)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, primary_key=True)


def _number_key(name: str, kind: type[sa.Integer]) -> sa.Column[int]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def _row() -> sa.Column[int]:
    return sa.Column("row", sa.Integer, primary_key=True, autoincrement=True)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def _moments(*names: str, optional: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, _MOMENT, nullable=optional) for name in names]


def _lists(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.JSON, nullable=False) for name in names]


def upgrade() -> None:
    _message()
    _request()
    op.create_table(
        "suppression",
        _key("address_key"),
        _key("list_name"),
        *_texts("address_written"),
        *_moments("since"),
        *_texts("reference"),
    )
    _outbox()
    op.create_table(
        "event",
        _number_key("sequence", sa.Integer),
        *_moments("at"),
        *_texts("what", "reference"),
        *_lists("detail"),
        *_texts("hash"),
    )
    op.create_index("ix_event_reference", "event", ["reference"])
    op.create_table(
        "mailbox_mark",
        _key("mailbox"),
        sa.Column("uid_validity", sa.BigInteger, nullable=False),
        sa.Column("uid", sa.BigInteger, nullable=False),
        *_moments("started_at"),
        sa.Column("backlog_uid", sa.BigInteger, nullable=False),
    )
    op.create_table("meta", _key("name"), *_texts("value"))


def downgrade() -> None:
    raise NotImplementedError("before the first tables there was no store")


def _message() -> None:
    op.create_table(
        "message",
        _key("mailbox"),
        _number_key("uid_validity", sa.BigInteger),
        _number_key("uid", sa.BigInteger),
        *_texts("digest"),
        *_moments("received_at", "decided_at"),
        *_texts("disposition", "reason"),
        *_lists("intents", "evidence"),
        *_texts("filing"),
        *_moments("filed_at", optional=True),
        *_lists("requests"),
        *_texts("error"),
    )
    op.create_index("ix_message_digest", "message", ["digest"])
    _partial(
        "ix_message_unfiled", "message", ["mailbox", "uid_validity", "uid"], "filed_at IS NULL"
    )


def _request() -> None:
    op.create_table(
        "request",
        _row(),
        *_texts("reference", "kind", "state", "address_key", "address_written"),
        *_texts("channel", "mailbox"),
        *_moments("received_at", "due_at"),
        *_texts("language", "proof", "reason", "origin_digest", "wanted_end"),
        *_moments("updated_at"),
        sa.UniqueConstraint("reference"),
    )
    op.create_index("ix_request_address", "request", ["address_key", "kind"])
    op.create_index("ix_request_due", "request", ["state", "due_at"])
    _partial(
        "ux_request_origin",
        "request",
        ["origin_digest", "kind", "address_key"],
        "origin_digest != ''",
        unique=True,
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        _row(),
        *_texts("idempotency_key", "message_id", "recipient_written", "recipient_key"),
        *_texts("envelope_from"),
        sa.Column("raw", sa.LargeBinary, nullable=True),
        *_lists("requests"),
        *_texts("secret_hash", "mailbox", "state"),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("unknowns", sa.Integer, nullable=False),
        *_moments("next_at", "queued_at"),
        *_moments("sent_at", optional=True),
        *_texts("response", "error"),
        *_moments("copied_at", optional=True),
        sa.UniqueConstraint("idempotency_key"),
    )
    op.create_index("ix_outbox_due", "outbox", ["state", "next_at"])
    op.create_index("ix_outbox_recipient", "outbox", ["recipient_key", "queued_at"])
    op.create_index("ix_outbox_sent", "outbox", ["sent_at"])
    op.create_index("ix_outbox_secret", "outbox", ["secret_hash"])
    op.create_index("ix_outbox_copies", "outbox", ["mailbox", "state", "copied_at"])
    _partial("ix_outbox_bytes", "outbox", ["queued_at"], "raw IS NOT NULL")


def _partial(
    name: str, table: str, columns: list[str], where: str, *, unique: bool = False
) -> None:
    op.create_index(
        name,
        table,
        columns,
        unique=unique,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
