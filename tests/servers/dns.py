"""A resolver of one's own: a name server that can be told to fail, and commands that ask it alone.

    with NameServer(folder) as names:
        run([*names.prefix, "getent", "ahosts", "localhost"])
        names.mode = "unknown"

A command with the prefix has an /etc/hosts without names and a resolv.conf that leads here, in a
mount namespace of its own: that needs root, see `may_be_used`. Nothing here needs pytest.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Literal, Self

PORT = 53  # which resolv.conf cannot change
# "nothing" is an answer without an address, "broken" a SERVFAIL, "silent" no answer at all.
Mode = Literal["answers", "nothing", "unknown", "broken", "silent", "slow"]
SLOW_S = 3.0

_A, _CODES = 1, {"unknown": 3, "broken": 2}
_PREFIX = """
mount --bind "$1" /etc/hosts && mount --bind "$2" /etc/resolv.conf && shift 2 && exec "$@"
"""


class NameServer:
    """Gives every name the address 127.0.0.1, or fails as its `mode` says."""

    def __init__(self, folder: Path) -> None:
        self.mode: Mode = "answers"
        self.asked = 0
        hosts, resolver = folder / "hosts", folder / "resolv.conf"
        hosts.write_text("")
        # One of one's own, beside those of others who test.
        pid = os.getpid()
        self.address = f"127.{pid >> 16 & 127}.{pid >> 8 & 255}.{pid & 255 or 1}"
        resolver.write_text(f"nameserver {self.address}\n")
        words = ["unshare", "--mount", "sh", "-c", _PREFIX, "sh"]
        self.prefix = [*words, str(hosts), str(resolver)]
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.bind((self.address, PORT))
        except OSError:
            self._socket.close()
            raise
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # To close it would wake nobody who waits for it, and leave the port taken.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bell:
            bell.sendto(b"", (self.address, PORT))
        self._thread.join()
        self._socket.close()

    def may_be_used(self) -> bool:
        """Whether commands can be led here."""
        if os.getuid() != 0 or shutil.which("unshare") is None:
            return False
        done = subprocess.run(
            [*self.prefix, "getent", "ahosts", "localhost"], check=False, capture_output=True
        )
        return b"127.0.0.1" in done.stdout and self.asked > 0

    def _serve(self) -> None:
        while True:
            query, sender = self._socket.recvfrom(4096)
            if not query:
                return
            self.asked += 1
            if self.mode == "slow":
                threading.Thread(target=self._later, args=(query, sender), daemon=True).start()
            elif self.mode != "silent":
                self._socket.sendto(self._answer(query), sender)

    def _later(self, query: bytes, sender: tuple[str, int]) -> None:
        time.sleep(SLOW_S)
        self._socket.sendto(self._answer(query), sender)

    def _answer(self, query: bytes) -> bytes:
        """RFC 1035 section 4: the header, the question again, and an address or none."""
        end = query.index(b"\0", 12) + 5
        kind = int.from_bytes(query[end - 4 : end - 2])
        found = kind == _A and self.mode in ("answers", "slow")
        flags = 0x8180 | _CODES.get(self.mode, 0)
        counts = (1, 1 if found else 0, 0, 0)
        header = query[:2] + flags.to_bytes(2) + b"".join(n.to_bytes(2) for n in counts)
        record = b"\xc0\x0c\x00\x01\x00\x01" + (0).to_bytes(4) + b"\x00\x04\x7f\x00\x00\x01"
        return header + query[12:end] + (record if found else b"")
