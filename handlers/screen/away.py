"""What only words give away: notices of absence, acknowledgements, bounces, challenges, receipts.

Such mail often carries no header field that tells what it is. handlers/machine_words.py weighs
the words of all languages together.
"""

from __future__ import annotations

import re

from handlers.machine_words import speaks_of
from handlers.screen.condition import Ourselves
from handlers.screen.reports import reads_like_report
from handlers.secret import SECRET_IN_TEXT
from handlers.values import Message

# The reference of a request, as our letters name it.
_REFERENCE = re.compile(r"(?<![\w-])[OC]-(?=\d*[A-Z])[0-9A-Z]{6}(?![\w-])")


def away(message: Message, _: Ourselves) -> bool:
    """Whether it reads like a notice of absence or an automatic reply."""
    return speaks_of("away-notice", message)


def acknowledgement(message: Message, _: Ourselves) -> bool:
    """Whether it reads like a ticket system's note that a message has arrived."""
    # Our own letters speak so. A mail program that quotes them without any mark is a person's.
    ours = SECRET_IN_TEXT.search(message.new_text) or _REFERENCE.search(message.new_text)
    return not ours and speaks_of("acknowledgement", message)


def bounce_text(message: Message, _: Ourselves) -> bool:
    """Whether it reads like a mail system's note that a message could not be delivered."""
    return speaks_of("bounce-text", message) or reads_like_report(message)


def challenge(message: Message, _: Ourselves) -> bool:
    """Whether it asks a sender to prove that they are a person before anything is delivered."""
    return speaks_of("challenge", message)


def read_receipt(message: Message, _: Ourselves) -> bool:
    """Whether it reads like a receipt whose report part was lost."""
    return speaks_of("read-receipt", message)
