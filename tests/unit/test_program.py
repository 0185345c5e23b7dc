"""A program is another one as soon as a file of it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from daemon.program import program


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for package in ("config", "daemon", "handlers"):
        (tmp_path / package / "inner" / "__pycache__").mkdir(parents=True)
    (tmp_path / "handlers" / "inner" / "values.py").write_text("a = 1\n")
    return tmp_path


def name(root: Path) -> str:
    program.cache_clear()
    return program(root)


def test_another_file_or_one_written_anew_makes_it_another(root: Path) -> None:
    names = [name(root)]
    (root / "config" / "model.npz").write_bytes(b"")
    names.append(name(root))
    (root / "handlers" / "inner" / "values.py").write_text("a = 12\n")
    names.append(name(root))
    os.utime(root / "handlers" / "inner" / "values.py", ns=(1, 1))
    names.append(name(root))
    assert len(set(names)) == len(names)


def test_what_python_makes_of_its_files_makes_no_other(root: Path) -> None:
    before = name(root)
    (root / "handlers" / "inner" / "__pycache__" / "values.pyc").write_bytes(b"x")
    assert name(root) == before


def test_a_process_is_what_it_was_at_its_start(root: Path) -> None:
    program.cache_clear()
    before = program(root)
    (root / "daemon" / "flow.py").write_text("")
    assert program(root) == before
