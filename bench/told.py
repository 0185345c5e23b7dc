"""Kills the daemon while it tells other systems: `python -m bench.told --kills N [--seed S]`.

The real command tells two receivers of what staff decide beside it, as fast as they can. The
receivers answer late, with 500 and 503, or take a call and cut the connection. Again and again the
daemon is killed: from outside at any moment, or from inside before or after it takes or notes an
announcement. In the end the receivers are well, `optoutd poll` finishes, and everything is
compared: each receiver was told of each change, and none twice in effect, that is, with two ids or
two bodies for one change, or out of the order of a request's changes. Exit status 1 where not.

With `--store postgres` two daemons share the store, and both are killed. No mail server runs: the
mailboxes fail all the while.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from daemon.ports import Store
from daemon.stores import open_store
from handlers.states import TRANSITIONS
from handlers.values import Change, Decision, Disposition, Intent, State
from tests.acceptance.company import COMMAND, clean_environment
from tests.contract.store_values import request, suppression
from tests.servers.dovecot import free_port
from tests.servers.postgres import Postgres
from tests.servers.receiver import Call, ReceiverServer, Reply

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
CONFIG = """
[store]
{store}

[smtp]
host = "127.0.0.1"
port = {port}
security = "none"

[company]
name = "Example"
postal_address = "1 Example Street"
phone = "+1 555 0100"

[[mailbox]]
name = "support"
role = "support"
address = "support@example.com"
host = "127.0.0.1"
port = {port}
security = "none"
username = "support"
password_file = "support.password"
poll_seconds = 3600
"""
RECEIVER = '\n[[receiver]]\nname = "{name}"\nurl = "{url}"\nsecret_files = ["key"]\n'
# Dies in a method of its store, the given time that it is called: before its work, or after.
DEADLY = """
import os, signal
from daemon.stores.sql_announcements import SqlAnnouncements
real, calls = SqlAnnouncements.{method}, []
def deadly(self, *given, **named):
    calls.append(1)
    if {before} and len(calls) == {times}:
        os.kill(os.getpid(), signal.SIGKILL)
    done = real(self, *given, **named)
    if len(calls) == {times}:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
SqlAnnouncements.{method} = deadly
from daemon.cli import main
main()
"""
PATIENCE_S = 90.0


class Staff:
    """Decides on requests, beside the daemon, and keeps what it has decided."""

    def __init__(self, store: Store, dice: random.Random) -> None:
        self.store, self.dice = store, dice
        self.history: dict[str, list[State]] = {}
        self._kinds: dict[str, Intent] = {}

    def decide(self) -> None:
        """A new request, or the next step of one that is open."""
        steps = [
            (reference, after)
            for reference, states in self.history.items()
            for after in TRANSITIONS.get((self._kinds[reference], states[-1]), ())
            if after is not states[-1]
        ]
        if steps and self.dice.random() < 0.6:
            self._move(*self.dice.choice(steps))
        else:
            self._record(f"{self.dice.choice('OC')}-{len(self.history)}")

    def _record(self, reference: str) -> None:
        address = {"address_key": f"{reference.lower()}@b.example"}
        made = request(reference, **address)
        kept = () if reference[0] == "C" else (suppression(reference, **address),)
        self._carry_out(Decision(disposition=Disposition.ACT, reason="recorded", requests=(made,),
                                 suppress=kept))  # fmt: skip
        self.history[reference], self._kinds[reference] = [made.state], made.kind

    def _move(self, reference: str, after: State) -> None:
        before = self.history[reference][-1]
        moved = Change(reference=reference, before=before, after=after, reason="by-staff")
        self._carry_out(Decision(disposition=Disposition.ACT, reason="moved", changes=(moved,)))
        self.history[reference].append(after)

    def _carry_out(self, decision: Decision) -> None:
        self.store.carry_out(decision, None, by="bench", now=datetime.now(UTC))


class Moody:
    """How a receiver answers: mostly well."""

    def __init__(self, dice: random.Random) -> None:
        self.dice, self.is_well = dice, False

    def answer(self, _call: Call) -> Reply:
        """What it says to a call."""
        if self.is_well:
            return Reply()
        time.sleep(self.dice.choice([0, 0, 0, 0.01, 0.05, 0.2]))
        return Reply(status=self.dice.choice([200] * 8 + [500, 503, 0, 0]))


@contextlib.contextmanager
def daemons(
    config: Path, dice: random.Random, count: int
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """`optoutd run`, which may die by itself; killed at the end."""
    running = []
    for number in range(count):
        command: list[object] = [COMMAND]
        if not number and dice.random() < 0.6:
            program = DEADLY.format(
                method=dice.choice(["take_announcements", "announced"]),
                before=dice.choice([True, False]),
                times=dice.randrange(1, 6),
            )
            command = [sys.executable, "-c", program]
        log = (config.parent / "log").open("ab")
        started = subprocess.Popen(
            [*map(str, command), "--config", str(config), "run"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=clean_environment(),
        )
        running.append(started)
        log.close()
    try:
        yield running
    finally:
        for process in running:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()


def play(folder: Path, store_lines: str, url: str, *, kills: int, seed: int) -> dict[str, int]:
    """All of it; what was found."""
    dice = random.Random(seed)
    moods = {name: Moody(random.Random(seed + number)) for number, name in enumerate("ab")}
    shared = url.startswith("postgresql")
    with contextlib.ExitStack() as stack:
        servers = {
            name: stack.enter_context(ReceiverServer(mood.answer)) for name, mood in moods.items()
        }
        config = folder / "optoutd.toml"
        (folder / "key").write_text(f"{KEY}\n")
        (folder / "support.password").write_text("x\n")
        config.write_text(
            CONFIG.format(store=store_lines, port=free_port())
            + "".join(RECEIVER.format(name=n, url=s.url) for n, s in servers.items())
        )
        for path in folder.iterdir():
            path.chmod(0o600)
        with daemons(config, random.Random(0), 2 if shared else 1):
            wait_for(folder / "log", '"daemon_started"')
        store = open_store(url, access="write", base_dir=folder, now=datetime.now(UTC))
        staff, deaths = Staff(store, dice), Counter[str]()
        for _ in range(kills):
            for _ in range(dice.randrange(1, 6)):
                staff.decide()
            begun = (folder / "log").stat().st_size
            with daemons(config, dice, 2 if shared else 1) as running:
                wait_for(folder / "log", '"daemon_started"', since=begun, running=running)
                until_s = time.monotonic() + dice.uniform(0, 1.0)
                while time.monotonic() < until_s and running[0].poll() is None:
                    staff.decide()
                    time.sleep(dice.uniform(0, 0.05))
                deaths["inside" if running[0].poll() is not None else "outside"] += 1
        for mood in moods.values():
            mood.is_well = True
        finish(config, store)
        found = compare(staff, {name: server.calls for name, server in servers.items()}, store)
        store.close()
    return {"kills": kills, **deaths, **found}


def wait_for(
    log: Path, what: str, *, since: int = 0, running: list[subprocess.Popen[bytes]] | None = None
) -> None:
    """Waits for a word in the log, or until nobody is there to write it."""
    deadline_s = time.monotonic() + PATIENCE_S
    while what.encode() not in log.read_bytes()[since:]:
        if running and running[0].poll() is not None:
            return
        if time.monotonic() > deadline_s:
            raise SystemExit(f"{what} did not come:\n{log.read_text()[-4000:]}")
        time.sleep(0.02)


def finish(config: Path, store: Store) -> None:
    """Polls until nothing waits."""
    for _ in range(20):
        subprocess.run(
            [COMMAND, "--config", config, "poll"],
            capture_output=True, check=False, env=clean_environment(),
        )  # fmt: skip
        if not store.announcements(["queued", "sending"], limit=1):
            return
    raise SystemExit("something waits for ever")


def compare(staff: Staff, calls: dict[str, list[Call]], store: Store) -> dict[str, int]:
    """What is not as it has to be, and how much there was."""
    wrong, again = Counter[str](), 0
    for heard in calls.values():
        bodies: dict[str, bytes] = {}
        learned: dict[str, list[State]] = {}
        for call in heard:
            if call.id in bodies:
                again += 1
                wrong["two_bodies"] += bodies[call.id] != call.body
                continue
            bodies[call.id] = call.body
            data = json.loads(call.body)["data"]
            learned.setdefault(data["reference"], []).append(State(data["state"]))
        for reference, states in staff.history.items():
            told = learned.pop(reference, [])
            wrong["untold"] += len(Counter(states) - Counter(told))
            wrong["twice_in_effect"] += len(Counter(told) - Counter(states))
            wrong["out_of_order"] += told != states and Counter(told) == Counter(states)
        wrong["of_nothing"] += len(learned)
    wrong["not_noted"] += len(
        [r for r in staff.history for a in store.announcements_about(r) if a.state != "told"]
    )
    changes = sum(map(len, staff.history.values()))
    return {
        "requests": len(staff.history),
        "changes": changes,
        "to_tell": changes * len(calls),
        "calls": sum(map(len, calls.values())),
        "repeated_with_the_same_id": again,
        **{name: wrong[name] for name in (
            "untold", "twice_in_effect", "two_bodies", "out_of_order", "of_nothing", "not_noted"
        )},
    }  # fmt: skip


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    wanted = parser.parse_args()
    began_s = time.monotonic()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url, lines = "sqlite:///optoutd.db", 'url = "sqlite:///optoutd.db"'
        if wanted.store == "postgres":
            server = stack.enter_context(Postgres())
            url = server.url(server.new_database())
            lines = f'url = "{url}"\nlease_seconds = 5'
        found = play(folder, lines, url, kills=wanted.kills, seed=wanted.seed)
    found["seconds"] = round(time.monotonic() - began_s)
    print(json.dumps(found, indent=2))
    faults = ("untold", "twice_in_effect", "two_bodies", "out_of_order", "of_nothing", "not_noted")
    sys.exit(any(found[name] for name in faults))


if __name__ == "__main__":
    main()
