"""Runs a program of ours on some octets, and ends it when its time is over or we are to stop.

Whatever is wrong with the octets, the process that waits here goes on.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from daemon.errors import AskedToStop

_LOOK_EACH_S = 0.2
# A child does not need to know where our passwords are. One thread for the classifier's products.
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a child ended: its exit status, negative for a signal, None where its time was over."""

    status: int | None
    output: bytes = b""


def module(name: str) -> tuple[str, ...]:
    """The command that runs one of our modules.

    Isolated: nothing of the working directory or the environment is imported.
    """
    return (sys.executable, "-I", "-m", name)


def run(
    command: tuple[str, ...], octets: bytes, *, deadline_s: float, stopping: Callable[[], bool]
) -> Ended:
    """Gives `octets` to the standard input of `command`, and waits for its end.

    Raises:
        OSError: no process, or no memory for one, is left for us.
        AskedToStop: before it ended.
    """
    # Not through a pipe: `communicate` forgets what it has not written when its time is over.
    with os.fdopen(os.memfd_create("octets"), "w+b") as source:
        source.write(octets)
        source.seek(0)
        with subprocess.Popen(  # noqa: S603 - our own program, and nothing of the message
            command,
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a traceback would quote the message
            env=ENVIRONMENT,
        ) as child:
            try:
                return _wait(child, deadline_s, stopping)
            finally:
                child.kill()


def _wait(
    child: subprocess.Popen[bytes], deadline_s: float, stopping: Callable[[], bool]
) -> Ended:
    until_s = monotonic() + deadline_s
    while monotonic() < until_s:
        if stopping():
            raise AskedToStop("asked to stop while a message was read", part="reading")
        with contextlib.suppress(subprocess.TimeoutExpired):
            output = child.communicate(timeout=_LOOK_EACH_S)[0]
            if stopping():  # the service manager may have ended it as well
                raise AskedToStop("asked to stop while a message was read", part="reading")
            return Ended(status=child.returncode, output=output)
    return Ended(status=None)
