"""What only words give away: notices of absence, acknowledgements, bounces, challenges, receipts.

Such mail often carries no header field that tells what it is. handlers/machine_words.py weighs
the words of all languages together.
"""

from __future__ import annotations

from handlers.machine_words import speaks_of
from handlers.screen.condition import Ourselves
from handlers.values import Message


def away(message: Message, _: Ourselves) -> bool:
    """Whether it reads like a notice of absence or an automatic reply."""
    return speaks_of("away-notice", message)


def acknowledgement(message: Message, _: Ourselves) -> bool:
    """Whether it reads like a ticket system's note that a message has arrived."""
    return speaks_of("acknowledgement", message)


def bounce_text(message: Message, _: Ourselves) -> bool:
    """Whether it reads like a mail system's note that a message could not be delivered."""
    return speaks_of("bounce-text", message)


def challenge(message: Message, _: Ourselves) -> bool:
    """Whether it asks a sender to prove that they are a person before anything is delivered."""
    return speaks_of("challenge", message)


def read_receipt(message: Message, _: Ourselves) -> bool:
    """Whether it reads like a receipt whose report part was lost."""
    return speaks_of("read-receipt", message)
