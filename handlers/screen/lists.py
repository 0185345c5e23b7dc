"""Mailing lists (RFC 2369, RFC 2919), but those that bring customers' mail to us."""

from __future__ import annotations

from handlers.screen.condition import Ourselves
from handlers.values import Message

_LIST_FIELDS = (
    "list-id", "list-post", "list-unsubscribe", "list-help", "list-subscribe", "list-owner",
    "list-archive", "mailing-list", "x-beenthere",
)  # fmt: skip


def mailing_list(message: Message, us: Ourselves) -> bool:
    """Whether it came through a mailing list, or is a newsletter."""
    return not from_own_list(message, us) and any(x in message.headers for x in _LIST_FIELDS)


def from_own_list(message: Message, us: Ourselves) -> bool:
    """Whether it came through a list of our own, and through no other."""
    values = message.headers.all("list-id")
    ids = {value.rpartition("<")[2].strip("> ").lower() for value in values}
    return bool(ids) and ids <= us.own_list_ids
