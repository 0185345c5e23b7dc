"""docs/store.md names every table, every column and every event of the audit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import daemon.stores
from daemon.stores.schema import metadata

DOCS = (Path(__file__).parents[2] / "docs" / "store.md").read_text(encoding="utf-8")
SOURCES = Path(daemon.stores.__file__).parent


def words_in_code(text: str) -> set[str]:
    return set(re.findall(r"`([a-z_]+)`", text))


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_each_column_is_explained(table: str) -> None:
    # Of these the page gives the meaning of the whole.
    if table in ("mailbox_mark", "meta"):
        assert table in words_in_code(DOCS)
        return
    (section,) = re.findall(rf"^### [^\n]*`{table}`.*?(?=^##)", DOCS, re.MULTILINE | re.DOTALL)
    columns = {column.name for column in metadata.tables[table].columns}
    unsaid = columns - words_in_code(section)
    assert unsaid <= {"row", "sequence", "at", "what", "reference", "detail"} & columns


def test_each_event_of_the_audit_is_named() -> None:
    source = "".join(
        (SOURCES / name).read_text(encoding="utf-8")
        for name in ("audit.py", "recording.py", "outbox_rows.py")
    )
    told = set(re.findall(r"""(?:what=|about_each\(|_tell\(connection, row, )"(\w+)\"""", source))
    assert len(told) == 9
    assert told <= words_in_code(DOCS)
