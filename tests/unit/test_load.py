"""Loading: the file, where it is found, and the words for what is wrong in it."""

from __future__ import annotations

import json
import os
import re
import socket
import string
import tomllib
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from config import load
from config.load import ConfigError, Mistake, find_config, load_settings
from config.settings import SECTIONS
from tests.unit.configs import GOOD, lines, written

BAD_CONFIGS = Path(__file__).parents[1] / "bad_configs"

not_as_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")


@pytest.mark.parametrize("name", sorted(path.stem for path in BAD_CONFIGS.glob("*.toml")))
def test_a_bad_configuration_is_refused_for_the_stated_reasons(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(BAD_CONFIGS)
    with pytest.raises(ConfigError) as caught:
        load_settings(Path(f"{name}.toml"), {})
    assert f"{caught.value}\n" == Path(f"{name}.expected").read_text()
    assert "hunter2" not in str(caught.value)


def test_each_bad_configuration_has_an_expectation_and_the_other_way_round() -> None:
    by_suffix = [
        {path.stem for path in BAD_CONFIGS.glob(f"*{suffix}")} for suffix in (".toml", ".expected")
    ]
    assert by_suffix[0] == by_suffix[1]


def test_no_two_bad_configurations_are_the_same_mistake() -> None:
    problems = [
        path.read_text().replace(path.stem, "", 1)
        for path in sorted(BAD_CONFIGS.glob("*.expected"))
    ]
    assert len(set(problems)) == len(problems)


def test_an_error_carries_each_mistake_with_its_fields(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace('host = "smtp.example.com"', "port = 0"))
    with pytest.raises(ConfigError) as caught:
        load_settings(path, {})
    assert caught.value.mistakes == (
        Mistake(file=str(path), key="smtp.host", problem="is missing"),
        Mistake(file=str(path), key="smtp.port", problem="must be at least 1, is 0"),
    )


def test_an_unknown_section_that_is_like_none_is_told_which_there_are(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, f'{GOOD}\n[database]\nhost = "localhost"\n')
    assert line.startswith("optoutd.toml: database: is not a section; there are [store], [smtp],")
    assert all(f"[{section}]" in line for section in SECTIONS)


JARGON = re.compile(
    r"input|valid|parse|expected|literal|tuple|dict|instance|Value error|cannot be used|permitted"
)

TOML_VALUES = st.recursive(
    st.booleans()
    | st.integers()
    | st.floats()
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.text(string.printable, max_size=8),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["host", "x"]), inner, max_size=2)
    ),
    max_leaves=3,
)


def toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case date() | time():
            return value.isoformat()
        case list():
            return f"[{', '.join(map(toml, value))}]"
        case dict():
            return f"{{{', '.join(f'{key} = {toml(item)}' for key, item in value.items())}}}"
        case _:
            return json.dumps(value)


PLACES = [(s, k) for s, model in SECTIONS.items() for k in model.model_fields]


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([*PLACES, *((s, "") for s in SECTIONS)]), TOML_VALUES)
def test_whatever_stands_for_a_value_is_loaded_or_refused_in_words(
    tmp_path: Path, place: tuple[str, str], value: object
) -> None:
    section, key = place
    data: dict[str, Any] = {
        "smtp": {"host": "localhost"},
        "company": {"name": "E", "postal_address": "S", "phone": "1"},
        "mailbox": [
            {
                "name": "support",
                "role": "support",
                "address": "support@example.com",
                "host": "localhost",
                "username": "support",
                "password_file": "p",
            }
        ],
    }
    if not key:
        data[section] = value
    elif section == "mailbox":
        data["mailbox"][0][key] = value
    else:
        data.setdefault(section, {})[key] = value
    path = written(tmp_path, "".join(f"{name} = {toml(part)}\n" for name, part in data.items()))
    assert tomllib.loads(path.read_text()).keys() == data.keys()  # what is tested is no syntax
    try:
        load_settings(path, {})
    except ConfigError as error:
        for mistake in error.mistakes:
            assert mistake.problem
            assert not JARGON.search(mistake.problem), mistake
            assert str(mistake).count("\n") == 0


# The file


def test_the_file_may_be_absent(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"optoutd\.toml: there is no such file\Z"):
        load_settings(tmp_path / "optoutd.toml", {})


def test_the_file_may_be_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is a folder, not a file"):
        load_settings(tmp_path, {})


def test_the_file_may_be_a_pipe_that_nobody_writes_to(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "optoutd.toml")
    with pytest.raises(ConfigError, match="is not a regular file"):
        load_settings(tmp_path / "optoutd.toml", {})


@not_as_root
def test_the_file_may_be_unreadable(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.chmod(0)
    with pytest.raises(ConfigError, match="cannot be read: Permission denied"):
        load_settings(path, {})


def test_the_file_may_be_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("optoutd.toml")
        with pytest.raises(ConfigError, match="is not a regular file"):
            load_settings(Path("optoutd.toml"), {})


def test_the_file_may_not_be_utf8(tmp_path: Path) -> None:
    path = tmp_path / "optoutd.toml"
    path.write_bytes("[company]\nname = 'Müller'\n".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"is not UTF-8 text \(line 2\)"):
        load_settings(path, {})


def test_the_file_may_start_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "optoutd.toml"
    path.write_text(GOOD, encoding="utf-8-sig")
    with pytest.raises(ConfigError, match="starts with a byte order mark"):
        load_settings(path, {})


def test_the_file_may_be_something_else_altogether(tmp_path: Path) -> None:
    path = tmp_path / "optoutd.toml"
    path.write_bytes(b"#" * (load.MAX_CONFIG_BYTES + 1))
    with pytest.raises(ConfigError, match="is longer than 1048576 bytes"):
        load_settings(path, {})


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 5000])
def test_the_file_may_exceed_what_python_reads(tmp_path: Path, value: str) -> None:
    (line,) = lines(tmp_path, f"{GOOD}\n[limits]\nreplies_per_hour = {value}\n")
    assert line == "optoutd.toml: holds a number or a nesting beyond all measure"
    environ = {"OPTOUTD_SMTP__PORT": value}
    assert lines(tmp_path, environ=environ)[0].startswith(
        "environment: OPTOUTD_SMTP__PORT: must be a whole number"
    )


def test_a_number_may_be_longer_than_python_prints(tmp_path: Path) -> None:
    text = GOOD.replace("[company]", f"port = 0x{'f' * 5000}\n[company]")
    assert lines(tmp_path, text) == [
        "optoutd.toml: smtp.port: must be at most 65535, is beyond 64 bits"
    ]


def test_a_key_with_control_characters_does_not_reach_the_terminal(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, '"a\\u001b[2J\\nb" = 1\n' + GOOD)
    assert line == "optoutd.toml: a\ufffd[2J\ufffdb: stands in no section"


# Where the file is looked for


def test_the_option_goes_before_the_variable_and_the_usual_places(tmp_path: Path) -> None:
    written(tmp_path)
    environ = {"OPTOUTD_CONFIG": "other.toml"}
    assert find_config(Path("mine.toml"), environ, tmp_path) == Path("mine.toml")
    assert find_config(None, environ, tmp_path) == tmp_path / "other.toml"
    assert find_config(None, {"OPTOUTD_CONFIG": ""}, tmp_path) == tmp_path / "optoutd.toml"
    assert find_config(None, {}, tmp_path) == tmp_path / "optoutd.toml"


def test_a_folder_that_nobody_may_look_into_holds_no_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exists = Path.exists

    def refused(path: Path, **options: bool) -> bool:
        if path.parent == tmp_path:
            raise PermissionError(13, "Permission denied")
        return exists(path, **options)

    monkeypatch.setattr(Path, "exists", refused)
    with pytest.raises(ConfigError, match="is neither in"):
        find_config(None, {}, tmp_path)


def test_the_system_wide_file_comes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Path("/etc/optoutd/optoutd.toml") == load.SYSTEM_CONFIG
    monkeypatch.setattr(load, "SYSTEM_CONFIG", written(tmp_path))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert find_config(None, {}, elsewhere) == tmp_path / "optoutd.toml"


def test_without_any_file_the_places_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "SYSTEM_CONFIG", tmp_path / "etc" / "optoutd.toml")
    with pytest.raises(ConfigError) as caught:
        find_config(None, {}, tmp_path)
    for place in (str(tmp_path), str(load.SYSTEM_CONFIG), "--config", "OPTOUTD_CONFIG"):
        assert place in str(caught.value)
