"""The help: every command in a panel, every page with an example that works, in 80 columns."""

from __future__ import annotations

import inspect
import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from daemon.cli.all_commands import app
from daemon.cli.help import PANELS, page

ROOT: Any = typer.main.get_command(app)


def walk(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Each command that does something, with its whole name."""
    for child_name, child in getattr(command, "commands", {}).items():
        yield from walk(child, f"{name} {child_name}".strip())
    if not hasattr(command, "commands"):
        yield name, command


COMMANDS = dict(walk(ROOT))


def shown(*words: str) -> str:
    """What is printed on a terminal of 80 columns."""
    done = CliRunner().invoke(app, [*words], env={"COLUMNS": "80", "NO_COLOR": "1"})
    return done.output


def examples(name: str) -> list[str]:
    """The examples in a command's help, without what its page does with them."""
    text = inspect.cleandoc(COMMANDS[name].callback.__doc__ or "")
    found = []
    for paragraph in text.split("\n\n"):
        if label := re.match(r"Examples?:\s*", paragraph):
            found += [line.strip() for line in paragraph[label.end() :].splitlines()]
    return found


def test_every_command_stands_in_a_panel() -> None:
    told = [name for names in PANELS.values() for name in names]
    assert set(ROOT.commands) <= set(told), "add it to PANELS in daemon/cli/help.py"
    assert len(set(told)) == len(told)


def test_the_commands_stand_in_their_panels_in_order() -> None:
    lines = shown().splitlines()
    places = [
        (place, panel)
        for panel, names in PANELS.items()
        for place, line in enumerate(lines)
        if line.startswith(f"╭─ {panel} ─") and set(names) & set(ROOT.commands)
    ]
    assert [panel for _, panel in places] == [
        p for p in PANELS if set(PANELS[p]) & ROOT.commands.keys()
    ]
    assert places == sorted(places)
    assert "─ Commands ─" not in shown()
    for name in ROOT.commands:
        assert any(line.startswith(f"│ {name} ") for line in lines)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_page_shows_examples_that_fit_and_are_not_broken(name: str) -> None:
    assert examples(name), f"the docstring of {name} needs a paragraph “Example: optoutd {name} …”"
    lines = shown(*name.split(), "--help").splitlines()
    assert max(map(len, lines)) <= 80
    for example in examples(name):
        assert example in [line.rstrip()[1:] for line in lines], example


@pytest.mark.parametrize("name", COMMANDS)
def test_an_example_is_of_its_command_and_its_options_exist(name: str) -> None:
    for example in examples(name):
        words = shlex.split(example, comments=True)
        words = words[words.index("optoutd") + 1 :]
        for sign in ("||", "|", "&&", ">"):
            words = words[: words.index(sign)] if sign in words else words
        if words[0] == "--config":
            words = words[2:]
        assert words[: len(name.split())] == name.split(), example
        known = {o for p in COMMANDS[name].params for o in (*p.opts, *p.secondary_opts)} | {
            "--help"
        }
        given = {word.partition("=")[0] for word in words if word.startswith("-")}
        assert given - {"-"} <= known, example


@pytest.mark.parametrize("name", COMMANDS)
def test_no_words_are_lost_as_markup(name: str) -> None:
    help_text = inspect.cleandoc(COMMANDS[name].callback.__doc__ or "")
    told = [help_text, *(getattr(p, "help", "") or "" for p in COMMANDS[name].params)]
    bracketed = {b for text in told for b in re.findall(r"\[[a-z_]+\]", text)}
    page_shown = shown(*name.split(), "--help")
    assert {b for b in bracketed if b not in page_shown} == set()


def test_prose_is_broken_anew_and_examples_are_not() -> None:
    text = "First\nline.\n\nSee [web] and\nmore.\n\nExamples:\n    optoutd a [x]\n    optoutd b"
    assert page(text) == (
        "First line.\n\nSee \\[web] and more.\n\n"
        "Examples:\n[cyan]optoutd a \\[x][/]\n[cyan]optoutd b[/]"
    )
    assert page("Do.\n\nExample: optoutd do") == "Do.\n\nExample:\n[cyan]optoutd do[/]"
