"""An IMAP server that answers from a script: for what no well-kept server can be made to do.

with ScriptedImap({"UID FETCH": "{tag} NO [SERVERBUG] cannot\\r\\n"}) as server: ...
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Mapping
from typing import Self

from tests.servers.dovecot import HOST

# What a client meets on its way to the folder; LOGIN, since AUTHENTICATE takes more lines.
ORDINARY = {
    "CAPABILITY": "* CAPABILITY IMAP4rev1 {capabilities}\r\n{tag} OK done\r\n",
    "LOGIN": "{tag} OK [CAPABILITY IMAP4rev1 {capabilities}] welcome\r\n",
    "SELECT": (
        "* 2 EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen \\Flagged \\Deleted)\r\n"
        "* OK [PERMANENTFLAGS (\\Seen \\Flagged \\Deleted)] limited\r\n"
        "* OK [UIDVALIDITY 7] valid\r\n* OK [UIDNEXT 3] next\r\n{tag} OK [READ-WRITE] done\r\n"
    ),
    "NOOP": "{tag} OK done\r\n",
    "UID SEARCH": "* SEARCH 1 2\r\n{tag} OK done\r\n",
    "IDLE": "+ idling\r\n",
    "DONE": "{idle_tag} OK done\r\n",
    "LOGOUT": "* BYE see you\r\n{tag} OK done\r\n",
}

SILENCE = ""
HANG_UP = "hang up"


class ScriptedImap:
    """Answers each command by its longest known beginning; unknown ones get BAD.

    `script` overrides ORDINARY; a value is the answer, SILENCE or HANG_UP. `greeting` is sent
    first; `refuse_connections` are hung up on before it. `commands` keeps what came, without tags.
    """

    host = HOST

    def __init__(
        self,
        script: Mapping[str, str] | None = None,
        *,
        greeting: str = "* OK ready\r\n",
        capabilities: str = "IDLE",
        refuse_connections: int = 0,
    ) -> None:
        self.commands: list[str] = []
        self.connections = 0
        self._script = {**ORDINARY, **(script or {})}
        self._greeting = greeting
        self._capabilities = capabilities
        self._refuse = refuse_connections
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._listener = socket.create_server((HOST, 0))
        self.imap_port = int(self._listener.getsockname()[1])
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        for sock in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _start(self, work: object, *args: object) -> None:
        thread = threading.Thread(target=work, args=args)  # type: ignore[arg-type] # a bound method
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                if self.connections <= self._refuse:
                    connection.close()
                    continue
                self._open.append(connection)
                self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines, contextlib.suppress(OSError):
            connection.sendall(self._greeting.encode())
            idle_tag = ""
            for line in lines:
                words = line.decode().strip()
                tag, _, command = words.partition(" ") if words != "DONE" else ("", "", words)
                self.commands.append(command)
                if command == "IDLE":
                    idle_tag = tag
                answer = self._answer(command)
                if answer == HANG_UP:
                    connection.shutdown(socket.SHUT_RDWR)
                    return
                for name, value in (
                    ("{tag}", tag),
                    ("{idle_tag}", idle_tag),
                    ("{capabilities}", self._capabilities),
                ):
                    answer = answer.replace(name, value)
                connection.sendall(answer.encode())

    def _answer(self, command: str) -> str:
        known = [beginning for beginning in self._script if command.startswith(beginning)]
        return self._script[max(known, key=len)] if known else "{tag} BAD unknown\r\n"
