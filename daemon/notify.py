"""Telling systemd how the service stands (sd_notify(3)): one datagram, nothing if not asked."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Mapping


def notify(state: str) -> None:
    """Sends `state`, such as "READY=1", to the service manager that started us, if one did."""
    if not is_asked_for(os.environ):
        return
    address = os.environ["NOTIFY_SOCKET"]
    # A name that starts with @ lies in Linux's abstract namespace.
    target = "\0" + address[1:] if address.startswith("@") else address
    # The service manager may be gone or restarting; the service does not depend on being heard.
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as unix:
        unix.sendto(state.encode(), target)


def is_asked_for(environ: Mapping[str, str]) -> bool:
    """Whether a service manager listens."""
    return environ.get("NOTIFY_SOCKET", "").startswith(("/", "@"))


def watchdog_s(environ: Mapping[str, str]) -> float | None:
    """After how many seconds without WATCHDOG=1 the service manager ends us, None if it does not.

    See sd_watchdog_enabled(3): where WATCHDOG_PID names another process, we are not meant.
    """
    usec, pid = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
    if pid and pid != str(os.getpid()):
        return None
    return int(usec) / 1e6 if usec.isdecimal() and usec.isascii() and int(usec) else None
