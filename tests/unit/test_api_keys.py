"""The files with what callers of the web service show."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from config.api_keys import ApiKeys, load_api_keys
from config.mistakes import ConfigError
from tests.unit.configs import GOOD, loaded

ASKING, PANEL = "a" * 32, "p" * 64
KEY = f"whsec_{base64.b64encode(bytes(24)).decode()}"


def keys(folder: Path, text: str, **files: str) -> ApiKeys:
    for name, secret in files.items():
        (folder / name).write_text(f"{secret}\n")
        (folder / name).chmod(0o600)
    return load_api_keys(loaded(folder, GOOD + text), file=folder / "optoutd.toml")


BOTH = (
    '\n[web]\ntoken_files = ["asks"]\n[panel]\ntoken_files = ["one"]\nsigning_key_files = ["two"]'
)


def test_tokens_and_keys_are_read_beside_the_configuration_and_never_shown(tmp_path: Path) -> None:
    made = keys(tmp_path, BOTH, asks=ASKING, one=PANEL, two=KEY)
    assert (made.asking, made.panel, made.signing) == ((ASKING,), (PANEL,), (bytes(24),))
    assert repr(made) == "ApiKeys(warnings=())"
    assert keys(tmp_path, "") == ApiKeys()


def test_a_file_that_everybody_can_read_is_warned_of(tmp_path: Path) -> None:
    made = keys(tmp_path, BOTH, asks=ASKING, one=PANEL, two=KEY)
    (tmp_path / "one").chmod(0o644)
    made = load_api_keys(loaded(tmp_path, GOOD + BOTH), file=tmp_path / "optoutd.toml")
    (warning,) = made.warnings
    assert warning.key == "panel.token_files"
    assert "chmod" in warning.problem


@pytest.mark.parametrize(
    ("files", "key", "words"),
    [
        ({"asks": "short"}, "web.token_files", "less than 32 characters"),
        ({"asks": "ä" * 32}, "web.token_files", "header field"),
        ({"asks": "a " * 32}, "web.token_files", "header field"),
        ({"one": ASKING}, "panel.token_files", "must not cancel"),
        ({"two": KEY.removeprefix("whsec_")}, "panel.signing_key_files", "whsec_"),
        ({"two": "whsec_AAAA"}, "panel.signing_key_files", "24 to 64 bytes"),
        ({"two": "whsec_???"}, "panel.signing_key_files", "base64"),
        ({"two": ""}, "panel.signing_key_files", "is empty"),
    ],
)
def test_a_weak_or_broken_secret_stops_the_start_and_does_not_show(
    tmp_path: Path, files: dict[str, str], key: str, words: str
) -> None:
    with pytest.raises(ConfigError) as failure:
        keys(tmp_path, BOTH, **{"asks": ASKING, "one": PANEL, "two": KEY} | files)
    (mistake,) = failure.value.mistakes
    assert (mistake.key, words in mistake.problem) == (key, True)
    assert not any(secret and secret in str(mistake) for secret in files.values())


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as failure:
        keys(tmp_path, BOTH.replace('"two"', '"${NOWHERE}/two"'), asks="short")
    told = [(mistake.key, mistake.problem) for mistake in failure.value.mistakes]
    assert [key for key, _ in told] == [
        "web.token_files", "panel.token_files", "panel.signing_key_files",
    ]  # fmt: skip
    assert "NOWHERE" in told[2][1]
