"""The HTTP server around the application. The only importer of uvicorn.

It speaks HTTP to a proxy on this machine, which speaks TLS to the world.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Sequence

import uvicorn

from daemon.notify import notify
from daemon.web.asgi import Application

# Connections; a proxy needs one for each call under way. Above them 503 is answered at once.
MOST_CONNECTIONS = 512
KEEP_ALIVE_S = 5
SHUTDOWN_S = 20
BEAT_S = 20  # well within WatchdogSec of the unit


class _Server(uvicorn.Server):
    """Uvicorn's, which tells when it takes calls."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's, then says so to the service manager."""
        await super().startup(sockets)
        self._when_started()
        notify("READY=1")


def serve(
    app: Application, sockets: Sequence[socket.socket], *, started: Callable[[], None]
) -> None:
    """Serves `app` until SIGTERM or SIGINT; what is under way then is finished, for 20 s.

    `started` is called when calls are taken.
    """
    # Uvicorn restores these handlers at its end and raises the signal again: ours let it pass, so
    # that whoever called us may close the store.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: None)
    local = all(one.family == socket.AF_UNIX for one in sockets)
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,  # ours is set up: its warnings appear without their words
        access_log=False,  # a path holds a token
        server_header=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=SHUTDOWN_S,
        # The proxy beside us says who its client is; through a UNIX socket nobody else comes.
        proxy_headers=True,
        forwarded_allow_ips="*" if local else "127.0.0.1,::1",
        callback_notify=_beat,
        timeout_notify=BEAT_S,
    )
    _Server(config, started).run(list(sockets))


async def _beat() -> None:
    """The event loop turns: a sign of life for the service manager's watchdog."""
    notify("WATCHDOG=1")
