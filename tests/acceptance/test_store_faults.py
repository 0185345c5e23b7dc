"""Faults under the running daemon, of its disk and of names: it stands still, and goes on."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from tests.acceptance.company import Company, Daemon, until
from tests.servers.dns import NameServer

DISK_BYTES = 16 * 2**20


class Disk(Protocol):
    """Where the store is: it can be full, and have room again."""

    def fill(self, daemon: Daemon) -> None: ...

    def clear(self, daemon: Daemon) -> None: ...


class SmallDisk:
    """A file system of its own, in memory; `ballast` takes what is left of it."""

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"

    def fill(self, daemon: Daemon) -> None:
        with self._ballast.open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))

    def clear(self, daemon: Daemon) -> None:
        self._ballast.unlink()


class FileLimit:
    """As a quota: no file of the process may grow over a size that its store has already."""

    _bytes = 64 * 1024  # more than its log has by then

    def fill(self, daemon: Daemon) -> None:
        self._limit(daemon, self._bytes)

    def clear(self, daemon: Daemon) -> None:
        self._limit(daemon, resource.RLIM_INFINITY)

    def _limit(self, daemon: Daemon, size: int) -> None:
        _, hard = resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (size, hard))


@pytest.fixture
def disks(company: Company) -> Iterator[list[Disk]]:
    """The ways in which the disk of the store of `company` can be full here."""
    folder = company.folder / "store"
    if not mounted(folder):
        yield [FileLimit()]
        return
    yield [SmallDisk(folder), FileLimit()]
    subprocess.run(["umount", "--lazy", folder], check=True)


def mounted(folder: Path) -> bool:
    """Mounts a small file system there; whether that is allowed."""
    if os.getuid() != 0 or shutil.which("mount") is None:
        return False
    options = f"size={DISK_BYTES},mode=700"
    words = ["mount", "-t", "tmpfs", "-o", options, "none", str(folder)]
    return subprocess.run(words, check=False, capture_output=True).returncode == 0


def write_all(company: Company, customers: list[str]) -> None:
    for customer in customers:
        company.write_to(company.support, customer, "News", "Please unsubscribe me.\n")


def settled(company: Company, daemon: Daemon, customers: list[str]) -> None:
    """Waits until all are answered and filed; each got one mail, and nobody two."""
    until(lambda: len(company.smtp.received) >= len(customers), lambda: daemon.log)
    until(lambda: company.folder_of(company.support) == [], lambda: daemon.log)
    assert Counter(taken.recipients[0] for taken in company.smtp.received) == Counter(customers)
    assert len(company.folder_of(company.support, "Optoutd/Opt-outs")) == len(customers)


def test_a_full_disk_stops_the_intake_and_not_the_process(
    company: Company, disks: list[Disk]
) -> None:
    company.write_config(poll_seconds=1)
    customers = [f"anna-{number}@elsewhere.example" for number in range(2)]
    with company.daemon() as daemon:
        daemon.wait_for("first_start", 2)
        write_all(company, customers)
        daemon.wait_for("reply_sent", 2)
        for troubles, disk in enumerate(disks, 1):
            disk.fill(daemon)
            late = [f"bob-{troubles}-{number}@elsewhere.example" for number in range(3)]
            write_all(company, late)
            told = daemon.wait_for("store_failed", troubles)
            assert told[-1]["cure"]
            # Nothing is acknowledged that is not written; who only looks is served.
            assert len(company.folder_of(company.support)) == len(late)
            assert len(company.smtp.received) == len(customers)
            disk.clear(daemon)
            customers += late
            settled(company, daemon, customers)
            # One alarm, which is cleared.
            daemon.wait_for("store_recovered", troubles)
            assert len(daemon.events("store_failed")) == troubles
        alarms = [e["event"] for e in daemon.events() if e["level"] in ("warning", "error")]
        assert alarms == ["store_failed"] * len(disks)
        assert daemon.stop() == 0
    requests = company.objects("requests", "list")
    assert Counter(r["address"] for r in requests) == Counter(customers)
    assert {r["state"] for r in requests} == {"effective"}


@pytest.fixture
def names(company: Company) -> Iterator[NameServer]:
    """A name server of the test's own, which the daemon of `company` asks."""
    try:
        server = NameServer(company.folder)
    except OSError:
        pytest.skip("port 53 is not to be had here")
    with server:
        if not server.may_be_used():
            pytest.skip("commands cannot be led to a name server of one's own here")
        company.prefix = tuple(server.prefix)
        yield server


def test_names_that_do_not_resolve_are_waited_for(company: Company, names: NameServer) -> None:
    company.write_config(poll_seconds=1)
    text = company.config.read_text()
    company.config.write_text(text.replace('host = "127.0.0.1"', 'host = "localhost"'))
    names.mode = "unknown"
    write_all(company, ["anna@elsewhere.example"])
    with company.daemon() as daemon:
        failed = daemon.wait_for("mailbox_failed", 2)
        assert {event["temporary"] for event in failed} == {True}
        names.mode = "nothing"
        write_all(company, ["bob@elsewhere.example"])
        names.mode = "answers"
        daemon.wait_for("mailbox_recovered", 2)
        daemon.wait_for("reply_sent", 2)
        # The mailboxes are connected; the next reply finds no way out.
        names.mode = "broken"
        company.smtp.stop()
        company.smtp.start()
        write_all(company, ["carl@elsewhere.example"])
        daemon.wait_for("request_recorded", 3)
        until(lambda: "failure in name resolution" in daemon.log, lambda: daemon.log)
        names.mode = "answers"
        settled(company, daemon, [f"{name}@elsewhere.example" for name in ("anna", "bob", "carl")])
        assert daemon.stop() == 0
        assert daemon.events("unexpected_error") == []
