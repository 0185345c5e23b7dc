"""An SMTP server that takes responsibility before it answers: `python -m bench.speed.sink FOLDER`.

Each mail is appended to a journal and synced to the disk before its 250; mails that arrive while
the disk is busy share the next sync, as they do in a mail queue. It is a process of its own, and
prints its port. FOLDER/journal holds the mails; FOLDER/accepted a line each, written after the
sync: the moment by the clock that all processes of a machine share, and the mail's In-Reply-To.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

HOST = "127.0.0.1"
_OFFERS = (
    b"250-sink.example\r\n250-PIPELINING\r\n250-SIZE 50000000\r\n250-ENHANCEDSTATUSCODES\r\n"
    b"250-8BITMIME\r\n250 SMTPUTF8\r\n"
)
_ANSWERS = {
    b"EHLO": _OFFERS,
    b"HELO": b"250 sink.example\r\n",
    b"MAIL": b"250 2.1.0 ok\r\n",
    b"RCPT": b"250 2.1.5 ok\r\n",
    b"RSET": b"250 2.0.0 ok\r\n",
    b"NOOP": b"250 2.0.0 ok\r\n",
}
_END = b"\r\n.\r\n"


class Journal:
    """Mails on their way to the disk; all that wait share one sync."""

    def __init__(self, folder: Path) -> None:
        self._file: BinaryIO = (folder / "journal").open("ab", buffering=0)
        self._told = (folder / "accepted").open("a", buffering=1, encoding="utf-8")
        self._waiting: list[tuple[bytes, Conversation]] = []
        self._thread = ThreadPoolExecutor(1)
        self._is_writing = False

    def take(self, mail: bytes, conversation: Conversation) -> None:
        """Writes a mail, and has the conversation answered when it lies on the disk."""
        self._waiting.append((mail, conversation))
        if not self._is_writing:
            self._is_writing = True
            self._write()

    def _write(self) -> None:
        batch, self._waiting = self._waiting, []
        written = asyncio.get_running_loop().run_in_executor(
            self._thread, self._sync, b"".join(mail for mail, _ in batch)
        )
        written.add_done_callback(lambda done: self._answer(done, batch))

    def _sync(self, octets: bytes) -> None:
        self._file.write(octets)
        os.fdatasync(self._file.fileno())

    def _answer(self, done: asyncio.Future[None], batch: list[tuple[bytes, Conversation]]) -> None:
        done.result()
        now = time.monotonic()
        self._told.write("".join(f"{now:.6f}\t{_answered(mail)}\n" for mail, _ in batch))
        for _, conversation in batch:
            conversation.say(b"250 2.0.0 taken\r\n")
        if self._waiting:
            self._write()
        else:
            self._is_writing = False


class Conversation(asyncio.Protocol):
    """One connection."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._buffer = bytearray()
        self._in_mail = False
        self._searched = 0
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greets."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        self.say(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        """Answers what is complete of it."""
        self._buffer += data
        while self._mail() if self._in_mail else self._command():
            pass

    def say(self, answer: bytes) -> None:
        """Sends an answer, if the other side is still there."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(answer)

    def _command(self) -> bool:
        line, end, rest = self._buffer.partition(b"\r\n")
        if not end:
            return False
        self._buffer = rest
        verb = bytes(line[:4]).upper()
        if verb == b"DATA":
            self._in_mail, self._searched = True, 0
            self.say(b"354 go on\r\n")
        elif verb == b"QUIT":
            self.say(b"221 2.0.0 bye\r\n")
            assert self._transport is not None
            self._transport.close()
        else:
            self.say(_ANSWERS.get(verb, b"500 5.5.1 what?\r\n"))
        return True

    def _mail(self) -> bool:
        end = self._buffer.find(_END, max(0, self._searched - len(_END)))
        if end < 0:
            self._searched = len(self._buffer)
            return False
        mail, self._buffer = bytes(self._buffer[: end + 2]), self._buffer[end + len(_END) :]
        self._in_mail = False
        self._journal.take(mail, self)
        return True


def _answered(mail: bytes) -> str:
    """The Message-ID that a mail is an answer to."""
    head = mail.partition(b"\r\n\r\n")[0]
    for field in head.split(b"\r\n"):
        name, _, value = field.partition(b":")
        if name.lower() == b"in-reply-to":
            return value.strip().decode("ascii", "replace")
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sink:
    """A running sink, seen from the process that has started it."""

    port: int
    folder: Path
    pid: int

    def accepted(self) -> list[tuple[float, str]]:
        """What was accepted so far: the moment (monotonic) and what it is an answer to."""
        path = self.folder / "accepted"
        lines = path.read_text().splitlines() if path.exists() else []
        return [(float(when), to) for when, _, to in (line.partition("\t") for line in lines)]

    def count(self) -> int:
        """How many mails were accepted so far."""
        path = self.folder / "accepted"
        return path.read_bytes().count(b"\n") if path.exists() else 0


@contextlib.contextmanager
def running_sink(folder: Path) -> Iterator[Sink]:
    """Starts a sink that journals into `folder`, and ends it."""
    folder.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.speed.sink", str(folder)], stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield Sink(port=int(process.stdout.readline()), folder=folder, pid=process.pid)
    finally:
        process.terminate()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


async def _serve(folder: Path) -> None:
    loop, journal = asyncio.get_running_loop(), Journal(folder)
    server = await loop.create_server(lambda: Conversation(journal), HOST, 0, backlog=200)
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    print(server.sockets[0].getsockname()[1], flush=True)
    await ended.wait()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
