"""The passwords, read from their files; they never show in a repr, a log or an error."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.files import read_text
from config.mistakes import ConfigError, Mistake, key_of
from config.paths import unset_variable
from config.settings import Settings

MAX_SECRET_BYTES = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """The passwords by the name of their mailbox, and those of SMTP and store, None without one.

    `receivers` are the secrets of each receiver by its name, in the order of its files.
    `warnings` name files of these that everyone on the machine can read.
    """

    mailboxes: Mapping[str, str] = field(repr=False)
    smtp: str | None = field(repr=False)
    store: str | None = field(default=None, repr=False)
    receivers: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    warnings: tuple[Mistake, ...] = ()


def read_secret(path: Path) -> str:
    """The one line of the file at `path`, without its newline.

    At most 4,096 bytes of UTF-8, not empty. Raises ConfigError with one Mistake.
    """
    text = read_text(path, max_bytes=MAX_SECRET_BYTES)
    line = text.removesuffix("\n").removesuffix("\r")
    if not line.strip():
        raise _wrong(path, "is empty")
    if any(c in line for c in "\r\n"):
        raise _wrong(path, "holds more than one line: the secret is one line, and nothing else")
    if "\0" in line:
        raise _wrong(path, "holds a NUL byte, which neither IMAP nor SMTP can transmit")
    return line


def load_secrets(settings: Settings, *, file: Path) -> Secrets:
    """Every password that `settings` name; `file` is where they were read from, for the errors.

    Raises ConfigError with all mistakes at once, each with the key of its setting.
    """
    data = {"mailbox": [{"name": box.name} for box in settings.mailbox]}
    found: dict[str, str] = {}
    mistakes: list[Mistake] = []
    warnings: list[Mistake] = []

    def take(key: str, password_file: str) -> str:
        try:
            secret, warning = _read(password_file)
        except ConfigError as error:
            wrong = error.mistakes[0]
            problem = ": ".join(part for part in (wrong.file, wrong.problem) if part)
            mistakes.append(Mistake(file=str(file), key=key, problem=problem))
            return ""
        if warning:
            warnings.append(Mistake(file=str(file), key=key, problem=warning))
        return secret

    for index, box in enumerate(settings.mailbox):
        key = key_of(("mailbox", index, "password_file"), data)
        found[box.name] = take(key, box.password_file)
    smtp_file = settings.smtp.password_file
    smtp = take("smtp.password_file", smtp_file) if smtp_file else None
    store_file = settings.store.password_file
    store = take("store.password_file", store_file) if store_file else None
    receivers = {}
    names = {"receiver": [{"name": receiver.name} for receiver in settings.receiver]}
    for index, receiver in enumerate(settings.receiver):
        key = key_of(("receiver", index, "secret_files"), names)
        receivers[receiver.name] = tuple(take(key, name) for name in receiver.secret_files)
    if mistakes:
        raise ConfigError(mistakes)
    return Secrets(
        mailboxes=found,
        smtp=smtp,
        store=store,
        receivers=receivers,
        warnings=tuple(warnings),
    )


def store_password(settings: Settings) -> str | None:
    """The store's password alone, for commands that log in nowhere else; None without one.

    Raises ConfigError.
    """
    if not settings.store.password_file:
        return None
    try:
        return _read(settings.store.password_file)[0]
    except ConfigError as error:
        wrong = error.mistakes[0]
        problem = ": ".join(part for part in (wrong.file, wrong.problem) if part)
        mistake = Mistake(file="", key="store.password_file", problem=problem)
        raise ConfigError([mistake]) from None


def _read(password_file: str) -> tuple[str, str]:
    """A secret and a warning about its file, or ''."""
    # The loader fills in every variable that is set; what is left names one that is not.
    if problem := unset_variable(password_file, {}):
        raise ConfigError([Mistake(file="", key="", problem=problem)])
    path = Path(password_file)
    secret = read_secret(path)
    if path.stat().st_mode & stat.S_IROTH:
        return secret, f"everyone on this machine can read {path}: chmod o-r it"
    return secret, ""


def _wrong(path: Path, problem: str) -> ConfigError:
    return ConfigError([Mistake(file=str(path), key="", problem=problem)])
