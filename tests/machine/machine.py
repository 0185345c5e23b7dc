"""An empty Debian 12 with systemd as its first process, in a container that is gone afterwards.

    with Machine() as machine:
        machine.run("apt-get update")

It shares the network of this machine, and nothing else. Needs root, debootstrap and
systemd-nspawn; `why_not` tells what is missing.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

SUITE = "bookworm"
# What turns Debian's smallest set of packages into a system that starts.
_PACKAGES = "systemd,systemd-sysv,dbus"
_BOOT_TIMEOUT_S = 60.0
_UP = ("running", "degraded")  # a container misses what needs hardware
# How this machine reaches package indexes: its own authorities and pip's settings.
_NETWORK = ("/usr/local/share/ca-certificates", "/etc/pip.conf", "/etc/xdg/pip")


class MachineError(RuntimeError):
    """The machine could not be made or started, or a command in it failed; with its words."""


def why_not() -> str:
    """Why no machine can be started here, or ''."""
    if os.getuid() != 0:
        return "only root can start a container"
    for program in ("debootstrap", "systemd-nspawn", "nsenter"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    tried = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "true"], capture_output=True, check=False
    )
    return "" if tried.returncode == 0 else "the kernel gives us no namespaces"


class Machine:
    """The machine; `run` works once it is started by `start` or `with`."""

    def __init__(self) -> None:
        self._folder = Path()
        self._process: subprocess.Popen[bytes] | None = None
        self._leader = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    @property
    def root(self) -> Path:
        """The root of its file system, as seen from here."""
        return self._folder / "root"

    def start(self) -> None:
        """Makes the file system and starts the system; takes about a minute."""
        self._folder = Path(tempfile.mkdtemp(prefix="machine-", dir="/var/tmp"))
        try:
            self._call(
                "debootstrap",
                "--variant=minbase",
                f"--include={_PACKAGES}",
                SUITE,
                self.root,
            )
            self._copy_network()
            self._boot()
        except BaseException:
            self.remove()
            raise

    def run(self, script: str, *, typed: str = "", timeout_s: float = 600.0) -> str:
        """Runs a shell script as root and returns all that it prints.

        `typed` is its standard input. Raises MachineError with the output where it fails.
        """
        done = subprocess.run(
            self.words(script),
            input=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        if done.returncode:
            raise MachineError(f"exit status {done.returncode}: {script}\n{done.stdout}")
        return done.stdout

    def words(self, script: str) -> list[str]:
        """The command that runs a shell script in the machine as root."""
        return [
            *("nsenter", f"--target={self._leader}", "--mount", "--uts", "--ipc", "--pid"),
            *("--root", "--wd", "env", "--chdir=/root/optoutd", "-i", "HOME=/root", "TERM=dumb"),
            *("SHELL=/bin/bash", "COLUMNS=200"),
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            # The colon keeps the shell there while its last command runs, as a person's would be.
            *("bash", "-euo", "pipefail", "-c", f"{script}\n:"),
        ]

    def know_host(self, name: str, address: str) -> None:
        """Makes a host known by name, as a DNS would."""
        with (self.root / "etc/hosts").open("a") as hosts:
            hosts.write(f"{address} {name}\n")

    def trust(self, name: str, authority: bytes) -> None:
        """Makes an authority known, whose certificates are then good for the whole system."""
        folder = self.root / "usr/local/share/ca-certificates"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.crt").write_bytes(authority)

    def remove(self) -> None:
        """Ends the system and deletes its file system."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._folder != Path():
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = Path()

    def _copy_network(self) -> None:
        for place in map(Path, _NETWORK):
            target = self.root / place.relative_to("/")
            if place.is_dir():
                shutil.copytree(place, target, dirs_exist_ok=True)
            elif place.exists():
                shutil.copy(place, target)
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        (self.root / "root/optoutd").mkdir()

    def _boot(self) -> None:
        console = self._folder / "console"
        with console.open("wb") as output:
            self._process = subprocess.Popen(
                [
                    *("systemd-nspawn", "--quiet", f"--directory={self.root}", "--boot"),
                    *("--register=no", "--keep-unit", "--console=pipe", "--resolv-conf=off"),
                    "--timezone=off",
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + _BOOT_TIMEOUT_S
        while not self._is_up():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise MachineError(f"it does not start: {console.read_text(errors='replace')}")
            time.sleep(0.2)

    def _is_up(self) -> bool:
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        self._leader = int((children.read_text().split() or ["0"])[0])
        if not self._leader:
            return False
        with contextlib.suppress(MachineError):
            return self.run("systemctl is-system-running || true").strip() in _UP
        return False

    def _call(self, *words: str | Path) -> None:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode:
            raise MachineError(f"{words[0]} failed: {(done.stdout + done.stderr)[-2000:]}")
