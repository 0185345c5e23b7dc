"""The words of the web pages, a file per language: config/pages/<language>.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

# Each text with the fields that it may name in braces.
PAGE_TEXTS: dict[str, frozenset[str]] = {
    "ask_title": frozenset(),
    "ask_list": frozenset({"address", "list"}),
    "ask_all": frozenset({"address"}),
    "leave": frozenset(),
    "left_title": frozenset(),
    "left_list": frozenset({"address", "list"}),
    "left_all": frozenset({"address"}),
    "service_mail": frozenset(),
    "leave_all": frozenset(),
    "undo": frozenset(),
    "undone_title": frozenset(),
    "undone": frozenset({"address"}),
    "too_late": frozenset({"contact"}),
    "invalid_title": frozenset(),
    "invalid": frozenset({"contact"}),
    "busy_title": frozenset(),
    "busy": frozenset(),
}
_FIELD = re.compile(r"\{(\w*)\}")


@cache
def load_page_texts() -> Mapping[str, Mapping[str, str]]:
    """The texts by language and name.

    Raises ValueError where one is missing, empty or too many, or names a field that it has not.
    """
    found = {}
    folder = resources.files("config") / "pages"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            texts = tomllib.loads(file.read_text(encoding="utf-8"))
            _check(file.name, texts)
            found[file.name.removesuffix(".toml")] = MappingProxyType(texts)
    return MappingProxyType(found)


def load_page_template() -> str:
    """The page that the texts are put into, a Jinja template."""
    return (resources.files("config") / "pages" / "page.html").read_text(encoding="utf-8")


def _check(name: str, texts: Mapping[str, object]) -> None:
    if different := texts.keys() ^ PAGE_TEXTS.keys():
        raise ValueError(f"{name}: {', '.join(sorted(different))}: missing, or unknown")
    for key, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"{name}: {key} is empty")
        if set(_FIELD.findall(text)) != PAGE_TEXTS[key]:
            raise ValueError(f"{name}: {key} has to name {sorted(PAGE_TEXTS[key])} in braces")
