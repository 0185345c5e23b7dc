"""Which module has which command: of the command line as much as is asked for is imported."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from daemon.cli.context import Context
from daemon.cli.help import Commands, arrange

MODULES: Mapping[str, str] = {
    "init": "init",
    "run": "service",
    "poll": "service",
    "status": "status",
    "due": "due",
    "outbox": "outbox",
    "receivers": "receivers",
    "check": "check",
    "log": "log",
    "classify": "classify",
    "requests": "requests",
    "suppressed": "requests",
    "review": "review",
    "record": "record",
    "filter": "filter",
    "headers": "headers",
    "keys": "keys",
    "web": "web",
    "replies": "replies",
    "report": "report",
    "export": "export",
    "access": "access",
    "forget": "forget",
    "retention": "retention",
    "backup": "backup",
    "audit": "audit",
    "demo": "demo",
}
_WITH_A_VALUE = "--config"


def module_of(words: Sequence[str]) -> str | None:
    """The module of the command that `words` begin with; None where all of them may be needed.

    So it is for the help that names them, a command that is misspelt, and an option that is.
    """
    left = iter(words)
    for word in left:
        if word == _WITH_A_VALUE:
            next(left, None)
        elif not word.startswith(f"{_WITH_A_VALUE}="):
            return MODULES.get(word)
    return None


def make_app(modules: Iterable[str]) -> typer.Typer:
    """The command line with the commands of `modules`, each of which is to be named once."""
    app = typer.Typer(
        name="optoutd",
        help="Reads support@ and cancel@ over IMAP, honours opt-outs and cancellations, "
        "and answers.",
        cls=Commands,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    for module in modules:
        import_module(f"daemon.cli.{module}").register(app)
    arrange(app)
    return app


def _version(value: bool) -> None:
    if value:
        from daemon import __version__

        typer.echo(f"optoutd {__version__}")
        raise typer.Exit


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
