"""The body of our own mail: a text as MIME, with no line over 78 bytes on the way."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

LINE_BYTES = 78

# "7bit" makes the library encode what is not ASCII, or has longer lines.
_POLICY = SMTP.clone(cte_type="7bit", max_line_length=LINE_BYTES)
_AS_IT_IS = (
    b'Content-Type: text/plain; charset="utf-8"\r\n'
    b"Content-Transfer-Encoding: 7bit\r\n"
    b"MIME-Version: 1.0\r\n\r\n"
)


def plain_text(text: str) -> bytes:
    """The fields of the content, an empty line, and the text, which ends with a line end."""
    if text and text.isascii():
        lines = text.encode("ascii").splitlines()
        if all(len(line) <= LINE_BYTES for line in lines):
            # What the library writes too, for twenty times the work.
            return _AS_IT_IS + b"\r\n".join([*lines, b""])
    return by_the_library(text)


def by_the_library(text: str) -> bytes:
    """The same of any text."""
    content = EmailMessage(policy=_POLICY)
    content.set_content(text)
    return content.as_bytes()
