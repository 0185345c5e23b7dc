"""Hostile mail in a real mailbox: nothing falls over, and people around it are served.

A selection of tests/hostile/ in one mailbox with one daemon; `python -m bench.hostile` has all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.company import COMMAND, Company, clean_environment, until
from tests.hostile import CASES, Case
from tests.hostile.campaign import Sent, deliver, problems
from tests.hostile.case import CANCEL, OPT_OUT, QUESTION
from tests.hostile.memory import PeakMemory
from tests.hostile.screen import acting
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer
from tests.servers.terminal import Terminal

SUPPORT, CANCELLATIONS = "support-hostile@shop.example", "cancel-hostile@shop.example"
GOAL_MB = 200
# The one of 25 MB, and what has once reached a screen or an address.
ALWAYS = (
    "sizes: an attachment of 25 MB, the request before it",
    "terminal: in what is cited as evidence",
    "terminal: in the name of a file",
    "nesting: 2000 multiparts in each other",
    "many parts: 10000 parts, the request first",
    "impostors: an authentication that fails",
)
_SECRET = re.compile(r"optoutd\.[A-Z2-7]{16}|(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}")


def selected() -> list[Case]:
    """Every fourth of a family, and those in ALWAYS."""
    found = []
    for _, family in groupby(CASES, key=lambda case: case.family):
        found += [
            case
            for place, case in enumerate(family)
            if case.title in ALWAYS or (place % 4 == 0 and not case.heavy)
        ]
    return found


@dataclass(kw_only=True)
class Campaign:
    """A company whose daemon has read the selection, and has ended."""

    company: Company
    sent: list[Sent]
    found: list[str]
    log: str = field(repr=False)
    peak_mb: float
    children_mb: float

    def events(self, name: str) -> list[dict[str, Any]]:
        return [e for e in map(json.loads, self.log.splitlines()) if e["event"] == name]


@pytest.fixture(scope="module")
def campaign(dovecot: Dovecot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campaign]:
    for user in (SUPPORT, CANCELLATIONS):
        dovecot.add_user(user)
    folder = tmp_path_factory.mktemp("hostile")
    with SmtpServer() as smtp:
        company = Company(folder, dovecot, smtp, support=SUPPORT, cancel=CANCELLATIONS)
        company.write_config()
        sent = deliver(dovecot, SUPPORT, selected())
        with company.daemon() as daemon, PeakMemory(daemon.process.pid) as memory:
            daemon.wait_for("poll_finished")
            until(
                lambda: len(daemon.events("reply_sent")) >= len(daemon.events("reply_queued")),
                lambda: f"the outbox does not empty:\n{daemon.log[-2_000:]}",
            )
            assert daemon.stop() == 0
        yield Campaign(
            company=company,
            sent=sent,
            found=problems(sent, folder / "store/optoutd.db", dovecot, SUPPORT, smtp.received),
            log=daemon.log,
            peak_mb=memory.own_mb,
            children_mb=memory.children_mb,
        )


def test_everybody_around_is_served_and_nothing_hostile_is_lost_or_answered(
    campaign: Campaign,
) -> None:
    assert len(campaign.sent) > 125
    assert campaign.found == []


def test_the_log_is_json_without_controls_words_and_secrets(campaign: Campaign) -> None:
    assert campaign.events("unexpected_error") == []
    # Whatever it is, at least the beginning of it is read.
    assert campaign.events("message_set_aside") == []
    assert acting(campaign.log.encode()) == set()
    for words in (OPT_OUT, CANCEL, QUESTION, "Traceback", "victim", "owned", "{{"):
        assert words not in campaign.log
    assert not _SECRET.search(campaign.log)


def test_the_daemon_stays_below_200_mb(campaign: Campaign) -> None:
    assert campaign.peak_mb < GOAL_MB
    assert campaign.children_mb < GOAL_MB


def test_no_screen_shows_anything_that_acts(campaign: Campaign) -> None:
    company, folder = campaign.company, campaign.company.folder
    (folder / "log").write_text(campaign.log)
    files = []
    for one in campaign.sent:
        if one.case and one.case.family in ("terminal", "senders", "injections"):
            path = folder / f"{one.uid}.eml"
            path.write_bytes(one.raw)
            files.append(str(path))
    requests = company.requests()
    named = next(s.who for s in campaign.sent if s.case and "name of a file" in s.case.name)
    screens = [
        ("review", "list"),
        ("log", str(folder / "log")),
        ("classify", "--json", *files),
        ("review", "show", requests[named, "opt_out"]["id"]),
        ("access", named, "--json"),
    ]
    with ThreadPoolExecutor(2) as pool:
        for words, printed in zip(
            screens, pool.map(lambda words: _in_a_terminal(company, folder, words), screens),
            strict=True,
        ):  # fmt: skip
            assert acting(printed) == set(), words
            assert b"Traceback" not in printed, words
            if "--json" in words:
                # Progress stands between them, where a command takes its time.
                lines = [x for x in printed.decode().split("\r\n") if x.startswith("{")]
                assert all(map(json.loads, lines)), words


def _in_a_terminal(company: Company, folder: Path, words: tuple[str, ...]) -> bytes:
    """All that a terminal is given by a command, colours and all."""
    environ = {**clean_environment(), "TERM": "xterm", "NO_COLOR": ""}
    command: list[str | Path] = [COMMAND, "--config", company.config, *words]
    with Terminal(command, environ=environ, cwd=folder, columns=150) as terminal:
        assert terminal.wait() == 0, terminal.shown
        return terminal.raw
