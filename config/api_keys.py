"""What callers of the web service show, read from files; it never shows in a repr or an error."""

from __future__ import annotations

import base64
import binascii
import stat
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from config.credentials import read_secret
from config.files import NO_SUCH_FILE
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


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyProblem:
    """What is wrong with the file `name` of a setting, and what helps.

    With `is_open` it is used all the same: everyone on the machine can read it. `is_missing`: it
    is not there.
    """

    key: str
    name: str
    problem: str
    cure: str
    is_open: bool = False
    is_missing: bool = False

    def __str__(self) -> str:
        return f"{self.name}: {self.problem}"


def load_api_keys(settings: Settings, *, file: Path) -> ApiKeys:
    """The keys that `settings` name; `file` is where they were read from, for the errors.

    Raises ConfigError with all mistakes at once, each with the key of its setting.
    """
    keys, problems = examine_api_keys(settings)
    told = [
        (found, Mistake(file=str(file), key=found.key, problem=f"{found}: {found.cure}"))
        for found in problems
    ]
    mistakes = [mistake for found, mistake in told if not found.is_open]
    if mistakes:
        raise ConfigError(mistakes)
    return replace(keys, warnings=tuple(mistake for _, mistake in told))


def examine_api_keys(settings: Settings) -> tuple[ApiKeys, list[KeyProblem]]:
    """Those keys that can be read, and all that is wrong with their files, in their order."""
    problems: list[KeyProblem] = []

    def take(key: str, names: tuple[str, ...], kind: _Kind[T]) -> dict[str, T]:
        found: dict[str, T] = {}
        for name in names:
            problem, secrets = _read(key, name, kind)
            problems.extend([problem] if problem else [])
            found.update((name, secret) for secret in secrets)
        return found

    asking = take("web.token_files", settings.web.token_files, _TOKEN)
    panel = take("panel.token_files", settings.panel.token_files, _TOKEN)
    signing = take("panel.signing_key_files", settings.panel.signing_key_files, _SIGNING_KEY)
    problems += [
        KeyProblem(
            key="panel.token_files",
            name=name,
            problem="holds a token of [web] token_files: who sends newsletters must not cancel",
            cure=f"give the panel one of its own: {_TOKEN.make.format(name=name)}",
        )
        for name, held in panel.items()
        if held in asking.values()
    ]
    keys = ApiKeys(
        asking=tuple(asking.values()),
        panel=tuple(panel.values()),
        signing=tuple(signing.values()),
    )
    return keys, problems


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind(Generic[T]):
    """How one kind of secret is read, and made."""

    read: Callable[[str], T]
    make: str  # a command of the shell


_TOKEN = _Kind(read=token, make="(umask 077; openssl rand -hex 32 > {name})")
_SIGNING_KEY = _Kind(
    read=signing_key, make='(umask 077; echo "whsec_$(openssl rand -base64 32)" > {name})'
)


def _read(key: str, name: str, kind: _Kind[T]) -> tuple[KeyProblem | None, tuple[T, ...]]:
    """What is wrong with a file, if anything, and its secret, if it can be used."""
    make = kind.make.format(name=name)
    wrong = partial(KeyProblem, key=key, name=name)
    if problem := unset_variable(name, {}):
        cure = "LoadCredential= in the unit of the web service gives it the file"
        return wrong(problem=problem, cure=cure, is_missing=True), ()
    try:
        secret = kind.read(read_secret(Path(name)))
    except ConfigError as error:
        problem = error.mistakes[0].problem
        cure = f"make it anew: {make}"
        if problem.startswith("cannot be read"):
            cure = (
                f"let the user of the web service read it, and nobody else: chown optoutd {name}"
            )
        elif problem == NO_SUCH_FILE:
            return wrong(problem=problem, cure=f"make it: {make}", is_missing=True), ()
        return wrong(problem=problem, cure=cure), ()
    except ValueError as error:
        return wrong(problem=str(error), cure=f"make it anew: {make}"), ()
    if Path(name).stat().st_mode & stat.S_IROTH:
        problem = "everyone on this machine can read it"
        return wrong(problem=problem, cure=f"chmod o-r {name}", is_open=True), (secret,)
    return None, (secret,)
