"""A company's servers for one sitting: Dovecot, an SMTP sink, PostgreSQL where it is installed."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.mail import make
from bench.speed.sink import Sink, running_sink
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Postgres, find_postgres

ADDRESS = "support@shop.example"
PASSWORD = "secret"
# At the first messages of each language its words and models are loaded.
WARM_UP_MESSAGES = 200


@dataclass(slots=True)
class Pool:
    """Messages written once, and linked into as many mailboxes as there are runs."""

    folder: Path
    owner: tuple[int, int]
    # By number: octets with LF, and with CRLF.
    _sizes: list[tuple[int, int]] = field(default_factory=list)

    def grow(self, messages: int, tell: Callable[[str], None] = lambda _: None) -> None:
        """Has at least so many messages."""
        for number in range(len(self._sizes), messages):
            if number % 1000 == 0:
                tell(f"writing message {number:,} of {messages:,}")
            raw = make(number, ADDRESS)
            stored = raw.replace(b"\r\n", b"\n")
            path = self._path(number)
            path.write_bytes(stored)
            os.chown(path, *self.owner)
            self._sizes.append((len(stored), len(raw)))

    def link(self, maildir: Path, numbers: Sequence[int], *, of: int = 0) -> None:
        """Puts messages of these numbers into a Maildir, in this order, unseen.

        S= and W= save Dovecot from opening each file. With `of` only so many different ones.
        """
        first = int(time.time()) - len(numbers)
        for place, number in enumerate(numbers):
            kept = number % of if of else number
            stored, sent = self._sizes[kept]
            # As a server names it, and links it from tmp; the moment is its INTERNALDATE.
            name = f"{first + place}.M{place:06}P{os.getpid()}Q{next_link():x}.pool"
            os.link(self._path(kept), maildir / "cur" / f"{name},S={stored},W={sent}:2,")

    def raw(self, number: int) -> bytes:
        """One message, with CRLF."""
        return self._path(number).read_bytes().replace(b"\n", b"\r\n")

    def octets(self, messages: int) -> int:
        """How many octets the first so many have together."""
        return sum(sent for _, sent in self._sizes[:messages])

    def _path(self, number: int) -> Path:
        folder = self.folder / f"{number // 1000}"
        if number % 1000 == 0:
            folder.mkdir(exist_ok=True)
        return folder / str(number)


_links = iter(range(2**62))


def next_link() -> int:
    """A number that no other link of this process has."""
    return next(_links)


@dataclass(slots=True)
class Place:
    """The servers, and the folder that everything lies in."""

    folder: Path
    imap: Dovecot
    sink: Sink
    pool: Pool
    stack: ExitStack
    _postgres: Postgres | None = None
    _users: int = 0

    def new_user(self) -> str:
        """A user with an empty mailbox."""
        self._users += 1
        user = f"support{self._users}@shop.example"
        self.imap.add_user(user, PASSWORD)
        self.imap.maildir(user)
        return user

    def seeded_user(self, numbers: Sequence[int], *, of: int = 0) -> str:
        """A user whose INBOX holds messages of the pool.

        Dovecot has looked at it once: nobody shall pay for the index, which it makes then.
        """
        user = self.new_user()
        self.pool.link(self.imap.maildir(user), numbers, of=of)
        with self.imap.client(user) as client:
            client.select_folder("INBOX", readonly=True)
            found = client.search("ALL")
            if len(found) != len(numbers):
                raise SystemExit(f"{len(found)} of {len(numbers)} messages are in the mailbox")
            for start in range(0, len(found), 1000):
                client.fetch(found[start : start + 1000], ["RFC822.SIZE", "INTERNALDATE"])
        return user

    def new_folder(self, name: str) -> Path:
        """An empty folder for one process."""
        return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.folder))

    def kinds(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """The kinds of store that are wanted and installed."""
        return tuple(kind for kind in wanted if kind == "sqlite" or find_postgres() is not None)

    @property
    def postgres(self) -> Postgres:
        """A server that syncs to the disk, started when it is first asked for."""
        if self._postgres is None:
            self._postgres = self.stack.enter_context(Postgres(on_disk=True))
        return self._postgres


@contextmanager
def a_place() -> Iterator[Place]:
    """All of it on a real disk, and gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="optoutd-bench-")))
        # The tests' own server does without; a real one syncs what it delivers and moves.
        imap = stack.enter_context(Dovecot({}, extra="mail_fsync = optimized"))
        sink = stack.enter_context(running_sink(folder / "sink"))
        # Beside the mailboxes: links do not reach across file systems.
        pool = imap.maildir("pool").parent / "messages"
        pool.mkdir()
        found = imap.maildir("pool").stat()
        yield Place(folder, imap, sink, Pool(pool, (found.st_uid, found.st_gid)), stack)
