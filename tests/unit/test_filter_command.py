"""`optoutd filter`: what comes through, what is told, and how it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from daemon.stores.sqlite import SqliteStore
from tests.contract.store_values import NOW
from tests.contract.test_store_asking import fill
from tests.unit.configs import GOOD, written


def filtered(folder: Path, given: bytes, *words: str) -> subprocess.CompletedProcess[bytes]:
    config = written(folder, GOOD)
    command = [sys.executable, "-m", "daemon", "--config", str(config), "filter", *words]
    return subprocess.run(command, input=given, capture_output=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store = SqliteStore(tmp_path / "optoutd.db", access="own", now=NOW)
    fill(store)
    store.close()
    return tmp_path


def test_a_list_comes_through_without_those_who_have_opted_out(folder: Path) -> None:
    given = (
        "\ufeffEve@e.example\r\nANNA@shop.example\nben@b.example\n\nemail\n"
        f"{'x' * 200_000}@x.example\nfritz@f.example,Fritz\ncleo@c.example\nzoë@z.example"
    ).encode()
    done = filtered(folder, given, "--list", "tips")
    assert done.stdout == "Eve@e.example\r\ncleo@c.example\nzoë@z.example\n".encode()
    assert done.returncode == 1
    told = done.stderr.decode().splitlines()
    assert [line.split("line ")[1].split()[0] for line in told] == ["5", "6", "7"]
    assert "fritz" not in done.stderr.decode()


def test_sub_addresses_count_where_it_is_said(folder: Path) -> None:
    done = filtered(folder, b"cleo@c.example\nben@b.example\n", "--sub-addresses")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"ben@b.example\n", b"")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Tips", 'nobody has left the list "Tips", but somebody has left "tips"'),
        ("tips ", 'nobody has left the list "tips ", but somebody has left "tips"'),
        ("tips", ""),
        ("news", ""),
        ("*", ""),
    ],
)
def test_a_list_that_is_nearly_one_that_people_have_left_is_told(
    folder: Path, name: str, told: str
) -> None:
    """Else whoever has left "tips" gets the mail of "Tips", and nobody learns why."""
    done = filtered(folder, b"eve@e.example\n", "--list", name)
    assert (done.returncode, done.stdout) == (0, b"eve@e.example\n")
    assert told in done.stderr.decode()
    assert bool(done.stderr) == bool(told)


def test_where_nobody_can_be_asked_nothing_comes_through(tmp_path: Path) -> None:
    done = filtered(tmp_path, b"eve@e.example\n")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"store" in done.stderr
