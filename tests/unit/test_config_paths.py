"""Paths in the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.load import load_settings
from tests.unit.configs import GOOD, lines, loaded, written


def test_relative_paths_start_at_the_folder_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "etc"
    folder.mkdir()
    (folder / "ca.pem").touch()
    (folder / "replies").mkdir()
    written(
        folder,
        GOOD.replace("[company]", 'ca_file = "ca.pem"\n[reply]\ntemplates = "replies"\n[company]'),
    )
    monkeypatch.chdir(tmp_path)
    made = load_settings(Path("etc/optoutd.toml"), {})
    assert made.store.url == f"sqlite:///{folder}/optoutd.db"  # the default too
    assert made.mailbox[0].password_file == f"{folder}/support.password"
    assert made.smtp.ca_file == folder / "ca.pem"
    assert made.reply.templates == folder / "replies"


def test_absolute_paths_stay(tmp_path: Path) -> None:
    text = GOOD.replace('"support.password"', '"/run/support.password"')
    text += '\n[store]\nurl = "sqlite:////var/lib/optoutd/optoutd.db"\n'
    made = loaded(tmp_path, text)
    assert made.store.url == "sqlite:////var/lib/optoutd/optoutd.db"
    assert made.mailbox[0].password_file == "/run/support.password"


def test_variables_in_paths_are_filled_in(tmp_path: Path) -> None:
    text = GOOD.replace('"support.password"', '"${CREDENTIALS_DIRECTORY}/password_support"')
    text += '\n[store]\nurl = "sqlite:///${STATE_DIRECTORY}/${NAME}.db"\n'
    environ = {
        "CREDENTIALS_DIRECTORY": "/run/credentials/optoutd.service",
        "STATE_DIRECTORY": "/var/lib/optoutd",
        "NAME": "brand",
    }
    made = loaded(tmp_path, text, environ)
    assert made.mailbox[0].password_file == "/run/credentials/optoutd.service/password_support"
    assert made.store.url == "sqlite:////var/lib/optoutd/brand.db"


def test_what_a_variable_brings_is_not_expanded_again(tmp_path: Path) -> None:
    text = GOOD + '\n[store]\nurl = "sqlite:///${A}.db"\n'
    made = loaded(tmp_path, text, {"A": "/srv/${B}", "B": "x"})
    assert made.store.url == "sqlite:////srv/${B}.db"


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("${STATE_DIR}/o.db", "the environment variable STATE_DIR is not set"),
        ("${EMPTY}/o.db", "the environment variable EMPTY is not set"),
        ("${}/o.db", "the environment variable without a name is not set"),
        ("${STATE_DIR/o.db", "the environment variable STATE_DIR/o.db is not set"),
        (
            "~/o.db",
            'starts with "~", which only a shell reads: write ${HOME} or the whole path',
        ),
    ],
)
def test_a_path_that_cannot_be_completed_is_a_mistake(
    tmp_path: Path, path: str, problem: str
) -> None:
    text = f'{GOOD}\n[store]\nurl = "sqlite:///{path}"\n'
    assert lines(tmp_path, text, {"EMPTY": ""}) == [f"optoutd.toml: store.url: {problem}"]
