"""Servers for the tests, and an honest word at the end about the ones that were missing."""

from __future__ import annotations

import gc
import itertools
import os
import signal
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from tests.servers.chromium import find_chromium
from tests.servers.dovecot import Dovecot, find_dovecot
from tests.servers.postgres import (
    Postgres,
    find_postgres,
    running_postgres,
    shared_postgres,
)
from tests.servers.smtp import SmtpServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser

REQUIRED = "OPTOUTD_REQUIRE_SERVERS"

# No test asserts a time: what is slow on a busy machine is not wrong.
settings.register_profile("optoutd", deadline=None)
settings.load_profile("optoutd")

# Under nohup, or behind an "&" in a script, Ctrl-C is ignored, and programs would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_left_out = pytest.StashKey[dict[str, int]]()
_numbers = itertools.count(1)

# What a test needs by its fixture or its mark: the server's name, Debian's packages, is it here?
_SERVERS: dict[str, tuple[str, str, Callable[[], object]]] = {
    "dovecot": ("Dovecot", "dovecot-imapd and dovecot-lmtpd", find_dovecot),
    "postgres": ("PostgreSQL", "postgresql", find_postgres),
    "chromium": ("Chromium", "chromium", find_chromium),
}


def pytest_sessionstart(session: pytest.Session) -> None:
    """Where several processes share the tests, the one that hands them out collects none."""
    if os.environ.get(REQUIRED) != "1" or not getattr(session.config.option, "numprocesses", 0):
        return
    for name, packages, find in _SERVERS.values():
        if find() is None:
            raise pytest.UsageError(
                f"{REQUIRED}=1, but {name} is not installed (Debian: {packages})"
            )


def pytest_collection_finish() -> None:
    """What was collected stays to the end: no need to walk through it for garbage each time."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)  # after -m and -k have deselected
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skips what needs a missing server, or refuses to run at all where servers are required.

    Long modules come first, or one process would be left alone with one of them at the end.
    """
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    config.stash[_left_out] = {}
    for need, (name, packages, find) in _SERVERS.items():
        if find() is not None:
            continue
        concerned = [item for item in items if _needs(item, need)]
        if concerned and os.environ.get(REQUIRED) == "1":
            raise pytest.UsageError(
                f"{REQUIRED}=1, but {name} is not installed and {len(concerned)} tests need it"
                f" (Debian: {packages})"
            )
        for item in concerned:
            item.add_marker(pytest.mark.skip(reason=f"{name} is not installed"))
        if concerned:
            config.stash[_left_out][name] = len(concerned)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In a process of several: hands what was left out to the one that sums up."""
    output: dict[str, object] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_out"] = session.config.stash.get(_left_out, {})


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_testnodedown(node: Any) -> None:
    """Takes over what a process of several left out; each of them has looked at all tests."""
    output: dict[str, dict[str, int]] = getattr(node, "workeroutput", {})
    node.config.stash.setdefault(_left_out, {}).update(output.get("left_out", {}))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Says which servers were missing, so that a green run is not taken for a whole one."""
    if left_out := config.stash.get(_left_out, {}):
        terminalreporter.section("servers that were missing")
        for name, tests in left_out.items():
            terminalreporter.line(
                f"{name} is not installed: {tests} tests were left out."
                f" With {REQUIRED}=1 this is a failure."
            )


def pytest_unconfigure() -> None:
    """Ends the PostgreSQL that the whole session shared."""
    if (server := running_postgres()) is not None:
        server.close()


def _needs(item: pytest.Item, need: str) -> bool:
    fixtures = item.fixturenames if isinstance(item, pytest.Function) else ()
    return need in fixtures or item.get_closest_marker(need) is not None


@pytest.fixture(autouse=True)
def _databases_end_with_their_test() -> Iterator[None]:
    yield
    if (server := running_postgres()) is not None:
        server.clear()


@pytest.fixture(scope="session")
def postgres() -> Postgres:
    """One PostgreSQL for all tests; each takes databases of its own, gone when it is over."""
    return shared_postgres()


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """One Dovecot for all tests; each takes users of its own from `new_user`."""
    with Dovecot() as server:
        yield server


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a module; each takes a context of its own."""
    from tests.servers.chromium import running_chromium

    with running_chromium() as browser:
        yield browser


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
