"""The socket that the web service listens on: systemd's (sd_listen_fds(3)), or one of its own."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

from daemon.errors import PermanentFailure

_FIRST = 3  # SD_LISTEN_FDS_START
_BACKLOG = 2048
_SETTING = "web.listen"


def handed_over(environ: Mapping[str, str]) -> list[socket.socket]:
    """The sockets that the service manager has opened for this process; none if it has not."""
    count = environ.get("LISTEN_FDS", "")
    if environ.get("LISTEN_PID", "") != str(os.getpid()) or not count.isdecimal():
        return []
    found = [socket.socket(fileno=fd) for fd in range(_FIRST, _FIRST + int(count))]
    for one in found:
        one.set_inheritable(False)
    return found


def listening(listen: str) -> socket.socket:
    """A socket at `listen`, an address and a port. Raises PermanentFailure where it is taken."""
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, int(port)))
        made.listen(_BACKLOG)
    except OSError as error:
        made.close()
        raise PermanentFailure(
            f"{listen}: {error.strerror}",
            part="web",
            setting=_SETTING,
            cure="choose another port, or stop what listens there",
        ) from error
    return made


def name_of(one: socket.socket) -> str:
    """Where a socket listens, for the log."""
    if one.family == socket.AF_UNIX:
        return f"unix:{one.getsockname()}"
    host, port = one.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
