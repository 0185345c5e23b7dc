"""The log of a test, set up as the daemon sets it up and read back as dicts."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import stamina
import structlog

from daemon import events

KEY = bytes(range(32))


class LogCapture:
    """What was logged so far, a line an event."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        """The lines as they were written."""
        return self.stream.getvalue()

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events in their order."""
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def names(self) -> list[str]:
        """The names of the events in their order."""
        return [event["event"] for event in self.events]

    def named(self, name: str) -> list[dict[str, Any]]:
        """The events of one name."""
        return [event for event in self.events if event["event"] == name]

    def fields(self, name: str, field: str) -> list[Any]:
        """One field of the events of one name; None where it was left out."""
        return [event.get(field) for event in self.named(name)]


@contextmanager
def captured_log(
    *, level: str = "debug", addresses: str = "masked", key: bytes = KEY
) -> Iterator[LogCapture]:
    """Configures the log for the time of the `with`, and puts back what pytest had set up."""
    root = logging.getLogger()
    handlers, root_level = root.handlers[:], root.level
    root.handlers.clear()  # or else `configure` would close pytest's own
    capture = LogCapture()
    stamina.instrumentation.set_on_retry_hooks([])
    logging.captureWarnings(False)  # another test may have left it on
    try:
        events.configure(stream=capture.stream, level=level, addresses=addresses, key=key)
        yield capture
    finally:
        logging.captureWarnings(False)
        root.handlers[:] = handlers
        root.setLevel(root_level)
        structlog.reset_defaults()
        stamina.instrumentation.set_on_retry_hooks(None)
