"""Environment variables that override keys: OPTOUTD_SMTP__PORT, OPTOUTD_MAILBOX__SUPPORT__HOST.

A mailbox or a receiver is addressed by its name, in capitals and with "_" for what no variable's
name may hold.
pydantic-settings addresses list items by number only and ignores variables that it does not know.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, get_origin

from config.mistakes import ENVIRONMENT, Mistake, Place
from config.settings import LISTS, SECTIONS
from config.wording import BELONGS_IN_A_FILE, did_you_mean, holds_password

PREFIX = "OPTOUTD_"
# Which file to read, and whether tests may skip for want of a server: not settings themselves.
NOT_SETTINGS = frozenset({"OPTOUTD_CONFIG", "OPTOUTD_REQUIRE_SERVERS"})


def override(
    data: dict[str, Any], environ: Mapping[str, str]
) -> tuple[dict[Place, str], list[Mistake]]:
    """Writes the values of `environ` into the tables `data`.

    Returns which variable each place got its value from, and what is wrong with the variables.
    """
    known: dict[str, list[Place]] = {}
    for name, place in _variables(data):
        known.setdefault(name, []).append(place)
    origins: dict[Place, str] = {}
    mistakes: list[Mistake] = []
    for name in sorted(n for n in environ if n.startswith(PREFIX) and n not in NOT_SETTINGS):
        problem = _problem(name, environ[name], known)
        if problem:
            mistakes.append(Mistake(file=ENVIRONMENT, key=name, problem=problem))
        elif _write(data, known[name][0], environ[name]):
            origins[known[name][0]] = name
    return origins, mistakes


def _variables(data: Mapping[str, Any]) -> Iterator[tuple[str, Place]]:
    """Every variable that means something beside `data`, with its place."""
    for section, model in SECTIONS.items():
        for key in model.model_fields:
            if section not in LISTS:
                yield f"{PREFIX}{section}__{key}".upper(), (section, key)
                continue
            tables = data.get(section)
            for index, table in enumerate(tables if isinstance(tables, list) else ()):
                if isinstance(table, dict) and isinstance(name := table.get("name"), str):
                    word = re.sub(r"[^A-Za-z0-9]", "_", name)
                    yield f"{PREFIX}{section}__{word}__{key}".upper(), (section, index, key)


def _problem(name: str, value: str, known: Mapping[str, list[Place]]) -> str:
    if name not in known:
        if holds_password(name.rpartition("__")[2]):
            return BELONGS_IN_A_FILE
        return f"is not a setting{did_you_mean(name, known)}"
    if len(known[name]) > 1:
        what = known[name][0][0]
        return f"means more than one {what}: their names differ only in signs or in capitals"
    try:
        value.encode()
    except UnicodeEncodeError:
        return "is not UTF-8 text"
    return ""


def _write(data: dict[str, Any], place: Place, value: str) -> bool:
    """Puts `value` in its place; False where the file has something else than a section there."""
    section, key = str(place[0]), str(place[-1])
    table = data.setdefault(section, {}) if len(place) == 2 else data[section][place[1]]
    if not isinstance(table, dict):
        return False
    annotation = SECTIONS[section].model_fields[key].annotation
    is_toml = annotation in (int, float, bool) or get_origin(annotation) in (tuple, Mapping)
    table[key] = _toml_value(value) if is_toml else value
    return True


def _toml_value(text: str) -> object:
    """`text` as TOML reads it; the text itself where it is none: its type is refused later."""
    try:
        found = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):  # a TOMLDecodeError, or numbers and lists without end
        return text
    return found["value"] if len(found) == 1 else text
