"""What every command may need: the configuration, read when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from daemon.cli.output import complain

if TYPE_CHECKING:  # these take time to import, and `classify` does without them
    from config.credentials import Secrets
    from config.settings import Settings
    from daemon.ports import Store


@dataclass(slots=True, kw_only=True)
class Context:
    """The command line's options and surroundings."""

    config: Path | None
    environ: Mapping[str, str] = field(repr=False)
    cwd: Path

    def path(self) -> Path:
        """The configuration file. Raises ConfigError where there is none."""
        from config.load import find_config

        return find_config(self.config, self.environ, self.cwd)

    def settings(self) -> Settings:
        """The settings. Raises ConfigError with all mistakes."""
        from config.load import load_settings

        return load_settings(self.path(), self.environ)

    def secrets(self, settings: Settings) -> Secrets:
        """The passwords. Raises ConfigError with all mistakes; warns on stderr."""
        from config.load import load_secrets

        secrets = load_secrets(settings, file=self.path())
        for warning in secrets.warnings:
            complain(f"warning: {warning}")
        return secrets

    def reading_store(self) -> Store:
        """The store, to look at while a daemon may be at work with it."""
        from daemon.opening import make_store, utc_now

        return make_store(self.settings(), access="read", now=utc_now())

    def standing_store(self) -> Store:
        """As `writing_store`, but none is made: an empty one would say that nothing is held.

        Whoever sends newsletters by such an export writes to everybody. Raises StoreMissing.
        """
        from daemon.errors import OptoutdError, StoreMissing

        try:
            self.reading_store().close()
        except StoreMissing:
            raise
        except OptoutdError:
            pass  # one of an older version is brought up to date; all else fails again
        return self.writing_store()

    def writing_store(self) -> Store:
        """The store, to record what staff decide while a daemon may be at work with it."""
        from daemon.opening import make_store, utc_now

        return make_store(self.settings(), access="write", now=utc_now())


def context_of(context: typer.Context) -> Context:
    """Our context within Typer's."""
    found = context.find_object(Context)
    assert found is not None  # noqa: S101 - the callback has put it there
    return found
