"""To whom a message was written, and where its answers would go."""

from __future__ import annotations

from handlers.screen.condition import Ourselves
from handlers.screen.lists import from_own_list
from handlers.values import Message


def not_addressed(message: Message, us: Ourselves) -> bool:
    """Whether no field names us: blind copies of spam, and mail whose fields were lost.

    A list of our own is addressed under its own name.
    """
    if not us.addresses or from_own_list(message, us):
        return False
    named = (*message.recipients, *message.delivered_to)
    return not any(us.owns(address.key) for address in named)


def reply_to_us(message: Message, us: Ourselves) -> bool:
    """Whether answers would come to ourselves."""
    return any(
        us.owns(address.key) or address.domain in us.domains for address in message.reply_to
    )
