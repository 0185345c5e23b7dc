"""Hostile and broken messages in families, each with what must become of it.

    for case in CASES:
        raw = case.make("h1@one.hostile.example", "support@shop.example")

Deterministic: the same sender and mailbox give the same bytes. A family is a function of a module
beside this one; `CASES` has all of them in order.
"""

from __future__ import annotations

from tests.hostile import encodings, fields, html, machines, structure, terminals
from tests.hostile.case import Case, Fate

CASES: tuple[Case, ...] = tuple(
    case
    for module in (structure, encodings, fields, terminals, html, machines)
    for family in module.FAMILIES
    for case in family()
)

__all__ = ["CASES", "Case", "Fate"]
