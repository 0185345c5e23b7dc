"""What our own receiving server thinks of a message."""

from __future__ import annotations

from handlers.screen.condition import Ourselves, keyword
from handlers.values import Message


def spam(message: Message, _: Ourselves) -> bool:
    """Whether the receiving server calls it spam."""
    flag = message.headers.first("x-spam-flag").strip().lower()
    return flag == "yes" or keyword(message.headers.first("x-spam-status")).startswith("yes")
