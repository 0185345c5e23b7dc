"""A short round of the crash campaign: `make crash-campaign` is the long one.

Killed once at each step after which it has promised more, while mail comes in, customers answer,
and staff drag and decide.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench.crash.round import Round
from bench.crash.world import World, wire_to
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import shared_postgres
from tests.servers.smtp import SmtpServer

STEPS = ["in the transaction", "committed", "moved", "filed", "taken", "sent"]


def play(folder: Path, dovecot: Dovecot, steps: list[str], *, shared: bool = False) -> None:
    """Plays the steps and fails with the words of the reckoning."""
    with SmtpServer() as smtp, wire_to(dovecot) as wire:
        postgres = shared_postgres() if shared else None
        here = World(dovecot=dovecot, smtp=smtp, postgres=postgres, wire=wire)
        report = Round(here, folder, seed=11, runs=len(steps)).play(steps=steps)
    assert report.account.faults == [], (folder / "log").read_text()[-20_000:]
    # Not that nothing happened: it was really killed there, and people really wrote.
    assert report.kills - Counter({"staff's command": 99}) == Counter(steps)
    assert report.requests > 4 * len(steps)
    assert report.deeds.total() > 2 * len(steps)


@pytest.mark.timeout(900)
def test_killed_at_every_step_it_loses_nothing_and_does_nothing_twice(
    tmp_path: Path, dovecot: Dovecot
) -> None:
    play(tmp_path, dovecot, STEPS)


@pytest.mark.postgres
@pytest.mark.timeout(900)
def test_two_daemons_on_one_store_lose_nothing_whoever_is_killed(
    tmp_path: Path, dovecot: Dovecot
) -> None:
    play(tmp_path, dovecot, ["moved", "sent"], shared=True)
