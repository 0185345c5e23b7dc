"""Reads the small text files of a configuration, or says what is wrong with them."""

from __future__ import annotations

from pathlib import Path

from config.mistakes import ConfigError, Mistake

NO_SUCH_FILE = "there is no such file"


def read_text(path: Path, *, max_bytes: int) -> str:
    """The UTF-8 text of the regular file at `path`, of at most `max_bytes`.

    Raises ConfigError with one Mistake, whose words show nothing of the content.
    """
    try:
        if path.is_dir():
            raise _wrong(path, "is a folder, not a file")
        if path.exists() and not path.is_file():
            # A pipe or a terminal would make the start wait for ever.
            raise _wrong(path, "is not a regular file")
        with path.open("rb") as file:
            raw = file.read(max_bytes + 1)
    except FileNotFoundError:
        raise _wrong(path, NO_SUCH_FILE) from None
    except OSError as error:
        raise _wrong(path, f"cannot be read: {error.strerror}") from error
    if len(raw) > max_bytes:
        raise _wrong(path, f"is longer than {max_bytes} bytes")
    if raw.startswith(b"\xef\xbb\xbf"):
        raise _wrong(path, "starts with a byte order mark: save it as UTF-8 without one")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _wrong(path, f"is not UTF-8 text (line {line})") from None


def _wrong(path: Path, problem: str) -> ConfigError:
    return ConfigError([Mistake(file=str(path), key="", problem=problem)])
