"""What a condition of the screen is, and what all of them go by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from handlers.lookalike import skeleton
from handlers.values import Message

# Of one field; what a sender puts behind it changes nothing.
_MAX_CHARS = 2_000

SPAM_FIELDS = (("x-spam-flag", "yes"), ("x-spam-status", "yes"), ("x-spam", "yes"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ourselves:
    """Who we are, so that we never answer ourselves: keys of addresses, IDNA domains.

    `addresses` are those of the mailboxes, `aliases` others that lead to them. `spam_fields` are
    (lower-case name, first word) of the fields by which the receiving server calls a message spam;
    `always_return_path` says that it writes a Return-Path into every message.
    """

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    form_senders: frozenset[str] = frozenset()
    own_list_ids: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()
    spam_fields: tuple[tuple[str, str], ...] = SPAM_FIELDS
    always_return_path: bool = False

    def owns(self, key: str) -> bool:
        """Whether the address with this key is one of ours, with a "+detail" too (RFC 5233)."""
        local, at, domain = key.rpartition("@")
        plain = f"{local.partition('+')[0]}{at}{domain}"
        return not {key, plain}.isdisjoint(self.addresses | self.aliases)

    def resembles(self, domain: str) -> bool:
        """Whether a domain that is not ours looks like one that is (UTS 39)."""
        if domain in self.domains:
            return False
        looks = _skeleton(domain)
        return any(_skeleton(own) == looks for own in self.domains)


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


@lru_cache(maxsize=1_000)
def _skeleton(domain: str) -> str:
    return skeleton(domain)


def keyword(value: str) -> str:
    """The first word of a structured field, without comments and parameters, in lower case."""
    return keywords(value)[0]


def keywords(value: str) -> tuple[str, ...]:
    """The words of a structured field that stand between commas, before its parameters.

    In lower case, without comments and quotation marks; at least one, which is '' where nothing
    stands there.
    """
    words = _without_comments(value[:_MAX_CHARS]).partition(";")[0].lower().split(",")
    return tuple(" ".join(word.replace('"', " ").split()) for word in words)


def _without_comments(value: str) -> str:
    """A field without its comments, which may be nested (RFC 5322 section 3.2.2)."""
    if "(" not in value:
        return value
    plain: list[str] = []
    depth, escaped = 0, False
    for character in value:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "(":
            depth += 1
            plain.append(" ")
        elif character == ")" and depth:
            depth -= 1
        elif not depth:
            plain.append(character)
    return "".join(plain)
