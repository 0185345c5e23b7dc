"""The files of the passwords."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.credentials import store_password
from config.load import ConfigError, load_secrets, read_secret
from tests.unit.configs import GOOD, loaded


def secret(folder: Path, content: bytes) -> Path:
    path = folder / "secret"
    path.write_bytes(content)
    path.chmod(0o600)
    return path


@pytest.mark.parametrize(
    ("content", "password"),
    [
        (b"hunter2", "hunter2"),
        (b"hunter2\n", "hunter2"),
        (b"hunter2\r\n", "hunter2"),
        (b" with spaces \n", " with spaces "),
        ("pässwörd\n".encode(), "pässwörd"),
        (b"x" * 4096, "x" * 4096),
    ],
)
def test_a_secret_is_the_line_of_its_file(tmp_path: Path, content: bytes, password: str) -> None:
    assert read_secret(secret(tmp_path, content)) == password


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"  \r\n", "is empty"),
        (b"hunter2\n\n", "holds more than one line"),
        (b"user\nhunter2\n", "holds more than one line"),
        (b"hunter2\rhunter2", "holds more than one line"),
        (b"hunter2\0", "holds a NUL byte"),
        (b"hunter2\xff", "is not UTF-8 text"),
        (b"\xef\xbb\xbfhunter2", "starts with a byte order mark"),
        (b"hunter2" * 586, "is longer than 4096 bytes"),
    ],
)
def test_what_is_no_secret_is_refused_without_being_shown(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    path = secret(tmp_path, content)
    with pytest.raises(ConfigError) as caught:
        read_secret(path)
    assert str(caught.value).startswith(f"{path}: {problem}")
    assert "hunter2" not in str(caught.value)


def test_the_passwords_are_found_by_the_names_of_the_mailboxes(tmp_path: Path) -> None:
    for name in ("support", "cancel", "smtp"):
        (tmp_path / f"{name}.password").write_text(f"{name}-hunter2\n")
        (tmp_path / f"{name}.password").chmod(0o600)
    without = load_secrets(loaded(tmp_path), file=tmp_path / "optoutd.toml")
    assert without.mailboxes == {"support": "support-hunter2", "cancel-de": "cancel-hunter2"}
    assert without.smtp is None
    assert without.warnings == ()
    login = 'username = "o"\npassword_file = "smtp.password"\n[company]'
    made = loaded(tmp_path, GOOD.replace("[company]", login))
    secrets = load_secrets(made, file=tmp_path / "optoutd.toml")
    assert secrets.smtp == "smtp-hunter2"
    assert "hunter2" not in repr(secrets)


def test_everything_that_is_wrong_with_the_passwords_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "support.password").touch()
    text = GOOD.replace('"cancel.password"', '"${CREDENTIALS_DIRECTORY}/password_cancel"')
    text = text.replace("[company]", 'username = "o"\npassword_file = "smtp.pw"\n[company]')
    # Commands that need no password load this; only the passwords themselves are missing.
    made = loaded(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_secrets(made, file=Path("optoutd.toml"))
    assert str(caught.value).replace(f"{tmp_path}/", "").splitlines() == [
        'optoutd.toml: mailbox[0] "support": password_file: support.password: is empty',
        (
            'optoutd.toml: mailbox[1] "cancel-de": password_file: the environment variable '
            "CREDENTIALS_DIRECTORY is not set (systemd sets it for the service)"
        ),
        "optoutd.toml: smtp.password_file: smtp.pw: there is no such file",
    ]


def test_a_password_that_everyone_can_read_is_a_warning(tmp_path: Path) -> None:
    for name, mode in (("support", 0o644), ("cancel", 0o640)):
        (tmp_path / f"{name}.password").write_text("hunter2\n")
        (tmp_path / f"{name}.password").chmod(mode)
    secrets = load_secrets(loaded(tmp_path), file=Path("optoutd.toml"))
    (warning,) = secrets.warnings
    assert str(warning) == (
        'optoutd.toml: mailbox[0] "support": password_file: everyone on this machine can read '
        f"{tmp_path}/support.password: chmod o-r it"
    )


def test_a_receiver_may_have_several_secrets_and_all_that_are_missing_are_told(
    tmp_path: Path,
) -> None:
    section = '[[receiver]]\nname = "crm"\nurl = "https://crm.example/"\n'
    text = f'{GOOD}{section}secret_files = ["old.key", "new.key", "no.key"]\n'
    settings = loaded(tmp_path, text)
    for name in ("support.password", "cancel.password", "old.key", "new.key"):
        (tmp_path / name).write_text(f"secret of {name}\n")
        (tmp_path / name).chmod(0o600)
    with pytest.raises(ConfigError, match=r'receiver\[0\] "crm": secret_files: .*no\.key'):
        load_secrets(settings, file=tmp_path / "optoutd.toml")
    (tmp_path / "no.key").write_text("third\n")
    secrets = load_secrets(settings, file=tmp_path / "optoutd.toml")
    assert secrets.receivers == {"crm": ("secret of old.key", "secret of new.key", "third")}
    assert "third" not in repr(secrets)
    assert [warning.key for warning in secrets.warnings] == ['receiver[0] "crm": secret_files']


def test_the_password_of_the_store_is_read_alone_or_with_the_others(tmp_path: Path) -> None:
    for name in ("support", "cancel"):
        (tmp_path / f"{name}.password").write_text(f"{name}\n")
    (tmp_path / "db.password").write_text("hunter2\n")
    url = "postgresql+psycopg://optoutd@localhost/optoutd"
    text = f'{GOOD}\n[store]\nurl = "{url}"\npassword_file = "db.password"\n'
    made = loaded(tmp_path, text)
    assert store_password(made) == "hunter2"
    secrets = load_secrets(made, file=tmp_path / "optoutd.toml")
    assert secrets.store == "hunter2"
    assert "hunter2" not in repr(secrets)
    (tmp_path / "db.password").unlink()
    for read in (store_password, lambda made: load_secrets(made, file=tmp_path / "o.toml")):
        with pytest.raises(ConfigError, match=r"store\.password_file: .*db\.password"):
            read(made)


def test_a_store_without_a_password_has_none(tmp_path: Path) -> None:
    assert store_password(loaded(tmp_path)) is None
