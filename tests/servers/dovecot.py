"""A private Dovecot: own configuration, own folder, loopback only, gone afterwards.

    with Dovecot({"support@shop.example": "secret"}) as server:
        server.deliver("support@shop.example", b"Subject: hello\\r\\n\\r\\nhello\\r\\n")

Runs as root (mail then belongs to `nobody`) and as an ordinary user. Nothing here needs pytest.
"""

from __future__ import annotations

import base64
import contextlib
import grp
import os
import pwd
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, Self

import trustme
from imapclient import IMAPClient

START_TIMEOUT_S = 20.0
HOST = "127.0.0.1"

_CONFIG = """\
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
listen = {host}
protocols = imap lmtp
postmaster_address = postmaster@localhost
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
first_valid_uid = 1
mail_fsync = never
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
ssl = yes
ssl_cert = <{root}/server.pem
ssl_key = <{root}/server.key
{identity}
passdb {{
  driver = passwd-file
  args = username_format=%u {root}/users/%u
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = {separator}
  prefix = {prefix}
  {special}
}}
service anvil {{
  {no_chroot}
  # Without it, each refused login makes the next one slower.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  {no_chroot}
}}
service imap-login {{
  {no_chroot}
  service_count = 0
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
{capability}
{extra}
"""


class Stored(NamedTuple):
    """A message as it lies in a folder; `flags` without \\Recent, which belongs to a session."""

    uid: int
    flags: frozenset[str]
    raw: bytes


class ServerDidNotStart(RuntimeError):  # noqa: N818 - says what happened
    """The server ended, or did not listen in time; the text holds its own words."""


def find_dovecot() -> str | None:
    """The path of the `dovecot` program, or None where it is not installed."""
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")


def free_ports(count: int) -> list[int]:
    """TCP ports of the loopback interface that nobody listens on now, no two of them the same."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((HOST, 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on now."""
    return free_ports(1)[0]


class Dovecot:
    """A Dovecot of one's own, started by `start` or `with`.

    `users` maps user names to passwords. `separator` and `prefix` are those of the personal
    namespace; `sent` names the folder with the special use \\Sent, '' for none; `capability` is
    what the server says it can do after the login, '' for all that it can; `names` stand in its
    certificate; `extra` are further lines of its configuration.
    """

    host = HOST

    def __init__(
        self,
        users: Mapping[str, str] | None = None,
        *,
        separator: str = "/",
        prefix: str = "",
        sent: str = "Sent",
        capability: str = "",
        names: Sequence[str] = ("localhost", HOST),
        extra: str = "",
    ) -> None:
        self.users: dict[str, str] = dict(users or {})
        self.imap_port = self.imaps_port = self.lmtp_port = 0
        self._separator, self._prefix = separator, prefix
        self._sent, self.capability, self._names = sent, capability, tuple(names)
        self._extra = extra
        self._process: subprocess.Popen[bytes] | None = None
        self._root = Path()
        self._seeded = 0
        self._uid, self._gid = _mail_owner()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    @property
    def ca_file(self) -> Path:
        """The certificate of the authority that signed the server's own."""
        return self._root / "ca.pem"

    @property
    def pid(self) -> int:
        """The process of the master, while it runs."""
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """All that the server has logged so far."""
        path = self._root / "dovecot.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def logins(self, user: str) -> int:
        """How often `user` has logged in by IMAP, as the server's log has it."""
        return self.log.count(f"Login: user=<{user}>")

    def start(self) -> None:
        """Starts the server; returns when it listens, and raises ServerDidNotStart otherwise."""
        program = find_dovecot()
        if program is None:
            raise ServerDidNotStart("dovecot is not installed")
        if self._root == Path():
            self._prepare()
        for attempts_left in (2, 1, 0):
            if not self.imap_port:
                self.imap_port, self.imaps_port, self.lmtp_port = free_ports(3)
            self._write_config()
            try:
                self._launch(program)
            except ServerDidNotStart:
                # Somebody else may have taken a port between the probe and the start.
                if not attempts_left or "in use" not in self.log:
                    self.remove()
                    raise
                self.imap_port = 0
            else:
                return

    def stop(self) -> None:
        """Ends the server and every process of it at once; mail and ports stay for `start`."""
        process, self._process = self._process, None
        if process is None:
            return
        # Not SIGTERM: imap processes with an open client would outlive it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        # What the dead master could not clear away itself.
        shutil.rmtree(self._root / "run", ignore_errors=True)

    def restart(self) -> None:
        """Kills the server and starts it again on the same ports, with the same mail."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Ends the server and deletes its folder."""
        self.stop()
        if self._root != Path():
            shutil.rmtree(self._root, ignore_errors=True)
            self._root = Path()

    def add_user(self, user: str, password: str = "secret") -> None:
        """Adds a user; works while the server runs."""
        self.users[user] = password
        if self._root != Path():
            self._write_user(user)

    @contextlib.contextmanager
    def without_user(self, user: str) -> Iterator[None]:
        """Has the server refuse the login of `user`; it notices after about a second."""
        path = self._root / "users" / user
        aside = path.with_suffix(".aside")
        path.rename(aside)
        path.mkdir()
        try:
            yield
        finally:
            path.rmdir()
            aside.rename(path)

    def deliver(self, user: str, raw: bytes, *, sender: str = "someone@elsewhere.example") -> None:
        """Delivers a message to the INBOX of `user` as a mail server would (LMTP)."""
        with smtplib.LMTP(HOST, self.lmtp_port, timeout=20) as lmtp:
            lmtp.sendmail(sender, [user], raw)

    def append(
        self, user: str, folder: str, raw: bytes, internal_date: datetime | None = None
    ) -> int:
        """Puts a message into a folder (IMAP APPEND) with the given INTERNALDATE; its UID."""
        with self.client(user) as client:
            answer = client.append(folder, raw, msg_time=internal_date)
        return int(answer.partition(b"APPENDUID")[2].split()[1].rstrip(b"]"))

    def seed(self, user: str, count: int, make: Callable[[int], bytes]) -> None:
        """Writes `make(0)`, `make(1)` … straight into the INBOX, in this order; for bulk.

        `make` returns lines that end in CRLF. INTERNALDATE grows by a second a message, up to now.
        """
        maildir = self.maildir(user)
        first = int(time.time()) - count
        for number in range(count):
            raw = make(number)
            stored = raw.replace(b"\r\n", b"\n")
            when = first + number
            # S= and W= save Dovecot from opening each file to learn its sizes.
            self._seeded += 1  # or a later call within these seconds would write over it
            name = f"{when}.M{self._seeded:06}P1.seed,S={len(stored)},W={len(raw)}"
            path = maildir / "tmp" / name
            path.write_bytes(stored)
            os.utime(path, (when, when))
            self._own(path)
            path.rename(maildir / "new" / name)  # a running Dovecot may take it from there at once

    def maildir(self, user: str) -> Path:
        """The Maildir of `user`, made if it is not there yet."""
        maildir = self._root / "mail" / user / "Maildir"
        if not maildir.exists():
            for part in ("cur", "new", "tmp"):
                (maildir / part).mkdir(parents=True)
            for path in (maildir.parent, maildir, *maildir.iterdir()):
                self._own(path)
        return maildir

    def renumber(self, user: str) -> None:
        """Restarts the server; the INBOX of `user` has another UIDVALIDITY then, if it had any."""
        self.stop()
        maildir = self.maildir(user)
        for index in maildir.glob("dovecot.index*"):
            index.unlink()
        uids = maildir / "dovecot-uidlist"
        if uids.exists():
            one_more = re.sub(
                r" V(\d+)", lambda v: f" V{int(v[1]) + 1}", uids.read_text(), count=1
            )
            uids.write_text(one_more)
        self.start()

    def client(self, user: str) -> Any:
        """A plain IMAPClient, logged in as `user`, to look with; use it in a `with`."""
        client = IMAPClient(HOST, self.imap_port, ssl=False, timeout=20)
        client.plain_login(user, self.users[user])  # LOGIN is for ASCII passwords only
        return client

    def folder(self, user: str, name: str = "INBOX") -> list[Stored]:
        """The messages of a folder by UID, found by EXAMINE: looking changes nothing.

        `name` is the server's own name of the folder. Empty where there is no such folder.
        """
        with self.client(user) as client:
            if not client.folder_exists(name):
                return []
            client.select_folder(name, readonly=True)
            uids = client.search("ALL")
            found = client.fetch(uids, ["FLAGS", "BODY.PEEK[]"]) if uids else {}
            return [
                Stored(
                    uid,
                    frozenset(f.decode() for f in item[b"FLAGS"]) - {r"\Recent"},
                    item[b"BODY[]"],
                )
                for uid, item in sorted(found.items())
            ]

    def _prepare(self) -> None:
        self._root = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self._root.chmod(0o755)  # nobody, whom the mail belongs to, has to pass
        (self._root / "mail").mkdir()
        self._own(self._root / "mail")
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.ca_file))
        certificate = authority.issue_cert(*self._names)
        certificate.private_key_pem.write_to_path(str(self._root / "server.key"))
        for number, blob in enumerate(certificate.cert_chain_pems):
            blob.write_to_path(str(self._root / "server.pem"), append=bool(number))
        (self._root / "users").mkdir()
        for user in self.users:
            self._write_user(user)

    def _write_user(self, user: str) -> None:
        # A file for each, because Dovecot looks at most once a second whether one has changed.
        # Base64, so that a password may hold any character.
        password = base64.b64encode(self.users[user].encode()).decode()
        path = self._root / "users" / user
        path.write_text(f"{user}:{{PLAIN.b64}}{password}::::::\n")
        path.chmod(0o644)

    def _write_config(self) -> None:
        as_root = os.getuid() == 0
        me, group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
        internal = (
            f"default_login_user = {me}\n"
            f"default_internal_user = {me}\n"
            f"default_internal_group = {group}\n"
        )
        (self._root / "dovecot.conf").write_text(
            _CONFIG.format(
                root=self._root,
                host=HOST,
                uid=self._uid,
                gid=self._gid,
                identity="" if as_root else internal,
                no_chroot="" if as_root else "chroot =",
                separator=self._separator,
                prefix=self._prefix,
                special=_special_use(self._prefix + self._sent if self._sent else ""),
                capability=f"imap_capability = {self.capability}" if self.capability else "",
                extra=self._extra,
                imap_port=self.imap_port,
                imaps_port=self.imaps_port,
                lmtp_port=self.lmtp_port,
            )
        )

    def _launch(self, program: str) -> None:
        with (self._root / "stderr").open("wb") as stderr:
            self._process = subprocess.Popen(
                [program, "-F", "-c", str(self._root / "dovecot.conf")],
                stdin=subprocess.DEVNULL,
                stdout=stderr,
                stderr=stderr,
                start_new_session=True,  # so that stop() can kill the whole group
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        waiting = [self.imap_port, self.imaps_port, self.lmtp_port]
        while waiting:
            if self._process.poll() is not None or time.monotonic() > deadline:
                words = (self._root / "stderr").read_text(errors="replace") + self.log
                self.stop()
                raise ServerDidNotStart(f"dovecot did not start: {words[-2000:]}")
            try:
                socket.create_connection((HOST, waiting[0]), timeout=1).close()
                waiting.pop(0)
            except OSError:
                time.sleep(0.005)

    def _own(self, path: Path) -> None:
        if os.getuid() == 0:
            os.chown(path, self._uid, self._gid)


def _mail_owner() -> tuple[int, int]:
    if os.getuid() != 0:
        return os.getuid(), os.getgid()
    nobody = pwd.getpwnam("nobody")  # Dovecot refuses to open mail as root
    return nobody.pw_uid, nobody.pw_gid


def _special_use(folder: str) -> str:
    if not folder:
        return ""
    return f'mailbox "{folder}" {{\n    special_use = \\Sent\n    auto = subscribe\n  }}'


def message(subject: str = "hello", text: str = "hello", *, sender: str = "") -> bytes:
    """A small message for tests that do not care what it says."""
    day = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
    return (
        f"From: {sender or 'customer@elsewhere.example'}\r\nTo: support@shop.example\r\n"
        f"Date: {day}\r\nMessage-ID: <{subject.replace(' ', '.')}@elsewhere.example>\r\n"
        f"Subject: {subject}\r\n\r\n{text}\r\n"
    ).encode()
