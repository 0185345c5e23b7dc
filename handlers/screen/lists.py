"""Mailing lists (RFC 2369, RFC 2919), but those that bring customers' mail to us."""

from __future__ import annotations

from handlers.screen.condition import Ourselves
from handlers.values import Message

_LIST_FIELDS = frozenset(
    {
        "list-id", "list-post", "list-unsubscribe", "list-help", "list-subscribe", "list-owner",
        "list-archive", "list-software", "mailing-list", "x-beenthere",
        # of list software that knows none of these
        "x-mailing-list", "x-mailman-version", "x-ml-name", "x-ml-count", "x-mlserver",
        "x-sympa-to", "x-listserver", "x-list-id", "x-egroups-return", "x-google-group-id",
        "x-ezmlm-id", "x-listmember",
    }
)  # fmt: skip


def mailing_list(message: Message, us: Ourselves) -> bool:
    """Whether it came through a mailing list, or is a newsletter."""
    names = {name for name, _ in message.headers.items()}
    return not names.isdisjoint(_LIST_FIELDS) and not from_own_list(message, us)


def from_own_list(message: Message, us: Ourselves) -> bool:
    """Whether it came through a list of our own, and through no other."""
    ids = {list_id(value) for value in message.headers.all("list-id")}
    return bool(ids) and ids <= us.own_list_ids


def list_id(value: str) -> str:
    """The identifier in a List-Id field, without its description, in lower case."""
    return value.rpartition("<")[2].strip("> \t").lower()
