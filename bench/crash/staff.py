"""Staff at their terminals: the real commands, beside the daemon, and sometimes killed themselves.

Whoever's command was killed types it again: what they wanted is to hold once.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.crash.faulty import STAFF_STEPS
from bench.crash.people import Person
from tests.acceptance.company import COMMAND, clean_environment

ROOT = Path(__file__).parents[2]
_KILLED_OF_A_HUNDRED = 35
_LONGEST_S = 90.0


@dataclass(slots=True)
class Typed:
    """A command that is running, about one person."""

    person: Person
    process: subprocess.Popen[bytes]
    output: Path
    began_s: float = field(default_factory=time.monotonic)


class Staff:
    """One colleague, who types one command after the other."""

    def __init__(self, config: Path, folder: Path) -> None:
        self._config, self._folder = config, folder
        self._typed: Typed | None = None
        self._received: dict[str, str] = {}  # when a call came, the same at each try
        self.tried: set[tuple[str, int]] = set()
        self.killed = 0

    @property
    def is_busy(self) -> bool:
        """Whether a command is running."""
        return self._typed is not None

    def type(self, person: Person, deed: str, reference: str) -> None:
        """Begins a command, the first time at times one that is killed at a step of it."""
        words = [*deed.split(), person.address if deed.startswith("record") else reference]
        if deed.startswith("record"):
            now = time.strftime("%Y-%m-%d %H:%M")
            words += ["--channel", "phone"]
            words += ["--received", self._received.setdefault(person.address, now)]
        command = [str(COMMAND), "--config", str(self._config), *words]
        is_first = (person.address, person.done) not in self.tried
        self.tried.add((person.address, person.done))
        if is_first and person.dice.randrange(100) < _KILLED_OF_A_HUNDRED:
            step = person.dice.choice([*STAFF_STEPS])
            command[:1] = [sys.executable, "-m", "bench.crash.faulty", step, "1"]
        output = self._folder / "staff"
        with output.open("wb") as told:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
                cwd=ROOT,
                env=clean_environment(),
            )
        self._typed = Typed(person, process, output)

    def look(self, *, wait: bool = False) -> None:
        """Sees whether the command has ended, and how; with `wait` not before it has."""
        typed = self._typed
        if typed is None:
            return
        if wait:
            typed.process.wait(_LONGEST_S)
        status = typed.process.poll()
        if status is None:
            return
        self._typed = None
        words = typed.output.read_text(errors="replace")
        with (self._folder / "log").open("a") as log:
            log.write(f"staff, {typed.person.address}: {status}: {words}\n")
        self.killed += status < 0
        # A store that is away is tried again; what cannot be is told with what it is about.
        refused = status == 1 and "store" not in words.lower()
        if status == 0 or refused:
            typed.person.staff = "refused" if refused else "taken"
            typed.person.done += 1
