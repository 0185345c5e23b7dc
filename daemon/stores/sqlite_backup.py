"""A copy of a SQLite store, made while others write, and not called a backup until it is verified.

SQLite's own backup (https://sqlite.org/backup.html) within one reading transaction: whatever is
committed meanwhile belongs to the next copy, and makes this one begin anew no more.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.ports.data import Backup, Head, Progress
from daemon.stores.failures import PART

_PAGES_A_STEP = 2_000

_HEAD = "SELECT sequence, hash FROM event ORDER BY sequence DESC LIMIT 1"
_VERSION = "SELECT version_num FROM alembic_version"


def copy(
    source: sqlite3.Connection,
    path: Path,
    *,
    store: Path,
    force: bool,
    progress: Progress | None,
) -> Backup:
    """Copies the store behind `source` to `path`, readable for its owner alone.

    Raises PermanentFailure where `path` is taken or cannot be written, TemporaryFailure where the
    copy is not whole.
    """
    path = path.absolute()
    _refuse(path, store=store, force=force)
    with _told_of(path), _beside(path) as made:
        newest = _copy(source, made, progress)
        _verify(made, source, newest)
        with made.open("rb") as file:
            os.fsync(file.fileno())
        size_bytes = made.stat().st_size
        _put_in_place(made, path, force=force)
    return Backup(path=path, size_bytes=size_bytes, newest=newest)


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    """What goes wrong is told of the copy: the store has its own disk, which may be well."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            raise
        raise _cannot_be_written(path, str(error)) from error
    except OSError as error:
        raise _cannot_be_written(path, str(error.strerror)) from error


def _cannot_be_written(path: Path, words: str) -> TemporaryFailure:
    return TemporaryFailure(
        f"{path} cannot be written: {words}",
        part=PART,
        cure=f"free some space in {path.parent}, or name a file on another disk",
    )


def _refuse(path: Path, *, store: Path, force: bool) -> None:
    own = {store.with_name(f"{store.name}{ending}") for ending in ("", "-wal", "-shm", ".lock")}
    if path.resolve() in {file.resolve() for file in own}:
        raise PermanentFailure(
            f"{path} belongs to the store itself", part=PART, cure="name another file"
        )
    if path.is_dir():
        raise PermanentFailure(f"{path} is a folder", part=PART, cure="name a file in it")
    if path.exists() and not force:
        raise _taken(path)


def _taken(path: Path) -> PermanentFailure:
    return PermanentFailure(
        f"{path} exists already", part=PART, cure="name another file, or add --force"
    )


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """An empty file in the same folder, which is taken away again unless it was moved."""
    made = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        os.close(os.open(made, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise PermanentFailure(
            f"{path} cannot be written: {error.strerror}",
            part=PART,
            cure="the folder must exist and be writable",
        ) from error
    try:
        yield made
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):
            made.with_name(f"{made.name}{ending}").unlink(missing_ok=True)


def _copy(source: sqlite3.Connection, made: Path, progress: Progress | None) -> Head:
    def tell(_status: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(total - remaining, total)

    with closing(sqlite3.connect(made, isolation_level=None)) as target:
        # Without a transaction of ours, each commit of others would make the copy begin anew.
        source.execute("BEGIN")
        try:
            sequence, digest = source.execute(_HEAD).fetchone() or (0, "0" * 64)
            source.backup(target, pages=_PAGES_A_STEP, progress=tell, sleep=0)
        finally:
            source.execute("ROLLBACK")
        # One file that can be moved about; whoever opens it as a store makes it WAL again.
        target.execute("PRAGMA journal_mode = DELETE")
    return Head(sequence=sequence, hash=digest)


def _verify(made: Path, source: sqlite3.Connection, newest: Head) -> None:
    with closing(sqlite3.connect(f"{made.as_uri()}?mode=ro", uri=True)) as copied:
        (found,) = copied.execute("PRAGMA integrity_check(1)").fetchone()
        version = copied.execute(_VERSION).fetchone()
        head = copied.execute(_HEAD).fetchone() or (0, "0" * 64)
    if found != "ok":
        raise TemporaryFailure(
            f"the copy is damaged: {found}",
            part=PART,
            cure="look for errors of the disk in the kernel's log, and try again",
        )
    same = version == source.execute(_VERSION).fetchone() and head == (
        newest.sequence,
        newest.hash,
    )
    if not same:
        raise TemporaryFailure("the copy is not what was copied", part=PART, cure="try again")


def _put_in_place(made: Path, path: Path, *, force: bool) -> None:
    if force:
        made.replace(path)
    else:
        try:
            path.hardlink_to(made)  # refuses a file that came in the meantime; a rename would not
        except FileExistsError:
            raise _taken(path) from None
        except OSError:  # a file system without hard links
            made.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
