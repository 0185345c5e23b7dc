"""`optoutd init` as a person answers it in a terminal, and as a script does with options."""

from __future__ import annotations

import os
import re
import shutil
import socket
import stat
import subprocess
from pathlib import Path

import pytest

from config.load import load_secrets, load_settings
from config.settings import Settings
from config.starter import modes
from daemon.cli.probe import answering
from tests.acceptance.company import COMMAND, Company, clean_environment
from tests.servers.terminal import Terminal

ROOT = Path(__file__).parents[2]

# Enough to be asked nothing else.
ANSWERS = {
    "--name": 'Example "Best" Ltd',
    "--postal-address": r"1 Example Street\nExampletown",
    "--phone": "+1 555 0100",
    "--support": "support@example.com",
    "--cancel": "cancel@example.com",
}
FLAGS = [word for pair in ANSWERS.items() for word in pair]


def init(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "init", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
        env=clean_environment(),
    )


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


# Asked -----------------------------------------------------------------------------------------


def answer_all(terminal: Terminal, *, until: str = "") -> None:
    """Answers every question, some of them wrongly at first; stops before the one of `until`."""
    dialogue = [
        ("Company name", "\r"),  # asked again
        ("Company name", "Exämple Ltd\r"),
        ("Postal address", "1 Example Street\\nExampletown\r"),
        ("Telephone", "+1 555 0100\r"),
        ("Customer panel", "www.example.com\r"),
        ("must start with https://", ""),
        ("Customer panel", "https://my.example.com\r"),
        ("Support mailbox", "help\r"),
        ("is not a mail address like support@example.com", ""),
        ("Support mailbox", "help@example.com\r"),
        ("cancellations [cancel@example.com]", "\r"),
        ("IMAP server [imap.example.com]", "mx.example.com\r"),
        ("security (tls, starttls, none) [tls]", "none\r"),
        ("is for loopback addresses only", ""),
        ("security (tls, starttls, none) [tls]", "starttls\r"),
        ("port [143]", "993\r"),
        ('993 is the port of security = "tls"', ""),
        ("port [143]", "\r"),
        ("Login for the support mailbox [help@example.com]", "\r"),
        ("Login for the mailbox for cancellations [cancel@example.com]", "help@example.com\r"),
        ("is the login of the support mailbox", ""),
        ("Login for the mailbox for cancellations [cancel@example.com]", "\r"),
        ("SMTP server (submission) [smtp.example.com]", "\r"),
        ("security (tls, starttls, none) [tls]", "\r"),
        ("port [465]", "\r"),
        ("Its login [help@example.com]", "\r"),
        ("Authserv-id of your mail server", "\r"),
        ("Store [sqlite:///", "\r"),
        *([("Mode (live or shadow) [shadow]", "\r")] if "shadow" in modes() else []),
        ("Password of help@example.com at mx.example.com", "tulip-orchard\r"),
        ("Password of cancel@example.com at mx.example.com", "\r"),
        ("Password of help@example.com at smtp.example.com", "\r"),
    ]
    for shown, typed in dialogue:
        if until and until in shown:
            return
        terminal.expect(shown)
        if typed:
            terminal.type(typed)


@pytest.mark.timeout(120)
def test_a_person_answers_and_gets_a_configuration_that_loads(tmp_path: Path) -> None:
    with Terminal([COMMAND, "init"], cwd=tmp_path, columns=200) as terminal:
        answer_all(terminal)
        assert terminal.wait() == 0
    config = tmp_path / "optoutd.toml"
    made = load_settings(config, {})
    assert made.company.name == "Exämple Ltd"
    assert made.company.postal_address == "1 Example Street\nExampletown"
    support, cancel = made.mailbox
    assert (support.host, support.security, support.port) == ("mx.example.com", "starttls", 143)
    assert (cancel.address, cancel.role) == ("cancel@example.com", "cancel")
    assert support.mode == modes()[-1]
    assert (made.smtp.port, made.smtp.username) == (465, "help@example.com")
    # Typed once, unseen, and used for both servers.
    secret = tmp_path / "support.password"
    assert secret.read_text() == "tulip-orchard\n"
    assert {support.password_file, made.smtp.password_file} == {str(secret)}
    assert "tulip" not in terminal.shown
    assert "tulip" not in config.read_text()
    assert files(tmp_path) == {"optoutd.toml", "support.password"}
    assert (mode_of(config), mode_of(secret)) == (0o600, 0o600)
    assert f"write the password into {tmp_path}/cancel.password" in terminal.shown
    assert f"optoutd --config {config} check" in terminal.shown


@pytest.mark.timeout(120)
def test_who_leaves_with_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    with Terminal([COMMAND, "init", "etc/my.toml"], cwd=tmp_path, columns=200) as terminal:
        answer_all(terminal, until="Password of cancel@")
        terminal.expect("Password of cancel@")
        terminal.type("\x03")
        assert terminal.wait() != 0
    assert "Traceback" not in terminal.shown
    assert [*tmp_path.iterdir()] == []


# Options ---------------------------------------------------------------------------------------


def made_by(path: Path, *words: str) -> Settings:
    done = init(path, *FLAGS, *words, cwd=path.parent)
    assert done.returncode == 0, done.stderr
    return load_settings(path, {})


def test_options_and_defaults_make_a_configuration_without_a_question(tmp_path: Path) -> None:
    made = made_by(tmp_path / "my.toml")
    assert made.company.name == 'Example "Best" Ltd'
    assert [box.host for box in made.mailbox] == ["imap.example.com"] * 2
    assert made.smtp.host == "smtp.example.com"
    assert made.store.url == f"sqlite:///{tmp_path}/my.db"
    assert files(tmp_path) == {"my.toml"}


def test_each_answer_has_its_option(tmp_path: Path) -> None:
    made = made_by(
        tmp_path / "my.toml",
        "--cancel=none", "--panel-url=https://my.example.com", "--imap-host=localhost",
        "--imap-security=none", "--imap-port=1143", "--support-username=me",
        "--support-password-file=/run/secret", "--smtp-host=127.0.0.1", "--smtp-security=none",
        "--smtp-port=25", "--smtp-username=none", "--trusted-authserv-id=mx.example.com",
        "--store-url=sqlite:////srv/o.db", f"--mode={modes()[-1]}",
    )  # fmt: skip
    (box,) = made.mailbox
    assert (box.host, box.security, box.port) == ("localhost", "none", 1143)
    assert (box.username, box.password_file) == ("me", "/run/secret")
    assert (box.trusted_authserv_id, box.mode) == ("mx.example.com", modes()[-1])
    assert (made.smtp.host, made.smtp.port, made.smtp.username) == ("127.0.0.1", 25, "")
    assert made.smtp.password_file == ""
    assert made.company.panel_url == "https://my.example.com"
    assert made.store.url == "sqlite:////srv/o.db"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--imap-port", "99999"], "must be at most 65535"),
        (["--imap-port", "many"], 'must be a whole number, is "many"'),
        (["--imap-security", "ssl"], 'must be "tls", "starttls" or "none", is "ssl"'),
        (["--imap-host", "imap.example.com:993"], "is not a host name"),
        (["--support", "none", "--cancel", "none"], "at least one mailbox is needed"),
        (["--cancel", "support@example.com"], "is the support mailbox already"),
        (["--store-url", "optoutd.db"], 'must start with "sqlite:///"'),
        (["--mode", "wild"], "wild"),
    ],
)
def test_a_wrong_answer_is_told_with_its_option(
    tmp_path: Path, words: list[str], problem: str
) -> None:
    done = init(*FLAGS, *words, cwd=tmp_path)
    assert done.returncode == 2
    told = re.sub(r"[│\s]+", " ", done.stderr)
    assert problem in told
    assert words[-2] in told or "--support" in told
    assert [*tmp_path.iterdir()] == []


def test_what_cannot_be_guessed_is_named_all_at_once(tmp_path: Path) -> None:
    done = init("--non-interactive", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        "optoutd: init has to know --name, --postal-address, --phone, --support\n"
    )


def test_a_file_that_is_there_is_replaced_by_force_alone(tmp_path: Path) -> None:
    config = tmp_path / "optoutd.toml"
    config.write_text("mine")
    (tmp_path / "support.password").write_text("mine\n")
    done = init(*FLAGS, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == (
        f"optoutd: {config} is there already (name another file, or --force to replace it)\n"
    )
    assert config.read_text() == "mine"
    assert made_by(config, "--force").company.phone == "+1 555 0100"
    assert (tmp_path / "support.password").read_text() == "mine\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    done = init(*FLAGS, cwd=tmp_path)
    assert done.returncode == 1
    assert "Permission denied" in done.stderr


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "etc").touch()
    done = init("etc/optoutd.toml", *FLAGS, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"optoutd: {tmp_path}/etc")
    assert "Traceback" not in done.stderr
    assert files(tmp_path) == {"etc"}


# For the service -------------------------------------------------------------------------------


@pytest.mark.timeout(120)
def test_for_the_service_passwords_are_where_the_unit_looks(tmp_path: Path) -> None:
    config = tmp_path / "etc" / "optoutd.toml"
    words: list[str | Path] = [COMMAND, "init", config, "--system", *FLAGS, "--panel-url", ""]
    with Terminal(words, columns=200) as terminal:
        for shown in (
            "IMAP server", "security", "port", "Login", "Login", "SMTP server", "security", "port",
            "Its login", "Authserv-id", "Store [sqlite:////var/lib/optoutd/optoutd.db]",
            *(["Mode"] if "shadow" in modes() else []),
        ):  # fmt: skip
            terminal.expect(shown)
            terminal.type("\r")
        for password in ("one", "two", "three"):
            terminal.expect("Password of")
            terminal.type(f"{password}\r")
        assert terminal.wait() == 0
    folder = config.parent / "credentials"
    assert files(config.parent) == {
        "optoutd.toml", "credentials/support", "credentials/cancel", "credentials/smtp",
    }  # fmt: skip
    assert mode_of(folder) == 0o700
    assert {mode_of(path) for path in folder.iterdir()} == {0o600}
    assert mode_of(config) in (0o640, 0o644)
    # systemd.exec(5): a file of a folder is passed on as "password_" and its name.
    handed = tmp_path / "handed"
    handed.mkdir()
    for path in folder.iterdir():
        shutil.copy(path, handed / f"password_{path.name}")
    settings = load_settings(config, {"CREDENTIALS_DIRECTORY": str(handed)})
    secrets = load_secrets(settings, file=config)
    assert dict(secrets.mailboxes) == {"support": "one", "cancel": "two"}
    assert secrets.smtp == "three"
    assert settings.store.url == "sqlite:////var/lib/optoutd/optoutd.db"
    # What it says comes next is what the guide says.
    told = terminal.shown.split("Next,")[1].replace("\r", "")
    command = told[told.index("systemd-run") : told.index(" check\n")]
    guide = (ROOT / "docs" / "install.md").read_text()
    assert command.replace(str(config.parent), "/etc/optoutd") in guide


def test_a_second_brand_has_its_own_passwords_and_store(tmp_path: Path) -> None:
    config = tmp_path / "acme.toml"
    done = init(config, "--system", *FLAGS, cwd=tmp_path)
    assert done.returncode == 0
    assert f"{tmp_path}/acme.credentials/support" in done.stdout
    assert "systemctl enable --now optoutd@acme" in done.stdout
    made = load_settings(config, {})
    assert made.store.url == "sqlite:////var/lib/optoutd/acme/optoutd.db"


# The network -----------------------------------------------------------------------------------


def test_a_probe_tells_which_ports_answer() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_server(("127.0.0.1", 0)) as other,
    ):
        opened, closed = server.getsockname()[1], other.getsockname()[1]
        other.close()
        found = answering(["127.0.0.1", "no such host", "a" * 70], [closed, opened])
    assert found == {"127.0.0.1": [opened], "no such host": [], "a" * 70: []}


def test_init_asks_the_network_only_if_it_is_told_to(tmp_path: Path) -> None:
    done = init(*FLAGS, "--imap-host", "127.0.0.1", "--smtp-host", "::1", "--probe", cwd=tmp_path)
    assert done.returncode == 0
    assert re.search(r"127\.0\.0\.1: (does not answer|answers at)", done.stdout)
    assert re.search(r"::1: (does not answer|answers at)", done.stdout)


def test_what_init_writes_passes_the_check(company: Company) -> None:
    company.config.unlink()
    port, smtp = str(company.dovecot.imap_port), str(company.smtp.port)
    done = init(
        company.config, *FLAGS, "--support", company.support, "--cancel", company.cancel,
        "--imap-host", "127.0.0.1", "--imap-security", "none", "--imap-port", port,
        "--smtp-host", "127.0.0.1", "--smtp-security", "none", "--smtp-port", smtp,
        "--smtp-username", "none",
        cwd=company.folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Still to do" not in done.stdout  # the passwords are there
    checked = company.command("check")
    assert checked.returncode == 0, checked.stdout
