"""Where the web service listens."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from config.kinds import listen_address
from daemon.errors import PermanentFailure
from daemon.web.sockets import handed_over, listening, name_of


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"LISTEN_FDS": "1"},
        {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid() + 1)},  # meant for another process
        {"LISTEN_FDS": "", "LISTEN_PID": str(os.getpid())},
        {"LISTEN_FDS": "0", "LISTEN_PID": str(os.getpid())},
        {"LISTEN_FDS": "-1", "LISTEN_PID": str(os.getpid())},
    ],
)
def test_what_was_not_handed_over_to_us_is_not_taken(environ: dict[str, str]) -> None:
    assert handed_over(environ) == []


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_a_port_that_is_taken_is_told_with_its_setting(host: str) -> None:
    with listening(f"{host}:0") as first:
        assert name_of(first).startswith(f"{host}:")
        with pytest.raises(PermanentFailure, match="in use") as caught:
            listening(name_of(first))
    assert caught.value.setting == "web.listen"


def test_a_unix_socket_is_named_by_its_path(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(tmp_path / "s"))
        assert name_of(one) == f"unix:{tmp_path / 's'}"


@pytest.mark.parametrize(
    ("value", "is_right"),
    [
        ("127.0.0.1:8025", True),
        ("[::1]:8025", True),
        ("0.0.0.0:0", True),
        ("::1:8025", False),
        ("[127.0.0.1]:80", False),
        ("localhost:80", False),
        ("127.0.0.1", False),
        ("127.0.0.1:", False),
        ("127.0.0.1:٣", False),
        ("[::1]", False),
        ("", False),
    ],
)
def test_it_listens_at_an_ip_address_and_a_port(value: str, is_right: bool) -> None:
    if is_right:
        assert listen_address(value) == value
    else:
        with pytest.raises(ValueError, match="IP address and a port"):
            listen_address(value)
