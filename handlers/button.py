"""What a mail client writes when a person presses its unsubscribe button (RFC 2369)."""

from __future__ import annotations

import re

from handlers.screen import keyword
from handlers.screen.buttons import is_note
from handlers.values import Message

_WORD = re.compile(r"unsubscribe\W*", re.IGNORECASE)


def is_only_the_button(message: Message) -> bool:
    """Whether nothing was written but what a mail client's unsubscribe button writes.

    The text is empty, or the client's own note on what it does (Apple Mail, Gmail). Mails of such
    a button say `Auto-Submitted: auto-replied`, although a person pressed it.
    """
    keywords = {keyword(value) for value in message.headers.all("auto-submitted")}
    text = message.new_text.strip()
    return keywords <= {"auto-replied"} and (
        not text or bool(_WORD.fullmatch(text)) or is_note(message)
    )
