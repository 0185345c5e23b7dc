"""A round of the campaign: one company, some kills, and the reckoning at its end."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from bench.crash.account import Account, reckon
from bench.crash.deeds import Stage
from bench.crash.faulty import STEPS
from bench.crash.people import Person, person
from bench.crash.stories import story_of
from bench.crash.troubles import IMAP_ENDS, RENUMBERED, TROUBLES, Trouble
from bench.crash.world import WiredCompany, World
from tests.acceptance.company import COMMAND, clean_environment

ROOT = Path(__file__).parents[2]
LETTERS_A_RUN = 8
# What customers and staff do between two kills: before the daemon starts, and while it is up.
DEEDS_WHILE_DOWN = 3
DEEDS_WHILE_UP = 6
_DEEDS_AT_THE_END = 2  # of staff's, whose commands take a while
_PAUSE_S = 0.3
BATCH = 4
LEASE_S = 5.0  # the shortest that the settings allow
# Who has made so many passes has nothing more to do, and will not come to its step.
_PASSES = 12
_LONGEST_RUN_S = 90.0
_EARLY_S = 1.0  # who lives no longer than that may be killed before all is begun


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a round did, and what its reckoning found.

    `kills` counts by step, "staff's command" among them; `deeds` what people did afterwards.
    """

    seed: int
    runs: int
    kills: Counter[str]
    troubles: Counter[str]
    letters: int
    requests: int
    deeds: Counter[str]
    account: Account
    folder: Path | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What is drawn of one daemon's life: where it ends, and what fails meanwhile.

    At the `nth` time of a step, or `moment_s` after it has begun.
    """

    step: str
    nth: int
    moment_s: float
    trouble: str
    dice: random.Random


class Round:
    """`runs` kills of one company's daemon, drawn by `seed`."""

    def __init__(self, here: World, folder: Path, *, seed: int, runs: int) -> None:
        self._here, self._folder, self._seed, self._runs = here, folder, seed, runs
        self._dice = random.Random(seed)
        self._kills: Counter[str] = Counter()
        self._troubles: Counter[str] = Counter()
        self._renumbered: Counter[str] = Counter()  # by mailbox
        self._database = ""
        self._run_begins_at = 0  # in the log
        self._act_again_s, self._acts_left = 0.0, 0
        name = f"{seed}-{time.monotonic_ns()}"
        here.dovecot.add_user(f"support-{name}@shop.example")
        here.dovecot.add_user(f"cancel-{name}@shop.example")
        self._company = WiredCompany(
            folder,
            here.dovecot,
            here.smtp,
            support=f"support-{name}@shop.example",
            cancel=f"cancel-{name}@shop.example",
        )
        self._company.wire = here.wire
        self._stage = Stage(self._company, self._rows, lambda: here.smtp.received)

    def play(self, *, steps: list[str] | None = None) -> Report:
        """Kills, mends the servers, lets the command finish its work, and reckons.

        `steps` are those at which it is killed, when it comes to each for the first time; without
        them they are drawn, "any moment" among them.
        """
        self._here.smtp.forget()
        self._here.smtp.behave()  # whom it refused in the round before is somebody else now
        if self._here.postgres is not None:
            self._database = self._here.postgres.new_database()
            self._company.share_store(self._here.postgres.url(self._database), lease_s=LEASE_S)
        self._company.write_config(
            extra=f'[limits]\nbatch_messages = {BATCH}\n[log]\nlevel = "debug"\n',
            box_extra="timeout_seconds = 5.0",
            poll_seconds=1,
        )
        for number in range(self._runs):
            self._write()
            self._run(self._life(number, steps[number] if steps else ""))
        faults = self._finish()
        people = self._stage.people
        account = reckon(
            self._company, people, self._here.smtp.received, self._rows, self._renumbered
        )
        account.other.extend(faults)
        self._kills["staff's command"] += self._stage.staff.killed
        return Report(
            seed=self._seed,
            runs=self._runs,
            kills=self._kills,
            troubles=self._troubles,
            letters=sum(person.letter is not None for person in people),
            requests=sum(bool(person.kind) for person in people),
            deeds=Counter(step.deed for p in people for step in p.story[: p.done]),
            account=account,
            folder=self._folder if account.faults else None,
        )

    def _write(self) -> None:
        people, addresses = self._stage.people, self._addresses
        new = [
            person(len(people) + number, self._seed, addresses) for number in range(LETTERS_A_RUN)
        ]
        for each in new:
            each.story = story_of(each.sort, each.dice)
        people += new
        self._refuse(new)
        for box, user in addresses.items():
            letters = [each.letter for each in new if each.letter and box in each.letter.boxes]
            ours = [letter.raw for letter in letters]
            self._here.dovecot.seed(user, len(ours), ours.__getitem__)

    @property
    def _addresses(self) -> dict[str, str]:
        return {"support": self._company.support, "cancel": self._company.cancel}

    def _refuse(self, people: Sequence[Person]) -> None:
        """Has the SMTP server know no mailbox of those whom no mail reaches."""
        for each in people:
            if each.is_refused:
                words = "550 5.1.1 no such mailbox"
                self._here.smtp.answer("rcpt", words, only=each.address)

    # one run ---------------------------------------------------------------------------------

    def _life(self, number: int, step: str) -> Life:
        """Number `number`, by the seed alone; `step` where it is not drawn."""
        dice = random.Random(f"{self._seed} life {number}")
        drawn = [*STEPS, *("any moment" for _ in range(len(STEPS) // 2))]
        return Life(
            step=step or dice.choice(drawn),
            nth=1 if step else dice.randint(1, 3),
            moment_s=dice.uniform(0.4, 3.0),
            trouble="none" if step else dice.choice((*TROUBLES, "none")),
            dice=dice,
        )

    def _run(self, life: Life) -> None:
        step = life.step
        self._stage.may_drag = life.trouble not in IMAP_ENDS  # or who knows what it has moved
        self._stage.act(self._dice, life.dice.randint(0, DEEDS_WHILE_DOWN))
        self._acts_left = DEEDS_WHILE_UP
        store = self._folder / "store" / "optoutd.db"
        box, user = life.dice.choice(sorted(self._addresses.items()))
        if life.trouble == RENUMBERED:
            self._see_all()
            self._renumbered[box] += 1
        trouble = Trouble(life.trouble, self._here, store, user, life.dice)
        trouble.begin()
        self._run_begins_at = self._log_bytes()
        # Of two on one store, whoever comes to the step first ends there.
        count = 1 if self._here.postgres is None else 2
        processes = [self._start(step, life.nth) for _ in range(count)]
        try:
            if step == "any moment":
                if life.moment_s > _EARLY_S:
                    self._wait_for(b'"daemon_started"', processes)
                self._live(life.moment_s)
                life.dice.choice(processes).kill()
            is_there = step != "any moment" and self._comes_to_its_end(processes)
            if count > 1 and life.dice.random() < 0.5:
                self._live(life.dice.uniform(0.0, 1.5 * LEASE_S))  # the other takes over
        finally:
            for process in processes:
                process.kill()
            ends = {process.wait() for process in processes}
        # Without its store it cannot begin, and says so; systemd would try again.
        if ends != {-signal.SIGKILL} and life.trouble != "store away":
            raise RuntimeError(f"a daemon ended with {ends}: see {self._folder / 'log'}")
        # Who never came to its step was killed for that: at any moment.
        self._kills[step if is_there else "any moment"] += 1
        self._troubles[life.trouble] += 1
        trouble.end()
        if life.trouble == RENUMBERED:
            self._see_all()
        self._refuse(self._stage.people)
        self._stage.staff.look(wait=True)

    def _see_all(self) -> None:
        """Before a renumbering, and after it.

        A letter that was dragged back, and not seen in its numbering before that went, or before
        the new one was noticed, cannot be told from one of a restored mailbox, and is left
        (docs/people.md).
        """
        self._command("poll", "--timeout", "60")

    def _comes_to_its_end(self, processes: list[subprocess.Popen[bytes]]) -> bool:
        """Waits until one of them has killed itself; False where none does."""
        until_s = time.monotonic() + _LONGEST_RUN_S
        with (self._folder / "log").open("rb") as log:
            log.seek(self._run_begins_at)
            passes = 0
            while time.monotonic() < until_s and passes < _PASSES:
                if ended := [status for p in processes if (status := p.poll()) is not None]:
                    return -signal.SIGKILL in ended
                passes += log.read().count(b'"poll_finished"')
                self._act()
                time.sleep(0.02)
        return False

    def _wait_for(self, words: bytes, processes: list[subprocess.Popen[bytes]]) -> None:
        """Waits until the log says so, or one of them has ended without."""
        with (self._folder / "log").open("rb") as log:
            log.seek(self._run_begins_at)
            said = log.read()
            while words not in said and all(p.poll() is None for p in processes):
                time.sleep(0.02)
                said += log.read()

    def _live(self, for_s: float) -> None:
        """Lets them live for a while."""
        until_s = time.monotonic() + for_s
        while time.monotonic() < until_s:
            self._act()
            time.sleep(0.02)

    def _act(self) -> None:
        """Has people act beside the daemon, now and then."""
        if time.monotonic() > self._act_again_s and self._acts_left > 0:
            self._act_again_s = time.monotonic() + _PAUSE_S
            self._acts_left -= self._stage.act(self._dice, 1)
        self._stage.staff.look()

    def _log_bytes(self) -> int:
        log = self._folder / "log"
        return log.stat().st_size if log.exists() else 0

    def _start(self, step: str, nth: int) -> subprocess.Popen[bytes]:
        words = ["--config", str(self._company.config), "run"]
        if step == "any moment":
            command = [str(COMMAND), *words]
        else:
            command = [sys.executable, "-m", "bench.crash.faulty", step, str(nth), *words]
        with (self._folder / "log").open("ab") as log:
            log.write(f'{{"run": "{step}", "nth": {nth}}}\n'.encode())
            log.flush()
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env=clean_environment(),
            )

    # the end of the round --------------------------------------------------------------------

    def _finish(self) -> list[str]:
        """The command as an administrator would use it, until nothing is left to do.

        What it could not do, a line each.
        """
        poll = ("poll", "--timeout", "60")
        self._stage.may_drag = True
        faults = [self._command(*poll)]
        # What comes next in the stories, and what comes of it.
        self._stage.act(self._dice, len(self._stage.people), commands=False)
        for _ in range(_DEEDS_AT_THE_END):
            self._command_of_staff()
        for _ in range(len(self._stage.people)):
            if not self._stage.is_begun:
                break
            self._command_of_staff()
        self._let_retries_be_due()
        faults.append(self._command(*poll))
        if self._waits():
            faults.append(self._command("outbox", "retry", "--all-queued"))
        # The last pass files the copies of what was sent in the one before it.
        faults.append(self._command(*poll))
        return [fault for fault in faults if fault]

    def _let_retries_be_due(self) -> None:
        """As if minutes had passed: what the cut lines did not let through is asked for again."""
        due = "UPDATE message SET retry_at = received_at WHERE retry_at IS NOT NULL"
        if self._here.postgres is not None:
            self._here.postgres.execute(due, self._database)
            return
        with closing(sqlite3.connect(self._folder / "store" / "optoutd.db")) as database, database:
            database.execute(due)

    def _command_of_staff(self) -> None:
        self._stage.act(self._dice, 1)
        self._stage.staff.look(wait=True)

    def _waits(self) -> bool:
        waiting = self._rows("SELECT row FROM outbox WHERE state IN ('queued', 'sending')")
        return bool(waiting)

    def _command(self, *words: str) -> str:
        done = self._company.command(*words, timeout_s=180)
        with (self._folder / "log").open("a") as log:
            log.write(f"optoutd {' '.join(words)}\n{done.stdout}{done.stderr}")
        if not done.returncode:
            return ""
        return f"optoutd {' '.join(words)} exits with {done.returncode}"

    def _rows(self, select: str) -> list[tuple[object, ...]]:
        if self._here.postgres is not None:
            return self._here.postgres.execute(select, self._database)
        path = self._folder / "store" / "optoutd.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return database.execute(select).fetchall()
