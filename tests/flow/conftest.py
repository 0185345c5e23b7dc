"""Tests of the flow may be coroutines, each in an event loop of its own, and read the log."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.ports import Store
from handlers.secret import find_secrets
from tests.contract.fake_mailbox import FakeMailbox
from tests.flow.routes import Clock, store_in
from tests.unit.log_capture import LogCapture, captured_log

POISON = "poison"


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Runs a test that is a coroutine; the others are pytest's."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture
def log() -> Iterator[LogCapture]:
    """Every event from the level debug on."""
    with captured_log() as capture:
        yield capture


@pytest.fixture
def clock() -> Clock:
    """The time, which only the test moves."""
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """A real store on disk."""
    with store_in(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def box() -> FakeMailbox:
    """An empty mailbox in memory."""
    return FakeMailbox()


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Messages with one of these words cannot be read; a test takes words out of it."""
    words = {POISON}

    def find(text: str) -> tuple[str, ...]:
        if any(word in text for word in words):
            raise ZeroDivisionError(text)
        return find_secrets(text)

    monkeypatch.setattr("handlers.parse.find_secrets", find)
    return words
