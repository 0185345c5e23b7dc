"""`optoutd backup FILE`: a verified copy of the store, while the daemon works with it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from daemon.cli.by_staff import ByOption, name_of
from daemon.cli.context import context_of
from daemon.cli.meter import meter
from daemon.cli.output import harmless, print_json


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command("backup")(backup)


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes.")],
    force: Annotated[
        bool, typer.Option("--force", help="Replace a file that is there already.")
    ] = False,
    by: ByOption = "",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Copy the store into FILE, also while the daemon runs, and verify the copy.

    The copy holds every address that the store holds: only its owner can read it, and it should
    lie where the store itself could. docs/store.md ("Restoring") tells the way back.

    Example: optoutd backup /var/backups/optoutd-$(date +%F).db
    """
    from daemon.opening import utc_now

    store = context_of(context).standing_store()
    try:
        with meter("Copying, then verifying", "pages") as progress:
            made = store.backup(file, force=force, progress=progress)
        store.witness(
            "backup",
            by=name_of(by),
            now=utc_now(),
            detail={"bytes": made.size_bytes, "newest": made.newest.sequence},
        )
    finally:
        store.close()
    if json:
        print_json(
            {
                "file": str(made.path),
                "bytes": made.size_bytes,
                "newest": made.newest.sequence,
                "hash": made.newest.hash,
            }
        )
        return
    print(harmless(f"{made.path}: {made.size_bytes:,} bytes, verified."))
    print(f"Its newest event of the audit: {made.newest.sequence}:{made.newest.hash}")
    print(
        "To restore: stop optoutd, move the store and its -wal and -shm away, put this file in"
        " its place; docs/store.md tells what to do about mail that came since.",
        file=sys.stderr,
    )
