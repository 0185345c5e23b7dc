"""How much what speaks against an act weighs."""

from __future__ import annotations

from enum import Enum


class Force(Enum):
    """How much an objection weighs."""

    VETO = "veto"
    DOUBT = "doubt"
