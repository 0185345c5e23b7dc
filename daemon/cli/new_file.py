"""A file with personal data: for its owner alone, whole or not at all, and never over another."""

from __future__ import annotations

import io
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from daemon.errors import PermanentFailure


@contextmanager
def output_to(path: Path | None, *, force: bool) -> Iterator[TextIO]:
    """Where to write: stdout, or a new file that is at `path` once all is written.

    Raises PermanentFailure where `path` is taken, unless `force`, or cannot be written.
    """
    if path is None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            # Data, not words for a terminal: the same octets whatever the locale says.
            sys.stdout.reconfigure(encoding="utf-8", errors="strict")
        yield sys.stdout
        sys.stdout.flush()
        return
    if path.exists() and (path.is_dir() or not force):
        raise _taken(path)
    made = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with _opened(made) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _put(made, path, force=force)
    except OSError as error:
        raise PermanentFailure(
            f"{path} cannot be written: {error.strerror}",
            part="output",
            cure="the folder must exist, be writable and have room",
        ) from error
    finally:
        made.unlink(missing_ok=True)


def _opened(made: Path) -> TextIO:
    number = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    return os.fdopen(number, "w", encoding="utf-8", newline="")


def _put(made: Path, path: Path, *, force: bool) -> None:
    if force:
        made.replace(path)
        return
    try:
        path.hardlink_to(made)  # refuses a file that came in the meantime
    except FileExistsError:
        raise _taken(path) from None


def _taken(path: Path) -> PermanentFailure:
    return PermanentFailure(
        f"{path} exists already", part="output", cure="name another file, or add --force"
    )
