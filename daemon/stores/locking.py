"""The lock of those who write: one process a store, let go of by the kernel however it ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path

from daemon.errors import PermanentFailure, StoreBusy
from daemon.stores.failures import PART, SETTING, failure_of_file


class FileLock:
    """An exclusive flock on a file, which stays there afterwards: removing it would race.

    Raises StoreBusy where another process holds it, PermanentFailure where the file cannot be
    opened.
    """

    def __init__(self, path: Path) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            self._file = os.open(path, flags, 0o600)
        except OSError as error:
            raise failure_of_file(
                f"the lock {path} cannot be opened",
                error,
                cure="the folder must exist, and user and permissions must be right",
            ) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _holder(self._file)
            self.release()
            raise StoreBusy(
                f"another optoutd{holder} is at work with this store",
                part=PART,
                cure="wait until it is done, or stop it",
            ) from None
        except OSError as error:
            self.release()
            raise PermanentFailure(
                f"the file system cannot lock {path}: {error.strerror}",
                part=PART,
                setting=SETTING,
                cure="keep the store on a local disk",
            ) from error
        # For the one who is refused; the lock does not depend on it, and a disk may be full.
        with contextlib.suppress(OSError):
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Lets go of the lock; once is enough, twice does no harm."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def _holder(file: int) -> str:
    pid = os.pread(file, 20, 0).strip()
    return f" (process {pid.decode()})" if pid.isdigit() else ""
