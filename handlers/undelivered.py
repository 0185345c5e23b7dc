"""Whom a report of a mail system calls undeliverable (RFC 3464 section 2.3).

Each recipient has a block of fields of its own, and each block an Action: of a report about two,
one may be delivered and the other not.
"""

from __future__ import annotations

import re

from handlers.address import make_address
from handlers.values import Message

MAX_UNDELIVERED = 20

_BLOCK = re.compile(r"\n[ \t]*\n")
_ACTION = re.compile(r"^action:\s*(\w+)", re.IGNORECASE | re.MULTILINE)
# "rfc822; anna@shop.example": the type, and the address in whatever that mail system writes.
_RECIPIENT = re.compile(
    r"^(?:final|original)-recipient:[^;\n]{0,60};[ \t]*<?([^\s<>]{3,400})>?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_HEX = re.compile(r"\+([0-9A-F]{2})")
_DELAY_SUBJECT = re.compile(r"\b(?:delay|delayed|still being retried)\b|^warning\b", re.IGNORECASE)


def reports_failure(message: Message) -> bool:
    """Whether a report says that a mail has failed; one of delay says that it is still tried."""
    actions = [action.lower() for action in _ACTION.findall(_fields(message))]
    if actions:
        return "failed" in actions
    return not _DELAY_SUBJECT.search(message.subject)


def undelivered_to(message: Message) -> tuple[str, ...]:
    """The keys of the addresses that a report calls failed, at most 20.

    Anybody can write such a report: what follows from it must do no harm.
    """
    found: dict[str, None] = {}
    for block in _BLOCK.split(_fields(message)):
        action = _ACTION.search(block)
        if action is None or action[1].lower() == "failed":
            _take(found, _RECIPIENT.findall(block))
    _take(found, re.split(r"[,\s]+", " ".join(message.headers.all("x-failed-recipients"))))
    return tuple(found)[:MAX_UNDELIVERED]


def _take(found: dict[str, None], written: list[str]) -> None:
    for text in written[:MAX_UNDELIVERED]:
        # RFC 3461 section 4: the original recipient may still be in the form of the parameter.
        for spelling in (text, _HEX.sub(lambda code: chr(int(code[1], 16)), text)):
            address = make_address(spelling)
            if address is not None:
                found.setdefault(address.key, None)


def _fields(message: Message) -> str:
    return f"{message.new_text}\n\n{message.quoted_text}"
