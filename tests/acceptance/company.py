"""A company with two mailboxes on real servers, and the command as its administrator runs it.

    company = Company(folder, dovecot, support="…", cancel="…")
    company.write_config()
    company.command("poll")
    with company.daemon() as daemon: …

Each command is a process of its own, started by the installed console script.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid
from pathlib import Path
from typing import Any

from tests.servers.dovecot import Dovecot, Stored
from tests.servers.smtp import SmtpServer

COMMAND = Path(sys.executable).with_name("optoutd")
PATIENCE_S = 30.0  # for what a busy machine may take; who waits it out, fails

_CONFIG = """\
[store]
{store}

[smtp]
host = "127.0.0.1"
port = {smtp_port}
security = "none"

[company]
name = "GigaPros"
postal_address = "GigaPros Ltd\\n1 Harbour Road\\nSpringfield"
phone = "+1 555 0100"
{extra}
"""
_MAILBOX = """
[[mailbox]]
name = "{name}"
role = "{name}"
address = "{user}"
host = "127.0.0.1"
port = {imap_port}
security = "none"
username = "{user}"
password_file = "{name}.password"
backlog = "all"
trusted_authserv_id = "mx.shop.example"
poll_seconds = {poll_seconds}
{extra}
"""


class Company:
    """Two mailboxes on `dovecot`, an SMTP server for the replies, and a configuration.

    `store` are the lines of that section. With several `daemons` (PostgreSQL) `daemon` runs so
    many at once.
    """

    store = 'url = "sqlite:///store/optoutd.db"'
    daemons = 1
    prefix: tuple[str, ...] = ()  # what starts the daemon

    def __init__(
        self, folder: Path, dovecot: Dovecot, smtp: SmtpServer, *, support: str, cancel: str
    ) -> None:
        self.folder = folder
        self.dovecot = dovecot
        self.smtp = smtp
        self.support = support
        self.cancel = cancel
        self.config = folder / "optoutd.toml"

    def write_config(
        self, *, extra: str = "", box_extra: str = "", poll_seconds: float = 3600
    ) -> None:
        """Writes the configuration and the passwords; `poll_seconds` leaves the work to IDLE."""
        (self.folder / "store").mkdir(exist_ok=True)
        text = _CONFIG.format(store=self.store, smtp_port=self.smtp.port, extra=extra)
        for name, user in (("support", self.support), ("cancel", self.cancel)):
            secret = self.folder / f"{name}.password"
            secret.touch(mode=0o600)
            secret.write_text(f"{self.dovecot.users[user]}\n")
            text += _MAILBOX.format(
                name=name,
                user=user,
                imap_port=self.dovecot.imap_port,
                poll_seconds=poll_seconds,
                extra=box_extra,
            )
        self.config.write_text(text)

    def command(self, *words: str, timeout_s: float = 60.0) -> subprocess.CompletedProcess[str]:
        """Runs `optoutd` with the configuration and these words, and waits for its end."""
        return subprocess.run(
            [COMMAND, "--config", self.config, *words],
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
            env=clean_environment(),
        )

    def objects(self, *words: str) -> list[dict[str, Any]]:
        """What a command prints with `--json`, which has to succeed."""
        done = self.command(*words, "--json")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def requests(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The requests by address and kind."""
        return {(r["address"], r["kind"]): r for r in self.objects("requests", "list")}

    @contextlib.contextmanager
    def daemon(self) -> Iterator[Daemon]:
        """Runs `optoutd run` in a process of its own, which is killed at the end."""
        daemon = Daemon(self) if self.daemons == 1 else Daemons(self, self.daemons)
        try:
            yield daemon
        finally:
            daemon.kill()

    def share_store(self, url: str, *, lease_s: float = 5, daemons: int = 2) -> None:
        """Keeps the store in PostgreSQL from now on."""
        self.store = f'url = "{url}"\nlease_seconds = {lease_s}'
        self.daemons = daemons
        self.write_config()

    def folder_of(self, user: str, name: str = "INBOX") -> list[Stored]:
        """The messages of a folder."""
        return self.dovecot.folder(user, name)

    def write_to(self, box: str, sender: str, subject: str, text: str, **headers: str) -> bytes:
        """Delivers a message from a customer to one of the mailboxes, as a mail server would."""
        raw = mail(sender, box, subject, text, **headers)
        self.dovecot.deliver(box, raw, sender=sender)
        return raw

    def answer(self, question: bytes, text: str, *, sender: str = "") -> None:
        """Answers a reply of ours as a mail program does, from the address that it went to."""
        import email

        asked = email.message_from_bytes(question)
        self.write_to(
            asked["From"].rpartition("<")[2].strip(">"),
            sender or asked["To"],
            f"Re: {asked['Subject'].removeprefix('Re: ')}",
            text,
            **{"In-Reply-To": asked["Message-ID"], "References": asked["Message-ID"]},
        )


class Daemon:
    """`optoutd run` as a process, with its log."""

    def __init__(self, company: Company) -> None:
        self._log = company.folder / f"log-{time.monotonic_ns()}"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [*company.prefix, COMMAND, "--config", company.config, "run"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=clean_environment(),
            )

    @property
    def log(self) -> str:
        """Everything that it has printed."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def events(self, name: str = "") -> list[dict[str, Any]]:
        """The events of the log, or those of one name; a line half written is left out."""
        lines = [line for line in self.log.split("\n")[:-1] if line]
        events = [json.loads(line) for line in lines]
        return [event for event in events if not name or event["event"] == name]

    def wait_for(self, name: str, count: int = 1) -> list[dict[str, Any]]:
        """Waits until it has logged `count` events of a name."""
        until(lambda: len(self.events(name)) >= count, lambda: f"no {name}:\n{self.log}")
        return self.events(name)

    def stop(self) -> int:
        """Sends SIGTERM and waits; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)

    def kill(self) -> None:
        """Ends it as a loss of power would."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE_S)


class Daemons(Daemon):
    """Several of them on one store, which are looked at as though they were one."""

    def __init__(self, company: Company, count: int) -> None:
        self.each = [Daemon(company) for _ in range(count)]
        self.process = self.each[0].process

    @property
    def log(self) -> str:
        """Everything that they have printed, one after the other."""
        return "".join(daemon.log for daemon in self.each)

    def events(self, name: str = "") -> list[dict[str, Any]]:
        """Their events in the order in which they happened."""
        every = [event for daemon in self.each for event in daemon.events(name)]
        return sorted(every, key=lambda event: str(event["time"]))

    def stop(self) -> int:
        """Stops all; the worst exit status."""
        return max(daemon.stop() for daemon in self.each)

    def kill(self) -> None:
        """Ends all of them."""
        for daemon in self.each:
            daemon.kill()


def until(
    holds: Callable[[], bool], otherwise: Callable[[], str], *, patience_s: float = PATIENCE_S
) -> None:
    """Waits until something holds; fails with the words of `otherwise` if it never does."""
    deadline = time.monotonic() + patience_s
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(otherwise())
        time.sleep(0.02)


def clean_environment() -> dict[str, str]:
    """Our environment without settings of optoutd and of terminals."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("OPTOUTD_")}
    return {**kept, "COLUMNS": "200", "TERM": "dumb", "NO_COLOR": "1"}


def mail(sender: str, to: str, subject: str, text: str, **headers: str) -> bytes:
    """A message of a person; a header in `headers` goes before the usual one of its name."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime())
    message["Message-ID"] = make_msgid(domain="mail.customer.example")
    for name, value in headers.items():
        del message[name]
        message[name] = value
    message.set_content(text)
    return message.as_bytes()
