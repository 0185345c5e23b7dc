"""A real HTTP server on loopback that is told things, keeps them, and misbehaves on request.

    with ReceiverServer() as server:
        server.answers += [503, 410]
        with server.holding(): …  # calls get no answer meanwhile

Nothing here needs pytest.
"""

from __future__ import annotations

import contextlib
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import trustme

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call as it came in."""

    path: str
    fields: Mapping[str, str]  # names in lower case
    body: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """The webhook's id."""
        return self.fields["webhook-id"]

    @property
    def json(self) -> Any:
        """The body as an object."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What to answer; with status 0 the connection is cut instead."""

    status: int = 200
    body: bytes = b""
    fields: Mapping[str, str] = field(default_factory=dict)


class ReceiverServer:
    """Answers 200, or what `answers` has next, or what `answer` makes of a call."""

    def __init__(
        self,
        answer: Callable[[Call], Reply] | None = None,
        *,
        certificate: trustme.LeafCert | None = None,
    ) -> None:
        self._certificate = certificate
        self.calls: list[Call] = []
        self.answered: list[Call] = []
        self.answers: list[int | Reply] = []
        self._answer = answer
        self._may_answer = threading.Event()
        self._may_answer.set()
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                outer._take(self)

            def handle(self) -> None:
                with contextlib.suppress(OSError):  # such as a handshake that fails
                    super().handle()

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._handler = Handler
        self._server = self._listen(0)
        self.port: int = self._server.server_address[1]

    @property
    def url(self) -> str:
        """Where to call."""
        return f"http{'s' if self._certificate else ''}://{HOST}:{self.port}/hook"

    def __enter__(self) -> Self:
        self._run()
        return self

    def __exit__(self, *_: object) -> None:
        self._may_answer.set()
        self.go_down()

    def go_down(self) -> None:
        """Nobody listens on the port any more."""
        self._server.shutdown()
        self._server.server_close()

    def come_back(self) -> None:
        """Listens on the same port again."""
        self._server = self._listen(self.port)
        self._run()

    @contextlib.contextmanager
    def holding(self) -> Iterator[None]:
        """No call is answered meanwhile."""
        self._may_answer.clear()
        try:
            yield
        finally:
            self._may_answer.set()

    def _listen(self, port: int) -> ThreadingHTTPServer:
        server = ThreadingHTTPServer((HOST, port), self._handler)
        if self._certificate is not None:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._certificate.configure_cert(tls)
            # The handshake in the thread of the call, so that one that fails holds up no other.
            server.socket = tls.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        server.daemon_threads = True
        server.block_on_close = False
        return server

    def _run(self) -> None:
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()

    def _take(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length", 0))
        call = Call(
            path=handler.path,
            fields={name.lower(): value for name, value in handler.headers.items()},
            body=handler.rfile.read(length),
        )
        with self._lock:
            self.calls.append(call)
            planned = self.answers.pop(0) if self.answers else 200
        self._may_answer.wait()
        reply = planned if isinstance(planned, Reply) else Reply(status=planned)
        if self._answer is not None and reply.status == 200:
            reply = self._answer(call)
        if not reply.status:
            handler.close_connection = True
            return
        with contextlib.suppress(OSError):  # who has called is gone
            handler.send_response(reply.status)
            for name, value in reply.fields.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(reply.body)))
            handler.end_headers()
            handler.wfile.write(reply.body)
            handler.wfile.flush()
            with self._lock:
                self.answered.append(call)
