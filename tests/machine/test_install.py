"""docs/install.md leads from an empty Debian 12 to a service that works: each command is run.

On a machine of its own with the real systemd, so that the unit's restrictions hold as well. The
mail servers stand outside, under the names that the page uses.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.acceptance.company import mail
from tests.machine.machine import Machine, MachineError, why_not
from tests.servers.dovecot import HOST, Dovecot, free_port
from tests.servers.smtp import SmtpServer
from tests.servers.terminal import Terminal
from tests.unit.test_systemd import settings_of

pytestmark = [
    pytest.mark.machine,
    pytest.mark.timeout(900),
    pytest.mark.skipif(why_not() != "", reason=f"no machine of its own: {why_not()}"),
]

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
NEWSLETTERS = (ROOT / "docs" / "newsletter.md").read_text(encoding="utf-8")
SUPPORT, CANCEL, CUSTOMER = "support@example.com", "cancel@example.com", "someone@example.net"
PATIENCE_S = 60.0
_FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FOLLOWING = re.compile(r"^(.*--follow)$", re.MULTILINE)
# The unit's directives that close it, as a command can be given them.
_CLOSING = re.compile(
    r"(?:Protect|Private|Restrict|NoNew|Capability|SystemCall|Lock|Memory|Proc|User|Group)\w*\Z"
)
FORBIDDEN = (
    "touch /usr/x",
    "touch /etc/optoutd/x",
    "ls /root",
    "mount -t tmpfs none /mnt",
    "hostname other",
    "cat /proc/1/cmdline",
    "bash -c 'kill -0 1'",
    "python3 -c 'import socket; socket.socket(socket.AF_PACKET)'",
)


class Block(NamedTuple):
    """The commands of one fence, with the heading above them."""

    heading: str
    script: str


def blocks(page: str) -> list[Block]:
    """Everything that the page tells an administrator to type, in its order."""
    found = []
    for section in re.split(r"^## ", page, flags=re.MULTILINE):
        heading = section.partition("\n")[0].strip("# ")
        found += [Block(heading, script) for script in _FENCE.findall(section)]
    return found


@pytest.fixture(scope="module")
def imap() -> Iterator[Dovecot]:
    server = Dovecot(
        {
            SUPPORT: "secret support",
            CANCEL: "secret cancel",
            CUSTOMER: "secret",
            "support@acme.example": "secret support",
            "cancel@acme.example": "secret cancel",
        },
        names=("imap.example.com",),
    )
    server.imap_port, server.imaps_port, server.lmtp_port = free_port(), 993, free_port()
    with server:
        yield server


@pytest.fixture(scope="module")
def smtp(imap: Dovecot) -> Iterator[SmtpServer]:
    server = SmtpServer(
        users={SUPPORT: "secret smtp", "support@acme.example": "secret smtp"},
        security="tls",
        onward=imap,
        names=("smtp.example.com",),
    )
    server.port = 465
    with server:
        yield server


@pytest.fixture(scope="module")
def machine(imap: Dovecot, smtp: SmtpServer) -> Iterator[Machine]:
    made = Machine()
    try:
        made.start()
    except MachineError as error:
        # What the page leads to can only be seen on one; that there is none is not its fault.
        pytest.skip(f"no machine can be made here: {error}")
    try:
        for name, authority in (
            ("imap.example.com", imap.ca_file.read_bytes()),
            ("smtp.example.com", smtp.ca_pem),
        ):
            made.know_host(name, HOST)
            made.trust(name, authority)
        unpack(made.root / "root/optoutd")
        yield made
    finally:
        made.remove()


def unpack(folder: Path) -> None:
    """The source as a release holds it: what git knows, as it is now."""
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)


def until(holds: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(otherwise())
        time.sleep(0.2)


def journal(machine: Machine, unit: str = "optoutd") -> str:
    return machine.run(f"journalctl --unit={unit} --output=cat --no-pager")


def write_in(imap: Dovecot, subject: str) -> None:
    """A customer asks to be opted out."""
    raw = mail(CUSTOMER, SUPPORT, subject, "Please unsubscribe me from your newsletter.")
    imap.deliver(SUPPORT, raw, sender=CUSTOMER)


def write_in_parts(imap: Dovecot) -> None:
    """The same in so many parts that a process of its own has to read it."""
    texts = [*["Hello."] * 700, "Please unsubscribe me from your newsletter."]
    body = "".join(f"--b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n" for text in texts)
    head = f"From: {CUSTOMER}\r\nTo: {SUPPORT}\r\nSubject: parts\r\nMIME-Version: 1.0\r\n"
    kind = "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    imap.deliver(SUPPORT, f"{head}{kind}{body}--b--\r\n".encode(), sender=CUSTOMER)


def answers(imap: Dovecot) -> int:
    return len(imap.folder(CUSTOMER))


def test_every_command_of_the_page_in_its_order(
    machine: Machine, imap: Dovecot, smtp: SmtpServer, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.monotonic()
    honoured_after_s = 0.0
    for number, (heading, script) in enumerate(blocks(PAGE), 1):
        with capsys.disabled():
            print(f"{time.monotonic() - began:6.1f} s  {heading} ({number})", flush=True)
        printed = follow(machine, script)
        if re.search(r"optoutd\S* .*check$", script, re.MULTILINE):
            assert "FAIL" not in printed
            assert re.search(r"^ok +smtp$", printed, re.MULTILINE), printed
        if "systemctl enable --now optoutd\n" in script:
            # Mail from before its first look is left alone; a person is not so fast.
            until(lambda: journal(machine).count("first_start") == 2, lambda: journal(machine))
            write_in(imap, "newsletter")
            until(lambda: answers(imap) > 0, lambda: journal(machine))
            honoured_after_s = time.monotonic() - began
            write_in_parts(imap)
            until(lambda: "opt-out-again" in journal(machine), lambda: journal(machine))
            assert "reading_given_up" not in journal(machine)
            look_at_the_restrictions(machine)
            set_up_and_remove_the_web_service(machine)
        if "systemctl reload optoutd\n" in script:
            until(lambda: "configuration_reloaded" in journal(machine), lambda: journal(machine))
    with capsys.disabled():
        print(f"the first request was honoured and answered after {honoured_after_s:.0f} s")
    assert honoured_after_s > 0
    assert answers(imap) >= 1
    # Nothing of it is left but what the page says.
    left = machine.run("ls /opt /etc/systemd/system /usr/local/bin /var/lib; id optoutd || true")
    assert "optoutd" not in left.replace("'optoutd': no such user", "")


def follow(machine: Machine, script: str) -> str:
    """Types the commands of a block, and answers what they ask."""
    if "optoutd init" in script:
        lines = script.splitlines(keepends=True)
        asking = next(number for number, line in enumerate(lines) if "optoutd init" in line)
        machine.run("".join(lines[:asking]))
        brand = "acme.example" if "acme" in script else "example.com"
        with Terminal(machine.words(lines[asking]), columns=200) as terminal:
            for shown, typed in dialogue(brand):
                terminal.expect(shown)
                terminal.type(f"{typed}\r")
            assert terminal.wait() == 0, terminal.shown
        return follow(machine, "".join(lines[asking + 1 :]))
    if "--follow" in script:
        # It would show the log until somebody stops it.
        script = _FOLLOWING.sub(r"timeout 5 \1 || [ $? = 124 ]", script)
    return machine.run(script)


def dialogue(brand: str) -> list[tuple[str, str]]:
    """What `init` asks, and what an administrator of the brand answers."""
    addresses = [("Support mailbox", SUPPORT), ("cancellations [cancel@example.com]", "")]
    return [
        ("Company name", "Example Ltd"),
        ("Postal address", "1 Example Street\\nExampletown"),
        ("Telephone", "+1 555 0100"),
        ("Customer panel", ""),
        *(addresses if brand == "example.com" else []),
        ("IMAP server [", "imap.example.com"),
        ("security (tls, starttls, none) [tls]", ""),
        ("port [993]", ""),
        ("Login for the support mailbox [", ""),
        ("Login for the mailbox for cancellations [", ""),
        ("SMTP server (submission) [", "smtp.example.com"),
        ("security (tls, starttls, none) [tls]", ""),
        ("port [465]", ""),
        ("Its login [", ""),
        ("Authserv-id of your mail server", ""),
        ("Store [sqlite:////var/lib/optoutd/", ""),
        ("Mode (live or shadow) [shadow]", "live"),
        (f"Password of support@{brand} at imap.example.com", "secret support"),
        (f"Password of cancel@{brand} at imap.example.com", "secret cancel"),
        (f"Password of support@{brand} at smtp.example.com", "secret smtp"),
    ]


CLICK = """
import http.client, subprocess, sys
sys.path.insert(0, "/root/optoutd")
fields = subprocess.check_output(
    ["runuser", "-u", "optoutd", "--", "optoutd", "headers", "reader@example.net"], text=True)
token = fields.partition("subject=unsubscribe%20")[2].partition(">")[0]
connection = http.client.HTTPConnection("127.0.0.1", 8025, timeout=60)
connection.request("POST", f"/u/{token}", body="List-Unsubscribe=One-Click")
print(connection.getresponse().status)
"""
PYTHON = "/opt/optoutd/bin/python"
LOOK = f"{PYTHON} -c 'import sys, urllib.request as u; print(u.urlopen(sys.argv[1]).read())'"


def set_up_and_remove_the_web_service(machine: Machine) -> None:
    """By its own page, under its own unit: systemd has the socket, and the service no network."""
    up, down = [script for heading, script in blocks(NEWSLETTERS) if heading == "One click"]
    assert "b'ok\\n'" in machine.run(up.replace("curl -i", LOOK))
    assert machine.run(f"{PYTHON} -c {quoted(CLICK)}").strip() == "200"
    machine.run("runuser -u optoutd -- optoutd suppressed reader@example.net")
    pid = machine.run("systemctl show --property=MainPID --value optoutd-web").strip()
    assert machine.run(f"readlink /proc/{pid}/ns/net") != machine.run("readlink /proc/1/ns/net")
    # A container's systemd cannot bring up the loopback of the empty network, and says so.
    lines = journal(machine, "optoutd-web").splitlines()
    told = "\n".join(line for line in lines if line.startswith("{"))
    assert '"event": "list_left"' in told
    assert "unexpected_error" not in told
    for refused in ("Operation not permitted", "Permission denied", "Read-only file system"):
        assert refused not in told
    machine.run("systemctl restart optoutd-web")
    machine.run("systemctl is-active optoutd-web optoutd-web.socket")
    machine.run(down)


def look_at_the_restrictions(machine: Machine) -> None:
    """The daemon has worked under them: it has answered by now, and nothing was refused to it."""
    pid = machine.run("systemctl show --property=MainPID --value optoutd").strip()
    status = dict(
        line.split(":\t", 1)
        for line in machine.run(f"cat /proc/{pid}/status").splitlines()
        if ":\t" in line
    )
    assert int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 0
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    assert status["Uid"].split()[0] != "0"
    told = journal(machine)
    assert '"event": "daemon_started"' in told
    assert "unexpected_error" not in told
    for refused in ("Operation not permitted", "Permission denied", "Read-only file system"):
        assert refused not in told
    unit = settings_of("optoutd.service")
    properties = " ".join(
        f"--property={quoted(f'{name}={value}')}"
        for name, values in unit.items()
        if _CLOSING.match(name)
        for value in values
    )
    closed = f"systemd-run --quiet --wait --pipe --collect {properties}"
    machine.run(f"{closed} true")
    for forbidden in FORBIDDEN:
        with pytest.raises(MachineError, match="exit status"):
            machine.run(f"{closed} {forbidden}")


def quoted(script: str) -> str:
    return "'" + script.replace("'", "'\\''") + "'"
