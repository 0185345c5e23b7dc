"""The mailboxes that the daemon can read: one kind a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from config.settings import MailboxSettings
from daemon.mailboxes.imap import ImapMailbox
from daemon.ports import Mailbox

KINDS: Mapping[str, Callable[[MailboxSettings, str], Mailbox]] = {
    "imap": ImapMailbox,
}


def open_mailbox(settings: MailboxSettings, password: str, *, kind: str = "imap") -> Mailbox:
    """The mailbox that `settings` describe. Does not connect: its own `open` does."""
    return KINDS[kind](settings, password)
