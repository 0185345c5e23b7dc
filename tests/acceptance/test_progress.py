"""Progress appears on a terminal, and there alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.company import COMMAND, Company, clean_environment
from tests.servers.terminal import Terminal

MESSAGE = (
    b"From: anna@customer.example\r\nTo: support@shop.example\r\n\r\nStop the newsletter.\r\n"
)


def environment() -> dict[str, str]:
    # A terminal that can move its cursor; a dumb one is shown no bars.
    return {**clean_environment(), "TERM": "xterm", "COLUMNS": "100"}


@pytest.mark.timeout(120)
def test_poll_shows_how_far_it_is_and_the_result_stays(company: Company, customer: str) -> None:
    for number in range(3):
        company.write_to(company.support, customer, f"News {number}", "Please unsubscribe me.\n")
    words: list[str | Path] = [COMMAND, "--config", company.config, "poll"]
    with Terminal(words, environ=environment(), columns=100) as terminal:
        assert terminal.wait() == 0
    assert "3/3" in terminal.shown
    assert "replies sent" in terminal.shown
    # The log goes on above the bars, and the table stands below.
    assert '"event": "batch_committed"' in terminal.shown
    assert "acted on" in terminal.shown.splitlines()[-4]


def test_in_a_pipe_there_is_no_trace_of_it(company: Company, customer: str) -> None:
    company.write_to(company.support, customer, "News", "Please unsubscribe me.\n")
    done = company.command("poll")
    assert all(line.startswith('{"time"') for line in done.stderr.splitlines())
    assert company.command("check").stderr == ""


@pytest.mark.timeout(120)
def test_check_and_classify_say_what_they_are_at(company: Company, tmp_path: Path) -> None:
    words: list[str | Path] = [COMMAND, "--config", company.config, "check"]
    with Terminal(words, environ=environment(), columns=100) as terminal:
        assert terminal.wait() == 0
    assert "Trying mailbox support …" in terminal.shown
    assert "ok    smtp" in terminal.shown
    message = tmp_path / "message.eml"
    message.write_bytes(MESSAGE)
    many: list[str | Path] = [COMMAND, "classify", "--json", *[message] * 200]
    with Terminal(many, environ=environment(), columns=100) as terminal:
        assert terminal.wait() == 0
    assert "Deciding" in terminal.shown
    assert "200/200" in terminal.shown
