"""Writing what `optoutd init` found out: all of it, or nothing."""

from __future__ import annotations

import contextlib
import grp
import os
import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from config.load import load_settings
from config.mistakes import ConfigError
from config.settings import Settings
from daemon.errors import PermanentFailure

SERVICE_GROUP = "optoutd"
_PASSWORD_MODE = 0o600
_FOLDER_MODE = 0o700


def write_all(
    path: Path, text: str, passwords: Mapping[Path, str], *, force: bool, for_service: bool
) -> Settings:
    """Writes the passwords, each for its owner alone, and then the configuration; returns it.

    The file appears in its place whole, and only if it loads. What was made before something went
    wrong, or before Ctrl-C, is taken away again; what was there before stays as it was.

    Raises ConfigError, or PermanentFailure where something is in the way.
    """
    made: list[Path] = []
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        _make_folder(path.parent, 0o755, made)
        made.append(draft)
        _write(draft, text, _mode(for_service=for_service))
        settings = _loaded(draft, path)
        drafts = {}
        for place, password in passwords.items():
            _make_folder(place.parent, _FOLDER_MODE, made)
            drafts[place] = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
            made.append(drafts[place])
            _write(drafts[place], f"{password}\n", _PASSWORD_MODE)
        for place, ready in drafts.items():
            if not place.exists():
                made.append(place)
            ready.replace(place)
        _put(draft, path, force=force)
    except OSError as error:
        _take_away(made)
        where = error.filename2 or error.filename or path
        raise PermanentFailure(
            f"{where}: {error.strerror}", part="init", cure="nothing was written"
        ) from error
    except BaseException:
        _take_away(made)
        raise
    draft.unlink(missing_ok=True)
    return settings


def _mode(*, for_service: bool) -> int:
    """For its owner; for the service, whose user is another, also for its group.

    Before that group exists everyone may read it, or the service could not: it holds no secret.
    """
    if not for_service:
        return 0o600
    return 0o640 if _service_group() is not None else 0o644


def _service_group() -> int | None:
    try:
        group = grp.getgrnam(SERVICE_GROUP).gr_gid
    except KeyError:
        return None
    return group if os.geteuid() == 0 or group in os.getgroups() else None


def _make_folder(folder: Path, mode: int, made: list[Path]) -> None:
    for missing in reversed([f for f in (folder, *folder.parents) if not f.exists()]):
        missing.mkdir(mode=mode)
        made.append(missing)


def _write(path: Path, text: str, mode: int) -> None:
    """A new file that is on the disk when this returns, and never open to more than `mode`."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        group = _service_group() if mode == 0o640 else None
        if group is not None:
            os.fchown(descriptor, -1, group)
        os.fchmod(descriptor, mode)
        os.fsync(descriptor)


def _put(draft: Path, path: Path, *, force: bool) -> None:
    if force:
        draft.replace(path)
        return
    try:
        os.link(draft, path)  # never over one that is there, however late it came
    except FileExistsError:
        raise exists(path) from None


def exists(path: Path) -> PermanentFailure:
    """That there is a configuration already."""
    return PermanentFailure(
        f"{path} is there already", part="init", cure="name another file, or --force to replace it"
    )


def _loaded(draft: Path, path: Path) -> Settings:
    """The settings in the draft, its mistakes told with the name that it will have."""
    try:
        return load_settings(draft, {})
    except ConfigError as error:
        raise ConfigError(replace(m, file=str(path)) for m in error.mistakes) from None


def _take_away(made: list[Path]) -> None:
    for path in reversed(made):
        with contextlib.suppress(OSError):
            path.rmdir() if path.is_dir() else path.unlink()
