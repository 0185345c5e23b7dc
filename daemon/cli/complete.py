"""What the shell's completion offers that only we know: references, mailboxes, events.

Asked at each press of the key: it changes nothing, and says nothing where something is wrong,
for nobody wants an error in the middle of a command.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import typer

from daemon.cli.context import Context

_MOST = 200  # more than anybody looks through


def references(context: typer.Context, incomplete: str) -> list[str]:
    """References of requests, the newest first."""
    with contextlib.suppress(Exception):
        store = _context(context).reading_store()
        try:
            found = store.references(incomplete.upper(), _MOST)
            # As it was begun, for the shell compares: commands take small letters, too.
            return [incomplete + reference[len(incomplete) :] for reference in found]
        finally:
            store.close()
    return []


def mailboxes(context: typer.Context, incomplete: str) -> list[str]:
    """Names of the configured mailboxes."""
    with contextlib.suppress(Exception):
        names = (box.name for box in _context(context).settings().mailbox)
        return [name for name in names if name.startswith(incomplete)]
    return []


def log_events(incomplete: str) -> list[str]:
    """Names of the events of the log."""
    from daemon.cli.log_words import SENTENCES

    return [name for name in SENTENCES if name.startswith(incomplete)]


def _context(context: typer.Context) -> Context:
    """As the command would have it; while it is only being typed, nobody has made one yet."""
    config = context.find_root().params.get("config")
    return Context(
        config=Path(config).expanduser() if config else None,
        environ=dict(os.environ),
        cwd=Path.cwd(),
    )
