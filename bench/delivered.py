"""Machine mail between people's requests in a real mailbox: how many mails does the command send?

Every message is put to us and asks for something (bench/judged.py), and after every few of
them stands a person's request, which none can mistake. Whoever gets a mail and is none of these
people has been answered though a machine wrote.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console

from bench.judged import SUPPORT, asking, messages
from bench.mail import sender_of
from bench.put_in import addressed
from tests.servers.dovecot import Dovecot, message
from tests.servers.smtp import SmtpServer

PERSON_AFTER_EVERY = 5
COMMAND = (sys.executable, "-m", "daemon")
CONFIG = """\
[store]
url = "sqlite:///optoutd.db"
[smtp]
host = "127.0.0.1"
port = {smtp_port}
security = "none"
[company]
name = "GigaPros"
postal_address = "1 Harbour Road"
phone = "+1 555 0100"
[[mailbox]]
name = "support"
role = "support"
address = "{user}"
host = "127.0.0.1"
port = {imap_port}
security = "none"
username = "{user}"
password_file = "password"
backlog = "all"
"""


def mail_for(folders: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """Names and messages, in the order in which they are delivered; people have no name."""
    person = 0
    for folder in folders:
        for number, (name, raw) in enumerate(messages(folder)):
            to_us = addressed(raw, SUPPORT)
            yield f"{folder.name}/{name}", asking(to_us) or to_us
            if number % PERSON_AFTER_EVERY == 0:
                yield (
                    sender_of(person),
                    message(
                        f"A request {person}",
                        "Please stop sending me your newsletter.",
                        sender=sender_of(person),
                    ),
                )
                person += 1


def senders_of(raw: bytes) -> set[str]:
    """All that looks like an address in the header section."""
    head = re.split(rb"\r?\n\r?\n|\r\r", raw, maxsplit=1)[0].decode("utf-8", "replace")
    return {found.lower() for found in re.findall(r"[^\s<>,;:\"()]+@[^\s<>,;:\"()]+", head)}


def one_pass(config: Path) -> subprocess.CompletedProcess[str]:
    """`optoutd poll`, as its user runs it."""
    return subprocess.run(
        [*COMMAND, "--config", config, "poll", "--json", "--timeout", "600"],
        capture_output=True, text=True, check=False,
        env={k: v for k, v in os.environ.items() if not k.startswith("OPTOUTD_")},
    )  # fmt: skip


def deliver(folders: list[Path], any_mail: list[Path], *, as_json: bool) -> int:
    """Delivers it all, runs one pass of the command, and prints what left; 1 on any miss.

    Of `any_mail` it counts only whether the people around it are answered.
    """
    with (
        tempfile.TemporaryDirectory(prefix="optoutd-bench-") as place,
        Dovecot({SUPPORT: "secret"}) as imap,
        SmtpServer() as smtp,
    ):
        folder = Path(place)
        (folder / "password").write_text("secret\n")
        (folder / "password").chmod(0o600)
        config = folder / "optoutd.toml"
        config.write_text(
            CONFIG.format(smtp_port=smtp.port, imap_port=imap.imap_port, user=SUPPORT)
        )
        # At a first start, a mail's own Date would count, and most of these are too old to answer.
        one_pass(config)
        people, neither, machines = set[str](), set[str](), dict[str, bytes]()
        with imap.client(SUPPORT) as client:
            either = {folder.name for folder in any_mail}
            for name, raw in mail_for([*folders, *any_mail]):
                kind, slash, _ = name.partition("/")
                if not slash:
                    people.add(name)
                elif kind in either:
                    neither |= senders_of(raw)
                else:
                    machines[name] = raw
                # RFC 9051 section 4.3: a literal has no NUL; a server may refuse it.
                client.append("INBOX", raw.replace(b"\0", b"\x80"))
        began = time.perf_counter()
        done = one_pass(config)
        seconds = time.perf_counter() - began
        sent = Counter(to.lower() for mail in smtp.received for to in mail.recipients)
        waiting = len(imap.folder(SUPPORT))
    if done.returncode:
        print(done.stdout[-500:], done.stderr[-2000:], file=sys.stderr)
    strangers = {to: count for to, count in sent.items() if to not in people | neither}
    told = {
        "exit_status": done.returncode,
        "seconds": round(seconds, 1),
        "machine_messages": len(machines),
        "mails_sent": sum(sent.values()),
        "people": len(people),
        "people_answered": len(people & sent.keys()),
        "mails_to_others": sum(strangers.values()),
        "left_in_inbox": waiting,
        "pass": json.loads(done.stdout.splitlines()[0]) if done.stdout else {},
        "others": {
            to: [name for name, raw in machines.items() if to in senders_of(raw)][:3]
            for to in sorted(strangers)
        },
    }
    if as_json:
        print(json.dumps(told))
    else:
        console = Console(width=None if sys.stdout.isatty() else 150)
        for name, value in told.items():
            if name != "others":
                console.print(f"{name.replace('_', ' '):<20} {value}", highlight=False)
        for to, names in told["others"].items():
            console.print(f"  {to}: {', '.join(names)}", markup=False, soft_wrap=True)
    return 1 if done.returncode or strangers or people - sent.keys() else 0
