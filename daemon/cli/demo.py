"""`optoutd demo`: needs no configuration, no network and no root."""

from __future__ import annotations

import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

_EXTRA = ("pymap", "aiosmtpd")


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command("demo")(demo)


def demo(
    keep: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Leave store, log, configuration and replies there."),
    ] = None,
) -> None:
    """Run the whole service once, on embedded servers with sample mail, and show what it did.

    Example: optoutd demo --keep /tmp/optoutd-demo
    """
    from daemon.errors import PermanentFailure

    missing = [name for name in _EXTRA if find_spec(name) is None]
    if missing:
        raise PermanentFailure(
            f"the demonstration needs {' and '.join(missing)}",
            part="installation",
            cure="install optoutd[demo]",
        )
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="optoutd-demo-") as folder:
            _run(Path(folder), kept_in=None)
        return
    try:
        keep.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(keep, error.strerror or "cannot be made") from error
    if any(keep.iterdir()):
        raise _unusable(keep, "is not empty")
    _run(keep, kept_in=keep)


def _unusable(folder: Path, why: str) -> Exception:
    from daemon.errors import PermanentFailure

    return PermanentFailure(
        f"{folder}: {why}", part="demo", setting="--keep", cure="name a new or empty folder"
    )


def _run(folder: Path, *, kept_in: Path | None) -> None:
    from rich.console import Console

    from daemon.cli.demo_page import show
    from daemon.demo import run_demo

    console = Console()
    started = time.monotonic()
    with console.status("Running one pass …"):
        result = run_demo(folder)
    show(result, console, kept_in=kept_in, seconds=time.monotonic() - started)
