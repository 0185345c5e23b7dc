"""What callers of the web service show, read from files; it never shows in a repr or an error."""

from __future__ import annotations

import base64
import binascii
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from config.credentials import read_secret
from config.mistakes import ConfigError, Mistake
from config.paths import unset_variable
from config.settings import Settings

MIN_TOKEN_CHARS = 32
_KEY_PREFIX = "whsec_"
_KEY_BYTES = range(24, 65)  # Standard Webhooks: 192 to 512 bits

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeys:
    """Bearer tokens of those who may ask, and tokens and signing keys of the control panel.

    `warnings` name files of these that everyone on the machine can read.
    """

    asking: tuple[str, ...] = field(default=(), repr=False)
    panel: tuple[str, ...] = field(default=(), repr=False)
    signing: tuple[bytes, ...] = field(default=(), repr=False)
    warnings: tuple[Mistake, ...] = ()


def load_api_keys(settings: Settings, *, file: Path) -> ApiKeys:
    """The keys that `settings` name; `file` is where they were read from, for the errors.

    Raises ConfigError with all mistakes at once, each with the key of its setting.
    """
    mistakes: list[Mistake] = []
    warnings: list[Mistake] = []

    def take(key: str, names: tuple[str, ...], read: Callable[[str], T]) -> tuple[T, ...]:
        found = []
        for name in names:
            try:
                secret = _secret(name)
                found.append(read(secret))
            except ConfigError as error:
                wrong = error.mistakes[0]
                problem = ": ".join(part for part in (wrong.file, wrong.problem) if part)
                mistakes.append(Mistake(file=str(file), key=key, problem=problem))
            except ValueError as error:
                mistakes.append(Mistake(file=str(file), key=key, problem=f"{name}: {error}"))
            else:
                if Path(name).stat().st_mode & stat.S_IROTH:
                    problem = f"everyone on this machine can read {name}: chmod o-r it"
                    warnings.append(Mistake(file=str(file), key=key, problem=problem))
        return tuple(found)

    asking = take("web.token_files", settings.web.token_files, token)
    panel = take("panel.token_files", settings.panel.token_files, token)
    signing = take("panel.signing_key_files", settings.panel.signing_key_files, signing_key)
    if set(asking) & set(panel):
        problem = "holds a token of [web] token_files: who sends newsletters must not cancel"
        mistakes.append(Mistake(file=str(file), key="panel.token_files", problem=problem))
    if mistakes:
        raise ConfigError(mistakes)
    return ApiKeys(asking=asking, panel=panel, signing=signing, warnings=tuple(warnings))


def token(line: str) -> str:
    """A bearer token. Raises ValueError for one that could be guessed, or not be sent."""
    if len(line) < MIN_TOKEN_CHARS:
        raise ValueError(f"the token has less than {MIN_TOKEN_CHARS} characters")
    if not line.isascii() or not line.isprintable() or " " in line:
        raise ValueError("the token holds what a header field cannot")
    return line


def signing_key(line: str) -> bytes:
    """A key of Standard Webhooks. Raises ValueError for what is none."""
    try:
        key = base64.b64decode(line.removeprefix(_KEY_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not line.startswith(_KEY_PREFIX) or len(key) not in _KEY_BYTES:
        raise ValueError(f"the key is not {_KEY_PREFIX} and base64 of 24 to 64 bytes")
    return key


def _secret(name: str) -> str:
    if problem := unset_variable(name, {}):
        raise ConfigError([Mistake(file="", key="", problem=problem)])
    return read_secret(Path(name))
