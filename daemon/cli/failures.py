"""Failures as an administrator reads them: one line each, the cure behind it, an exit status."""

from __future__ import annotations

from config.mistakes import ConfigError
from config.model_error import ModelError
from config.reply_texts import ReplyTextError
from daemon.cli.output import complain
from daemon.errors import OptoutdError

EXIT_FAILED = 1
EXIT_USAGE = 2


def report(error: Exception) -> int:
    """Prints a foreseen failure on stderr and returns the exit status; raises any other again."""
    if isinstance(error, ConfigError):
        for mistake in error.mistakes:
            complain(str(mistake))
        return EXIT_USAGE
    if isinstance(error, ReplyTextError):
        complain(str(error))
        return EXIT_USAGE
    if isinstance(error, ModelError):
        complain(f"{error} (the installation is damaged: install optoutd again)")
        return EXIT_FAILED
    if isinstance(error, OptoutdError):
        complain(describe(error))
        return EXIT_FAILED
    raise error


def describe(error: OptoutdError) -> str:
    """A failure in one line: the setting to look at, what happened, and what cures it."""
    setting = getattr(error, "setting", "")
    text = f"{setting}: {error}" if setting else str(error)
    return f"{text} ({error.cure})" if error.cure else text
