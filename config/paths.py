"""Paths in the settings: variables in them are filled in, and relative ones start at the file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from config.mistakes import Place
from config.settings import LISTS, StoreSettings
from config.store_url import SQLITE

_VARIABLE = re.compile(r"\$\{([^}]*)\}?")


def unset_variable(text: str, environ: Mapping[str, str]) -> str:
    """What is wrong with the first `${…}` of `text` that `environ` does not fill, or ''."""
    for match in _VARIABLE.finditer(text):
        if not environ.get(match[1]):
            hint = " (systemd sets it for the service)" if "CREDENTIALS" in match[1] else ""
            return f"the environment variable {match[1] or 'without a name'} is not set{hint}"
    return ""


def resolve(
    data: dict[str, Any], folder: Path, environ: Mapping[str, str]
) -> list[tuple[Place, str]]:
    """Makes the paths in the tables `data` absolute; returns what is wrong, with its place.

    A file of a secret with an unset variable is left as it is and refused when the password is
    read: `requests list` needs no password, and is run by hand, where systemd's credentials are
    not there.
    """
    problems: dict[Place, str] = {("store", "url"): _resolve_url(data, folder, environ)}
    for place, table in _tables(data):
        for key in ("password_file", "ca_file", "templates"):
            value = table.get(key)
            if not isinstance(value, str) or not value:
                continue
            if key == "password_file" and unset_variable(value, environ):
                continue
            path, problem = _absolute(value, folder, environ)
            problems[*place, key] = problem or _absent(key, path)
            table[key] = path if key == "password_file" else Path(path)
        problems |= _resolve_lists(place, table, folder, environ)
    return [(place, problem) for place, problem in problems.items() if problem]


def _resolve_lists(
    place: Place, table: dict[str, Any], folder: Path, environ: Mapping[str, str]
) -> dict[Place, str]:
    """The same for keys that hold several files with secrets."""
    problems: dict[Place, str] = {}
    for key in ("token_files", "signing_key_files", "secret_files"):
        names = table.get(key)
        if not isinstance(names, list):
            continue
        for index, name in enumerate(names):
            if isinstance(name, str) and name and not unset_variable(name, environ):
                names[index], problems[*place, key, index] = _absolute(name, folder, environ)
    return problems


def _resolve_url(data: dict[str, Any], folder: Path, environ: Mapping[str, str]) -> str:
    store = data.setdefault("store", {})
    url = store.get("url", StoreSettings().url) if isinstance(store, dict) else None
    if not isinstance(url, str) or not url.startswith(SQLITE) or url == SQLITE:
        return ""  # the settings refuse it, with better words
    path, problem = _absolute(url.removeprefix(SQLITE), folder, environ)
    store["url"] = f"{SQLITE}{path}"
    return problem


def _tables(data: Mapping[str, Any]) -> Iterator[tuple[Place, dict[str, Any]]]:
    for section in ("store", "smtp", "reply", "web", "panel"):
        if isinstance(table := data.get(section), dict):
            yield (section,), table
    for section in LISTS:
        tables = data.get(section)
        for index, table in enumerate(tables if isinstance(tables, list) else ()):
            if isinstance(table, dict):
                yield (section, index), table


def _absolute(text: str, folder: Path, environ: Mapping[str, str]) -> tuple[str, str]:
    """The absolute path that `text` means, and what is wrong with it, or ''."""
    if problem := unset_variable(text, environ):
        return text, problem
    if text.startswith("~"):
        return text, 'starts with "~", which only a shell reads: write ${HOME} or the whole path'
    return str(folder / _VARIABLE.sub(lambda match: environ[match[1]], text)), ""


def _absent(key: str, path: str) -> str:
    """That nothing is there, where a library reads the path later and would not say so well."""
    # pathlib's is_file and is_dir raise where a folder on the way may not be entered.
    if key == "ca_file" and not os.path.isfile(path):  # noqa: PTH113 - this one says no
        return f"there is no file {path}"
    if key == "templates" and not os.path.isdir(path):  # noqa: PTH112 - this one says no
        return f"there is no folder {path}"
    return ""
