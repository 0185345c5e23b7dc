"""The demonstration's servers: IMAP (pymap) and SMTP (aiosmtpd) on loopback, in this process."""

from __future__ import annotations

import asyncio
import imaplib
import threading
from argparse import Namespace
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar
from uuid import uuid4

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from proxyprotocol.sock import SocketInfoLocal
from pymap.backend.dict import Config, Login
from pymap.imap import IMAPServer
from pymap.user import Passwords, UserMetadata

HOST = "127.0.0.1"
T = TypeVar("T")


class ImapServer:
    """An IMAP server with its mail in memory, in an event loop and thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="imap", daemon=True)
        arguments = Namespace(passlib_cfg=None, proxy_protocol=None, no_cpu_threads=True)
        self._config = Config(
            arguments, host=HOST, port=0, tls_enabled=False, secure_auth=False,
            demo_data=False, demo_user="", demo_password="",
        )  # fmt: skip
        self._login = Login(self._config)
        self._server: asyncio.Server | None = None
        self.port = 0

    def start(self) -> None:
        """Listens on a free `port` of the loopback interface."""
        self._thread.start()
        self._await(self._listen())

    def stop(self) -> None:
        """Closes the connections and ends the thread."""
        self._await(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def add_user(self, name: str, password: str) -> None:
        """A mailbox with its login."""

        async def add() -> None:
            hashed = await Passwords(self._config).hash_password(password)
            user = UserMetadata(self._config, name, password=hashed)
            self._login.users_dict[name] = user

        self._await(add())

    def deliver(self, user: str, password: str, messages: Sequence[bytes]) -> None:
        """Puts messages into the user's INBOX, received now."""
        with imaplib.IMAP4(HOST, self.port, timeout=10) as client:
            client.login(user, password)
            for raw in messages:
                client.append("INBOX", "", imaplib.Time2Internaldate(datetime.now(UTC)), raw)

    async def _listen(self) -> None:
        imap = IMAPServer(self._login, self._config)

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            # Not by the library's ProxyProtocolReader: it keeps no reference to its tasks, and
            # the garbage collector then ends a connection now and again.
            await imap(reader, writer, SocketInfoLocal(writer, unique_id=uuid4().bytes))

        self._server = await asyncio.start_server(serve, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        ours = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in ours:
            task.cancel()
        await asyncio.gather(*ours, return_exceptions=True)

    def _await(self, coroutine: Awaitable[T]) -> T:
        async def run() -> T:
            return await coroutine

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A mail that the SMTP server took: its envelope and its bytes."""

    envelope_from: str
    recipient: str
    raw: bytes = field(repr=False)


class _Controller(Controller):
    """The library's controller, which greets the port that it asked for: here any free one."""

    server: asyncio.Server

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # it ships no types


class SmtpServer:
    """An SMTP server that accepts everything and keeps it in memory."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self._controller = _Controller(self, hostname=HOST, port=0)

    @property
    def port(self) -> int:
        """Where it listens, once started."""
        return int(self._controller.port)

    def start(self) -> None:
        """Listens on a free `port` of the loopback interface."""
        self._controller.start()

    def stop(self) -> None:
        """Closes the connections and ends the thread."""
        self._controller.stop()

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name for it
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keeps one mail."""
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        for recipient in envelope.rcpt_tos:
            self.received.append(
                Received(envelope_from=envelope.mail_from or "", recipient=recipient, raw=raw)
            )
        return "250 2.0.0 accepted"
