"""A good configuration to spoil, and what loading it says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from config.load import ConfigError, load_settings
from config.settings import Settings

GOOD = """
[smtp]
host = "smtp.example.com"

[company]
name = "Example"
postal_address = "1 Example Street"
phone = "+1 555 0100"

[[mailbox]]
name = "support"
role = "support"
address = "support@example.com"
host = "imap.example.com"
username = "support"
password_file = "support.password"

[[mailbox]]
name = "cancel-de"
role = "cancel"
address = "cancel@example.com"
host = "imap.example.com"
username = "cancel"
password_file = "cancel.password"
"""


def written(folder: Path, text: str = GOOD) -> Path:
    path = folder / "optoutd.toml"
    path.write_text(text)
    return path


def loaded(folder: Path, text: str = GOOD, environ: Mapping[str, str] | None = None) -> Settings:
    return load_settings(written(folder, text), environ or {})


def lines(folder: Path, text: str = GOOD, environ: Mapping[str, str] | None = None) -> list[str]:
    """The mistakes, a line each, with the file by its name alone."""
    with pytest.raises(ConfigError) as caught:
        loaded(folder, text, environ)
    return [line.replace(f"{folder}/", "") for line in str(caught.value).splitlines()]
