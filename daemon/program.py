"""Which program it is: that of a process started later may be another one.

A new version is installed while the daemon runs, which is then started anew. What it starts in
between is of the new version, whose values may have other fields: pickle puts them into place by
their order, so that they would be taken for one another without any error.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_PACKAGES = ("config", "daemon", "handlers")
_MADE_BY_PYTHON = "__pycache__"


@cache
def program(root: Path = _ROOT) -> str:
    """Names it by its files, when they were written and how large they are; once a process.

    Takes some milliseconds. Who starts others has to ask at its own start, when what it runs is
    what is installed.
    """
    files = sorted(line for package in _PACKAGES for line in _files(root / package))
    return hashlib.sha256("\n".join(files).encode("utf-8", "surrogateescape")).hexdigest()


def _files(folder: Path) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != _MADE_BY_PYTHON:
                    yield from _files(Path(entry.path))
            else:
                found = entry.stat()
                yield f"{entry.path} {found.st_mtime_ns} {found.st_size}"
