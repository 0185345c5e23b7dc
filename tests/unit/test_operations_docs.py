"""docs/operations.md has a line for every alarm, and names no command that does not exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.unit.test_command_docs import commands

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
INSTALL = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
LOG_EVENTS = (ROOT / "docs" / "log-events.md").read_text(encoding="utf-8")
EVENTS = [
    node
    for path in sorted((ROOT / "daemon" / "events").glob("*.py"))
    for node in ast.parse(path.read_text(encoding="utf-8")).body
]

_ALARMS = {"warning", "error"}
# A row's cells: event, meaning, by itself, what to do, over when.
_CELLS = 5


def alarms() -> set[str]:
    """The events that are, or can be, logged as a warning or an error."""
    return {
        function.name
        for function in EVENTS
        if isinstance(function, ast.FunctionDef) and _ALARMS & levels(function)
    }


def levels(function: ast.FunctionDef) -> set[str]:
    """The levels of the log that a function takes, by the methods of `logger()` that it names."""
    return {
        node.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "logger"
    }


def rows() -> dict[str, list[str]]:
    """The rows of the page's table, by their event."""
    lines = re.findall(r"^\| `[a-z_]+` \|.*$", PAGE, re.MULTILINE)
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return {row[0].strip("`"): row for row in cells}


def named_commands() -> Iterator[tuple[str, set[str]]]:
    """The commands of the page with their options, from its words in code and its examples."""
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    prose = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
    spans = re.findall(r"`([^`\n]+(?:\n[^`\n]+)?)`", prose)
    for text in [*lines, *spans]:
        found = re.match(r"(?:runuser -u optoutd -- )?optoutd(?:-as-service)? ([a-z].*)", text)
        if found:
            words = found[1].split()
            yield " ".join(words[:2]), {word for word in words if word.startswith("--")}


def test_each_alarm_has_its_line_and_no_line_is_about_another_event() -> None:
    assert len(alarms()) > 20
    assert set(rows()) == alarms()


def test_each_line_says_all_of_it() -> None:
    for name, cells in rows().items():
        assert len(cells) == _CELLS, name
        assert all(cells), name


def test_the_page_of_the_log_calls_the_same_events_alarms() -> None:
    told = re.findall(r"^\| `([a-z_]+)` \| ([^|]+) \|", LOG_EVENTS, re.MULTILINE)
    assert {name for name, level in told if re.search("warning|error", level)} == alarms()


def test_each_command_that_the_page_names_exists_with_its_options() -> None:
    known = dict(commands())
    named = list(named_commands())
    assert len(named) > 30
    for words, options in named:
        name = words if words in known else words.split()[0]
        assert name in known, f"there is no command {words}"
        assert options <= known[name], name


def test_the_service_is_stood_in_for_as_the_installation_does_it() -> None:
    def properties(page: str) -> list[str]:
        return re.findall(r"--property=\S+", page)

    assert properties(PAGE) == properties(INSTALL)
