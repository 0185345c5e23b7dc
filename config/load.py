"""TOML, environment and secret files -> settings, or all mistakes in them at once.

The order of precedence: an environment variable, then the file, then the default.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config.credentials import Secrets, load_secrets, read_secret
from config.environment import override
from config.files import read_text
from config.mistakes import ENVIRONMENT, ConfigError, Mistake, Place, key_of
from config.paths import resolve
from config.settings import LISTS, Settings, twins
from config.wording import problem_of, syntax_problem

FILE_NAME = "optoutd.toml"
SYSTEM_CONFIG = Path("/etc/optoutd") / FILE_NAME
MAX_CONFIG_BYTES = 1_048_576


def find_config(option: Path | None, environ: Mapping[str, str], cwd: Path) -> Path:
    """The file to read: `--config`, `$OPTOUTD_CONFIG`, ./optoutd.toml, /etc/optoutd/optoutd.toml.

    One that was named is taken without looking for it: the others must not stand in for it.
    Raises ConfigError with the places looked at.
    """
    if option is not None:
        return option
    if named := environ.get("OPTOUTD_CONFIG"):
        return cwd / named
    for path in (cwd / FILE_NAME, SYSTEM_CONFIG):
        if _is_there(path):
            return path
    problem = (
        f"is neither in {cwd} nor at {SYSTEM_CONFIG}; name another place with --config FILE or "
        "in OPTOUTD_CONFIG"
    )
    raise ConfigError([Mistake(file=FILE_NAME, key="", problem=problem)])


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        # `runuser -u optoutd` keeps root's folder: what nobody here may look into holds nothing.
        return False


def load_settings(path: Path, environ: Mapping[str, str]) -> Settings:
    """The settings in the file at `path`, overridden by `environ`, with absolute paths.

    Raises ConfigError with every mistake there is.
    """
    data = _tables(path)
    origins, mistakes = override(data, environ)
    found = list(resolve(data, path.absolute().parent, environ))
    settings: Settings | None = None
    try:
        # Strict, because "60" is not a number and 1 is not true; pydantic wants tuples for lists.
        settings = Settings.model_validate(_with_tuples(data), strict=True)
    except ValidationError as error:
        found += _problems(error.errors(include_url=False), data)
    for place, problem in found:
        variable = _origin(place, origins)
        mistake = (
            Mistake(file=ENVIRONMENT, key=variable, problem=problem)
            if variable
            else Mistake(file=str(path), key=key_of(place, data), problem=problem)
        )
        mistakes.append(mistake)
    if mistakes or settings is None:
        raise ConfigError(mistakes)
    return settings


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_text(path, max_bytes=MAX_CONFIG_BYTES))
    except tomllib.TOMLDecodeError as error:
        where, problem = syntax_problem(error)
        raise ConfigError([Mistake(file=str(path), key=where, problem=problem)]) from None
    except (ValueError, RecursionError):
        # tomllib leaves numbers of thousands of digits and lists as deep to Python itself.
        problem = "holds a number or a nesting beyond all measure"
        raise ConfigError([Mistake(file=str(path), key="", problem=problem)]) from None


def _problems(errors: list[ErrorDetails], data: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """The errors of a validation, each place once, and the twins that it did not come to."""
    seen: set[Place] = set()
    in_mailboxes = any(len(e["loc"]) > 1 and e["loc"][0] == "mailbox" for e in errors)
    for error in errors:
        place = _value_place(error["loc"])
        # A list whose items are wrong counts as empty too: the items say what there is to say.
        echo = place == ("mailbox",) and in_mailboxes
        if place not in seen and not echo:
            seen.add(place)
            yield place, problem_of(error, place)
    if in_mailboxes:
        for problem in _raw_twins(data["mailbox"]):
            yield ("mailbox",), problem


def _value_place(loc: Place) -> Place:
    """`loc` without what pydantic adds to it for the members of a union."""
    depth = 3 if loc[0] in LISTS else 2
    item = loc[depth : depth + 1]
    return (*loc[:depth], *item) if item and isinstance(item[0], int) else loc[:depth]


def _raw_twins(boxes: list[Any]) -> list[str]:
    return twins(
        (
            str(box["name"]),
            str(box["host"]),
            str(box.get("port", 993)),
            str(box["username"]),
            str(box.get("folder", "INBOX")),
        )
        for box in boxes
        if isinstance(box, dict) and {"name", "host", "username"} <= box.keys()
    )


def _origin(place: Place, origins: Mapping[Place, str]) -> str:
    return next((name for known, name in origins.items() if place[: len(known)] == known), "")


def _with_tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_tuples(item) for key, item in value.items()}
    return tuple(map(_with_tuples, value)) if isinstance(value, list) else value


__all__ = [
    "ConfigError",
    "Mistake",
    "Secrets",
    "find_config",
    "load_secrets",
    "load_settings",
    "read_secret",
]
