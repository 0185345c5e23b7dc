"""The example configuration and docs/configuration.md tell the same as the settings."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from config.load import load_settings
from config.settings import LISTS, SECTIONS, Settings

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config" / "optoutd.example.toml"
GUIDE = ROOT / "docs" / "configuration.md"

FIELDS = [
    (section, key, field)
    for section, model in SECTIONS.items()
    for key, field in model.model_fields.items()
]
IDS = [f"{section}.{key}" for section, key, _ in FIELDS]


def example() -> str:
    """The example with its commented section as if it were none: nobody is told by default."""
    return re.sub(
        r"(?m)^#(?=\[\[receiver\]\]|# |[a-z_]+ = )", "", EXAMPLE.read_text(encoding="utf-8")
    )


def written() -> dict[str, dict[str, Any]]:
    """The sections of the example as they stand there; of the mailboxes the first."""
    data = tomllib.loads(example())
    return {name: table[0] if isinstance(table, list) else table for name, table in data.items()}


def commented(section: str, key: str) -> bool:
    """Whether a comment stands above `key` or above the keys just before it."""
    before = example().split(f"{heading_of(section)}\n", 1)[1].split(f"\n{key} = ", 1)[0]
    return any(line.startswith("# ") for line in before.splitlines()[-4:])


def default_as_written(field: FieldInfo) -> object:
    default = field.get_default()
    match default:
        case None:
            return ""
        case tuple():
            return list(default)
        case _:
            return default


def test_the_example_loads_under_systemd_and_by_hand() -> None:
    by_hand = load_settings(EXAMPLE, {})
    service = load_settings(EXAMPLE, {"CREDENTIALS_DIRECTORY": "/run/credentials/optoutd.service"})
    assert by_hand.mailbox[0].password_file == "${CREDENTIALS_DIRECTORY}/password_support"
    assert service.mailbox[0].password_file == "/run/credentials/optoutd.service/password_support"


def test_the_sections_are_those_of_the_settings() -> None:
    assert list(SECTIONS) == list(Settings.model_fields)
    for name, model in SECTIONS.items():
        assert model in _models(Settings.model_fields[name].annotation)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    for part in get_args(annotation) if get_origin(annotation) else (annotation,):
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield part


@pytest.mark.parametrize(("section", "key", "field"), FIELDS, ids=IDS)
def test_each_key_stands_in_the_example_with_its_default(
    section: str, key: str, field: FieldInfo
) -> None:
    assert key in written()[section]
    if not field.is_required():
        value = written()[section][key]
        assert value == default_as_written(field)
        assert type(value) is type(default_as_written(field))


def test_each_required_key_is_marked_as_such_and_no_other() -> None:
    required = {(s, k) for s, k, field in FIELDS if field.is_required()}
    text = example()
    marked = set()
    section = ""
    due = 0
    for line in text.splitlines():
        if heading := re.match(r"\[+([a-z]+)\]+", line):
            section = heading[1]
        elif line.startswith("# REQUIRED"):
            due = 2 if line.startswith("# REQUIRED, both") else 1
        elif due and (key := re.match(r"([a-z_]+) =", line)):
            marked.add((section, key[1]))
            due -= 1
    assert marked == required


@pytest.mark.parametrize(("section", "key", "_field"), FIELDS, ids=IDS)
def test_each_key_is_explained_in_the_example(section: str, key: str, _field: FieldInfo) -> None:
    # The names of these say it all, beside the comment of their section.
    assert commented(section, key) or key in {"port", "role"}


def test_a_configuration_without_the_optional_keys_has_the_same_values(tmp_path: Path) -> None:
    data = tomllib.loads(EXAMPLE.read_text())
    optional = {(s, k) for s, k, field in FIELDS if not field.is_required()}
    lines = []
    for name, tables in data.items():
        for table in tables if isinstance(tables, list) else [tables]:
            lines.append(f"[[{name}]]" if isinstance(tables, list) else f"[{name}]")
            lines += [
                f"{key} = '''{value}'''"
                for key, value in table.items()
                if (name, key) not in optional
            ]
    short = tmp_path / EXAMPLE.name
    short.write_text("\n".join(lines))
    full = tmp_path / "full" / EXAMPLE.name
    full.parent.mkdir()
    full.write_text(EXAMPLE.read_text())
    expected = load_settings(full, {}).model_copy(update={"store": load_settings(short, {}).store})
    assert load_settings(short, {}) == expected


@pytest.mark.parametrize(("section", "key", "field"), FIELDS, ids=IDS)
def test_the_guide_names_each_key_with_its_default(
    section: str, key: str, field: FieldInfo
) -> None:
    part = guide_part(section)
    row = next((line for line in part.splitlines() if line.startswith(f"| `{key}` |")), None)
    assert row is not None, f"docs/configuration.md has no row for {section}.{key}"
    default = row.split("|")[2].strip()
    if field.is_required():
        assert default == "required"
    else:
        written_default = tomllib.loads(f"value = {default.strip('`')}")["value"]
        assert written_default == default_as_written(field)


def test_the_guide_names_no_key_that_is_not_there() -> None:
    for section, model in SECTIONS.items():
        named = re.findall(r"(?m)^\| `([a-z_]+)` \|", guide_part(section))
        assert named == list(dict.fromkeys(named))
        assert set(named) == set(model.model_fields)


def heading_of(section: str) -> str:
    return f"[[{section}]]" if section in LISTS else f"[{section}]"


def guide_part(section: str) -> str:
    heading = heading_of(section)
    text = GUIDE.read_text()
    assert f"\n## `{heading}`" in text
    return text.split(f"\n## `{heading}`", 1)[1].split("\n## ", 1)[0]
