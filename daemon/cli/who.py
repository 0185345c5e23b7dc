"""Who is at the keyboard, for the audit."""

from __future__ import annotations

import getpass
import os
from typing import Annotated

import typer

from daemon.cli.output import harmless

MAX_CHARS = 64

ByOption = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who does this, for the audit; else the user.")
]


def who(by: str) -> str:
    """The name that was given, or that of the user, also of the one behind sudo."""
    if not by:
        by = os.environ.get("SUDO_USER", "")
    if not by:
        try:
            by = getpass.getuser()
        except (KeyError, OSError):  # a user without a name, as in containers
            by = f"uid-{os.getuid()}"
    return harmless(" ".join(by.split()))[:MAX_CHARS]
