"""Telling systemd how the service stands (sd_notify(3)): one datagram, nothing if not asked."""

from __future__ import annotations

import contextlib
import os
import socket


def notify(state: str) -> None:
    """Sends `state`, such as "READY=1", to the service manager that started us, if one did."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    # A name that starts with @ lies in Linux's abstract namespace.
    target = "\0" + address[1:] if address.startswith("@") else address
    # The service manager may be gone or restarting; the service does not depend on being heard.
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as unix:
        unix.sendto(state.encode(), target)
