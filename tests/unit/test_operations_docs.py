"""docs/operations.md has a line for every alarm, and names no command that does not exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.unit.test_command_docs import commands

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
EVENTS = (ROOT / "daemon" / "events.py").read_text(encoding="utf-8")

_ALARMS = {"warning", "error"}


def alarms() -> set[str]:
    """The events that are, or can be, logged as a warning or an error."""
    found = set()
    for function in ast.parse(EVENTS).body:
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_"):
            calls = [node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)]
            texts = [node.value for node in ast.walk(function) if isinstance(node, ast.Constant)]
            if _ALARMS & {*calls, *(text for text in texts if isinstance(text, str))}:
                found.add(function.name)
    return found - {"configure"}


def test_each_alarm_has_its_line_and_no_line_is_about_another_event() -> None:
    assert len(alarms()) > 20
    assert set(re.findall(r"^\| `([a-z_]+)` \|", PAGE, re.MULTILINE)) == alarms()


def test_each_command_that_the_page_names_exists() -> None:
    known = {name for name, _ in commands()}
    groups = {name.split()[0] for name in known}
    named = re.findall(r"`(?:optoutd )?([a-z]+) ([a-z-]+)[^`]*`", PAGE)
    assert len(named) > 10
    for first, second in named:
        if first in groups:
            assert f"{first} {second}" in known or first in known
