"""Address keys in one form: of an accented letter, as one character (Unicode's NFC).

Keys are made so since 0010; what was written before in another form would be found no more, and a
newsletter would go to who had opted out. Both forms of one address become one row.

A step stays as it was released: it uses nothing of schema.py, which moves on.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: None = None
depends_on: None = None

_OCTETS = {
    "sqlite": "length(CAST({0} AS BLOB))",
    "postgresql": "octet_length({0})",
}
_KEYS = (
    ("request", "address_key"),
    ("suppression", "address_key"),
    ("outbox", "recipient_key"),
    ("outbox", "recipient_inbox"),
)
# One message makes one request of a kind for an address, and an address leaves a list once.
_TWO_OF_ONE_MESSAGE = sa.text(
    "UPDATE request SET origin_digest = '' WHERE address_key = :old AND EXISTS"
    " (SELECT 1 FROM request AS other WHERE other.address_key = :new"
    " AND other.kind = request.kind AND other.origin_digest = request.origin_digest)"
)
_TWO_OF_ONE_LIST = sa.text(
    "DELETE FROM suppression WHERE address_key = :old AND EXISTS"
    " (SELECT 1 FROM suppression AS other WHERE other.address_key = :new"
    " AND other.list_name = suppression.list_name)"
)


def upgrade() -> None:
    connection = op.get_bind()
    for table, column in _KEYS:
        for old, new in _in_other_forms(connection, table, column):
            if table == "request":
                connection.execute(_TWO_OF_ONE_MESSAGE, {"old": old, "new": new})
            if table == "suppression":
                connection.execute(_TWO_OF_ONE_LIST, {"old": old, "new": new})
            statement = f"UPDATE {table} SET {column} = :new WHERE {column} = :old"  # noqa: S608 - names of ours
            connection.execute(sa.text(statement), {"old": old, "new": new})


def downgrade() -> None:
    """Nothing: what is in one form may be."""


def _in_other_forms(
    connection: sa.Connection, table: str, column: str
) -> Iterator[tuple[str, str]]:
    octets = _OCTETS[connection.dialect.name].format(column)
    keys = connection.scalars(
        sa.text(f"SELECT DISTINCT {column} FROM {table} WHERE {octets} <> length({column})")  # noqa: S608 - names of ours
    ).all()
    for old in sorted(keys):
        new = unicodedata.normalize("NFC", old)
        if new != old:
            yield old, new
