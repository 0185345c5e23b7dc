"""The whole command line, with every command."""

from __future__ import annotations

from daemon.cli.commands import MODULES, make_app

app = make_app(dict.fromkeys(MODULES.values()))
