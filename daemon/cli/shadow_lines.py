"""What the report on shadow mode is made of: what is asked for, and a line a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.settings import MailboxSettings
    from daemon.cli.whereabouts import Found
    from handlers.hindsight import Agreement, Meanings, Would


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is asked for; `words` is for sender and subject, from the server."""

    since: datetime | None
    mailboxes: tuple[MailboxSettings, ...]
    folders: tuple[str, ...]  # as the administrator wrote them
    meanings: Meanings
    offline: bool
    words: bool
    json: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message of the report."""

    found: Found
    would: Would
    agreement: Agreement
    code: str
