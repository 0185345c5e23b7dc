"""A wire between a client and a server that can be cut, swallow everything, or keep news back.

with Wire(dovecot.imap_port) as wire:
    wire.cut_after = 1500   # octets of the server's, on each connection from now on
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import Self

from tests.servers.dovecot import HOST

_CHUNK = 65_536
_NOTICED_S = 1.0


class Wire:
    """Passes on what comes, until a test wants something else. Nothing here needs pytest.

    `cut_after` cuts each connection that begins from now on, behind so many octets of the server;
    `silent` swallows everything in both directions, and takes connections without a word, as a
    black hole does; `refusing` hangs up on new ones. With `mutes_news` the server's unasked words
    of new mail are left out. `knocks` counts the connections that were tried, `open_now` and
    `most_at_once` those that came about, `octets` has what each brought from the server, and
    `said` what all clients sent. Of `clients` that connect at once, each is let in when the one
    before it has hung up.
    """

    host = HOST

    def __init__(self, port: int, *, clients: int = 1) -> None:
        self.cut_after: int | None = None
        self.silent = self.refusing = self.mutes_news = False
        self.knocks = self.open_now = self.most_at_once = 0
        self.octets: list[int] = []
        self.said = bytearray()
        self._port, self._clients = port, clients
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._listener = socket.create_server((HOST, 0))
        self.imap_port = int(self._listener.getsockname()[1])
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self.refusing = True
        _shut(self._listener)
        self.cut()
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def cut(self) -> None:
        """Cuts all connections now."""
        with self._lock:
            for sock in self._sockets:
                _shut(sock)

    def _start(self, work: object, *args: object) -> None:
        thread = threading.Thread(target=work, args=args)  # type: ignore[arg-type] # a bound method
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.knocks += 1
                if self.refusing:
                    client.close()
                else:
                    self._start(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        with (
            client,
            contextlib.suppress(OSError),
            socket.create_connection((HOST, self._port)) as s,
        ):
            for sock in (client, s):  # or each answer of several pieces waits for 40 ms
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._let_the_last_one_end()
            with self._lock:
                self._sockets |= {client, s}
                number = len(self.octets)
                self.octets.append(0)
                self.open_now += 1
                self.most_at_once = max(self.most_at_once, self.open_now)
            there = threading.Thread(target=self._pass_on, args=(client, s))
            there.start()
            try:
                self._bring_back(s, client, number, self.cut_after)
            finally:
                _shut(client)
                _shut(s)
                there.join()
                with self._lock:
                    self._sockets -= {client, s}
                    self.open_now -= 1

    def _let_the_last_one_end(self) -> None:
        """One that its client has closed already may not be noticed yet."""
        until_s = time.monotonic() + _NOTICED_S
        while self.open_now >= self._clients and time.monotonic() < until_s:
            time.sleep(0.005)

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(_CHUNK):
                self.said += data
                if not self.silent:
                    server.sendall(data)
        _shut(server)

    def _bring_back(
        self, server: socket.socket, client: socket.socket, number: int, most: int | None
    ) -> None:
        with contextlib.suppress(OSError):
            while most is None or self.octets[number] < most:
                left = _CHUNK if most is None else most - self.octets[number]
                data = server.recv(min(left, _CHUNK))
                if not data:
                    return
                self.octets[number] += len(data)
                if not self.silent and not (self.mutes_news and _is_news(data)):
                    client.sendall(data)


def _is_news(data: bytes) -> bool:
    """Whether the server told of nothing but new mail."""
    return all(line.endswith((b"EXISTS", b"RECENT")) for line in data.splitlines())


def _shut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
