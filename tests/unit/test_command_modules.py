"""Of the command line as much is imported as is asked for."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from daemon.cli.all_commands import app
from daemon.cli.commands import MODULES, module_of


@pytest.mark.parametrize(
    ("words", "module"),
    [
        ("classify a.eml", "classify"),
        ("--config a.toml poll --json", "service"),
        ("--config=a.toml suppressed", "requests"),
        ("requests --help", "requests"),
        ("", None),
        ("--help", None),
        ("--version", None),
        ("--help classify", None),
        ("clasify a.eml", None),
        ("--confg classify", None),
        ("--config", None),
        ("--config classify", None),
    ],
)
def test_the_module_of_a_command_is_told_by_the_first_word(words: str, module: str | None) -> None:
    assert module_of(words.split()) == module


def test_the_table_names_the_module_of_every_command_and_group() -> None:
    found = {
        command.name: command.callback.__module__
        for command in app.registered_commands
        if command.callback
    }
    for group in app.registered_groups:
        module = f"daemon.cli.{MODULES[group.name or '']}"
        assert group.typer_instance in vars(import_module(module)).values()
        found[group.name] = module
    assert found == {name: f"daemon.cli.{module}" for name, module in MODULES.items()}


@pytest.mark.parametrize(
    ("words", "never"),
    [("classify --help", "sqlalchemy"), ("status --help", "handlers.classify"), ("--help", "ssl")],
)
def test_the_help_imports_no_part_of_the_daemon(words: str, never: str) -> None:
    code = (
        "import sys; from daemon.cli import main\n"
        "try: main()\n"
        f"except SystemExit: sys.exit({never!r} in sys.modules)"
    )
    command = [sys.executable, "-c", code, *words.split()]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
