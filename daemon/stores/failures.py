"""What the database says, as the two kinds of failure that the rest of the program knows."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from daemon.errors import OptoutdError, PermanentFailure, TemporaryFailure
from daemon.stores.postgres_failures import is_postgres, postgres_failure, unforeseen

PART = "store"
SETTING = "store.url"

# The primary result codes of SQLite (https://sqlite.org/rescode.html) that pass by themselves,
# and those that a person has to see to; the second column is what cures them.
_TEMPORARY = {
    sqlite3.SQLITE_BUSY: "",
    sqlite3.SQLITE_LOCKED: "",
    sqlite3.SQLITE_PROTOCOL: "",
    sqlite3.SQLITE_FULL: "free some space on its disk",
    sqlite3.SQLITE_IOERR: "free some space on its disk if that or a quota is full; else look into"
    " the kernel's log for errors of the disk",
    sqlite3.SQLITE_NOMEM: "",
    sqlite3.SQLITE_INTERRUPT: "",
}
_PERMANENT = {
    sqlite3.SQLITE_CANTOPEN: "the folder must exist, and user and permissions must be right",
    sqlite3.SQLITE_PERM: "user and permissions must be right",
    sqlite3.SQLITE_READONLY: "user and permissions of the file and its folder must be right",
    sqlite3.SQLITE_AUTH: "",
    sqlite3.SQLITE_NOTADB: "name another file, or move this one away",
    sqlite3.SQLITE_CORRUPT: "restore it from a backup",
    sqlite3.SQLITE_FORMAT: "restore it from a backup",
}


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def failure_of_file(what: str, error: OSError, *, cure: str) -> OptoutdError:
    """The failure that an error of a file stands for; `cure` is for all but a full disk."""
    words = f"{what}: {error.strerror}"
    if error.errno in _FULL:
        return TemporaryFailure(
            words, part=PART, setting=SETTING, cure=_TEMPORARY[sqlite3.SQLITE_FULL]
        )
    return PermanentFailure(words, part=PART, setting=SETTING, cure=cure)


@contextmanager
def told_apart() -> Iterator[None]:
    """Turns errors of the database into failures of ours; those that nobody foresaw pass."""
    try:
        yield
    except DBAPIError as error:
        failure = failure_of(error)
        if is_postgres(error.orig):
            # Not "from error": its words may hold a customer's, wherever a traceback goes.
            raise failure or unforeseen(error.orig or error) from None
        if failure is None:
            raise
        raise failure from error
    except StatementError as error:
        # A value that one of our types refuses, before the database has seen it.
        raise error.orig or error from None


def failure_of(error: DBAPIError) -> OptoutdError | None:
    """The failure that `error` stands for, or None where it can only be a mistake of ours.

    SQLite's words name tables and columns, never values; PostgreSQL's are chosen with care.
    """
    if error.orig is not None and is_postgres(error.orig):
        return postgres_failure(error.orig)
    words = str(error.orig)
    if isinstance(error, IntegrityError):
        # Two random references may be equal, once in a long while: the next draw differs.
        return TemporaryFailure(f"the store refuses what is there already: {words}", part=PART)
    # The extended codes carry the primary one in their lowest byte.
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    if code in _TEMPORARY:
        return TemporaryFailure(
            f"the store cannot be used now: {words}", part=PART, cure=_TEMPORARY[code]
        )
    if code in _PERMANENT:
        return PermanentFailure(
            f"the store cannot be used: {words}",
            part=PART,
            setting=SETTING,
            cure=_PERMANENT[code],
        )
    return None
