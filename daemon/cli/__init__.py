"""The command line: `optoutd [--config FILE] COMMAND`.

Exit status 0: done. 1: it could not be done. 2: a mistake in usage or configuration.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from daemon.cli import (
    access,
    audit,
    backup,
    check,
    classify,
    demo,
    due,
    export,
    forget,
    headers,
    init,
    keys,
    log,
    outbox,
    record,
    replies,
    requests,
    retention,
    review,
    service,
    status,
    web,
)
from daemon.cli import report as report_command
from daemon.cli.context import Context
from daemon.cli.failures import report
from daemon.cli.help import Commands, arrange
from daemon.cli.output import forgive_encodings, tell_of_mistake

app = typer.Typer(
    name="optoutd",
    help="Reads support@ and cancel@ over IMAP, honours opt-outs and cancellations, and answers.",
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        from daemon import __version__

        typer.echo(f"optoutd {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="The configuration; else $OPTOUTD_CONFIG, ./optoutd.toml or "
            "/etc/optoutd/optoutd.toml.",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    del version
    context.obj = Context(config=config, environ=dict(os.environ), cwd=Path.cwd())


_MODULES = (
    init,
    service,
    status,
    due,
    outbox,
    check,
    log,
    classify,
    requests,
    review,
    record,
    headers,
    keys,
    web,
    replies,
    report_command,
    export,
    access,
    forget,
    retention,
    backup,
    audit,
    demo,
)
for module in _MODULES:
    module.register(app)
arrange(app)


def main() -> None:
    """The console script. Foreseeable failures end in one clear line each, without a traceback."""
    forgive_encodings()
    sys.excepthook = tell_of_mistake
    try:
        app()
    except Exception as error:  # noqa: BLE001 - report() raises again what it does not know
        sys.exit(report(error))


__all__ = ["app", "main"]
