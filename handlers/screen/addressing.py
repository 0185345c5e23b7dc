"""To whom a message was written, and where its answers would go."""

from __future__ import annotations

from handlers.screen.condition import Ourselves
from handlers.values import Message


def not_addressed(message: Message, us: Ourselves) -> bool:
    """Whether no field names us: blind copies of spam, and mail whose fields were lost."""
    named = {address.key for address in (*message.recipients, *message.delivered_to)}
    return bool(us.addresses) and not named & us.addresses


def reply_to_us(message: Message, us: Ourselves) -> bool:
    """Whether answers would come to ourselves."""
    return any(address.key in us.addresses for address in message.reply_to)
