"""The body of our own mail: a text as MIME, with no line over 78 bytes on the way."""

from __future__ import annotations

from base64 import b64encode
from email import quoprimime
from email.message import EmailMessage
from email.policy import SMTP

LINE_BYTES = 78

# "7bit" makes the library encode what is not ASCII, or has longer lines.
_POLICY = SMTP.clone(cte_type="7bit", max_line_length=LINE_BYTES)
_CRLF = b"\r\n"
_FIELDS = (
    b'Content-Type: text/plain; charset="utf-8"\r\n'
    b"Content-Transfer-Encoding: %s\r\n"
    b"MIME-Version: 1.0\r\n\r\n"
)
# As many as the library looks at to choose an encoding.
_SAMPLE_LINES = 10


def plain_text(text: str) -> bytes:
    """The fields of the content, an empty line, and the text, which ends with a line end.

    It is what the library writes, too, for a fraction of the work.
    """
    lines = text.encode("utf-8").splitlines()
    if not lines:
        return by_the_library(text)
    octets = _CRLF.join([*lines, b""])
    if octets.isascii() and all(len(line) <= LINE_BYTES for line in lines):
        return _FIELDS % b"7bit" + octets
    # The shorter one, by the beginning.
    begun = _CRLF.join([*lines[:_SAMPLE_LINES], b""])
    if len(_quoted_printable(begun)) > 4 * ((len(begun) + 2) // 3) + 1:
        return _FIELDS % b"base64" + _base64(octets)
    encoded = _quoted_printable(begun if octets == begun else octets.replace(_CRLF, b"\n"))
    return _FIELDS % b"quoted-printable" + encoded.replace("\n", "\r\n").encode("ascii")


def _quoted_printable(octets: bytes) -> str:
    return quoprimime.body_encode(octets.decode("latin-1"), LINE_BYTES)


def _base64(octets: bytes) -> bytes:
    size = LINE_BYTES // 4 * 3
    lines = [b64encode(octets[i : i + size]) for i in range(0, len(octets), size)]
    return _CRLF.join([*lines, b""])


def by_the_library(text: str) -> bytes:
    """The same of any text."""
    content = EmailMessage(policy=_POLICY)
    content.set_content(text)
    return content.as_bytes()
