"""`optoutd web` as systemd starts it: with its socket open already, and told of the start."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from daemon.ports import Store
from daemon.stores import open_store
from handlers.list_token import Sealer
from tests.acceptance.company import COMMAND, PATIENCE_S, clean_environment
from tests.contract.store_values import NOW
from tests.unit.configs import GOOD

# What sd_listen_fds(3) says: the socket is descriptor 3, and meant for this process.
START = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2], sys.argv[2:])
"""
CONFIG = f'{GOOD}\n[web]\nbase_url = "https://www.shop.example"\n'


@dataclass(slots=True)
class Web:
    """The running service, its store, and where to call it."""

    folder: Path
    config: str = CONFIG
    store_url: str = "sqlite:///optoutd.db"
    password: str | None = None  # of the store
    process: subprocess.Popen[bytes] = field(init=False)
    port: int = field(init=False)

    def start(self, *program: str) -> None:
        """Starts it, or `program` in its place; who calls before it is ready waits."""
        (self.folder / "optoutd.toml").write_text(self.config)
        with self.store("own"):
            pass
        listening = socket.create_server(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        (self.folder / "notify").unlink(missing_ok=True)
        notified.bind(str(self.folder / "notify"))
        notified.settimeout(PATIENCE_S)
        with (self.folder / "log").open("wb") as log, listening, notified:
            self.process = subprocess.Popen(
                [sys.executable, "-c", START, str(listening.fileno()), *(program or (COMMAND,)),
                 "--config", self.folder / "optoutd.toml", "web"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                pass_fds=[listening.fileno()],
                env=clean_environment() | {"NOTIFY_SOCKET": str(self.folder / "notify")},
            )  # fmt: skip
            assert notified.recv(100) == b"READY=1", self.log

    @contextlib.contextmanager
    def store(self, access: str = "read") -> Iterator[Store]:
        """The store, beside the service."""
        opened = open_store(
            self.store_url,
            access=access,  # type: ignore[arg-type]
            base_dir=self.folder,
            now=NOW,
            password=self.password,
        )
        yield opened
        opened.close()

    def token(self, address: str, list_name: str) -> str:
        """The token in a newsletter."""
        with self.store("write") as store:
            return Sealer(*store.token_key(now=NOW)).seal(address, list_name)

    def url(self, path: str) -> str:
        """Where the proxy would hand a call over."""
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def log(self) -> str:
        """What it has printed."""
        return (self.folder / "log").read_text()

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events of its log."""
        return [json.loads(line) for line in self.log.splitlines()]

    def stop(self) -> int:
        """Sends SIGTERM and waits; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)

    def kill(self) -> None:
        """Ends it, if it has not."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE_S)
