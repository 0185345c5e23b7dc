"""docs/log-events.md and daemon/events say the same."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import daemon.events

DOCS = Path(__file__).parents[2] / "docs"
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|", re.MULTILINE)
LEVELS = {"debug", "info", "warning", "error"}


def told() -> dict[str, tuple[str, set[str]]]:
    """Event -> its level and its fields, as the page has them."""
    text = (DOCS / "log-events.md").read_text(encoding="utf-8")
    return {
        name: (level.split()[0], set(re.findall(r"`(\w+)`", fields)))
        for name, level, fields in ROW.findall(text)
    }


def functions() -> list[ast.FunctionDef]:
    """Those of all modules of the package."""
    return [
        node
        for path in sorted(Path(daemon.events.__file__).parent.glob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    ]


def logged() -> dict[str, tuple[str, set[str]]]:
    """The same, as the functions of the module have them; '' where a level depends."""
    found: dict[str, tuple[str, set[str]]] = {}
    for function in functions():
        for call in ast.walk(function):
            if not isinstance(call, ast.Call) or not call.args:
                continue
            if not isinstance(call.args[0], ast.Constant) or call.args[0].value != function.name:
                continue
            level = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            named = {keyword.arg for keyword in call.keywords if keyword.arg}
            found[function.name] = (level, named)
    return found


def public_functions() -> set[str]:
    names = {function.name for function in functions()}
    return {name for name in names if not name.startswith("_")} - {"configure", "logger"}


def test_each_function_logs_the_event_of_its_name() -> None:
    assert set(logged()) == public_functions()


def test_the_package_hands_out_every_event_and_no_other() -> None:
    assert set(daemon.events.__all__) == public_functions() | {"configure"}


def test_the_page_names_every_event_and_no_other() -> None:
    assert set(told()) == set(logged())


def test_the_page_names_every_field_of_every_event() -> None:
    page, code = told(), logged()
    # The four dispositions are fields by a loop over their enumeration.
    counts = {"poll_finished": {"act", "review", "leave", "ignore"}}
    wrong = {
        name: page[name][1] ^ (fields | counts.get(name, set()))
        for name, (_, fields) in code.items()
        if page[name][1] != fields | counts.get(name, set())
    }
    assert wrong == {}


def test_the_page_names_the_level_of_every_event() -> None:
    page, code = told(), logged()
    assert {level for level, _ in page.values()} <= LEVELS
    assert {n: page[n][0] for n, (level, _) in code.items() if level} == {
        n: level for n, (level, _) in code.items() if level
    }
