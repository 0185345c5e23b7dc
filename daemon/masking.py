"""What servers say, fit for the log: servers repeat the address that they refuse.

Better a word too much is masked than a part of an address too little.
"""

from __future__ import annotations

import re

from handlers.address import clean_text

# What is shown of it; so much of a text is looked at.
_MOST_CHARS = 2_000
_PIECE = r"[^\s<>()\[\],;:\"]"
_QUOTED = r"\"(?:[^\"\\]|\\.)*\""
# The sign itself, its wide forms (RFC 6530 servers), and what programs write for it.
_AT = r"(?:[@\uff20\ufe6b]|%40|=40|&\#(?:64|x40);|\(at\)|\[at\])"
# The local part may be quoted in parts (RFC 5321 section 4.1.2), and a reply of several lines
# may be folded at the sign. From the beginning of a word on, so that no text takes long.
_ADDRESS = re.compile(
    rf"(?<!{_PIECE})(?:{_QUOTED}|{_PIECE})+\s{{0,4}}{_AT}\s{{0,4}}(?:\[[^\]\s]*\]|{_PIECE}+)?",
    re.IGNORECASE,
)


def without_addresses(text: str, *, limit: int) -> str:
    """A server's words on one line of at most `limit` characters, without mail addresses."""
    return clean_text(_ADDRESS.sub("<address>", text[:_MOST_CHARS]), limit=limit)
