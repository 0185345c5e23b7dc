"""What a mail client's unsubscribe button writes (RFC 2369): a person has pressed it.

Whom it writes to and with which subject, somebody else has chosen: the sender of the mail that it
stands on. So nothing but an opt-out is believed of it.
"""

from __future__ import annotations

import re

from handlers.screen.condition import Ourselves
from handlers.signature_words import PRESSED
from handlers.values import Message

# Apple Mail says itself what it wants, and leaves the subject empty where the field has none.
# Other programs put what the link handed on behind it.
_ASKS = (
    r"(?:apple|ios) mail sent this e?-?mail to unsubscribe from the message .{0,300}"
    rf"|{PRESSED}(?:\W{{1,9}}\S{{1,200}})?\W{{0,9}}"
)
_NOTE_THAT_ASKS = re.compile(_ASKS, re.IGNORECASE)
_NOTE = re.compile(
    rf"(?:{_ASKS})"
    r"|this (?:message|e?-?mail) was (?:automatically )?(?:generated|sent) by gmail\W*",
    re.IGNORECASE,
)


def is_note(message: Message) -> bool:
    """Whether nothing is written but a client's note on what it does."""
    return bool(_NOTE.fullmatch(_written(message)))


def is_note_that_asks(message: Message) -> bool:
    """Whether that note asks for an opt-out by itself, whatever the subject says."""
    return bool(_NOTE_THAT_ASKS.fullmatch(_written(message)))


def unsubscribe_button(message: Message, _: Ourselves) -> bool:
    """Whether a button wrote it, by Apple Mail's field or by a client's note."""
    return "x-apple-unsubscribe" in message.headers or is_note(message)


def _written(message: Message) -> str:
    """The text on one line. A note that stands alone is taken for a signature."""
    return " ".join((message.new_text.strip() or message.signature).split())
