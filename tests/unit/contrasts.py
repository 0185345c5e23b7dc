"""What the tables of contrasts share: what stands close to a request, and the request beside it.

All are read by the rules alone, which no training changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers.values import Intent, Role
from tests.unit.classified import message, rules_alone

# Of a language pairs of a text that asks for nothing and of one that asks.
Pairs = Mapping[str, Sequence[tuple[str, str]]]
# Where the second of a pair has to be acted upon.
_HOME = {Intent.CANCELLATION: Role.CANCEL, Intent.OPT_OUT: Role.SUPPORT}


def acted(text: str, language: str, role: Role, *, subject: str = "") -> set[Intent]:
    """What the rules alone act upon."""
    told = message(text, subject=subject, language=language)
    return {found.intent for found in rules_alone().read(told, role=role).certain}


def pairs_of(*tables: Pairs) -> list[tuple[str, str, str]]:
    """The pairs of all tables, each behind its language."""
    return [(name, *pair) for table in tables for name, pairs in table.items() for pair in pairs]


def lines_of(table: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Of each line the language, what stands before the bar, and what behind it."""
    lines = [(name, line) for name, block in table.items() for line in block.strip().splitlines()]
    parts = [(name, *line.partition("|")) for name, line in lines]
    return [(name, before.strip(), behind.strip()) for name, before, _, behind in parts]


def mistaken(intent: Intent, language: str, told: str, asked: str, *, subject: str = "") -> str:
    """What is wrong with a pair: the first is acted upon, in either mailbox, or the second not."""
    for role in Role:
        if intent in acted(told, language, role, subject=subject):
            return f"acted upon in {role.value}@: {told}"
    if intent not in acted(asked, language, _HOME[intent], subject=subject):
        return f"not acted upon: {asked}"
    return ""
