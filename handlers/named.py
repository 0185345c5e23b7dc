"""Addresses that a request names beside its sender's own: "I get them at old@example.org"."""

from __future__ import annotations

import re

from handlers.address import Address, make_address
from handlers.screen import Ourselves
from handlers.values import Message, Verdict

MAX_NAMED = 5

_ADDRESS = re.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}\w{2,63}")
_NEAR_CHARS = 160
_LETTERS_OF_A_SENTENCE = 12


def named_addresses(message: Message, verdict: Verdict, us: Ourselves) -> tuple[Address, ...]:
    """Up to five addresses of others that the text speaks of where it asks to be opted out.

    Only those near the words that ask, in a line that says something: an address alone on its
    line is somebody's signature.
    """
    if "@" not in message.new_text:
        return ()
    places = [e for f in (*verdict.certain, *verdict.unsure) for e in f.evidence]
    own = {sender.box for sender in (*message.senders, *message.reply_to)}
    found: dict[str, Address] = {}
    for match in _ADDRESS.finditer(message.new_text):
        near = any(
            e.part == "subject" or e.start - _NEAR_CHARS <= match.start() <= e.end + _NEAR_CHARS
            for e in places
        )
        address = make_address(match.group().rstrip("."))
        if address is None or not near or not _in_a_sentence(message.new_text, match):
            continue
        if address.box in own or address.domain in us.domains:
            continue
        found.setdefault(address.key, address)
        if len(found) == MAX_NAMED:
            break
    return tuple(found.values())


def _in_a_sentence(text: str, match: re.Match[str]) -> bool:
    # No farther than a few lines' length: a line may be the whole text.
    first = max(0, match.start() - _NEAR_CHARS)
    last = match.end() + _NEAR_CHARS
    before = text[first : match.start()].rpartition("\n")[2]
    after = text[match.end() : last].partition("\n")[0]
    return sum(c.isalpha() for c in before + after) >= _LETTERS_OF_A_SENTENCE
