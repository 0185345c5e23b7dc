"""A letter of a program like this one that has lost its marks on the way."""

from __future__ import annotations

import re

from handlers.screen.condition import Ourselves
from handlers.values import Message

# As handlers/reply.py puts it behind the subject of each letter.
_TAG = re.compile(r"\[([A-Z]-[0-9A-Z]{4,20}(?:, [A-Z]-[0-9A-Z]{4,20}){0,3})\]")


def letter(message: Message, _: Ourselves) -> bool:
    """Whether a reference in brackets in the subject stands in the new text as well.

    Whoever answers a letter keeps its subject, and quotes its text. So the writer is a program,
    ours or another company's, or somebody whose mail program quotes without any mark.
    """
    return any(
        re.search(rf"(?<![\w-]){re.escape(reference)}(?![\w-])", message.new_text)
        for tag in _TAG.findall(message.subject)[:4]
        for reference in tag.split(", ")
    )
