"""Servers for the tests, and an honest word at the end about the ones that were missing."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator

import pytest

from tests.servers.dovecot import Dovecot, find_dovecot
from tests.servers.smtp import SmtpServer

REQUIRED = "OPTOUTD_REQUIRE_SERVERS"

_left_out = pytest.StashKey[int]()
_numbers = itertools.count(1)


@pytest.hookimpl(trylast=True)  # after -m and -k have deselected
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skips what needs a missing server, or refuses to run at all where servers are required."""
    if find_dovecot() is not None:
        return
    concerned = [item for item in items if _needs_dovecot(item)]
    if concerned and os.environ.get(REQUIRED) == "1":
        raise pytest.UsageError(
            f"{REQUIRED}=1, but Dovecot is not installed and {len(concerned)} tests need it"
            " (Debian: dovecot-imapd and dovecot-lmtpd)"
        )
    for item in concerned:
        item.add_marker(pytest.mark.skip(reason="Dovecot is not installed"))
    config.stash[_left_out] = len(concerned)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Says which servers were missing, so that a green run is not taken for a whole one."""
    if left_out := config.stash.get(_left_out, 0):
        terminalreporter.section("servers that were missing")
        terminalreporter.line(
            f"Dovecot is not installed: {left_out} tests were left out."
            f" With {REQUIRED}=1 this is a failure."
        )


def _needs_dovecot(item: pytest.Item) -> bool:
    fixtures = item.fixturenames if isinstance(item, pytest.Function) else ()
    return "dovecot" in fixtures or item.get_closest_marker("dovecot") is not None


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """One Dovecot for all tests; each takes users of its own from `new_user`."""
    with Dovecot() as server:
        yield server


@pytest.fixture
def new_user(dovecot: Dovecot) -> Callable[[str], str]:
    """Makes a user with an empty mailbox on `dovecot`, password "secret", and gives its name."""

    def make(local: str = "support") -> str:
        user = f"{local}-{next(_numbers)}@shop.example"
        dovecot.add_user(user, "secret")
        return user

    return make


@pytest.fixture
def mail_user(new_user: Callable[[str], str]) -> str:
    """The name of one fresh user on `dovecot`."""
    return new_user("support")


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """An SMTP server without TLS and AUTH that takes everything."""
    with SmtpServer() as server:
        yield server
