"""Where the lines of a log come from: a file, a pipe, or the journal of systemd.

A source yields lists of lines, one list for what could be read at once, so that a reader knows
when to show what it has. An empty list means that nothing more is there for now.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

from daemon.errors import PermanentFailure

_CHUNK_BYTES = 262_144
_LINE_BYTES = 65_536  # our own lines are far shorter; what is longer is cut
_LOOK_AGAIN_S = 0.25
CUT = "…"


def of_stream(stream: IO[bytes]) -> Iterator[list[str]]:
    """The lines of a pipe or a file until its end, as they come."""
    descriptor = stream.fileno()
    return _split(iter(lambda: os.read(descriptor, _CHUNK_BYTES), b""))


def of_file(path: Path, *, follow: bool = False) -> Iterator[list[str]]:
    """The lines of a file; with `follow` also what is written to it later, for ever.

    A file that is put in its place (log rotation) is read from its start, after the old one has
    been read to its end; so is one that was emptied. Raises PermanentFailure.
    """
    try:
        with path.open("rb"):
            pass
        if path.is_dir():
            raise IsADirectoryError(None, "is a folder, not a file")
    except OSError as error:
        raise PermanentFailure(
            f"{path}: {error.strerror}", part="log", cure="name the file that the log goes to"
        ) from error
    return _split(_grow(path)) if follow else _split(_whole(path))


def of_journal(unit: str, *, follow: bool, arguments: Sequence[str]) -> Iterator[list[str]]:
    """The lines of a unit in systemd's journal. Raises PermanentFailure."""
    journalctl = shutil.which("journalctl")
    if journalctl is None:
        raise PermanentFailure(
            "there is no journalctl on this machine", part="log", cure="name the log's file"
        )
    command = [journalctl, f"--unit={unit}", "--output=cat", "--quiet", "--no-pager", *arguments]
    if follow:
        command.append("--follow")
    return _run(command)


def _run(command: list[str]) -> Iterator[list[str]]:
    with subprocess.Popen(  # noqa: S603 - a fixed program, and the unit is one word of it
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        assert process.stderr is not None  # noqa: S101 - it is a pipe
        try:
            yield from of_stream(process.stdout)
            problem = process.stderr.read(4096).decode("utf-8", "replace").strip()
            if process.wait() != 0:
                raise PermanentFailure(
                    f"journalctl: {' '.join(problem.split()) or 'failed'}",
                    part="log",
                    cure="run as root or as a member of the group systemd-journal",
                )
        finally:
            process.terminate()


def _whole(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


def _grow(path: Path) -> Iterator[bytes]:
    """What a file holds and what comes to it; `b""` where nothing more is there for now."""
    file: IO[bytes] | None = path.open("rb", buffering=0)
    while True:
        if file is None:
            file = _opened(path)
        chunk = file.read(_CHUNK_BYTES) if file else b""
        if file and not chunk and _was_emptied(file):
            file.seek(0)
            chunk = file.read(_CHUNK_BYTES)
        if chunk:
            yield chunk
        elif file and _was_replaced(file, path):
            # Whoever writes may hold on to the old file for a moment: only its end is final.
            yield file.read(_CHUNK_BYTES) + b"\n"
            file.close()
            file = None
        else:
            yield b""
            time.sleep(_LOOK_AGAIN_S)


def _opened(path: Path) -> IO[bytes] | None:
    try:
        return path.open("rb", buffering=0)
    except OSError:
        return None  # between the two steps of a rotation


def _was_replaced(file: IO[bytes], path: Path) -> bool:
    try:
        there = path.stat()
    except OSError:
        return False
    ours = os.fstat(file.fileno())
    return (ours.st_dev, ours.st_ino) != (there.st_dev, there.st_ino)


def _was_emptied(file: IO[bytes]) -> bool:
    return os.fstat(file.fileno()).st_size < file.tell()


def _split(chunks: Iterable[bytes]) -> Iterator[list[str]]:
    """The lines of the chunks; one that never ends is cut, and what follows of it is dropped."""
    rest = b""
    skipping = False
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        if skipping and lines:
            lines = lines[1:]
            skipping = False
        found = [_text(line) for line in lines if line.strip()]
        if len(rest) > _LINE_BYTES:
            if not skipping:
                found.append(_text(rest))
            rest, skipping = b"", True
        if found or not chunk:
            yield found
    if rest.strip() and not skipping:
        yield [_text(rest)]


def _text(line: bytes) -> str:
    if len(line) > _LINE_BYTES:
        return line[:_LINE_BYTES].decode("utf-8", "replace") + CUT
    return line.decode("utf-8", "replace")
