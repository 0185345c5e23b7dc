"""`optoutd check` on `[web]` and `[panel]`: one line for what is wrong, and one with its cure."""

from __future__ import annotations

import base64
import os
import pwd
from collections.abc import Mapping
from pathlib import Path

import pytest

from daemon.cli.check_web import Result, web_results
from tests.unit.configs import GOOD, loaded

ASKING, PANEL = "a" * 32, "p" * 64
KEY = f"whsec_{base64.b64encode(bytes(24)).decode()}"
CONFIG = (
    '\n[web]\nbase_url = "https://www.shop.example"\ntoken_files = ["asks"]\n'
    '[panel]\ntoken_files = ["one"]\nsigning_key_files = ["two"]\n'
)


def results(
    folder: Path, files: Mapping[str, str | None] | None = None, *, text: str = CONFIG
) -> dict[str, Result]:
    """What is said of each section; `files` are what else is in them, None: not there."""
    for name, secret in {"asks": ASKING, "one": PANEL, "two": KEY, **(files or {})}.items():
        if secret is not None:
            (folder / name).write_text(f"{secret}\n")
            (folder / name).chmod(0o600)
    return {found.part: found for found in web_results(loaded(folder, GOOD + text))}


def test_keys_that_can_be_used_are_counted_and_not_shown(tmp_path: Path) -> None:
    found = results(tmp_path)
    assert {part: (one.ok, one.lines) for part, one in found.items()} == {
        "web": (True, ("1 key can be used",)),
        "panel": (True, ("2 keys can be used",)),
    }


@pytest.mark.parametrize(
    ("text", "parts"),
    [("", []), ('\n[web]\nbase_url = "https://www.shop.example"\n', ["web"]),
     ('\n[panel]\ntoken_files = ["one"]\n', ["panel"])],
)  # fmt: skip
def test_only_what_is_set_is_looked_at(tmp_path: Path, text: str, parts: list[str]) -> None:
    assert list(results(tmp_path, text=text)) == parts


MAKE = "(umask 077; openssl rand -hex 32 > {})"
MAKE_SIGNING = '(umask 077; echo "whsec_$(openssl rand -base64 32)" > {})'
SETTINGS = {
    "asks": "web.token_files",
    "one": "panel.token_files",
    "two": "panel.signing_key_files",
}
WRONG: dict[str, tuple[str, str | None, str, str]] = {
    "not there": ("asks", None, "there is no such file", f"make it: {MAKE}"),
    "too short": (
        "asks", "short", "the token has less than 32 characters", f"make it anew: {MAKE}",
    ),
    "two words": (
        "asks", "a b" * 20, "the token holds what a header field cannot", f"make it anew: {MAKE}",
    ),
    "two lines": (
        "one", f"{PANEL}\n{PANEL}",
        "holds more than one line: the secret is one line, and nothing else",
        f"make it anew: {MAKE}",
    ),
    "empty": ("one", "", "is empty", f"make it anew: {MAKE}"),
    "the newsletter's": (
        "one", ASKING,
        "holds a token of [web] token_files: who sends newsletters must not cancel",
        f"give the panel one of its own: {MAKE}",
    ),
    "no key": (
        "two", "whsec_AAAA", "the key is not whsec_ and base64 of 24 to 64 bytes",
        f"make it anew: {MAKE_SIGNING}",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "secret", "problem", "cure"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_one_line_with_its_cure(
    tmp_path: Path, name: str, secret: str | None, problem: str, cure: str
) -> None:
    found = results(tmp_path, {name: secret})
    path, setting = tmp_path / name, SETTINGS[name]
    part = setting.partition(".")[0]
    assert found[part].lines == (f"{setting}: {path}: {problem}", f"cure: {cure.format(path)}")
    assert (found[part].ok, found[part].setting) == (False, setting)
    assert all(one.ok for other, one in found.items() if other != part)
    assert not secret or not any(secret in said for said in found[part].lines)


def test_a_key_that_everybody_can_read_is_wrong(tmp_path: Path) -> None:
    results(tmp_path)
    (tmp_path / "one").chmod(0o604)
    found = list(web_results(loaded(tmp_path, GOOD + CONFIG)))[1]
    path = tmp_path / "one"
    assert (found.ok, found.lines) == (
        False,
        (f"panel.token_files: {path}: everyone on this machine can read it",
         f"cure: chmod o-r {path}"),
    )  # fmt: skip


def test_a_key_that_the_service_cannot_read_is_wrong(tmp_path: Path) -> None:
    results(tmp_path)
    (tmp_path / "one").chmod(0o000)
    settings = loaded(tmp_path, GOOD + CONFIG)
    before = os.geteuid()
    try:
        if before == 0:  # whom no file is closed to
            os.seteuid(pwd.getpwnam("nobody").pw_uid)
        found = list(web_results(settings))[1]
    finally:
        os.seteuid(before)
    assert "one: cannot be read: Permission denied" in found.lines[0]
    assert found.lines[1].endswith(f"and nobody else: chown optoutd {tmp_path / 'one'}")


def test_a_folder_in_place_of_a_key_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (found,) = (r for r in web_results(loaded(tmp_path, GOOD + CONFIG)) if r.part == "panel")
    assert "is a folder, not a file" in found.lines[0]


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    found = results(tmp_path, {"asks": "short", "one": "short", "two": None})
    assert [len(one.lines) for one in found.values()] == [2, 4]


@pytest.mark.parametrize("given", ["", "/run/credentials/optoutd.service"])
def test_a_credential_of_the_web_services_unit_is_no_mistake_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", given)
    name = "${CREDENTIALS_DIRECTORY}/panel_token"
    text = GOOD + f'\n[panel]\ntoken_files = ["{name}"]\n'
    settings = loaded(tmp_path, text, {"CREDENTIALS_DIRECTORY": given} if given else {})
    (found,) = web_results(settings)
    shown = name.replace("${CREDENTIALS_DIRECTORY}", given) if given else name
    said = f"panel.token_files: {shown} is a credential of the web service, not to be seen here"
    assert (found.ok, found.lines) == (True, (said,))


def test_a_service_that_is_not_installed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    found = results(tmp_path)["web"]
    assert (found.ok, found.lines) == (
        False,
        ("the web service is not installed: starlette, uvicorn",
         "cure: pip install 'optoutd[web]'"),
    )  # fmt: skip
