"""Where the log goes and what a line looks like. The only importer of structlog."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, TextIO

import structlog

from handlers.address import Address
from handlers.pseudonym import log_hash

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def configure(
    *, stream: TextIO | None = None, level: str = "info", addresses: str = "masked", key: bytes
) -> None:
    """Sets up the log: where it goes, from which level on, and how addresses appear in it.

    `addresses` is "masked" (`j***@example.org` and its keyed hash), "hashed" (the hash alone) or
    "plain"; `key` is the store's, so that hashes stay comparable and cannot be looked up.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            _Addresses(addresses, key),
            _plain_values,
            _in_order,
            # ASCII, so that a line is JSON wherever it is written to, whatever a server said.
            structlog.processors.JSONRenderer(ensure_ascii=True, default=_unforeseen),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(file=stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Libraries log through the standard module: their warnings join ours, one line each.
    logging.basicConfig(handlers=[_FromLibraries()], level=logging.WARNING, force=True)
    logging.captureWarnings(True)  # which would else be printed between the lines


class _Addresses:
    """Replaces each `Address` of an event by what may be shown of it."""

    def __init__(self, show: str, key: bytes) -> None:
        self._show = show
        self._key = key

    def __call__(
        self, _logger: Any, _method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        for name, value in list(event.items()):
            if isinstance(value, Address):
                event[name] = self._text(value)
                if self._show == "masked":
                    event[f"{name}_hash"] = self._hash(value)
        return event

    def _text(self, address: Address) -> str:
        if self._show == "plain":
            return address.key
        if self._show == "hashed":
            return self._hash(address)
        return f"{address.local[:1]}***@{address.domain}"

    def _hash(self, address: Address) -> str:
        return log_hash(address.key, self._key)


def _plain_values(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Times in RFC 3339, UTC; what would be empty is left out."""
    for name, value in list(event.items()):
        if value is None or value in ("", (), []):
            del event[name]
        elif isinstance(value, datetime):
            event[name] = value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return event


def _unforeseen(value: object) -> str:
    """A value that is no JSON appears by its type: its words may be a customer's."""
    return f"<{type(value).__name__}>"


def _in_order(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """What every line has stands first, for the eye that runs down the log."""
    first = {name: event.pop(name) for name in ("time", "level", "event")}
    return {**first, **event}


class _FromLibraries(logging.Handler):
    """Tells that a library complained, without what it said: it may quote a message."""

    def emit(self, record: logging.LogRecord) -> None:
        library_warning(library=record.name, severity=record.levelname.lower())


def logger() -> Any:
    """What events are given to."""
    return structlog.get_logger()


def library_warning(*, library: str, severity: str) -> None:
    """A library logged a warning; its words are left out, for they may quote a message."""
    logger().warning("library_warning", library=library, severity=severity)
