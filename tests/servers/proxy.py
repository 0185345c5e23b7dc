"""A TCP proxy on loopback that cuts connections at a chosen octet.

    with CuttingProxy(server.imap_port) as proxy:
        proxy.cut_after(5_000)   # of what the server sends, over all connections from now on
        … the daemon talks to proxy.port …
        proxy.heal()

Nothing here needs pytest.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from typing import Self

HOST = "127.0.0.1"
_CHUNK = 16_384


class CuttingProxy:
    """Passes octets on, in both directions, between whoever connects and `target_port`."""

    host = HOST

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self.cuts = 0
        self._left: int | None = None
        self._lock = threading.Lock()
        self._listener = socket.create_server((HOST, 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: set[socket.socket] = set()
        self._is_closed = False

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_closed = True
        # A close alone does not wake who accepts.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()

    def cut_after(self, octets: int) -> None:
        """Cuts the connection on which the server sends its `octets`th octet from now on.

        Once: the next connection is let through whole.
        """
        with self._lock:
            self._left = octets

    def heal(self) -> None:
        """Cuts nothing any more."""
        with self._lock:
            self._left = None

    def hang_up(self) -> None:
        """Cuts every connection at once."""
        for one in list(self._open):
            _shut(one)

    def _accept(self) -> None:
        while not self._is_closed:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection((HOST, self.target_port), timeout=10)
        except OSError:
            _shut(near)  # the server is down: so are we
            near.close()
            return
        far.settimeout(None)
        self._open |= {near, far}
        try:
            self._pass_on(near, far)
        except OSError:
            pass  # one of them is gone
        finally:
            self._open -= {near, far}
            for one in (near, far):
                _shut(one)
                one.close()

    def _pass_on(self, near: socket.socket, far: socket.socket) -> None:
        with selectors.DefaultSelector() as ready:
            ready.register(near, selectors.EVENT_READ, far)
            ready.register(far, selectors.EVENT_READ, near)
            while True:
                for key, _ in ready.select():
                    octets = key.fileobj.recv(_CHUNK)  # type: ignore[union-attr]
                    if not octets:
                        return
                    if key.fileobj is far:
                        octets, is_last = self._allowed(octets)
                        near.sendall(octets)
                        if is_last:
                            return
                    else:
                        far.sendall(octets)

    def _allowed(self, octets: bytes) -> tuple[bytes, bool]:
        """So many of the server's octets as may pass, and whether the connection ends there."""
        with self._lock:
            if self._left is None:
                return octets, False
            if len(octets) < self._left:
                self._left -= len(octets)
                return octets, False
            passing, self._left = octets[: self._left], None
            self.cuts += 1
            return passing, True


def _shut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
