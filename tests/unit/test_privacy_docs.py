"""docs/privacy.md names all that may be about a person, and its commands work as they stand."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from daemon.cli.all_commands import app
from daemon.stores.schema import metadata
from daemon.stores.sqlite import SqliteStore
from tests.contract.store_values import NOW, entry, mail, record, request, suppression
from tests.unit.configs import GOOD, written

PAGE = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text(encoding="utf-8")
PERSON, REFERENCE = "anna@example.org", "O-7K3M2Q"

# Columns that say nothing about a customer. One that comes new has to be told on the page, or
# added here with reason.
ABOUT_NOBODY = {
    "message": {
        "mailbox", "uid_validity", "uid", "decided_at", "disposition", "reason", "intents",
        "filing", "filed_at", "shadow", "flagged", "silence", "resolved_at",
        "attempts", "retry_at", "by_itself",
    },
    "request": {"row", "alarmed_percent"},
    "outbox": {
        "row", "envelope_from", "mailbox", "state", "attempts", "unknowns", "next_at",
        "copied_at", "taken_by", "taken_at", "retried_at", "asks",
    },
    "announcement": {
        "row", "state", "attempts", "next_at", "taken_by", "taken_at", "retried_at",
    },
    "event": {"sequence", "at", "what", "hash"},
    "ticket": {"taken_at"},
    "meta": {"name"},
    "token_key": {"number", "made_at"},
    # Machines and mailboxes of the company itself.
    **{
        name: {column.name for column in metadata.tables[name].columns}
        for name in (
            "mailbox_mark", "lease", "process", "mailbox_status", "in_hand", "receiver"
        )
    },
}  # fmt: skip


def columns() -> set[str]:
    """Every column that may be about a person."""
    return {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if column.name not in ABOUT_NOBODY.get(table.name, set())
    }


def commands() -> list[str]:
    return list(dict.fromkeys(re.findall(r"`optoutd ([^`]+)`", PAGE)))


def test_the_page_names_each_column_that_may_be_about_a_person_and_no_other() -> None:
    tables = "|".join(metadata.tables)
    assert set(re.findall(rf"`((?:{tables})\.\w+)`", PAGE)) == columns()


def test_every_row_of_what_is_held_names_a_command_that_shows_it() -> None:
    section = PAGE.split("## What is held")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| **")]
    assert len(rows) >= 9
    assert [row for row in rows if "`optoutd " not in row.split("|")[5]] == []


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a company to which Anna has written, and which has answered her."""
    path = tmp_path_factory.mktemp("filled") / "optoutd.db"
    store = SqliteStore(path, access="own", now=NOW)
    hers = {"address_key": PERSON, "address_written": "Anna@example.org"}
    made = request(REFERENCE, **hers)
    record(
        store,
        entry(
            1,
            mail(1, REFERENCE, to="Anna@example.org"),
            requests=(made,),
            suppress=(suppression(REFERENCE, **hers),),
        ),
    )
    for queued in store.take_due(1, now=NOW):
        store.sent({queued.row: "250 OK"}, now=NOW)
    store.close()
    return path


@pytest.fixture
def config(filled: Path, tmp_path: Path) -> Path:
    shutil.copy(filled, tmp_path)
    return written(tmp_path, GOOD)


@pytest.mark.parametrize("command", commands())
def test_each_command_of_the_page_can_be_typed_as_it_stands(command: str, config: Path) -> None:
    words = command.split()
    if words in (["suppressed"], ["forget"], ["access"], ["check"]):
        return  # named, not shown; `check` needs servers, and has its own tests
    done = CliRunner().invoke(app, ["--config", str(config), *words])
    assert done.exit_code == 0, done.output
    assert done.output.strip()
