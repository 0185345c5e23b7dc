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
    # In a table the first cell explains; a column that another one's meaning mentions is not.
    explaining = re.sub(r"^(\| [^|]+ \|).*", r"\1", section, flags=re.MULTILINE)
    unsaid = columns - words_in_code(explaining)
    assert unsaid <= {"row", "sequence", "at", "what", "reference", "detail"} & columns


def test_each_event_of_the_audit_is_named() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(SOURCES.glob("*.py")))
    told = set(
        re.findall(r"""(?:what=|about_each\(|_tell\(connection, row, )\s*"(\w+)\"""", source)
    )
    assert len(told) >= 11
    assert told <= words_in_code(DOCS)


def test_each_thing_that_people_do_with_the_data_is_named() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in SOURCES.parent.rglob("*.py"))
    told = set(re.findall(r"""witness\(\s*"(\w+)\"""", source))
    assert {"data_exported", "data_disclosed", "backup", "retention"} <= told
    assert told <= words_in_code(DOCS)
