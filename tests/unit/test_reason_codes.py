"""docs/reason-codes.md, handlers/reasons.py and the code agree on every reason code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import daemon
import handlers
from handlers.reasons import REASONS, Place
from handlers.screen import DOUBTFUL, REFUTED, SCREEN
from tests.unit.test_confirmation import ANSWERS, MACHINES
from tests.unit.test_contradiction import CONTRADICTIONS
from tests.unit.test_decide import TABLE
from tests.unit.test_people import PEOPLE
from tests.unit.test_read_late import LATE
from tests.unit.test_recorded import TABLE as RECORDED
from tests.unit.test_staff import TABLE as BY_STAFF

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "reason-codes.md").read_text(encoding="utf-8")
SOURCES = sorted(
    path
    for package in (handlers, daemon)
    for path in Path(package.__path__[0]).rglob("*.py")
    if path.name != "reasons.py"
)
FIELDS = {"reason", "silence"}
# Functions that take a reason as an argument without a name, and at which place.
TAKES_REASON = {
    "_for_people": 1,
    "_held": 0,
    "_line": 4,
    "_open": 4,
    "confirm": 1,
    "hold": 3,
    "put_on_review": 1,
    "reject": 1,
    "to_review": 2,
}
# What the tables of situations do not reach: it comes from elsewhere, is of screening, or needs
# other limits than the default ones (test_decide.py).
NOT_IN_TABLES = {
    "set-aside",
    "unreadable-file",
    "question-unanswered",
    "question-dropped",
    "handed-over",
    "too-old-to-answer",
    "silenced-by-staff",
    "still-suppressed",
    REFUTED,
    DOUBTFUL,
    *(condition.name for condition in SCREEN),
}


def texts(node: ast.AST) -> Iterator[str]:
    """The texts that an expression may come to: both of a condition, the last of an `or`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from texts(value)


def of_call(node: ast.Call) -> Iterator[str]:
    for keyword in node.keywords:
        if keyword.arg in FIELDS:
            yield from texts(keyword.value)
    place = TAKES_REASON.get(getattr(node.func, "attr", getattr(node.func, "id", "")))
    if place is not None and place < len(node.args):
        yield from texts(node.args[place])


def of_dict(node: ast.Dict) -> Iterator[str]:
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and key.value in FIELDS:
            yield from texts(value)


def of_function(node: ast.FunctionDef) -> Iterator[str]:
    for inner in ast.walk(node):
        if (
            node.name.lstrip("_") in FIELDS
            and isinstance(inner, ast.Return)
            and inner.value is not None
        ):
            yield from texts(inner.value)


def codes_of(source: str) -> Iterator[str]:
    """The reason codes that a module writes as texts."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield from of_call(node)
        elif isinstance(node, ast.Dict):
            yield from of_dict(node)
        elif isinstance(node, ast.FunctionDef):
            yield from of_function(node)


def written() -> set[str]:
    found = {c for path in SOURCES for c in codes_of(path.read_text(encoding="utf-8"))}
    return found - {""}


def documented() -> dict[str, frozenset[Place]]:
    rows = re.findall(r"(?m)^\| `([a-z-]+)` \| ([a-z, ]+) \| (.+?) \|(?: (.+?))? \|$", DOCS)
    return {code: frozenset(map(Place, places.split(", "))) for code, places, *_ in rows}


def in_tables() -> set[tuple[str, Place]]:
    """The codes of the tables of situations, with their places."""
    found = set()
    done = {n: s for n, s in BY_STAFF.items() if not s[1][0].startswith(("no: ", "already: "))}
    tables = TABLE | ANSWERS | MACHINES | PEOPLE | CONTRADICTIONS | done | RECORDED
    for *_, words in (*tables.values(), *LATE.values()):
        found.add((words[0].partition(": ")[2], Place.DECISION))
        for word in words[1:]:
            if word.startswith("silent "):
                found.add((word.removeprefix("silent "), Place.SILENCE))
            elif word.endswith(")"):
                found.add((word.rpartition("(")[2].rstrip(")"), Place.REQUEST))
    return found


def test_the_page_explains_each_code_at_its_places_and_no_other() -> None:
    assert documented() == REASONS


def test_no_code_is_explained_twice() -> None:
    rows = re.findall(r"(?m)^\| `([a-z-]+)` \|", DOCS)
    assert len(rows) == len(set(rows)) == len(REASONS)


def test_each_code_that_the_modules_write_is_in_the_table() -> None:
    assert written() - set(REASONS) == set()


def test_each_code_of_the_table_is_written_by_a_module_or_a_condition() -> None:
    conditions = {condition.name for condition in SCREEN} | {REFUTED, DOUBTFUL}
    assert set(REASONS) - written() - conditions == set()


@pytest.mark.parametrize("place", Place, ids=lambda place: place.value)
def test_each_place_of_a_code_is_seen_in_the_tables_of_situations(place: Place) -> None:
    wanted = {code for code, places in REASONS.items() if place in places} - NOT_IN_TABLES
    assert wanted - {code for code, where in in_tables() if where is place} == set()


def test_the_tables_of_situations_show_no_code_at_a_place_that_is_not_explained() -> None:
    assert {(code, place) for code, place in in_tables() if place not in REASONS[code]} == set()


def test_the_codes_are_found_where_they_are_written() -> None:
    source = """
def silence(x):
    return "a" if x else "b"
Part(reason="c", silence=x or "d")
hold(case, policy, requester, "e")
{"reason": "f", "other": "x"}
print("x", reason=x)
"""
    assert sorted(codes_of(source)) == ["a", "b", "c", "d", "e", "f"]
