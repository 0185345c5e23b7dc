"""What a condition of the screen is, and what all of them go by."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from handlers.values import Message

_COMMENT = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ourselves:
    """Who we are, so that we never answer ourselves: keys of addresses, IDNA domains."""

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    form_senders: frozenset[str] = frozenset()
    own_list_ids: frozenset[str] = frozenset()


class Says(Enum):
    """What a condition that holds says about the message."""

    AUTOMATIC = "automatic"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One sign of machine mail, or one reason for silence, with the standard it stands on."""

    name: str
    rfc: str
    says: Says
    test: Callable[[Message, Ourselves], bool]


def keyword(value: str) -> str:
    """The first word of a structured field, without comments and parameters, in lower case."""
    return _COMMENT.sub(" ", value).partition(";")[0].strip().partition(",")[0].strip().lower()
