"""The systemd units: free of mistakes, and as closed as they claim to be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.systems import WebSettings

SYSTEMD = Path(__file__).parents[2] / "systemd"
UNITS = ["optoutd.service", "optoutd@.service"]
WEB = ["optoutd-web.service", "optoutd-web@.service"]
SOCKETS = ["optoutd-web.socket", "optoutd-web@.socket"]
COMMAND = "/opt/optoutd/bin/optoutd"
MAX_EXPOSURE = 1.5  # of 10; what remains is the network, which the service is for

needs_systemd_analyze = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None and os.environ.get("OPTOUTD_REQUIRE_SERVERS") != "1",
    reason="systemd-analyze is not installed",
)


def settings_of(name: str) -> dict[str, list[str]]:
    """The directives of a unit with all their values, in their order."""
    found: dict[str, list[str]] = {}
    for line in (SYSTEMD / name).read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def analyze(name: str, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Runs systemd-analyze on a copy whose command is one that exists here."""
    # A template can be looked at as one of its instances only.
    copy = folder / name.replace("@", "@brand")
    copy.write_text((SYSTEMD / name).read_text().replace(COMMAND, sys.executable))
    # A service and its socket name each other.
    for other in sorted(SYSTEMD.glob("optoutd-web*")):
        text = other.read_text().replace(COMMAND, sys.executable)
        (folder / other.name.replace("@", "@brand")).write_text(text)
    return subprocess.run(
        ["systemd-analyze", *command, str(copy)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_PAGER": ""},
    )


@needs_systemd_analyze
@pytest.mark.parametrize("name", UNITS + WEB + SOCKETS)
def test_systemd_finds_no_mistake_in_a_unit(name: str, tmp_path: Path) -> None:
    result = analyze(name, tmp_path, "verify", "--man=no")
    assert (result.stdout, result.stderr, result.returncode) == ("", "", 0)


@needs_systemd_analyze
@pytest.mark.parametrize("name", UNITS + WEB)
def test_systemd_would_find_a_mistake(name: str, tmp_path: Path) -> None:
    """The test above can fail."""
    broken = tmp_path / name.replace("@", "@brand")
    text = (SYSTEMD / name).read_text().replace(COMMAND, "/nonexistent/optoutd")
    broken.write_text(text)
    result = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(broken)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "/nonexistent/optoutd" in result.stderr


@needs_systemd_analyze
@pytest.mark.parametrize("name", UNITS + WEB)
def test_a_unit_is_closed_to_what_the_service_does_not_need(name: str, tmp_path: Path) -> None:
    threshold = f"--threshold={MAX_EXPOSURE * 10:.0f}"
    result = analyze(name, tmp_path, "security", "--offline=true", "--no-pager", threshold)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Overall exposure level" in result.stdout


@pytest.mark.parametrize(
    ("names", "more"),
    [(UNITS, {"LoadCredential"}), (WEB, {"Requires", "After", "Also"})],
    ids=["daemon", "web"],
)
def test_the_template_differs_from_the_unit_only_in_the_instance(
    names: list[str], more: set[str]
) -> None:
    single, template = (settings_of(name) for name in names)
    differing = {key for key in single | template if single.get(key) != template.get(key)}
    assert differing == {
        "Description",
        "ExecStart",
        "StateDirectory",
        "WorkingDirectory",
        "SyslogIdentifier",
        *more,
    }
    for key in differing:
        assert all("%i" in value for value in template[key])


def test_a_mistake_in_the_configuration_is_not_tried_again() -> None:
    for name in UNITS + WEB:
        assert settings_of(name)["RestartPreventExitStatus"] == ["2"]


def test_the_daemon_goes_on_where_the_system_ends_one_that_reads_for_it() -> None:
    for name in UNITS:
        assert settings_of(name)["OOMPolicy"] == ["continue"]


def test_the_web_service_has_no_network_and_no_password() -> None:
    for name in WEB:
        settings = settings_of(name)
        assert settings["PrivateNetwork"] == ["yes"]
        assert "LoadCredential" not in settings
        assert settings["Type"] == ["notify"]


def test_the_web_service_is_as_closed_as_the_daemon() -> None:
    daemon, web = settings_of(UNITS[0]), settings_of(WEB[0])
    own = {
        "Description", "Requires", "Wants", "After", "ExecStart", "ExecReload", "TimeoutStopSec",
        "SyslogIdentifier", "LoadCredential", "PrivateNetwork", "MemoryMax", "TasksMax", "Also",
        "OOMPolicy", "WantedBy",
    }  # fmt: skip
    assert {k: v for k, v in daemon.items() if k not in own} == {
        k: v for k, v in web.items() if k not in own
    }


def test_the_socket_is_where_the_configuration_has_it_too() -> None:
    (single, template) = (settings_of(name)["ListenStream"] for name in SOCKETS)
    assert single == [WebSettings().listen]
    assert template == ["/run/optoutd-web/%i.sock"]


def test_the_units_have_the_configuration_read_again_and_the_service_watched() -> None:
    for name in UNITS:
        settings = settings_of(name)
        assert settings["Type"] == ["notify"]
        assert settings["ExecReload"] == ["/bin/sh -c 'kill -HUP $$MAINPID'"]
        assert settings["WatchdogSec"] == ["120s"]


def test_the_units_run_the_documented_command() -> None:
    assert settings_of(UNITS[0])["ExecStart"] == [
        f"{COMMAND} --config /etc/optoutd/optoutd.toml run"
    ]
    assert settings_of(UNITS[1])["ExecStart"] == [f"{COMMAND} --config /etc/optoutd/%i.toml run"]
    assert settings_of(WEB[0])["ExecStart"] == [
        f"{COMMAND} --config /etc/optoutd/optoutd.toml web"
    ]
    assert settings_of(WEB[1])["ExecStart"] == [f"{COMMAND} --config /etc/optoutd/%i.toml web"]


def test_the_user_of_the_units_is_the_one_that_sysusers_makes() -> None:
    lines = [
        line.split()
        for line in (SYSTEMD / "optoutd.sysusers").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    (user,) = (line[1] for line in lines if line[0] == "u")
    for name in UNITS + WEB:
        assert settings_of(name)["User"] == settings_of(name)["Group"] == [user]


PROGRAM = """
import ctypes, os, sys
PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN = 65, 1  # Linux 6.3; what systemd's setting means
if ctypes.CDLL(None).prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) != 0:
    sys.exit(77)
os.execv(sys.executable, [sys.executable, "-W", "ignore", "-c", sys.argv[1]])
"""

WORK = """
import mmap
try:
    mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
except PermissionError:
    pass
else:
    raise SystemExit("writable and executable memory was not refused")
import asyncio, ctypes, sqlite3, ssl
import aiosmtplib, apscheduler, authres, idna, imapclient, jinja2, mailparser, mailparser_reply
import pydantic, selectolax.lexbor, sqlalchemy, stamina, structlog, typer
import aiohttp, psycopg, starlette.applications, uvicorn, h11, anyio
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
sealed = AESSIV(bytes(64)).encrypt(b"a", None)
print(AESSIV(bytes(64)).decrypt(sealed, None).decode(), psycopg.pq.version() > 0)
print(selectolax.lexbor.LexborHTMLParser("<p>a<b>b").text())
with sqlalchemy.create_engine("sqlite://").connect() as connection:
    print(connection.exec_driver_sql("select 1").scalar())
"""


def test_the_native_modules_work_where_no_code_can_be_made_at_run_time() -> None:
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, WORK], capture_output=True, text=True, check=False
    )
    if result.returncode == 77:
        pytest.skip("this kernel is older than 6.3")
    assert (result.stdout.split(), result.returncode) == (["a", "True", "ab", "1"], 0), (
        result.stderr
    )
