"""What our own receiving server thinks of a message."""

from __future__ import annotations

from handlers.screen.condition import Ourselves, keyword
from handlers.values import Message


def spam(message: Message, us: Ourselves) -> bool:
    """Whether the receiving server calls it spam."""
    return any(
        keyword(value).partition(" ")[0] == word
        for name, word in us.spam_fields
        for value in message.headers.all(name)
    )
