from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from daemon.notify import notify


@contextmanager
def service_manager(address: str) -> Iterator[socket.socket]:
    """A socket that hears what systemd would."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as unix:
        unix.settimeout(5)
        unix.bind(address)
        yield unix


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(lambda folder: f"{folder}/notify", id="file"),
        pytest.param(lambda folder: f"@optoutd-test-{os.getpid()}", id="abstract"),
    ],
)
def test_the_service_manager_is_told(
    address: Callable[[Path], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = address(tmp_path)
    monkeypatch.setenv("NOTIFY_SOCKET", name)
    # unix(7): the abstract name starts with a null byte, for which sd_notify(3) writes "@".
    with service_manager(name.replace("@", "\0", 1)) as unix:
        notify("READY=1\nSTATUS=Reading support")
        notify("STOPPING=1")
        assert unix.recv(4096) == b"READY=1\nSTATUS=Reading support"
        assert unix.recv(4096) == b"STOPPING=1"


def test_without_a_service_manager_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    monkeypatch.setattr(socket, "socket", lambda *args: opened.append(args))
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", "vsock:2:1234")
    notify("READY=1")
    assert opened == []


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(lambda folder: f"{folder}/gone", id="gone"),
        pytest.param(lambda folder: f"{folder}/{'x' * 200}", id="longer than any socket's name"),
        pytest.param(str, id="not a socket"),
    ],
)
def test_a_service_manager_that_cannot_be_reached_does_not_stop_the_service(
    address: Callable[[Path], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address(tmp_path))
    notify("READY=1")
    with service_manager(f"{tmp_path}/notify") as unix:
        monkeypatch.setenv("NOTIFY_SOCKET", f"{tmp_path}/notify")
        notify("STOPPING=1")
        assert unix.recv(4096) == b"STOPPING=1"
