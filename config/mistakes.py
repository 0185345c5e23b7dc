"""Mistakes in the configuration: where each stands and what is wrong with it, all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ENVIRONMENT = "environment"  # the "file" of a mistake in an environment variable

# Where a value stands: ("smtp", "port"), ("mailbox", 0, "host"), ("company", "domains", 1).
Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing that is wrong: its file, its key ('' for the file as a whole), and the problem.

    Printed as one line, `optoutd.toml: smtp.port: must be at least 1, is 0`.
    """

    file: str
    key: str
    problem: str

    def __str__(self) -> str:
        line = ": ".join(part for part in (self.file, self.key, self.problem) if part)
        # Keys and paths are the operator's, but a terminal obeys whatever is printed to it.
        return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)


class ConfigError(Exception):
    """The configuration cannot be used; `mistakes` holds everything that is wrong with it."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))


def key_of(place: Place, data: Mapping[str, object]) -> str:
    """The key at `place` of the tables `data`, as an operator would call it.

    `smtp.port`, `company.domains[1]`, `mailbox[0] "support": host`: a mailbox or a receiver goes
    by its name where it has one.
    """
    key = ""
    for depth, part in enumerate(place):
        if isinstance(part, int):
            key += f"[{part}]"
        elif key:
            key += f"{_named(place[:depth], data)}{part}"
        else:
            key = part
    return key


def _named(place: Place, data: Mapping[str, object]) -> str:
    """What goes between a section and its key: a dot, or the mailbox's name and a colon."""
    if len(place) < 2:
        return "."
    boxes = data.get(str(place[0]))
    box = boxes[place[1]] if isinstance(boxes, list) and isinstance(place[1], int) else None
    name = box.get("name") if isinstance(box, dict) else None
    return f' "{name}": ' if isinstance(name, str) and name else ": "
