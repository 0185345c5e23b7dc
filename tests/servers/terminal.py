"""A command in a terminal of its own, typed to and read as a person would.

with Terminal(["optoutd", "init"]) as terminal:
    terminal.expect("Company")
    terminal.type("Example Ltd\\r")
    assert terminal.wait() == 0
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

PATIENCE_S = 30.0  # for what a busy machine may take; who waits it out, fails
_ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[=>])")


class Terminal:
    """A pseudo-terminal of 24 lines and so many columns with one command in it.

    `shown` is the text without control sequences, `raw` all that the terminal was given.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        environ: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        columns: int = 80,
    ) -> None:
        self.shown = ""
        self.raw = b""
        self._read = 0
        self._ended: int | None = None
        words = [os.fspath(word) for word in command]
        self._process, self._side = pty.fork()
        if self._process == 0:  # pragma: no cover - the other process
            try:
                if cwd:
                    os.chdir(cwd)
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
                os.execvpe(words[0], words, {**os.environ, "TERM": "xterm", **(environ or {})})
            finally:
                os._exit(127)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._ended is None:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
        os.close(self._side)

    def type(self, text: str) -> None:
        """Types `text`; "\\r" is the Enter key and "\\x03" Ctrl-C."""
        os.write(self._side, text.encode())

    def expect(self, text: str) -> str:
        """Waits until `text` is shown, and returns what came before it since the last time."""
        limit = time.monotonic() + PATIENCE_S
        while (place := self.shown.find(text, self._read)) < 0:
            assert time.monotonic() < limit, f"no {text!r} in {self.shown[self._read :]!r}"
            if not self._take(limit):
                raise AssertionError(f"it ended without {text!r}: {self.shown[self._read :]!r}")
        before = self.shown[self._read : place]
        self._read = place + len(text)
        return before

    def wait(self) -> int:
        """Waits for the end, and returns the exit status."""
        limit = time.monotonic() + PATIENCE_S
        while self._take(limit):
            assert time.monotonic() < limit, f"it does not end: {self.shown[self._read :]!r}"
        _, status = os.waitpid(self._process, 0)
        self._ended = os.waitstatus_to_exitcode(status)
        return self._ended

    def _take(self, limit: float) -> bool:
        """Reads what is shown next; False at the end."""
        ready, _, _ = select.select([self._side], [], [], max(0.0, limit - time.monotonic()))
        if not ready:
            return True
        try:
            chunk = os.read(self._side, 65_536)
        except OSError:  # Linux says so when the other side is closed
            return False
        self.raw += chunk
        self.shown += _ESCAPES.sub("", chunk.decode("utf-8", "replace"))
        return bool(chunk)
