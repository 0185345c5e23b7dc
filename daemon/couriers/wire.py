"""How addresses and mails look in the SMTP dialogue."""

from __future__ import annotations

import re
from email.utils import parseaddr

from handlers.address import Address

_FROM = re.compile(rb"^From:(.*)", re.IGNORECASE | re.MULTILINE)


def path_of(address: Address) -> str:
    """The address as it was written, with its domain in the form that every server takes."""
    return f"{address.written.rpartition('@')[0]}@{address.domain}"


def dotted(raw: bytes) -> bytes:
    """The mail as it goes over the wire: CRLF throughout, dots doubled, with the final dot.

    RFC 5321 section 4.5.2. A bare CR or LF is a line end to some servers and none to others, and
    a second mail has been hidden behind one (SMTP smuggling).
    """
    plain = raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r")
    if plain and raw.endswith(b"\r\n") and not raw.startswith(b".") and b"\n." not in raw:
        return raw + b".\r\n"  # as we write it there is nothing to do
    stuffed = (b"." + line if line.startswith(b".") else line for line in raw.splitlines())
    return b"\r\n".join((*stuffed, b".", b""))


def own_address(raw: bytes) -> str:
    """The address in the From of a mail of ours, '' where there is none."""
    field = _FROM.search(raw)
    return parseaddr(field[1].decode("utf-8", "replace").strip())[1] if field else ""


def xtext(text: str) -> str:
    """`text`, which is ASCII, as a value of a parameter (RFC 3461 section 4)."""
    return "".join(c if "!" <= c <= "~" and c not in "+=" else f"+{ord(c):02X}" for c in text)
