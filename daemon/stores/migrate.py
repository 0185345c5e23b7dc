"""Brings a store to the version of this program, or says why that cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.errors import PermanentFailure, StoreMissing
from daemon.stores.failures import PART, SETTING
from daemon.stores.schema import VERSION

if TYPE_CHECKING:  # loaded where it is needed, see `upgrade`
    from alembic.config import Config

_version_table = sa.table("alembic_version", sa.column("version_num", sa.String))


def version_of(connection: Connection) -> str | None:
    """The revision that the database is at, or None where there is nothing in it yet.

    Raises PermanentFailure for a database that is not ours.
    """
    tables = sa.inspect(connection).get_table_names()
    if "alembic_version" in tables:
        return connection.scalar(sa.select(_version_table.c.version_num))
    if tables:
        raise PermanentFailure(
            "the database belongs to another program",
            part=PART,
            setting=SETTING,
            cure="name another one",
        )
    return None


def upgrade(connection: Connection) -> None:
    """Makes the tables, or changes those of an older version, within the open transaction.

    Raises PermanentFailure for a store that a newer version of this program has made.
    """
    version = version_of(connection)
    if version == VERSION:
        return
    # Alembic takes as long to load as all else that opening needs, and is seldom needed.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "daemon.stores:migrations")
    config.set_main_option("path_separator", "os")
    if version is not None:
        _check_known(config, version)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def check_readable(connection: Connection) -> None:
    """Raises PermanentFailure unless the store is of exactly this version: readers change nothing.

    A store in the making looks empty until it is complete.
    """
    version = version_of(connection)
    if version is None:
        raise does_not_exist("the store is empty")
    if version == VERSION:
        return
    raise PermanentFailure(
        f"the store is of version {version}, this program of {VERSION}",
        part=PART,
        setting=SETTING,
        cure="`optoutd run` or `optoutd poll` of the newer program brings it up to date",
    )


def does_not_exist(what: str) -> StoreMissing:
    """The failure of a reader that comes before the first writer."""
    return StoreMissing(
        what,
        part=PART,
        setting=SETTING,
        cure="`optoutd run` and `optoutd poll` make it when they start",
    )


def _check_known(config: Config, version: str) -> None:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version not in known:
        raise PermanentFailure(
            f"the store is of version {version}, which a newer optoutd has made;"
            f" this one knows up to {VERSION}",
            part=PART,
            setting=SETTING,
            cure="install that version of optoutd again, or a later one",
        )
