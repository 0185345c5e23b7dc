"""Who we are among all processes that ever work with one store."""

from __future__ import annotations

import os
import re
import secrets
import socket

_RANDOM_BYTES = 4


def host_name() -> str:
    """This machine, as the names of processes begin."""
    return re.sub(r"[^\w.-]", "-", socket.gethostname())


def process_name() -> str:
    """Host, process number and a random part: no two processes ever have the same."""
    return f"{host_name()}:{os.getpid()}:{secrets.token_hex(_RANDOM_BYTES)}"
