"""How addresses and mails look in the SMTP dialogue."""

from __future__ import annotations

from handlers.address import Address


def path_of(address: Address) -> str:
    """The address as it was written, with its domain in the form that every server takes."""
    return f"{address.written.rpartition('@')[0]}@{address.domain}"


def dotted(raw: bytes) -> bytes:
    """The mail as it goes over the wire: CRLF throughout, dots doubled, with the final dot.

    RFC 5321 section 4.5.2. A bare CR or LF is a line end to some servers and none to others, and
    a second mail has been hidden behind one (SMTP smuggling).
    """
    stuffed = (b"." + line if line.startswith(b".") else line for line in raw.splitlines())
    return b"\r\n".join((*stuffed, b".", b""))
