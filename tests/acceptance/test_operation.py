"""The service as an administrator operates it: signals, the service manager, and the screens."""

from __future__ import annotations

import json
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.speed.process import tree
from daemon.readers.pool import FEWEST
from tests.acceptance.company import PATIENCE_S, Company, Daemon, until
from tests.servers.smtp import SmtpServer


class ServiceManager:
    """What systemd would hear, a datagram an item."""

    def __init__(self, unix: socket.socket) -> None:
        self._unix = unix
        self.heard: list[str] = []

    def wait_for(self, part: str, *, after: int = 0) -> int:
        """Waits for a datagram with `part` in it, behind the first `after`; its place."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            for place, told in enumerate(self.heard[after:], after):
                if part in told:
                    return place
            self._unix.settimeout(max(deadline - time.monotonic(), 0.01))
            self.heard.append(self._unix.recv(4096).decode())


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServiceManager]:
    address = f"{tmp_path}/notify"
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as unix:
        unix.bind(address)
        yield ServiceManager(unix)


def hang_up(daemon: Daemon, event: str) -> dict[str, Any]:
    """Sends SIGHUP and waits for the event that answers it."""
    before = len(daemon.events(event))
    daemon.process.send_signal(signal.SIGHUP)
    return daemon.wait_for(event, before + 1)[-1]


def rewrite(company: Company, *changes: tuple[str, str]) -> None:
    text = company.config.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    company.config.write_text(text)


def test_the_service_manager_hears_all_there_is_to_hear(
    company: Company, manager: ServiceManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "400000")
    with company.daemon() as daemon:
        ready = manager.wait_for("READY=1")
        assert manager.heard[ready] == "READY=1\nSTATUS=Reading support, cancel"
        fed = manager.wait_for("WATCHDOG=1")
        manager.wait_for("WATCHDOG=1", after=fed + 1)

        hang_up(daemon, "configuration_reloaded")
        reloading = manager.wait_for("RELOADING=1")
        told = dict(line.split("=", 1) for line in manager.heard[reloading].splitlines())
        assert 0 < int(told["MONOTONIC_USEC"]) <= time.monotonic_ns() // 1000
        manager.wait_for("READY=1", after=reloading)

        (company.folder / "cancel.password").write_text("wrong\n")
        hang_up(daemon, "configuration_reloaded")
        manager.wait_for("STATUS=Reading support; cancel cannot be read", after=reloading)
        assert daemon.stop() == 0
        manager.wait_for("STOPPING=1")
    assert not any("wrong" in told for told in manager.heard)


def test_a_changed_configuration_takes_effect_whole_on_sighup(
    company: Company, customer: str, new_user: Callable[[str], str]
) -> None:
    """A mailbox goes, one comes, one answers to another name; the third outlives it all."""
    sales = new_user("sales")
    with company.daemon() as daemon, SmtpServer(onward=company.dovecot) as other:
        daemon.wait_for("mailbox_connected", 2)
        text = company.config.read_text()
        company.config.write_text(
            text.replace('name = "cancel"', 'name = "sales"')
            .replace(company.cancel, sales)
            .replace(f"port = {company.smtp.port}", f"port = {other.port}")
            .replace('name = "GigaPros"', 'name = "TeraPros"')
            + '[log]\nlevel = "debug"\n'
        )
        (company.folder / "cancel.password").write_text("secret\n")
        reloaded = hang_up(daemon, "configuration_reloaded")
        assert set(reloaded["changed"]) == {
            "smtp.port", "company.name", "log.level", "mailbox.cancel", "mailbox.sales",
        }  # fmt: skip
        daemon.wait_for("mailbox_connected", 3)

        company.write_to(sales, customer, "News", "Please unsubscribe me.\n")
        (sent,) = daemon.wait_for("reply_sent")
        assert sent["requests"]
        assert company.smtp.received == []
        assert b"TeraPros" in other.received[0].raw
        # The mailbox that stayed has kept its connection and is read on.
        company.write_to(company.support, "bob@other.example", "Invoice", "Where is it?\n")
        daemon.wait_for("batch_committed", 2)
        assert [e["mailbox"] for e in daemon.events("mailbox_connected")].count("support") == 1
        # The one that went is not.
        company.write_to(company.cancel, customer, "Bye", "Please cancel my account.\n")
        assert daemon.stop() == 0
        assert len(company.folder_of(company.cancel)) == 1


def test_a_configuration_with_a_mistake_changes_nothing_at_all(
    company: Company, customer: str
) -> None:
    with company.daemon() as daemon:
        daemon.wait_for("mailbox_connected", 2)
        good = company.config.read_text()
        rewrite(
            company,
            ('name = "GigaPros"', 'name = "TeraPros"'),
            ("poll_seconds = 3600", "poll_seconds = 0"),
        )
        (company.folder / "support.password").write_text("")
        rejected = hang_up(daemon, "configuration_rejected")
        assert [line.partition(": ")[2] for line in rejected["mistakes"]] == [
            'mailbox[0] "support": poll_seconds: must be at least 1, is 0',
            'mailbox[1] "cancel": poll_seconds: must be at least 1, is 0',
        ]
        company.config.write_text(good)
        rejected = hang_up(daemon, "configuration_rejected")
        assert "password_file" in rejected["mistakes"][0]
        (company.folder / "support.password").write_text("secret\n")
        rewrite(company, ("store/optoutd.db", "store/other.db"))
        assert hang_up(daemon, "configuration_rejected")["mistakes"] == [
            "store.url: needs a restart, and until then nothing is changed"
        ]
        assert not (company.folder / "store" / "other.db").exists()
        # The old one goes on.
        company.write_to(company.support, customer, "News", "Please unsubscribe me.\n")
        daemon.wait_for("reply_sent")
        assert b"GigaPros" in company.smtp.received[0].raw
        assert daemon.stop() == 0


@pytest.mark.parametrize("ends", [Daemon.stop, Daemon.kill], ids=["stopped", "killed"])
def test_processes_that_read_for_the_daemon_end_with_it(
    company: Company, customer: str, ends: Callable[[Daemon], object]
) -> None:
    company.write_config(extra="[limits]\nreading_processes = 1\n")
    for _ in range(FEWEST):
        company.write_to(company.support, customer, "Invoice", "Where is my invoice?\n")
    with company.daemon() as daemon:
        daemon.wait_for("batch_committed")
        pid = daemon.process.pid
        until(lambda: len(tree(pid)) == 2, lambda: f"{tree(pid)} {daemon.events('reader_lost')}")
        _, reads = tree(pid)
        assert "daemon.readers.worker_child" in Path(f"/proc/{reads}/cmdline").read_text()
        assert daemon.events("reader_lost") == []
        ends(daemon)
        until(lambda: not lives(reads), lambda: f"{reads} lives")


def lives(pid: int) -> bool:
    """Whether it runs; a zombie does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def test_the_screen_tells_what_runs_and_what_has_died(company: Company, customer: str) -> None:
    company.write_to(company.cancel, customer, "Bye", "Please cancel my account.\n")
    with company.daemon() as daemon:
        daemon.wait_for("reply_sent")

        def now() -> dict[str, Any]:
            return json.loads(company.command("status", "--json").stdout)  # type: ignore[no-any-return]

        until(lambda: now()["well"], lambda: str(now()))
        well = now()
        (process,) = well["processes"]
        assert (process["pid"], process["state"]) == (daemon.process.pid, "runs")
        assert [box["state"] for box in well["mailboxes"]] == ["ok", "ok"]
        daemon.kill()
    dead = company.command("status")
    assert dead.returncode == 1
    assert f"process {daemon.process.pid} of optoutd has died" in dead.stdout
    assert "1 question open" in dead.stdout
