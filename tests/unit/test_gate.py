"""The one gate for the whole tree: style, format, types, and which way imports go."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent

pytestmark = [pytest.mark.gate, pytest.mark.long]


@pytest.mark.parametrize(
    "words",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports", "--config", "setup.cfg"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_the_tree_passes(words: list[str]) -> None:
    done = subprocess.run(
        [TOOLS / words[0], *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_package_with_code_is_listed_for_the_installation() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = set(project["tool"]["setuptools"]["packages"])
    there = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for room in ("config", "handlers", "daemon")
        for path in (ROOT / room).rglob("__init__.py")
    }
    assert listed == there
